"""`python -m tests.e2e.served SILENCE`: `advisor run`, with a watchdog that has less patience.

SILENCE: seconds for which Telegram may accept and not answer.
"""

from __future__ import annotations

import asyncio
import os
import sys

from bot.app import Advisor
from bot.cli.run import serve
from bot.ops.logs import configure
from bot.ops.watchdog import Limits
from bot.settings import load_settings


async def _serve(silence: float) -> int:
    limits = Limits(silence=silence, look=0.2)
    return await serve(Advisor(load_settings(os.environ), serves=True, limits=limits))


if __name__ == "__main__":
    configure("WARNING")
    sys.exit(asyncio.run(_serve(float(sys.argv[1]))))

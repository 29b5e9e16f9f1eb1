"""`python -m tests.support.double`: a double that runs until it gets SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import sys
from datetime import datetime

from bot.offline.state import TOKEN
from bot.ops.clock import SettableClock, SystemClock
from tests.support.double.control import Control
from tests.support.double.server import Double


async def _serve(options: argparse.Namespace) -> None:
    clock = SettableClock(datetime.fromisoformat(options.now)) if options.now else None
    double = Double(
        now=(clock or SystemClock()).now,
        token=options.token,
        rates=options.rates,
        latency=options.latency,
        referee=options.referee,
        pace=options.pace,
    )
    control = Control(double, clock)
    await double.start(options.port)
    await control.start(options.control_port)
    addresses = {"url": double.url, "control": f"http://127.0.0.1:{control.port}"}
    sys.stdout.write(json.dumps(addresses) + "\n")
    sys.stdout.flush()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await double.stop()
    await control.stop()


def main() -> None:
    """Read the options and serve; the two addresses are printed as one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.double", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="of the Bot API; 0 for a free one")
    parser.add_argument("--control-port", type=int, default=0, help="of the control API; 0 for a free one")
    parser.add_argument("--token", default=TOKEN, help="the only token that is accepted")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that a call takes")
    parser.add_argument("--rates", action="store_true", help="Telegram's rate limits")
    parser.add_argument("--referee", action="store_true", help="check every request; slower")
    parser.add_argument("--pace", type=float, default=1.0, help="what a second between two tries takes")
    parser.add_argument("--now", help="start the clock at this instant (ISO 8601 with offset)")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()

"""A Bot API server on this machine, on top of the Telegram in memory, that can fail in every way.

In a test: `async with Double() as double:` and give the bot `double.url` as TELEGRAM_API_URL. In another
process: `python -m tests.support.double`, steered through `Remote`.
"""

from tests.support.double.faults import Fault, FaultPlan
from tests.support.double.rates import Rates
from tests.support.double.remote import Remote, spawn
from tests.support.double.server import Double

__all__ = ["Double", "Fault", "FaultPlan", "Rates", "Remote", "spawn"]

"""The composition root: the only package that knows all parts. It builds, starts and stops them.

`advisor` holds the order of it all; what is built for one purpose stands in a module of its own beside it.
"""

from bot.app.advisor import Advisor
from bot.app.opening import StartError

__all__ = ["Advisor", "StartError"]

"""Privacy Advisor: a Telegram bot that tells people what platforms do with their data to train AI."""

import zoneinfo
from importlib.metadata import PackageNotFoundError, version

# Time zones come from the pinned `tzdata` alone: a machine's own may be years old, or not be there.
zoneinfo.reset_tzpath(to=())

try:
    __version__ = version("privacy-advisor")
except PackageNotFoundError:  # a source tree that nobody installed
    __version__ = "0+unknown"

"""Privacy Advisor: a Telegram bot that tells people what platforms do with their data to train AI."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("privacy-advisor")
except PackageNotFoundError:  # a source tree that nobody installed
    __version__ = "0+unknown"

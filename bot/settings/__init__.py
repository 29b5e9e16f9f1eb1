"""What the operator sets, read once, typed and frozen; every problem is reported at once.

A setting NAME is taken from, in this order: the environment as NAME, or as NAME_FILE (a file that holds the
value); the env file in the same two ways; a file NAME (or name) in the secrets folder, which is
ADVISOR_SECRETS_DIR or systemd's CREDENTIALS_DIRECTORY. An empty value counts as not set. No value is ever
repeated in a message: people paste tokens into the wrong line.
"""

from bot.settings.model import Settings
from bot.settings.reading import SettingsError, load_settings, unknown_names

__all__ = ["Settings", "SettingsError", "load_settings", "unknown_names"]

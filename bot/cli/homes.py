"""The installation that the settings describe, for work on the whole of it."""

from __future__ import annotations

from bot.members.erasures import ErasureRegister
from bot.members.keys import read_keys
from bot.settings import Settings
from bot.upkeep.restoring import Home


def home_of(settings: Settings) -> Home:
    """Where a backup returns to.

    Raises:
        KeyRefused: the key is there and cannot be read.
    """
    secret = settings.secret_key.get_secret_value() if settings.secret_key else None
    return Home(
        url=settings.database_address,
        file=settings.database_file,
        keys=read_keys(settings.key_file, secret),
        register=ErasureRegister(settings.erasure_file),
        folder=settings.data_dir,
        known_ids=settings.editors | settings.owners,
    )

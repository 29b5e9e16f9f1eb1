"""What the operator sets, read once, typed and frozen; every problem is reported at once.

A setting NAME is taken from, in this order: the environment as NAME, or as NAME_FILE (a file that holds the
value); the env file in the same two ways; a file NAME (or name) in the secrets folder, which is
ADVISOR_SECRETS_DIR or systemd's CREDENTIALS_DIRECTORY. An empty value counts as not set. No value is ever
repeated in a message: people paste tokens into the wrong line.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from bot.settings.gathering import OUTSIDE, gather
from bot.settings.model import Settings
from bot.settings.values import database_url

_WEBHOOK_PORTS = frozenset({None, 443, 80, 88, 8443})
_OF_TESTS = ("ADVISOR_TEST_POSTGRES", "ADVISOR_REQUIRE_POSTGRES", "ADVISOR_FAILPOINT")

_FIELDS: dict[str, FieldInfo] = {
    str(field.validation_alias): field for field in Settings.model_fields.values()
}


class SettingsError(Exception):
    """Settings that cannot be used.

    Attributes:
        problems: one line each, in plain words with the mend, without any value.
        usable: the settings with the faulty ones left out, for `advisor doctor`.
        faulty: the names that were left out.
    """

    def __init__(self, problems: tuple[str, ...], usable: Settings, faulty: frozenset[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
        self.usable = usable
        self.faulty = faulty


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read all settings.

    Args:
        environ: usually `os.environ`; relative paths in it count from the present folder.

    Raises:
        SettingsError: with every problem.
    """
    faults: dict[str, str] = {}
    texts = gather(_FIELDS, environ, faults)
    values: dict[str, Any] = {name: text for name, text in texts.items() if name not in faults}
    while True:
        try:
            settings = Settings(**values)
            break
        except ValidationError as error:
            for name in {str(problem["loc"][0]) for problem in error.errors(include_input=False)}:
                faults[name] = f"{name} must be {_FIELDS[name].description}."
                del values[name]
    _check_database(settings, faults)
    _check_webhook(settings, faults)
    if faults:
        order = [*_FIELDS, *OUTSIDE]
        problems = tuple(faults[name] for name in sorted(faults, key=order.index))
        raise SettingsError(problems, settings, frozenset(faults))
    return settings


def unknown_names(environ: Mapping[str, str]) -> tuple[str, ...]:
    """A line for each ADVISOR_ or TELEGRAM_ variable that means nothing here, with the likely one."""
    known = {*_FIELDS, *(f"{name}_FILE" for name in _FIELDS), *OUTSIDE, *_OF_TESTS}
    lines = []
    for name in sorted(environ):
        if name.startswith(("ADVISOR_", "TELEGRAM_")) and name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else "take it out."
            lines.append(f"{name} is no setting of this program: {hint}")
    return tuple(lines)


def _check_database(settings: Settings, faults: dict[str, str]) -> None:
    if not settings.database_url.get_secret_value():
        return
    name = "ADVISOR_DATABASE_URL"
    try:
        database_url(settings.database_url)
    except ValueError:
        faults[name] = f"{name} must be {_FIELDS[name].description}."
        return
    if settings.database_address.startswith("postgres") and find_spec("asyncpg") is None:
        faults[name] = (
            f"{name} names PostgreSQL, for which a part is missing: pip install 'privacy-advisor[postgres]'."
        )


def _check_webhook(settings: Settings, faults: dict[str, str]) -> None:
    """Without a secret anybody could speak as Telegram."""
    if settings.webhook_url is None:
        return
    name, secret = "ADVISOR_WEBHOOK_URL", "ADVISOR_WEBHOOK_SECRET"
    url = urlsplit(settings.webhook_url)
    telegram = urlsplit(settings.telegram_api_url).hostname == "api.telegram.org"
    if telegram and (url.scheme != "https" or url.port not in _WEBHOOK_PORTS):
        faults[name] = f"{name} must be {_FIELDS[name].description}."
    if settings.webhook_secret is None and secret not in faults:
        faults[secret] = (
            f"{secret} is missing, and with {name} set it must be there: {_FIELDS[secret].description}."
        )
    if settings.webhook_listen == "off":
        faults["ADVISOR_WEBHOOK_LISTEN"] = (
            f"ADVISOR_WEBHOOK_LISTEN must be {_FIELDS['ADVISOR_WEBHOOK_LISTEN'].description}."
        )

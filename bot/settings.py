"""What the operator sets, read once, typed and frozen; every problem is reported at once.

A setting NAME is taken from, in this order: the environment as NAME, or as NAME_FILE (a file that holds the
value); the env file in the same two ways; a file NAME (or name) in the secrets folder, which is
ADVISOR_SECRETS_DIR or systemd's CREDENTIALS_DIRECTORY. An empty value counts as not set. No value is ever
repeated in a message: people paste tokens into the wrong line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

_TOKEN = re.compile(r"[0-9]{5,20}:[A-Za-z0-9_-]{30,64}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{24,256}")
_HOST = re.compile(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]")
_WEBHOOK_PORTS = frozenset({None, 443, 80, 88, 8443})
_LARGEST_FILE = 65_536
_OUTSIDE = ("ADVISOR_ENV_FILE", "ADVISOR_SECRETS_DIR")
"""Settings about where settings are; from the environment alone."""
_OF_TESTS = ("ADVISOR_TEST_POSTGRES", "ADVISOR_REQUIRE_POSTGRES", "ADVISOR_FAILPOINT")


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


def _ids(value: object) -> object:
    return [part for part in re.split(r"[\s,;]+", value) if part] if isinstance(value, str) else value


def _token(value: SecretStr) -> SecretStr:
    if not _TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError
    return value


def _api_url(value: str) -> str:
    url = urlsplit(value)
    clean = not (url.query or url.fragment or "@" in url.netloc)
    if url.scheme not in ("http", "https") or not url.hostname or not clean or url.port == 0:
        raise ValueError
    if url.path.rstrip("/").endswith("/bot"):
        raise ValueError
    return value.rstrip("/")


def _database_url(value: SecretStr) -> SecretStr:
    if not re.match(
        r"(sqlite(\+aiosqlite)?:///[^:]|postgres(ql)?(\+asyncpg)?://.)", value.get_secret_value()
    ):
        raise ValueError
    return value


def _folder(value: Path) -> Path:
    if "?" in str(value) or "\0" in str(value):  # a database's URL would end there
        raise ValueError
    return value


def _listen(value: str) -> str:
    if value.casefold() == "off":
        return "off"
    host, _, port = value.rpartition(":")
    if not _HOST.fullmatch(host) or not port.isdecimal() or int(port) > 65_535:
        raise ValueError
    return value


def _webhook_url(value: str) -> str:
    url = urlsplit(value)
    clean = not (url.query or url.fragment or "@" in url.netloc)
    if url.scheme not in ("http", "https") or not url.hostname or not clean or url.port == 0:
        raise ValueError
    return value.rstrip("/")


def _webhook_secret(value: SecretStr) -> SecretStr:
    if not _SECRET.fullmatch(value.get_secret_value()):
        raise ValueError
    return value


def _line(value: str) -> str:
    if not value.isprintable():
        raise ValueError
    return value


Rate = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
MemberIds = Annotated[frozenset[Annotated[int, Field(gt=0, lt=2**52)]], NoDecode, BeforeValidator(_ids)]
Listen = Annotated[str, AfterValidator(_listen)]
Level = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR"],
    BeforeValidator(lambda value: value.upper() if isinstance(value, str) else value),
]
Line = Annotated[str, Field(max_length=200), AfterValidator(_line)]


class Settings(BaseSettings):
    """All settings; each description completes the sentence "NAME must be …"."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    data_dir: Annotated[Path, AfterValidator(_folder)] = Field(
        Path("data"),
        validation_alias="ADVISOR_DATA_DIR",
        description="the path of a folder that this user can write, such as ./data",
    )
    database_url: SecretStr = Field(
        SecretStr(""),
        validate_default=False,
        validation_alias="ADVISOR_DATABASE_URL",
        description="sqlite:///path/to/advisor.db or postgresql://user@host/database; left out, a file in"
        " the data folder is used",
    )
    secret_key: SecretStr | None = Field(
        None,
        validation_alias="ADVISOR_SECRET_KEY",
        description="32 random bytes in base64, as `openssl rand -base64 32` makes them; left out, a key"
        " file is made beside the data folder",
    )
    operator_name: Line | None = Field(
        None,
        validation_alias="ADVISOR_OPERATOR_NAME",
        description="the name of the person or body that answers for the data, in one line of at most 200"
        " characters",
    )
    operator_contact: Line | None = Field(
        None,
        validation_alias="ADVISOR_OPERATOR_CONTACT",
        description="a mail address or page where that person or body is reached, in one line of at most 200"
        " characters",
    )
    editors: MemberIds = Field(
        frozenset(),
        validation_alias="ADVISOR_EDITORS",
        description="the numeric Telegram ids of the editors, with commas between them; they are publishers:"
        " they propose, approve what others propose, and publish (an owner gives finer roles in the chat)",
    )
    owners: MemberIds = Field(
        frozenset(),
        validation_alias="ADVISOR_OWNERS",
        description="the numeric Telegram ids of the owners, with commas between them; they may do all that"
        " editors may, and say with /editors who else is one",
    )
    knowledge_dir: Path | None = Field(
        None,
        validation_alias="ADVISOR_KNOWLEDGE_DIR",
        description="the path of a knowledge folder; left out, the one that came with the program is used",
    )
    cache_dir: Annotated[Path, AfterValidator(_folder)] | None = Field(
        None,
        validation_alias="ADVISOR_CACHE_DIR",
        description="the path of a folder for what is computed from the knowledge and can be made anew; left"
        " out, a folder in the data folder is used",
    )
    send_rate: Rate = Field(
        30.0,
        validation_alias="ADVISOR_SEND_RATE",
        description="how many messages a second are sent at most, such as 30; 0 means no limit",
    )
    chat_rate: Rate = Field(
        1.0,
        validation_alias="ADVISOR_CHAT_RATE",
        description="how many messages a second one private chat gets at most, such as 1; 0 means no limit",
    )
    group_rate: Rate = Field(
        20.0,
        validation_alias="ADVISOR_GROUP_RATE",
        description="how many messages a minute one group gets at most, such as 20; 0 means no limit",
    )
    bot_token: Annotated[SecretStr, AfterValidator(_token)] | None = Field(
        None,
        validation_alias="TELEGRAM_BOT_TOKEN",
        description="the token exactly as @BotFather gave it: digits, a colon, and 35 letters and digits",
    )
    telegram_api_url: Annotated[str, AfterValidator(_api_url)] = Field(
        "https://api.telegram.org",
        validation_alias="TELEGRAM_API_URL",
        description="the address of a Bot API server, such as http://127.0.0.1:8081, without /bot at its end",
    )
    webhook_url: Annotated[str, AfterValidator(_webhook_url)] | None = Field(
        None,
        validation_alias="ADVISOR_WEBHOOK_URL",
        description="the public address under which Telegram reaches this bot, such as"
        " https://bot.example.org, at port 443, 80, 88 or 8443; left out, the bot asks Telegram itself",
    )
    webhook_secret: Annotated[SecretStr, AfterValidator(_webhook_secret)] | None = Field(
        None,
        validation_alias="ADVISOR_WEBHOOK_SECRET",
        description="24 to 256 letters, digits, _ and -, as `openssl rand -hex 32` makes them; all processes"
        " of a bot have the same",
    )
    webhook_listen: Listen = Field(
        "127.0.0.1:8080",
        validation_alias="ADVISOR_WEBHOOK_LISTEN",
        description="the address and port where the proxy finds this process, such as 127.0.0.1:8080",
    )
    health_listen: Listen = Field(
        "127.0.0.1:9101",
        validation_alias="ADVISOR_HEALTH_LISTEN",
        description="the address and port of /healthz and /readyz, such as 127.0.0.1:9101, or off",
    )
    metrics_listen: Listen | None = Field(
        None,
        validation_alias="ADVISOR_METRICS_LISTEN",
        description="the address and port of /metrics, such as 127.0.0.1:9102, or off; left out, they are"
        " where /healthz is",
    )
    log_level: Level = Field(
        "INFO",
        validation_alias="ADVISOR_LOG_LEVEL",
        description="one of DEBUG, INFO, WARNING, ERROR",
    )

    @property
    def database_address(self) -> str:
        """The database's URL; may hold a password."""
        given = self.database_url.get_secret_value()
        return given or f"sqlite:///{self.data_dir.absolute() / 'advisor.db'}"

    @property
    def database_file(self) -> Path | None:
        """Where the SQLite database is, None for PostgreSQL."""
        scheme, _, path = self.database_address.partition(":///")
        return Path(path.partition("?")[0]).absolute() if scheme.startswith("sqlite") else None

    @property
    def cache_folder(self) -> Path:
        """Where finished indexes are kept; nothing about any person is in it."""
        return self.cache_dir or self.data_dir / "cache"

    @property
    def key_file(self) -> Path:
        """`<data>.key`: beside the data folder and not in it."""
        return self._beside(".key")

    @property
    def erasure_file(self) -> Path:
        """`<data>.erased`: the register of erasures, beside the data folder and not in it."""
        return self._beside(".erased")

    def _beside(self, ending: str) -> Path:
        folder = self.data_dir.absolute()
        return folder.with_name(folder.name + ending)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load_settings` read, which knows NAME_FILE and reports all problems at once."""
        return (init_settings,)


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read all settings.

    Args:
        environ: usually `os.environ`; relative paths in it count from the present folder.

    Raises:
        SettingsError: with every problem.
    """
    faults: dict[str, str] = {}
    texts = _gather(environ, faults)
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
        order = [*_FIELDS, *_OUTSIDE]
        problems = tuple(faults[name] for name in sorted(faults, key=order.index))
        raise SettingsError(problems, settings, frozenset(faults))
    return settings


def unknown_names(environ: Mapping[str, str]) -> tuple[str, ...]:
    """A line for each ADVISOR_ or TELEGRAM_ variable that means nothing here, with the likely one."""
    known = {*_FIELDS, *(f"{name}_FILE" for name in _FIELDS), *_OUTSIDE, *_OF_TESTS}
    lines = []
    for name in sorted(environ):
        if name.startswith(("ADVISOR_", "TELEGRAM_")) and name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else "take it out."
            lines.append(f"{name} is no setting of this program: {hint}")
    return tuple(lines)


_FIELDS: dict[str, FieldInfo] = {
    str(field.validation_alias): field for field in Settings.model_fields.values()
}


def _check_database(settings: Settings, faults: dict[str, str]) -> None:
    if not settings.database_url.get_secret_value():
        return
    name = "ADVISOR_DATABASE_URL"
    try:
        _database_url(settings.database_url)
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


def _gather(environ: Mapping[str, str], faults: dict[str, str]) -> dict[str, str]:
    """The text of every setting from the first place that has it."""
    found: dict[str, str] = {}
    for layer in (dict(environ), _env_file(environ, faults)):
        for name in _FIELDS:
            if name in found or name in faults:
                continue
            text, file = (layer.get(key, "").strip() for key in (name, f"{name}_FILE"))
            if text and file:
                faults[name] = f"{name} and {name}_FILE are both set: take one of them out."
            elif text:
                found[name] = text
            elif file:
                _take_file(name, Path(file), f"{name}_FILE", found, faults)
    for folder in _secret_folders(environ, faults):
        for name in _FIELDS:
            for candidate in (folder / name, folder / name.lower()):
                if name not in found and name not in faults and candidate.is_file():
                    _take_file(name, candidate, f"The secret {candidate}", found, faults)
    return found


def _take_file(name: str, path: Path, said_by: str, found: dict[str, str], faults: dict[str, str]) -> None:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_FILE + 1)
        if len(data) > _LARGEST_FILE:
            faults[name] = f"{said_by} names a file larger than 64 KiB: it must hold the value alone."
            return
        text = data.decode("utf-8").strip()
    except OSError as fault:
        faults[name] = f"{said_by} names a file that cannot be read ({fault.strerror}): correct the path."
        return
    except UnicodeDecodeError:
        faults[name] = f"{said_by} names a file that is not text: it must hold the value alone."
        return
    if text:
        found[name] = text
    else:
        faults[name] = f"{said_by} names an empty file: write the value into it."


def _env_file(environ: Mapping[str, str], faults: dict[str, str]) -> dict[str, str]:
    name = "ADVISOR_ENV_FILE"
    chosen = environ.get(name, "").strip()
    path = Path(chosen or ".env")
    if not chosen and not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8") as file:
            return {key: value or "" for key, value in dotenv_values(stream=file, interpolate=False).items()}
    except OSError as fault:
        faults[name] = f"{name} names a file that cannot be read ({fault.strerror}): correct the path."
    except UnicodeDecodeError:
        faults[name] = f"{name} names a file that is not text: it must hold lines of NAME=value."
    return {}


def _secret_folders(environ: Mapping[str, str], faults: dict[str, str]) -> Iterator[Path]:
    name = "ADVISOR_SECRETS_DIR"
    chosen = environ.get(name, "").strip()
    if chosen and Path(chosen).is_dir():
        yield Path(chosen)
    elif chosen:
        faults[name] = f"{name} names no folder: correct the path."
    given = environ.get("CREDENTIALS_DIRECTORY", "").strip()
    if given and Path(given).is_dir():
        yield Path(given)

"""All settings, typed and frozen."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.settings.values import (
    ApiUrl,
    Folder,
    Level,
    Line,
    Listen,
    MemberIds,
    Rate,
    Token,
    WebhookSecret,
    WebhookUrl,
)


class Settings(BaseSettings):
    """All settings; each description completes the sentence "NAME must be …"."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    data_dir: Folder = Field(
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
    cache_dir: Folder | None = Field(
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
    bot_token: Token | None = Field(
        None,
        validation_alias="TELEGRAM_BOT_TOKEN",
        description="the token exactly as @BotFather gave it: digits, a colon, and 35 letters and digits",
    )
    telegram_api_url: ApiUrl = Field(
        "https://api.telegram.org",
        validation_alias="TELEGRAM_API_URL",
        description="the address of a Bot API server, such as http://127.0.0.1:8081, without /bot at its end",
    )
    webhook_url: WebhookUrl | None = Field(
        None,
        validation_alias="ADVISOR_WEBHOOK_URL",
        description="the public address under which Telegram reaches this bot, such as"
        " https://bot.example.org, at port 443, 80, 88 or 8443; left out, the bot asks Telegram itself",
    )
    webhook_secret: WebhookSecret | None = Field(
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

"""Settings from every place, and every problem at once, without a value in any message."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load_settings, unknown_names

TOKEN = "1234567890:" + "AbCdEfGhIjKlMnOpQrStUvWxYz_-0123456"
CANARY = "canary-of-a-secret"
SECRET = "webhook_secret-0123456789"


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The present folder has no .env."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def problems(environ: dict[str, str]) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ)
    return caught.value


def test_nothing_has_to_be_set(tmp_path: Path) -> None:
    settings = load_settings({})
    assert settings.data_dir == Path("data")
    assert settings.database_address == f"sqlite:///{tmp_path}/data/advisor.db"
    assert settings.database_file == tmp_path / "data" / "advisor.db"
    assert settings.key_file == tmp_path / "data.key"
    assert settings.erasure_file == tmp_path / "data.erased"
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert (settings.send_rate, settings.chat_rate, settings.group_rate) == (30, 1, 20)
    assert settings.bot_token is None


def test_every_setting_is_read_as_what_it_is(tmp_path: Path) -> None:
    settings = load_settings(
        {
            "ADVISOR_DATA_DIR": "/var/lib/advisor/",
            "ADVISOR_DATABASE_URL": "postgresql://bot@db/advisor",
            "ADVISOR_EDITORS": "1, 22;333\n4444",
            "ADVISOR_OWNERS": "22",
            "ADVISOR_SEND_RATE": "0",
            "ADVISOR_GROUP_RATE": "2.5",
            "ADVISOR_LOG_LEVEL": "debug",
            "ADVISOR_OPERATOR_NAME": " Zoë's Library ",
            "TELEGRAM_API_URL": "http://127.0.0.1:8081/",
            "TELEGRAM_BOT_TOKEN": f" {TOKEN}\n",
            "ADVISOR_KNOWLEDGE_DIR": "/srv/knowledge",
        }
    )
    assert settings.key_file == Path("/var/lib/advisor.key")
    assert settings.database_address == "postgresql://bot@db/advisor"
    assert settings.database_file is None
    assert settings.editors == {1, 22, 333, 4444}
    assert settings.owners == {22}
    assert (settings.send_rate, settings.group_rate) == (0, 2.5)
    assert settings.log_level == "DEBUG"
    assert settings.operator_name == "Zoë's Library"
    assert settings.telegram_api_url == "http://127.0.0.1:8081"
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == TOKEN
    assert settings.knowledge_dir == Path("/srv/knowledge")


def test_settings_do_not_change_and_show_no_secret() -> None:
    settings = load_settings(
        {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "ADVISOR_SECRET_KEY": CANARY,
            "ADVISOR_DATABASE_URL": f"postgresql://bot:{CANARY}@db/advisor",
        }
    )
    for shown in (repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json()):
        assert CANARY not in shown
        assert TOKEN not in shown
    with pytest.raises(ValueError, match="frozen"):
        settings.send_rate = 1  # type: ignore[misc]


@pytest.mark.parametrize("name", [str(field.validation_alias) for field in Settings.model_fields.values()])
def test_every_setting_can_stand_in_a_file(name: str, tmp_path: Path) -> None:
    values = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": "http://localhost:1",
        "ADVISOR_LOG_LEVEL": "ERROR",
        "ADVISOR_DATABASE_URL": "sqlite:///x.db",
        "ADVISOR_WEBHOOK_URL": "https://bot.example.org",
        "ADVISOR_WEBHOOK_SECRET": SECRET,
        "ADVISOR_WEBHOOK_LISTEN": "127.0.0.1:1",
        "ADVISOR_HEALTH_LISTEN": "off",
        "ADVISOR_METRICS_LISTEN": "[::1]:1",
    }
    more = {} if name != "ADVISOR_WEBHOOK_URL" else {"ADVISOR_WEBHOOK_SECRET": SECRET}
    (tmp_path / "secret").write_text(values.get(name, "77") + "\r\n")
    from_file = load_settings({f"{name}_FILE": str(tmp_path / "secret"), **more})
    assert from_file == load_settings({name: values.get(name, "77"), **more})
    assert from_file != load_settings({})


def test_the_environment_comes_before_the_env_file_and_that_before_the_secrets(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ADVISOR_SEND_RATE=2\nexport ADVISOR_CHAT_RATE='2' # two\n")
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    for name in ("ADVISOR_SEND_RATE", "advisor_chat_rate", "ADVISOR_GROUP_RATE"):
        (secrets / name).write_text("3\n")
    settings = load_settings({"ADVISOR_SEND_RATE": "1", "ADVISOR_SECRETS_DIR": str(secrets)})
    assert (settings.send_rate, settings.chat_rate, settings.group_rate) == (1, 2, 3)


def test_credentials_of_systemd_are_read(tmp_path: Path) -> None:
    (tmp_path / "TELEGRAM_BOT_TOKEN").write_text(TOKEN)
    settings = load_settings({"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == TOKEN


def test_another_env_file_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("ADVISOR_SEND_RATE_FILE=rate\nADVISOR_OPERATOR_NAME=$HOME\n")
    (tmp_path / "rate").write_text("5")
    settings = load_settings({"ADVISOR_ENV_FILE": "mine"})
    assert settings.send_rate == 5
    assert settings.operator_name == "$HOME", "nothing is put in for variables"


def test_an_empty_value_counts_as_not_set(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ADVISOR_SEND_RATE=2\n")
    settings = load_settings({"TELEGRAM_BOT_TOKEN": "", "ADVISOR_EDITORS": " ", "ADVISOR_SEND_RATE": ""})
    assert settings.bot_token is None
    assert settings.send_rate == 2


def test_all_problems_come_at_once_a_line_each_with_the_mend() -> None:
    error = problems(
        {
            "TELEGRAM_BOT_TOKEN": CANARY,
            "ADVISOR_EDITORS": f"1, {CANARY}",
            "ADVISOR_SEND_RATE": CANARY,
            "TELEGRAM_API_URL": f"https://{CANARY}/bot",
            "ADVISOR_DATABASE_URL": f"mysql://root:{CANARY}@db",
            "ADVISOR_LOG_LEVEL": CANARY,
            "ADVISOR_OPERATOR_NAME_FILE": "/nowhere",
            "ADVISOR_ENV_FILE": "/nowhere",
            "ADVISOR_SECRETS_DIR": "/nowhere",
        }
    )
    assert len(error.problems) == 9
    assert str(error) == "\n".join(error.problems)
    assert CANARY not in str(error)
    for name in error.faulty:
        assert sum(line.startswith(name) for line in error.problems) == 1
    assert all("\n" not in line and line.endswith(".") for line in error.problems)


def test_what_is_well_can_be_used_beside_what_is_not() -> None:
    error = problems({"TELEGRAM_BOT_TOKEN": "no", "ADVISOR_SEND_RATE": "7"})
    assert error.usable.send_rate == 7
    assert error.usable.bot_token is None
    assert error.faulty == {"TELEGRAM_BOT_TOKEN"}


@pytest.mark.parametrize(
    "environ",
    [
        {"TELEGRAM_BOT_TOKEN": "123:short"},
        {"TELEGRAM_BOT_TOKEN": f"bot{TOKEN}"},
        {"TELEGRAM_BOT_TOKEN": f"{TOKEN} and more"},
        {"ADVISOR_SEND_RATE": "-1"},
        {"ADVISOR_SEND_RATE": "nan"},
        {"ADVISOR_SEND_RATE": "inf"},
        {"ADVISOR_EDITORS": "-5"},
        {"ADVISOR_EDITORS": "@anna"},
        {"TELEGRAM_API_URL": "api.telegram.org"},
        {"TELEGRAM_API_URL": "https://user:pass@host"},
        {"TELEGRAM_API_URL": "https://host/?a=b"},
        {"TELEGRAM_API_URL": "https://host:99999999"},
        {"TELEGRAM_API_URL": "https://[::1"},
        {"ADVISOR_DATABASE_URL": "sqlite://"},
        {"ADVISOR_DATABASE_URL": "sqlite:///:memory:"},
        {"ADVISOR_DATABASE_URL": "redis://x"},
        {"ADVISOR_DATA_DIR": "what?"},
        {"ADVISOR_OPERATOR_NAME": "two\nlines"},
        {"ADVISOR_OPERATOR_NAME": "x" * 201},
        {"ADVISOR_LOG_LEVEL": "LOUD"},
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_named(environ: dict[str, str]) -> None:
    (line,) = problems(environ).problems
    assert line.startswith(next(iter(environ)))


def test_a_file_that_is_of_no_use_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text(" \n")
    (tmp_path / "large").write_bytes(b"x" * 70_000)
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    for file, words in (
        ("empty", "empty"),
        ("large", "64 KiB"),
        ("bytes", "not text"),
        (".", "directory"),
        ("none", "No such file"),
    ):
        (line,) = problems({"TELEGRAM_BOT_TOKEN_FILE": str(tmp_path / file)}).problems
        assert words in line


def test_a_value_and_a_file_at_once_are_one_too_many(tmp_path: Path) -> None:
    (line,) = problems({"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_BOT_TOKEN_FILE": "x"}).problems
    assert "both set" in line


def test_a_misspelt_name_is_noticed() -> None:
    assert unknown_names({"ADVISOR_DATADIR": "x", "PATH": "/bin", "ADVISOR_DATA_DIR_FILE": "x"}) == (
        "ADVISOR_DATADIR is no setting of this program: did you mean ADVISOR_DATA_DIR?",
    )


def test_a_webhook_without_a_secret_is_refused() -> None:
    error = problems({"ADVISOR_WEBHOOK_URL": "https://bot.example.org"})
    [line] = error.problems
    assert line.startswith("ADVISOR_WEBHOOK_SECRET is missing")
    assert error.faulty == {"ADVISOR_WEBHOOK_SECRET"}


def test_a_secret_that_telegram_would_not_take_or_anybody_could_guess_is_refused() -> None:
    for secret in ("short", "a" * 257, "white space in the middle of it", "ümlaut-ümlaut-ümlaut-ümlaut"):
        error = problems({"ADVISOR_WEBHOOK_URL": "https://a.example", "ADVISOR_WEBHOOK_SECRET": secret})
        assert len(error.problems) == 1
        assert secret not in str(error)


def test_a_webhook_is_where_telegram_goes() -> None:
    for url in ("http://bot.example.org", "https://bot.example.org:8080", "https://a@b", "bot.example.org"):
        error = problems({"ADVISOR_WEBHOOK_URL": url, "ADVISOR_WEBHOOK_SECRET": SECRET})
        assert "ADVISOR_WEBHOOK_URL must be the public address" in str(error)
    local = {"ADVISOR_WEBHOOK_URL": "http://127.0.0.1:9", "ADVISOR_WEBHOOK_SECRET": SECRET}
    assert load_settings(local | {"TELEGRAM_API_URL": "http://127.0.0.1:8081"}).webhook_url is not None


def test_addresses_to_listen_on_are_host_and_port() -> None:
    for address in ("8080", ":8080", "localhost:99999", "http://localhost:1", "local host:1"):
        assert "ADVISOR_HEALTH_LISTEN must be" in str(problems({"ADVISOR_HEALTH_LISTEN": address}))
    assert load_settings({"ADVISOR_HEALTH_LISTEN": "OFF"}).health_listen == "off"
    assert load_settings({"ADVISOR_WEBHOOK_LISTEN": "[::1]:8080"}).webhook_listen == "[::1]:8080"

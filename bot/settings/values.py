"""What a value of a setting may be: types whose checks say no more than that it does not fit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

_TOKEN = re.compile(r"[0-9]{5,20}:[A-Za-z0-9_-]{30,64}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{24,256}")
_HOST = re.compile(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]")


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


def database_url(value: SecretStr) -> SecretStr:
    """Refuses what names no database of ours, with ValueError."""
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
Folder = Annotated[Path, AfterValidator(_folder)]
Token = Annotated[SecretStr, AfterValidator(_token)]
ApiUrl = Annotated[str, AfterValidator(_api_url)]
WebhookUrl = Annotated[str, AfterValidator(_webhook_url)]
WebhookSecret = Annotated[SecretStr, AfterValidator(_webhook_secret)]

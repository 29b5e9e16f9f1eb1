"""What `advisor doctor` looks at, one function a question; each answers with a finding that says its mend."""

from __future__ import annotations

import asyncio
import json
import stat
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp

from bot.deliveries import store as deliveries
from bot.deliveries.model import Backlog, Dead
from bot.knowledge.load import load
from bot.knowledge.location import default_folder
from bot.members.keys import KeyRefused, check_fingerprint, known_fingerprint, read_keys, require_settled
from bot.settings import Settings, SettingsError, load_settings, unknown_names
from bot.storage.backing_up import last_backup
from bot.storage.engine import Database
from bot.storage.faults import StorageDown
from bot.storage.migrating import schema_of

CLOCK_TOLERANCE = 60
"""Seconds that the clock may differ from Telegram's."""
LATE = timedelta(minutes=15)
"""How long something may wait to be sent before that is worth a look; a restart takes less."""
OLD_BACKUP = timedelta(days=14)
"""Twice the week after which a backup is to be made."""
_PATIENCE = 5
"""Seconds to wait for Telegram's answer."""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Attributes:
        check: what was looked at, in a word or two.
        well: whether nothing is to be done.
        says: what was found, in one line.
        mend: what to do, empty when nothing is.
    """

    check: str
    well: bool
    says: str
    mend: str = ""


async def examine(environ: Mapping[str, str]) -> list[Finding]:
    """All checks, as far as the settings that could be read allow."""
    findings = [Finding("settings", False, line) for line in unknown_names(environ)]
    faulty: frozenset[str] = frozenset()
    try:
        settings = load_settings(environ)
        if not findings:
            findings.append(Finding("settings", True, "All are understood."))
    except SettingsError as error:
        settings, faulty = error.usable, error.faulty
        findings += [Finding("settings", False, line) for line in error.problems]
    checks: list[tuple[str, Callable[[Settings], Awaitable[list[Finding]]]]] = [
        ("ADVISOR_DATA_DIR", _data_folder),
        ("ADVISOR_DATABASE_URL", _database),
        ("ADVISOR_KNOWLEDGE_DIR", _knowledge),
        ("TELEGRAM_BOT_TOKEN", _telegram),
    ]
    for name, check in checks:
        if name not in faulty:
            findings += await check(settings)
    if settings.bot_token is not None or "TELEGRAM_BOT_TOKEN" in faulty:
        findings.append(_operator(settings))
    return findings


async def _data_folder(settings: Settings) -> list[Finding]:
    folder = settings.data_dir.absolute()
    mend = "Make it writable for this user, or set ADVISOR_DATA_DIR to another folder."
    existing = folder
    try:
        existing = next(place for place in (folder, *folder.parents) if place.exists())
        if not existing.is_dir():
            return [Finding("data folder", False, f"{existing} is a file and no folder.", mend)]
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as fault:
        return [Finding("data folder", False, f"{existing} cannot be written ({fault.strerror}).", mend)]
    said = "can be written" if existing == folder else "is not there yet and can be made"
    return [Finding("data folder", True, f"{folder} {said}.")]


async def _database(settings: Settings) -> list[Finding]:
    file = settings.database_file
    if file is not None and not file.is_file():
        return [Finding("database", True, f"{file} is made at the first start."), *_key(settings, None)]
    database = Database(settings.database_address)
    where = str(file) if file is not None else "PostgreSQL"
    try:
        schema = await schema_of(database)
        if schema.newer:
            says = f"Its form {schema.found} is newer than this program, which knows up to {schema.known}."
            return [Finding("database", False, says, "Install the newer program again, or restore a backup.")]
        known = await known_fingerprint(database) if schema.found is not None else None
        more = await _work_of(database) if schema.current else []
    except StorageDown as fault:
        says = f"{where} does not answer: {fault}."
        return [
            Finding("database", False, says, "Start or unlock it, or correct ADVISOR_DATABASE_URL."),
            *_key(settings, None),
        ]
    finally:
        await database.close()
    said = "is as this program knows it" if schema.current else "will be upgraded at the next start"
    return [Finding("database", True, f"{where} {said}."), *_key(settings, known), *more]


async def _work_of(database: Database) -> list[Finding]:
    """Whether members are half moved to a new key, what waits to be sent, and the last backup."""
    now = datetime.now(UTC)
    findings = []
    try:
        await require_settled(database)
    except KeyRefused as fault:
        findings.append(Finding("key", False, str(fault), "Run: advisor members rekey"))
    async with database.read() as connection:
        waits = await deliveries.backlog(connection, now)
        dead = await deliveries.dead(connection, limit=_SHOWN)
    return [*findings, _deliveries(waits, dead, now), _backup(await last_backup(database), now)]


def _deliveries(waits: Backlog, dead: Sequence[Dead], now: datetime) -> Finding:
    given_up = "; ".join(f"a {one.kind.value} of {one.due:%Y-%m-%d} ({one.error})" for one in dead)
    gone = f" Given up lately: {given_up}." if dead else ""
    age = now - waits.oldest if waits.oldest is not None else timedelta(0)
    if age > LATE:
        says = f"{waits.due} wait to be sent, the oldest since {_ago(age)}.{gone}"
        return Finding("deliveries", False, says, "Start the bot, or look in its log why it cannot send.")
    said = f"{waits.due} wait to be sent" if waits.due else "Nothing waits to be sent"
    return Finding("deliveries", True, f"{said}.{gone}")


def _backup(last: datetime | None, now: datetime) -> Finding:
    if last is None:
        return Finding("backup", True, "None is known of; `advisor db backup FILE` makes one.")
    says = f"The last one is {_ago(now - last)} old."
    if now - last > OLD_BACKUP:
        return Finding("backup", False, says, "Run: advisor db backup FILE (docs/backups.md has a timer).")
    return Finding("backup", True, says)


def _ago(age: timedelta) -> str:
    minutes = max(0, int(age.total_seconds())) // 60
    for size, name in ((24 * 60, "days"), (60, "hours")):
        if minutes >= 2 * size:
            return f"{minutes // size} {name}"
    return f"{minutes} minutes"


def _key(settings: Settings, known: str | None) -> list[Finding]:
    """The key by itself, and against the fingerprint that the database knows."""
    secret = settings.secret_key.get_secret_value() if settings.secret_key else None
    where = "ADVISOR_SECRET_KEY" if secret else str(settings.key_file)
    try:
        keys = read_keys(settings.key_file, secret)
        if keys is None and known is None:
            return [Finding("key", True, f"{where} is made at the first start.")]
        if keys is None:
            says = f"The database has a key, and {where} is not there."
            return [Finding("key", False, says, "Put the key file back; a new key would open nothing.")]
        if known is not None:
            check_fingerprint(keys, known)
    except KeyRefused as fault:
        return [Finding("key", False, str(fault), f"Look at {where}.")]
    if secret is None and stat.S_IMODE(settings.key_file.stat().st_mode) & 0o077:
        return [Finding("key", False, f"Others can read {where}.", f"Run: chmod 600 {where}")]
    if known is None:
        return [Finding("key", True, f"{where} can be read; no database uses it yet.")]
    return [Finding("key", True, f"{where} is the database's.")]


async def _knowledge(settings: Settings) -> list[Finding]:
    folder = settings.knowledge_dir or default_folder()
    if not folder.is_dir():
        says = f"There is no folder {folder}."
        return [
            Finding("knowledge", False, says, "Set ADVISOR_KNOWLEDGE_DIR to a knowledge folder, or unset it.")
        ]
    errors = (await asyncio.to_thread(load, folder)).errors
    if not errors:
        return [Finding("knowledge", True, f"{folder} has no errors.")]
    shown = "; ".join(str(problem) for problem in errors[:_SHOWN])
    more = f" and {len(errors) - _SHOWN} more" if len(errors) > _SHOWN else ""
    mend = f"Correct the files; `advisor knowledge check {folder}` shows all."
    return [Finding("knowledge", False, f"{len(errors)} errors: {shown}{more}.", mend)]


def _operator(settings: Settings) -> Finding:
    missing = [
        name
        for name, value in (
            ("ADVISOR_OPERATOR_NAME", settings.operator_name),
            ("ADVISOR_OPERATOR_CONTACT", settings.operator_contact),
        )
        if not value
    ]
    if not missing:
        return Finding("operator", True, "Name and contact are set.")
    says = f"Nobody answers for the data: {' and '.join(missing)} not set."
    return Finding(
        "operator", False, says, "Set them; /privacy shows them, as Art. 13 GDPR and Telegram ask."
    )


async def _telegram(settings: Settings) -> list[Finding]:
    if settings.bot_token is None:
        says = "No token is set: only the terminal chat works."
        return [Finding("token", True, says)]
    url = f"{settings.telegram_api_url}/bot{settings.bot_token.get_secret_value()}/getMe"
    try:
        timeout = aiohttp.ClientTimeout(total=_PATIENCE)
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            status, date = answer.status, answer.headers.get("Date")
            body = await answer.content.read(65_536)
    except (aiohttp.ClientError, OSError) as fault:
        # The fault's own text may hold the address, and with it the token.
        says = (
            f"{settings.telegram_api_url} does not answer ({type(fault).__name__}); the token was not tried."
        )
        return [Finding("token", False, says, "Look at the network, a proxy, and TELEGRAM_API_URL.")]
    return [_verdict(settings, status, body), *_clock(date)]


def _verdict(settings: Settings, status: int, body: bytes) -> Finding:
    if status in (401, 404):
        says = "Telegram refuses the token."
        return Finding(
            "token", False, says, "Ask @BotFather for it (/token) and set TELEGRAM_BOT_TOKEN anew."
        )
    try:
        name = json.loads(body)["result"]["username"] if status == 200 else None
    except (ValueError, KeyError, TypeError):
        name = None
    if not isinstance(name, str):
        says = f"{settings.telegram_api_url} answers with {status} and not as a Bot API server does."
        return Finding("token", False, says, "Look at TELEGRAM_API_URL, or try again later.")
    return Finding("token", True, f"Telegram knows it as @{name}.")


def _clock(date: str | None) -> list[Finding]:
    try:
        theirs = parsedate_to_datetime(date or "")
    except ValueError:
        return []
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    off = (datetime.now(UTC) - theirs).total_seconds()
    if abs(off) <= CLOCK_TOLERANCE:
        return [Finding("clock", True, "It agrees with Telegram's.")]
    says = f"It is {abs(off):.0f} seconds {'ahead of' if off > 0 else 'behind'} Telegram's."
    return [Finding("clock", False, says, "Set it, and let the system keep it (timedatectl set-ntp true).")]

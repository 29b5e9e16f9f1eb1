"""How a sitting in the terminal begins: settings, data folder, counters, the application."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.cli.session import Session
from bot.offline.request import OfflineRequest
from bot.offline.state import TOKEN
from bot.offline.telegram import Telegram
from bot.ops.clock import SettableClock

_COUNTERS: Final = "shell.json"
"""Where a kept data folder remembers which update ids were used; a Telegram never counts back."""

_PATIENCE: Final = 600.0
"""Seconds."""
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class CannotOpen(Exception):  # noqa: N818 - named for what it says
    """The terminal chat cannot begin; the words say why, a line each."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a sitting begins with.

    Attributes:
        user: who speaks first.
        language: of their app.
        now: where the clock starts, aware.
        data: the data folder to keep; None for ADVISOR_DATA_DIR or a temporary one.
        environ: where settings are read from.
    """

    user: int
    language: str
    now: datetime
    data: Path | None
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @property
    def kept(self) -> Path | None:
        """The data folder that outlives the sitting, None when there is none."""
        given = self.environ.get("ADVISOR_DATA_DIR")
        return self.data or (Path(given) if given else None)


@asynccontextmanager
async def open_session(opening: Opening) -> AsyncIterator[Session]:
    """The application, not yet started, on a Telegram of its own; it is stopped at the end.

    Raises:
        CannotOpen: settings are wrong.
    """
    if not _LANGUAGE.fullmatch(opening.language):
        raise CannotOpen(f"{opening.language!r} is no language; write one as en or pt-br")
    with _folder(opening) as (folder, kept):
        from bot.app import Advisor
        from bot.chat.receive import Timing
        from bot.ops.logs import configure
        from bot.settings import SettingsError, load_settings

        try:
            settings = load_settings(_environment(opening.environ, folder, kept=kept))
        except SettingsError as error:
            raise CannotOpen(str(error)) from None
        configure("WARNING", token=TOKEN)
        clock = SettableClock(opening.now)
        counters = _read_counters(folder) if kept else {}
        telegram = Telegram(
            clock.now,
            first_update_id=counters.get("update_id", 1),
            first_message_id=counters.get("message_id", 1),
        )
        if kept:
            telegram.updates.on_change(_remembering(folder, telegram))

        # Whoever speaks here waits for the answer, however long it takes: nothing is let go meanwhile.
        timing = Timing(hold=_PATIENCE, stall=_PATIENCE)

        def make() -> Advisor:
            return Advisor(settings, clock=clock, request=OfflineRequest(telegram), timing=timing)

        session = Session(telegram, clock, make, user=opening.user, language=opening.language)
        try:
            yield session
        finally:
            await session.stop()


@contextmanager
def _folder(opening: Opening) -> Iterator[tuple[Path, bool]]:
    if opening.kept is not None:
        yield opening.kept, True
        return
    with tempfile.TemporaryDirectory(prefix="advisor-", ignore_cleanup_errors=True) as folder:
        yield Path(folder) / "data", False


def _environment(environ: Mapping[str, str], folder: Path, *, kept: bool) -> Mapping[str, str]:
    ours = {
        "ADVISOR_DATA_DIR": str(folder),
        "ADVISOR_SEND_RATE": "0",
        "ADVISOR_CHAT_RATE": "0",
        "ADVISOR_GROUP_RATE": "0",
        "TELEGRAM_BOT_TOKEN": TOKEN,
    }
    if not kept:
        home = Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        ours["ADVISOR_CACHE_DIR"] = environ.get("ADVISOR_CACHE_DIR") or str(home / "privacy-advisor")
        ours["ADVISOR_DATABASE_URL"] = f"sqlite:///{folder / 'advisor.db'}"
    hidden = {f"{name}_FILE" for name in ours}
    return {name: value for name, value in environ.items() if name not in hidden} | ours


def _read_counters(folder: Path) -> dict[str, int]:
    try:
        found = json.loads((folder / _COUNTERS).read_text())
        return {name: int(found[name]) for name in ("update_id", "message_id")}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _remembering(folder: Path, telegram: Telegram) -> Callable[[], None]:
    written: dict[str, int] = {}

    def remember() -> None:
        nonlocal written
        counters = {"update_id": telegram.updates.next_id, "message_id": telegram.next_message_id}
        if counters != written and folder.is_dir():
            draft = folder / f"{_COUNTERS}.new"
            draft.write_text(json.dumps(counters))
            draft.replace(folder / _COUNTERS)
            written = counters

    return remember

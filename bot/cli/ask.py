"""`advisor ask`: one question, or a file of them, answered in the terminal."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.chat.render import render
from bot.chat.screens.question import reply_to
from bot.chat.screens.sources import sources_screen
from bot.chat.screens.viewer import UNSAID, Viewer
from bot.chat.wording import words_for
from bot.cli.setting import settings_or_exit, stop
from bot.knowledge.load import load
from bot.knowledge.location import default_folder
from bot.knowledge.model import KnowledgeBase, Surface
from bot.knowledge.past import Days
from bot.matching.alarm import Alarm, read_alarm
from bot.matching.context import Context
from bot.matching.explain import explain as explained
from bot.matching.explain import in_words
from bot.matching.match import match
from bot.matching.result import Answer, Suggestions
from bot.matching.secrets import find_secret
from bot.matching.snapshot import Snapshot, build_snapshot
from bot.ops.clock import SystemClock


@dataclass(frozen=True, slots=True)
class _Question:
    id: Any
    text: str
    language: str
    region: str | None
    context: str | None


def ask(
    text: Annotated[str | None, typer.Argument(help="The question.")] = None,
    batch: Annotated[
        Path | None,
        typer.Option(help='JSON lines {"id","text","lang"?,"region"?,"context"?}; "-" is standard input.'),
    ] = None,
    lang: Annotated[str, typer.Option(help="The language of the person.")] = "en",
    region: Annotated[
        str | None, typer.Option(help="Where the person lives, such as eu, de or us-ca.")
    ] = None,
    context: Annotated[
        str | None, typer.Option(help="What was talked about before: ENTRY or ENTRY,SURFACE.")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Answer as it was on that day, such as 2025-11-02."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    explain: Annotated[bool, typer.Option(help="Show why.")] = False,
    knowledge: Annotated[Path | None, typer.Option("--dir", help="A knowledge folder.")] = None,
    cache: Annotated[Path | None, typer.Option(help="Where finished indexes are kept.")] = None,
) -> None:
    """Answer TEXT, or each line of a file."""
    if (text is None) == (batch is None):
        stop("Give a question or --batch FILE (see: advisor ask --help).", 2)
    today = SystemClock().now().date()
    if as_of is not None and as_of.date() >= today:
        stop(f"--as-of needs a day that is over, and {as_of.date()} is not.", 2)
    settings = settings_or_exit()
    snapshot = _snapshot(knowledge or settings.knowledge_dir, cache or settings.cache_folder)
    if batch is not None:
        for question in _read(batch, lang, region, context):
            typer.echo(_json(snapshot, question))
        return
    question = _Question(None, text or "", lang, region, context)
    where = _context(question)
    if explain:
        found = explained(snapshot, question.text, where)
        typer.echo(in_words(found) if found else "There is nothing to ask yet.")
    elif as_json:
        typer.echo(_json(snapshot, question))
    else:
        typer.echo(_plain(snapshot, question, as_of=Days.of(as_of.date()) if as_of else None))


def _snapshot(folder: Path | None, cache: Path) -> Snapshot:
    result = load(folder or default_folder())
    if result.base is None:
        errors = "\n".join(str(problem) for problem in result.errors[:5])
        stop(f"The knowledge has {len(result.errors)} errors (see: advisor knowledge check).\n{errors}")
    return build_snapshot(result.base, cache=cache)


def _read(path: Path, lang: str, region: str | None, context: str | None) -> list[_Question]:
    try:
        said = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}.", 2)
    questions: list[_Question] = []
    for number, line in enumerate(said.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            stop(f"{path}:{number}: this is no JSON.")
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            stop(f'{path}:{number}: a line is {{"id": …, "text": "…"}}.')
        questions.append(
            _Question(
                row.get("id"),
                row["text"],
                str(row.get("lang") or lang),
                row.get("region") or region,
                row.get("context") or context,
            )
        )
    return questions


def _context(question: _Question) -> Context:
    entry, _, surface = (question.context or "").partition(",")
    known = {one.value: one for one in Surface}
    return Context(
        language=question.language,
        region=question.region.lower() if question.region else None,
        entry=entry.strip() or None,
        platform=entry.strip().partition(".")[0] or None,
        surface=known.get(surface.strip()),
    )


def _json(snapshot: Snapshot, question: _Question) -> str:
    started = time.perf_counter()
    outcome = match(snapshot, question.text, _context(question))
    notice = _notice(snapshot.base, question)
    took = (time.perf_counter() - started) * 1000
    candidates = outcome.reading.candidates
    said = {
        "id": question.id,
        "outcome": "answer"
        if isinstance(outcome, Answer)
        else "suggest"
        if isinstance(outcome, Suggestions)
        else "unknown",
        "entries": [candidate.entry for candidate in candidates],
        "scores": [candidate.score for candidate in candidates],
        "lang": outcome.reading.language,
        "ms": round(took, 3),
        "notice": notice,
    }
    return json.dumps(said, ensure_ascii=False)


def _notice(base: KnowledgeBase, question: _Question) -> str | None:
    alarm = read_alarm(base, question.text, question.language)
    if alarm in {Alarm.WISH_TO_DIE, Alarm.DESPAIR}:
        return "distress"
    if alarm is not None:
        return "danger"
    return "secret" if find_secret(question.text) else None


def _plain(snapshot: Snapshot, question: _Question, *, as_of: Days | None) -> str:
    """What the chat would say, without its buttons; the sources follow."""
    context = _context(question)
    viewer = Viewer(
        words=words_for(question.language),
        base=snapshot.base,
        today=SystemClock().now().date(),
        region=context.region or UNSAID,
    )
    reply = reply_to(
        snapshot, question.text, viewer, entry=context.entry, surface=context.surface, as_of=as_of
    )
    screens = [reply.screen]
    if entry := viewer.entry(reply.entry):
        screens.append(sources_screen(entry, viewer))
    offered = [button.label for row in reply.screen.rows for button in row] if not reply.entry else []
    said = [message.plain for screen in screens for message in render(screen)]
    return "\n\n".join([*said, *([f"Topics: {', '.join(offered)}"] if offered else [])])

"""`advisor knowledge`: check, count, show, compare and copy the knowledge base."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.cli import revising
from bot.knowledge.diff import diff
from bot.knowledge.load import LoadResult, load, load_files
from bot.knowledge.locate import locate
from bot.knowledge.location import default_folder
from bot.knowledge.model import Claim, Entry, KnowledgeBase
from bot.knowledge.past import Days, is_dated, overlaps
from bot.knowledge.problems import Problem, Severity
from bot.knowledge.revision import text_hash
from bot.knowledge.stats import behind, count, overdue
from bot.knowledge.table import PlatformRow, table

app = typer.Typer(help="Check and look through the knowledge base.", no_args_is_help=True)

Folder = Annotated[
    Path | None, typer.Argument(help="A knowledge folder; the one that is used when left out.")
]
FolderOption = Annotated[Path | None, typer.Option("--dir", help="A knowledge folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)


def _read(folder: Path | None) -> LoadResult:
    """Load a folder; wrong use (exit 2) when there is none."""
    place = folder if folder is not None else default_folder()
    if not place.is_dir():
        _fail(f"There is no folder {place}.", 2)
    return load(place)


def _usable(folder: Path | None) -> KnowledgeBase:
    """The base of a folder; its errors and exit 1 when it has any."""
    result = _read(folder)
    if result.base is None:
        for problem in result.errors[:20]:
            typer.echo(str(problem), err=True)
        _fail(f"The knowledge has {len(result.errors)} errors; see `advisor knowledge check`.", 1)
    return result.base


@app.command()
def check(
    folder: Folder = None,
    as_json: AsJson = False,
    matching: Annotated[
        bool,
        typer.Option("--matching", help="Also phrasings that another entry would answer (some seconds)."),
    ] = False,
) -> None:
    """Name everything that is wrong, with file, line, column and how to mend it."""
    result = _read(folder)
    if matching and result.base is not None:
        doubted = tuple(_doubts(result.base, folder if folder is not None else default_folder()))
        result = dataclasses.replace(result, problems=(*result.problems, *doubted))
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "ok": result.base is not None,
                    "revision": result.base.revision if result.base else None,
                    "errors": len(result.errors),
                    "warnings": len(result.warnings),
                    "problems": [dataclasses.asdict(problem) for problem in result.problems],
                },
                ensure_ascii=False,
            )
        )
    else:
        for problem in result.problems:
            typer.echo(str(problem))
        if result.base is not None:
            numbers = count(result.base, datetime.now(UTC).date())
            typer.echo(
                f"Fine: {numbers.entries} entries, {numbers.claims} claims, {numbers.sources} sources, "
                f"{len(result.warnings)} warnings, revision {result.base.revision[:12]}."
            )
        else:
            typer.echo(f"{len(result.errors)} errors, {len(result.warnings)} warnings.")
    raise typer.Exit(0 if result.base is not None else 1)


def _doubts(base: KnowledgeBase, folder: Path) -> Iterator[Problem]:
    """What the matcher would read otherwise than its author, as warnings."""
    from bot.matching.doubts import doubts  # numpy: only where it is asked for

    for doubt in doubts(base):
        where = locate(folder, doubt.language, doubt.entry, doubt.phrasing)
        if doubt.phrasing is None:
            said = f"{doubt.share:.0%} of the phrasings of {doubt.entry} are nearer to {doubt.other}."
            mend = "Give it phrasings that only it answers, or make one entry of the two."
        else:
            said = f"{doubt.phrasing!r} is nearer to {doubt.other} than to {doubt.entry}."
            mend = "Move it, or give its entry more of the kind."
        yield Problem(where.file, where.line, where.column, said, mend, Severity.WARNING)


@app.command()
def stats(folder: Folder = None, as_json: AsJson = False) -> None:
    """Count entries, claims, guides and languages."""
    numbers = count(_usable(folder), datetime.now(UTC).date())
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(numbers)))
        return
    typer.echo(
        f"{numbers.entries} entries, {numbers.claims} claims "
        f"({numbers.claims_without_source} without a source), "
        f"{numbers.guides} guides, {numbers.sources} sources, {numbers.platforms} platforms"
    )
    for code, one in numbers.languages.items():
        typer.echo(
            f"{code}: {one.entries} entries, {one.phrasings} phrasings, {one.stale} stale, "
            f"{one.missing} missing, {one.overdue} overdue"
        )


@app.command()
def show(
    entry_id: Annotated[str, typer.Argument(metavar="ID", help="The id of an entry.")],
    as_json: AsJson = False,
    language: Annotated[str, typer.Option("--lang", help="Two letters.")] = "en",
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only claims of which is known that they held on that day."),
    ] = None,
    folder: FolderOption = None,
) -> None:
    """Show one entry with its claims, regions, sources and dates."""
    base = _usable(folder)
    entry = base.entry(entry_id, language=language)
    if entry is None:
        _fail(f"There is no entry {entry_id}.", 1)
    if as_of is not None:
        day = Days.of(as_of.date())
        held = tuple(one for one in entry.claims if is_dated(one) and overlaps(one, day))
        entry = dataclasses.replace(entry, claims=held, disputed=())
    if as_json:
        typer.echo(json.dumps(_as_json(entry), ensure_ascii=False))
        return
    typer.echo(f"{entry.id}: {entry.title}")
    for claim in entry.claims:
        limits = ", ".join(claim.regions) + (f" except {', '.join(claim.excluded)}" if claim.excluded else "")
        typer.echo(f"- {claim.text}\n  [{limits}; {', '.join(claim.sources)}; {_dates(claim)}]")
    if as_of is not None and not entry.claims:
        typer.echo(f"No claim has dates that reach {as_of.date()}: what held then is not known.")
    for dispute in entry.disputed:
        typer.echo(f"- {dispute.verdict}: {dispute.says}\n  {dispute.because}")
    for walk in entry.guide.walks if entry.guide and as_of is None else ():
        typer.echo(f"Steps for {walk.surface}:")
        for number, step in enumerate(walk.steps, start=1):
            typer.echo(f"  {number}. {step.text}" + (f" ({step.path})" if step.path else ""))


def _dates(claim: Claim) -> str:
    parts = [f"from {claim.begins}" if claim.begins else "", f"until {claim.ends}" if claim.ends else ""]
    return "; ".join(part for part in (*parts, f"checked {claim.checked}") if part)


def _as_json(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        "title": entry.title,
        "platform": entry.platform,
        "guide": entry.guide is not None,
        "no_opt_out": entry.no_opt_out,
        "claims": [
            {
                "text": claim.text,
                "sources": list(claim.sources),
                "checked": claim.checked.isoformat(),
                "regions": list(claim.regions),
                "except": list(claim.excluded),
                "place": claim.place.value,
                "lasting": claim.lasting,
                "from": claim.begins.isoformat() if claim.begins else None,
                "until": claim.ends.isoformat() if claim.ends else None,
            }
            for claim in entry.claims
        ],
        "caveats": list(entry.caveats),
        "see": list(entry.see),
        "phrasings": list(entry.phrasings),
    }


def _side(name: str) -> KnowledgeBase:
    """The base of a folder or of a revision."""
    if Path(name).is_dir() or "/" in name or "." in name:
        return _usable(Path(name))
    draft = load_files(revising.files_of(name)).draft  # it was whole by the rules of its day
    return dataclasses.replace(draft, revision=name)


@app.command("diff")
def diff_command(
    old: Annotated[str, typer.Argument(metavar="A", help="A folder, a revision's number or its hash.")],
    new: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    as_json: AsJson = False,
) -> None:
    """Say in words what is different in B."""
    changes = diff(_side(old), _side(new))
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(change) for change in changes], ensure_ascii=False))
        return
    for change in changes:
        typer.echo(str(change))
    if not changes:
        typer.echo("Both say the same.")


@app.command()
def export(
    target: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that does not exist or is empty.")],
    folder: FolderOption = None,
    revision: Annotated[
        str | None, typer.Option("--revision", metavar="N", help="A revision's number or hash.")
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="DIR has knowledge in it: write what differs, leave the rest.")
    ] = False,
) -> None:
    """Write the newest revision into DIR, byte by byte; the files of the program when there is none yet."""
    if folder is None and revising.export_revision(target, revision, update=update):
        return
    base = _usable(folder)
    source = folder if folder is not None else default_folder()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        _fail(f"{target} is not empty.", 2)
    try:
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*"))
    except OSError as error:
        _fail(f"{target} cannot be written ({error.strerror}).", 1)
    copy = load(target)
    if copy.base is None or copy.base.revision != base.revision:
        _fail(f"The copy in {target} is not what was copied; somebody changed it meanwhile.", 1)
    typer.echo(f"{target}: revision {base.revision}")


@app.command()
def translations(
    folder: Folder = None,
    language: Annotated[str | None, typer.Option("--lang", help="Only this language, two letters.")] = None,
    as_json: AsJson = False,
) -> None:
    """List translations that are missing or older than the English text (exit 1 when there are any)."""
    base = _usable(folder)
    english = base.languages.get("en")
    wanted = [code for code in base.languages if code != "en" and language in {None, code}]
    if english is None or (language is not None and not wanted):
        _fail(f"There is no translation into “{language}”." if language else "There is no English text.", 2)
    found = {code: behind(base, code) for code in wanted}
    if as_json:
        typer.echo(json.dumps({code: dataclasses.asdict(one) for code, one in found.items()}))
    else:
        for code, one in found.items():
            for entry_id in one.stale:
                now = text_hash(english.entries[entry_id])
                typer.echo(f"{code} stale: {entry_id} (once it fits: translates: {now})")
            for entry_id in one.missing:
                typer.echo(f"{code} missing: {entry_id}")
            for name in one.caveats:
                typer.echo(f"{code} missing: caveat {name}")
            for name in one.labels:
                typer.echo(f"{code} missing: label “{name}”")
            typer.echo(
                f"{code}: {len(one.stale)} stale, {len(one.missing)} missing, {len(one.caveats)} caveats and "
                f"{len(one.labels)} labels missing, of {len(english.entries)} entries"
            )
    raise typer.Exit(1 if any(one.any for one in found.values()) else 0)


@app.command("table")
def table_command(folder: Folder = None, as_json: AsJson = False) -> None:
    """Platform by platform: guides, surfaces, regions, claims, sources, the oldest check."""
    rows = table(_usable(folder))
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(row) for row in rows], default=str))
        return
    head = ("platform", "entries", "guides", "surfaces", "regions", "claims", "sources", "oldest")
    lines = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    for line in lines:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


_NAMED_REGIONS = 7
"""Regions that the table names; more are counted."""


def _cells(row: PlatformRow) -> tuple[str, ...]:
    guides = str(row.guides) if row.guides else "no way out" if row.no_opt_out else "-"
    regions = ",".join(row.regions[:_NAMED_REGIONS]) or "world"
    more = len(row.regions) - _NAMED_REGIONS
    return (
        row.platform,
        str(row.entries),
        guides,
        ",".join(row.surfaces) or "-",
        f"{regions} +{more}" if more > 0 else regions,
        str(row.claims),
        str(row.sources),
        row.oldest.isoformat() if row.oldest else "-",
    )


app.command()(revising.history)
app.command()(revising.publish)
app.command()(revising.rollback)


@app.command()
def stale(folder: Folder = None) -> None:
    """List entries whose check is overdue, the oldest first (exit 1 when there are any)."""
    base = _usable(folder)
    today = datetime.now(UTC).date()
    found = [
        (late.as_of, code, entry.id, late)
        for code, language in base.languages.items()
        for entry in language.entries.values()
        if (late := overdue(entry, base, today)) is not None
    ]
    for as_of, code, entry_id, late in sorted(found, key=lambda one: one[:3]):
        withheld = ", steps are withheld" if late.withheld else ""
        typer.echo(f"{entry_id} ({code}): as of {as_of}, {late.days} days ago{withheld}")
    raise typer.Exit(1 if found else 0)


if __name__ == "__main__":
    app()

"""`advisor knowledge`: check, count, show, compare and copy the knowledge base."""

from __future__ import annotations

import dataclasses
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.knowledge.diff import diff
from bot.knowledge.load import LoadResult, load
from bot.knowledge.location import default_folder
from bot.knowledge.model import Entry, KnowledgeBase
from bot.knowledge.stats import count, overdue

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
def check(folder: Folder = None, as_json: AsJson = False) -> None:
    """Name everything that is wrong, with file, line, column and how to mend it."""
    result = _read(folder)
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
    folder: FolderOption = None,
) -> None:
    """Show one entry with its claims, regions, sources and dates."""
    base = _usable(folder)
    entry = base.entry(entry_id, language=language)
    if entry is None:
        _fail(f"There is no entry {entry_id}.", 1)
    if as_json:
        typer.echo(json.dumps(_as_json(entry), ensure_ascii=False))
        return
    typer.echo(f"{entry.id}: {entry.title}")
    for claim in entry.claims:
        limits = ", ".join(claim.regions) + (f" except {', '.join(claim.excluded)}" if claim.excluded else "")
        typer.echo(f"- {claim.text}\n  [{limits}; {', '.join(claim.sources)}; checked {claim.checked}]")
    for dispute in entry.disputed:
        typer.echo(f"- {dispute.verdict}: {dispute.says}\n  {dispute.because}")
    for walk in entry.guide.walks if entry.guide else ():
        typer.echo(f"Steps for {walk.surface}:")
        for number, step in enumerate(walk.steps, start=1):
            typer.echo(f"  {number}. {step.text}" + (f" ({step.path})" if step.path else ""))


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
            }
            for claim in entry.claims
        ],
        "caveats": list(entry.caveats),
        "see": list(entry.see),
        "phrasings": list(entry.phrasings),
    }


@app.command("diff")
def diff_command(
    old: Annotated[Path, typer.Argument(metavar="A", help="A knowledge folder.")],
    new: Annotated[Path, typer.Argument(metavar="B", help="Another one.")],
    as_json: AsJson = False,
) -> None:
    """Say in words what is different in B."""
    changes = diff(_usable(old), _usable(new))
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
) -> None:
    """Copy the knowledge into DIR; the copy has the same revision."""
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

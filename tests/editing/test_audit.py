"""The audit: one line of rows on both databases, and every changed byte in it is found."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text, update
from typer.testing import CliRunner

from bot.cli.audit import app
from bot.editing.audit import HEAD, Audit, verify_stored
from bot.editing.audit_chain import NOTHING, Chain, Record, Verdict
from bot.editing.audit_file import ExportRefused, verify_export, write_export
from bot.editing.roles import Actor, Role
from bot.storage.engine import Database
from bot.storage.tables import audit, installation
from tests.support.databases import NOW

ANNA = Actor(b"a" * 32, Role.PUBLISHER, "editor 1 (12345678)")
SENTENCE = "Ж „quoted“ \\ and\nlines"


async def fill(database: Database, rows: int = 5) -> None:
    """Some rows, each in a transaction of its own."""
    for number in range(1, rows + 1):
        async with database.write() as connection:
            actor = ANNA if number % 2 else None
            noted = await Audit().note(
                connection, actor, "publish", f"proposal {number}", {"n": number, "why": SENTENCE}, now=NOW
            )
        assert noted == number


async def found(database: Database, expected: str | None = None) -> Verdict:
    async with database.read() as connection:
        return await verify_stored(connection, Audit(), expected=expected)


async def records(database: Database) -> list[Record]:
    async with database.read() as connection:
        return [record async for record, _ in Audit().everything(connection) if record]


async def test_rows_are_numbered_without_a_gap_and_are_well(database: Database) -> None:
    assert (await found(database)) == Verdict(0, NOTHING)
    await fill(database)
    verdict = await found(database)
    assert (verdict.rows, verdict.bad) == (5, None)
    rows = await records(database)
    assert [row.number for row in rows] == [1, 2, 3, 4, 5]
    assert [row.actor for row in rows[:2]] == [ANNA.label, "operator"]
    assert rows[0].instant == NOW
    async with database.read() as connection:
        (newest,) = await Audit().newest(connection, limit=1)
        (third,) = await Audit().newest(connection, limit=9, subject="proposal 3")
    assert (newest.number, third.number) == (5, 3)


async def test_a_transaction_that_is_rolled_back_leaves_no_gap(database: Database) -> None:
    await fill(database, 1)

    class Undone(Exception):  # noqa: N818
        pass

    with pytest.raises(Undone):
        async with database.write() as connection:
            await Audit().note(connection, ANNA, "publish", "x", {}, now=NOW)
            raise Undone
    async with database.write() as connection:
        assert await Audit().note(connection, ANNA, "publish", "y", {}, now=NOW) == 2
    assert (await found(database)).bad is None


async def test_writers_at_the_same_time_make_one_line(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.write() as connection:
            await Audit().note(connection, ANNA, "edit", str(number), {}, now=NOW)

    await asyncio.gather(*(write(number) for number in range(12)))
    verdict = await found(database)
    assert (verdict.rows, verdict.bad) == (12, None)


@pytest.mark.parametrize(
    "column", ["at", "actor", "action", "subject", "detail", "previous_hash", "hash", "number"]
)
async def test_a_change_in_any_column_is_found_with_its_number(database: Database, column: str) -> None:
    await fill(database)
    changed: dict[str, object] = {"at": 7, "number": 900}
    async with database.write() as connection:
        await connection.execute(
            text(f"UPDATE audit SET {column} = :value WHERE number = 3"),
            {"value": changed.get(column, "0" * 12)},
        )
    verdict = await found(database)
    assert (verdict.bad, verdict.rows) == (3, 2)


@pytest.mark.parametrize("number", [1, 3, 5])
async def test_a_row_that_was_removed_is_found_even_the_last_one(database: Database, number: int) -> None:
    await fill(database)
    async with database.write() as connection:
        await connection.execute(delete(audit).where(audit.c.number == number))
    assert (await found(database)).bad == number


async def test_all_rows_removed_and_a_removed_head_are_found(database: Database) -> None:
    await fill(database)
    async with database.write() as connection:
        await connection.execute(delete(audit))
    assert (await found(database)).bad == 1
    await database.close()
    async with database.write() as connection:
        await connection.execute(delete(installation).where(installation.c.name == HEAD))
        await connection.execute(
            insert(audit).values(
                number=1, at=NOW, actor="", action="", subject="", detail="{}", previous_hash="", hash=""
            )
        )
    assert (await found(database)).bad == 1


async def test_two_rows_that_changed_places_are_found(database: Database) -> None:
    await fill(database)
    async with database.write() as connection:
        for before, after in ((2, 900), (4, 2), (900, 4)):
            await connection.execute(update(audit).where(audit.c.number == before).values(number=after))
    assert (await found(database)).bad == 2


async def test_a_chain_that_was_made_anew_differs_from_the_head_that_was_written_down(
    database: Database,
) -> None:
    await fill(database, 3)
    before = await found(database)
    head = f"{before.rows}:{before.hash}"
    await fill_on(database, 4)
    assert (await found(database, head)).bad is None
    async with database.write() as connection:
        await connection.execute(delete(audit))
        await connection.execute(delete(installation).where(installation.c.name == HEAD))
    await fill_on(database, 1, "forged")
    assert (await found(database)).bad is None
    assert (await found(database, head)).bad == 2
    await fill_on(database, 2, "forged")
    await fill_on(database, 3, "forged")
    assert (await found(database, head)).bad == 3


async def fill_on(database: Database, number: int, action: str = "more") -> None:
    async with database.write() as connection:
        assert await Audit().note(connection, None, action, "x", {}, now=NOW) == number


def chain(rows: int) -> list[Record]:
    """Good rows without a database."""
    made: list[Record] = []
    previous = NOTHING
    for number in range(1, rows + 1):
        draft = Record(
            number, 10**15 + number, "editor 1", "edit", f"entry {number}", '{"n":1}', previous, ""
        )
        previous = draft.computed_hash()
        made.append(replace(draft, hash=previous))
    return made


_NAMES = ("number", "at", "actor", "action", "subject", "detail", "previous")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("audit") / "audit.jsonl"
    assert write_export(file, chain(4)) == 4
    return file


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(min_value=0), byte=st.integers(0, 255))
def test_any_single_changed_byte_of_an_export_is_found(
    exported: Path, tmp_path: Path, at: int, byte: int
) -> None:
    content = bytearray(exported.read_bytes())
    at %= len(content)
    if content[at] == byte:
        byte ^= 1
    row = content[:at].count(b"\n") + 1
    content[at] = byte
    changed = tmp_path / "changed.jsonl"
    changed.write_bytes(content)
    verdict = verify_export(changed)
    assert verdict.bad == row, bytes(content)


@settings(max_examples=60, deadline=None)
@given(number=st.integers(1, 4), name=st.sampled_from(_NAMES[2:]), at=st.integers(0), sign=st.characters())
def test_any_changed_sign_of_a_row_is_found(number: int, name: str, at: int, sign: str) -> None:
    rows = chain(4)
    good = rows[number - 1]
    before: str = getattr(good, name)
    at %= len(before)
    if before[at] == sign:
        return
    changed: dict[str, Any] = {name: before[:at] + sign + before[at + 1 :]}
    rows[number - 1] = replace(good, **changed)
    checked = Chain()
    assert not all(checked.add(row) for row in rows)
    assert checked.verdict().bad == number


def test_lines_that_are_missing_added_or_moved_are_found(exported: Path, tmp_path: Path) -> None:
    lines = exported.read_bytes().splitlines(keepends=True)
    broken = {
        2: [lines[0], *lines[2:]],
        3: [lines[0], lines[1], lines[3], lines[2], lines[4]],
        4: [*lines[:3], lines[4]],
        5: lines[:4],
    }
    file = tmp_path / "broken.jsonl"
    for number, kept in broken.items():
        file.write_bytes(b"".join(kept))
        assert verify_export(file).bad == number
    file.write_bytes(b"".join([*lines, lines[0]]))
    assert verify_export(file).bad == 5
    file.write_bytes(b"")
    assert verify_export(file).bad == 1


def test_an_export_never_overwrites_a_file(exported: Path) -> None:
    with pytest.raises(ExportRefused, match="is there already"):
        write_export(exported, [])


async def test_the_commands_verify_and_export(
    sqlite_database: Database, data_dir: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(data_dir))

    async def run(*arguments: str) -> tuple[int, str]:
        result = await asyncio.to_thread(CliRunner().invoke, app, list(arguments))
        return result.exit_code, result.stdout + result.stderr

    await fill(sqlite_database)
    code, out = await run("verify")
    assert code == 0
    assert out.startswith("All well: 5 rows, head 5:")
    head = out.splitlines()[0].rpartition(" ")[2]
    file = tmp_path / "audit.jsonl"
    assert await run("export", str(file)) == (0, f"Wrote 5 rows to {file}.\n")
    assert (await run("verify", str(file), "--expect", head))[0] == 0
    assert (await run("export", str(file)))[0] == 2
    assert (await run("verify", str(tmp_path / "none")))[0] == 2
    assert (await run("verify", "--expect", "nonsense"))[0] == 2
    async with sqlite_database.write() as connection:
        row = (await connection.execute(select(audit.c.detail).where(audit.c.number == 4))).scalar_one()
        await connection.execute(
            update(audit).where(audit.c.number == 4).values(detail=row.replace('"n":4', '"n":5'))
        )
    code, out = await run("verify")
    assert (code, out) == (1, "Row 4: it was changed. The 3 rows before it are well.\n")

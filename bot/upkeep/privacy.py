"""The privacy notice of an installation, from the list of what is stored and the settings in force.

PRIVACY.md is what it says of an installation on SQLite that names nobody; a test keeps it current. In the
chat /privacy is made from the same list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.members import erasures
from bot.members.registry import PERSONAL, Personal
from bot.members.service import MARKS_KEPT, WARNED_AHEAD
from bot.storage import copying


@dataclass(frozen=True, slots=True)
class InForce:
    """What the settings decide.

    Attributes:
        operator: the name of who answers for the data; empty when nobody is named.
        contact: how they are reached.
        postgres: whether the database is PostgreSQL; else it is SQLite.
    """

    operator: str = ""
    contact: str = ""
    postgres: bool = False


def privacy_markdown(in_force: InForce, kinds: Sequence[Personal] = PERSONAL) -> str:
    """The whole notice, in English."""
    rows = "\n".join(
        f"| {_cell(kind.what)} | {_cell(kind.purpose)} | {_cell(kind.ends)} |" for kind in reversed(kinds)
    )
    parts = [
        "# Privacy",
        _responsible(in_force),
        "## What is not stored",
        "Questions, answers, names, user names, photos, files. A message is read in memory, answered, and"
        " gone. Logs hold no text, no name and no id. No language model reads along, and no question leaves"
        " the machine. What you send to the editors by a tap is the one exception: its words are sealed and"
        " end as the table says.",
        "What Telegram does is Telegram's affair: it carries every message and keeps the chat, and chats with"
        " bots are not end-to-end encrypted.",
        "## What may be stored",
        f"| What | Why | Until |\n|---|---|---|\n{rows}\n{_outside()}",
        "A row is named by a keyed code (HMAC) of your Telegram id, and what could name you is sealed"
        " (AES-GCM). The key lies apart from the data and is in no backup. Whoever has the database alone can"
        " name nobody. Whoever has both can.",
        "Purpose: answering you, and what the table says. Basis: you ask for it (Art. 6(1)(b) GDPR). Nothing"
        " is passed on, nobody is profiled, nothing is advertised or trained.",
        "## Ending by itself",
        "What is kept about you ends 12 months after your last message. You are told"
        f" {WARNED_AHEAD.days} days before and can keep it with one tap. A reminder that still waits keeps it"
        " too.",
        "## Erasing",
        _erasing(in_force),
        "## Your rights",
        "/mydata shows everything, for you and for a program. You may also have it corrected, restricted or"
        " erased, take it with you, object, and complain to your data protection authority.",
    ]
    return "\n\n".join(parts) + "\n"


def privacy_text(in_force: InForce, kinds: Sequence[Personal] = PERSONAL) -> str:
    """The same without tables and marks."""
    lines = []
    for line in privacy_markdown(in_force, kinds).splitlines():
        if line.startswith(("|---", "| What | Why")):
            continue
        if line.startswith("| "):
            what, purpose, ends = (cell.strip() for cell in line.strip("|").split(" | "))
            line = f"- {what}. {purpose}. {ends}."
        lines.append(line.lstrip("# "))
    return "\n".join(lines) + "\n"


def _responsible(in_force: InForce) -> str:
    if in_force.operator and in_force.contact:
        return (
            f"{in_force.operator} runs this bot and answers for the data: {in_force.contact}. You hear within"
            " 30 days."
        )
    return (
        "This text describes what the program does. Whoever runs it (the operator) answers for the data; the"
        " bot names them under /privacy, and `advisor privacy` prints this text with their name."
    )


def _outside() -> str:
    return (
        "| A mark that you asked to be forgotten: the keyed code and the instant, outside the database | So"
        f" that a restored backup forgets you again | After {erasures.KEPT.days} days |"
    )


def _erasing(in_force: InForce) -> str:
    if in_force.postgres:
        how = (
            "/forget deletes every row. On PostgreSQL nobody can prove that the bytes of a deleted row are"
            " gone from its files; what names you was only ever stored there sealed."
        )
    else:
        how = (
            "/forget deletes every row, overwrites its bytes, empties SQLite's write-ahead log, and cleans"
            f" the copies from before upgrades and restores, which go after {copying.KEPT.days} days; a test"
            " searches the files byte by byte."
        )
    marks = MARKS_KEPT.total_seconds() / 3600
    return (
        f"{how} The number of an update that changed something stays for {marks:.0f} hours, and no longer"
        " says that it was yours. Not within reach: backups made before, copies that a replication keeps,"
        " snapshots of a disk, worn cells of an SSD. A restored backup forgets you again, from the mark"
        " above."
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

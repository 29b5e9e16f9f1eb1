"""Change notices and corrections for carriers to carry: who is to be told of what, and by which bases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from bot.deliveries.model import Delivery, Fate, Kind, Outcome, Send
from bot.editing.recalls import Recalls
from bot.guides.changes import Changes
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.revision import guide_hash, text_hash
from bot.members.identity import Identity
from bot.members.keys import open_keys
from bot.members.profile import Profile
from bot.members.service import Members
from bot.storage.engine import Database
from bot.storage.tables import deliveries, installation, members, recalls, receipts, ways
from tests.soak.carrier import Mailbox
from tests.support.knowledge import claim, small_base

GUIDE, ANSWER = "acme.opt-out", "acme.form"
FIRST = 6_000_000
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def wrong_base() -> KnowledgeBase:
    """What members read, and the guide that they finished."""
    return small_base()


def mended_base() -> KnowledgeBase:
    """The guide has another effect, and the answer is right."""
    base = small_base()
    english = base.languages["en"]
    guide, answer = english.entries[GUIDE], english.entries[ANSWER]
    assert guide.guide is not None
    entries = {
        **english.entries,
        GUIDE: replace(guide, guide=replace(guide.guide, result="It is off for good.")),
        ANSWER: replace(answer, claims=(claim("There is no form."),)),
    }
    return replace(base, revision="1" * 64, languages={"en": replace(english, entries=entries)})


class Both:
    """The wrong revision is 1, the mended one 2."""

    async def base(self, number: int) -> KnowledgeBase:
        """The knowledge of a revision."""
        return {1: wrong_base, 2: mended_base}[number]()


async def fill(database: Database, folder: Path, *, count: int) -> Sequence[str]:
    """Empty the tables; members who finished the guide and read the answer. Returns what must arrive."""
    identity = Identity(await open_keys(database, path=folder / "key"))
    (folder / "sent").unlink(missing_ok=True)
    names = [identity.member_id(FIRST + number) for number in range(count)]
    entries = wrong_base().languages["en"].entries
    sealed = Profile(corrections=True).to_bytes()
    async with database.write() as connection:
        for table in (deliveries, ways, receipts, recalls, members):
            await connection.execute(sa.delete(table))
        await connection.execute(sa.delete(installation).where(installation.c.name == "announced_revision"))
        await connection.execute(
            sa.insert(members),
            [
                {
                    "member_id": name,
                    "sealed_chat": identity.seal_chat(name, FIRST + number),
                    "sealed_profile": identity.seal(name, sealed),
                    "created_at": LONG_AGO,
                    "seen_on": LONG_AGO,
                }
                for number, name in enumerate(names)
            ],
        )
        await connection.execute(
            sa.insert(ways),
            [
                {
                    "member_id": name,
                    "entry": GUIDE,
                    "surface": "web",
                    "step": "switch",
                    "passed": "open switch",
                    "guide_hash": guide_hash(entries[GUIDE]),
                    "state": "done",
                    "at": LONG_AGO,
                    "done_at": LONG_AGO,
                }
                for name in names
            ],
        )
        await connection.execute(
            sa.insert(receipts),
            [
                {"member_id": name, "entry": ANSWER, "text_hash": text_hash(entries[ANSWER]), "at": LONG_AGO}
                for name in names
            ],
        )
    return [f"{kind}:{name.hex()}" for name in names for kind in (Kind.CHANGE, Kind.CORRECTION)]


async def tell(database: Database, house: Members, now: datetime) -> None:
    """What a start does, and an editor who asks for the recall, again when nothing came of it."""
    machine = Recalls(database, Both())
    await machine.resume(now)
    await Changes(database, house).announce(None, mended_base(), now)
    await machine.recall(ANSWER, 1, "We misread it.", mended=2, now=now)


def sender(mailbox: Mailbox, database: Database, house: Members) -> Send:
    """The port of the dispatcher: a message is what it tells, which must be there."""
    changes, machine = Changes(database, house), Recalls(database, Both())

    async def send(delivery: Delivery) -> Outcome:
        if delivery.kind is Kind.CHANGE:
            found = [guide.entry for guide in await changes.of(delivery, mended_base())]
        else:
            corrected = await machine.of(delivery)
            found = [corrected.recall.entry] if corrected else []
        if found not in ([GUIDE], [ANSWER]):
            return Outcome(Fate.WITHDRAWN)
        await mailbox.put(f"{delivery.kind}:{delivery.member_id.hex()}", repeat=delivery.repeat)
        return Outcome(Fate.SENT, message_id=delivery.id)

    return send

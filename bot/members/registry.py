"""Every kind of row about a member, once: /privacy, /mydata and /forget are made from this list.

A test reads the schema and fails when a table with a member in it is missing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from sqlalchemy import Column, Table

from bot.storage import tables


class Erase(Enum):
    """What erasure does to a row."""

    DELETE = "delete"
    UNTIE = "untie"
    """The row stays and no longer says whose it was."""


class Sealed(Enum):
    """What a sealed column holds, so that an export can open it."""

    CHAT = "chat"
    PROFILE = "profile"
    TEXT = "text"


def _nothing() -> Mapping[str, Sealed]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Personal:
    """One kind of row about a member.

    Attributes:
        table: where it is.
        what: what it is, in words a member understands.
        purpose: why it is kept.
        ends: when it goes.
        born: the instant a row was made; a restored backup is cleaned by it.
        member: the column with the member id.
        erase: what /forget does to it.
        sealed: its sealed columns.
    """

    table: Table
    what: str
    purpose: str
    ends: str
    born: Column[object]
    member: str = "member_id"
    erase: Erase = Erase.DELETE
    sealed: Mapping[str, Sealed] = field(default_factory=_nothing)

    @property
    def member_column(self) -> Column[object]:
        """The column with the member id."""
        return self.table.c[self.member]


PERSONAL: tuple[Personal, ...] = (
    Personal(
        table=tables.handled,
        what="Marks of updates that changed something",
        purpose="So that a change which Telegram delivers twice is made once; none of your words is in it",
        ends="After 48 hours",
        born=tables.handled.c.at,
        erase=Erase.UNTIE,
    ),
    Personal(
        table=tables.overdue,
        what="Marks of messages that take long to answer",
        purpose="So that you can be told if a restart lost your message; none of your words is in it",
        ends="When the message is answered, at most after 48 hours",
        born=tables.overdue.c.at,
        sealed=MappingProxyType({"sealed_chat": Sealed.CHAT}),
    ),
    Personal(
        table=tables.followups,
        what="What you asked about last (a topic's name, a platform and a device, no text)",
        purpose='So that you can ask "and on mobile?" without saying everything again',
        ends="After 30 minutes, with New question, or with /forget",
        born=tables.followups.c.at,
    ),
    Personal(
        table=tables.reminders,
        what="Your reminders (a topic's name, when, your time zone, the number of your message; no text)",
        purpose="So that you are reminded when you asked to be",
        ends="When you delete them, 30 days after the last one came, or with /forget",
        born=tables.reminders.c.made_at,
    ),
    Personal(
        table=tables.deliveries,
        what="Messages that were due to you, with when and what became of them; none of their words",
        purpose="So that a crash loses none of them, and a repeat says that it may be one",
        ends="30 days after they were sent, or with /forget",
        born=tables.deliveries.c.made_at,
    ),
    Personal(
        table=tables.journal,
        what="How you found a setting when you last looked (on, off or unknown)",
        purpose="So that /checkup shows what is left to do",
        ends="When your choices end, or with /forget",
        born=tables.journal.c.at,
    ),
    Personal(
        table=tables.ways,
        what="How far you are in a guide (its name, a device, a step, the number of the message; no text)",
        purpose="So that you go on at the same step after a break, and /checkup shows what is off",
        ends="When your choices end, or with /forget",
        born=tables.ways.c.at,
    ),
    Personal(
        table=tables.step_reports,
        what="Steps of which you said that they look different",
        purpose="So that others are warned when several people say so",
        ends="After 14 days, or with /forget",
        born=tables.step_reports.c.at,
    ),
    Personal(
        table=tables.used_platforms,
        what="Platforms on your list: those you chose and those whose guide you began",
        purpose="So that /checkup knows what to look through with you",
        ends="When you take them off, when your choices end, or with /forget",
        born=tables.used_platforms.c.at,
    ),
    Personal(
        table=tables.receipts,
        what="Answers that you read (a topic's name and a mark of its wording), if you want corrections",
        purpose="So that you are told when one of them turns out wrong",
        ends="After 90 days, with /corrections off, or with /forget",
        born=tables.receipts.c.at,
    ),
    Personal(
        table=tables.questions,
        what="Questions that you sent to the editors by a tap, masked and sealed",
        purpose="So that an editor can answer them, and you are told",
        ends="Their words when they are answered, all of it after 90 days, or with /forget",
        born=tables.questions.c.made_at,
        sealed=MappingProxyType({"sealed_text": Sealed.TEXT}),
    ),
    Personal(
        table=tables.approvals,
        what="For editors: what you said about proposals of others",
        purpose="So that nobody approves their own change",
        ends="It stays; with /forget it no longer says that it was you",
        born=tables.approvals.c.at,
        erase=Erase.UNTIE,
    ),
    Personal(
        table=tables.proposals,
        what="For editors: changes of the knowledge that you proposed",
        purpose="So that others can review them, and what was published can be traced",
        ends="They stay; with /forget they no longer say that they were yours",
        born=tables.proposals.c.made_at,
        erase=Erase.UNTIE,
    ),
    Personal(
        table=tables.editing_dialogues,
        what="For editors: what you are in the middle of (ids of entries, no text)",
        purpose="So that your next message becomes the text that you were asked for",
        ends="An hour after your last step, or with /forget",
        born=tables.editing_dialogues.c.at,
    ),
    Personal(
        table=tables.invitations,
        what="For editors: links that you made to invite others",
        purpose="So that a link works once, for a day, and only while you may invite",
        ends="A month after they were made, or with /forget",
        born=tables.invitations.c.made_at,
    ),
    Personal(
        table=tables.editors,
        what="For editors: your role, and your chat's number, sealed",
        purpose="So that you may change the knowledge and get the weekly digest",
        ends="With /forget, which ends the role too",
        born=tables.editors.c.added_at,
        sealed=MappingProxyType({"sealed_chat": Sealed.CHAT}),
    ),
    Personal(
        table=tables.members,
        what="Your choices (language, country, time zone, plain answers, news), your app's language and your"
        " chat's number, sealed",
        purpose="So that you are answered as you chose; the day of your last message tells when they end",
        ends="12 months after your last message, of which you are told three weeks before, or with /forget",
        born=tables.members.c.created_at,
        sealed=MappingProxyType({"sealed_chat": Sealed.CHAT, "sealed_profile": Sealed.PROFILE}),
    ),
)
"""In the order of erasure: what points at a member goes before the member."""

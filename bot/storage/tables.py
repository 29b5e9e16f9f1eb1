"""Every table, in one place, so that a new one with a member in it cannot be forgotten by erasure.

Instants are integers (microseconds since 1970, UTC) through `Instant`: SQLite gives aware datetimes back
naive. What names a person is only ever stored as the keyed hash `member_id` or sealed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, stored as microseconds since 1970 in UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuses a naive datetime with ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Always aware, in UTC."""
        return None if value is None else _EPOCH + value * _MICROSECOND


OF_A_PROCESS = {"of_a_process": True}
"""`info` of a table that is about running processes (a lease, who is alive): restored or copied elsewhere it
would speak of processes that are not there, so `advisor db copy` leaves it out and `restore` empties it."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

installation = Table(
    "installation",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
    comment="Facts about this database, such as the fingerprint of its key.",
)
KEY_FINGERPRINT = "key_fingerprint"
"""In `installation`: which key names and seals here."""
REKEYING = "rekeying"
"""In `installation`: the fingerprint of the key to which members are just being moved."""
LAST_BACKUP = "last_backup"
"""In `installation`: when the last backup was made."""

members = Table(
    "members",
    metadata,
    Column("member_id", LargeBinary(32), primary_key=True),
    Column("sealed_chat", LargeBinary, nullable=False),
    Column("sealed_profile", LargeBinary, nullable=False),
    Column("blocked", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Column(
        "seen_on", Instant, nullable=False, index=True, comment="The day of the last message, not the second."
    ),
    Column("warned_at", Instant, comment="When they were told that their rows end soon."),
    comment="A person who chose something: a language, a country, plain mode.",
)

handled = Table(
    "handled",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("member_id", LargeBinary(32), ForeignKey("members.member_id", ondelete="SET NULL"), index=True),
    Column("screen", String(64), nullable=False, comment="Which screen answered, as a button's data."),
    Column("at", Instant, nullable=False, index=True),
    comment="Updates that changed state, kept 48 hours, so that a repeated one changes nothing."
    " Erasure unties the row from its member and keeps it, else a repeat would bring the member back.",
)

receive_state = Table(
    "receive_state",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("high_water", BigInteger, nullable=False, server_default="-1"),
    Column("floor", BigInteger, nullable=False, server_default="-1"),
    Column("unclean_starts", Integer, nullable=False, server_default="0"),
    Column("clean", Integer, nullable=False, server_default="1"),
    Column("trying", BigInteger, comment="In a crash loop: the one update being tried."),
    Column(
        "fence",
        BigInteger,
        nullable=False,
        server_default="0",
        comment="Of the process that receives; who has a lower one writes nothing any more.",
    ),
    comment="How far the updates of a bot were received.",
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("holder", String(36), nullable=False),
    Column("fence", BigInteger, nullable=False, comment="One more with each new holder."),
    Column("until", Instant, nullable=False, comment="By the database's clock."),
    comment="What only one process may do, and which one that is until when.",
    info=OF_A_PROCESS,
)

processes = Table(
    "processes",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("until", Instant, nullable=False, comment="By the database's clock."),
    comment="Processes that receive by webhook; one whose time is over counts as dead.",
    info=OF_A_PROCESS,
)

arrivals = Table(
    "arrivals",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("owner", String(36), nullable=False, comment="The process that handles it."),
    Column("tries", Integer, nullable=False, comment="How often it was begun."),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("at", Instant, nullable=False, index=True),
    Index(
        "ix_arrivals_update_id",
        "bot_id",
        "update_id",
        sqlite_where=text("done = 0"),
        postgresql_where=text("done = 0"),
    ),
    comment="Updates that came by webhook, kept as long as Telegram may send them again; no text.",
)

overdue = Table(
    "overdue",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("member_id", LargeBinary(32), nullable=False, index=True),
    Column("sealed_chat", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    comment="Updates that were released before they were done; no text.",
)

followups = Table(
    "followups",
    metadata,
    Column("member_id", LargeBinary(32), primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column(
        "entry",
        String(40),
        comment="What was talked about last; nothing after suggestions about one service.",
    ),
    Column("surface", String(8), comment="On which kind of device."),
    Column("entry_before", String(40), comment="What was talked about when this update came."),
    Column("surface_before", String(8)),
    Column("at", Instant, nullable=False, index=True),
    Column("platform", String(40), comment="Of which service, where the entry tells of none."),
    Column("platform_before", String(40)),
    comment="What a member talked about last, for half an hour; no text.",
)

reminders = Table(
    "reminders",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("member_id", LargeBinary(32), nullable=False),
    Column("kind", String(8), nullable=False, comment="series, or snooze: one message put off."),
    Column("series", Integer, comment="Of a snooze: the reminder whose message was put off."),
    Column("points_at", String(40), nullable=False, comment="The platform or entry to check."),
    Column("rule", String(32), nullable=False, comment="Once, or how often."),
    Column("wall", String(20), nullable=False, comment="The first time, on the member's own clock."),
    Column("zone", String(64), nullable=False),
    Column("replies_to", BigInteger, comment="The member's own message that asked for it, by its number."),
    Column("state", String(8), nullable=False, comment="active, paused or ended."),
    Column("next_due", Instant, comment="None when ended."),
    Column("made_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index(
        "ix_reminders_next_due",
        "next_due",
        sqlite_where=text("state = 'active'"),
        postgresql_where=text("state = 'active'"),
    ),
    Index(
        "ix_reminders_changed_at",
        "changed_at",
        sqlite_where=text("state = 'ended'"),
        postgresql_where=text("state = 'ended'"),
    ),
    UniqueConstraint("member_id", "series"),
    sqlite_autoincrement=True,
    comment="What members asked to be reminded of; no text. A number is never used again, so that an old"
    " button does not meet a new reminder.",
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(12), nullable=False, comment="reminder, change or correction."),
    Column("key", String(120), nullable=False, unique=True, comment="What makes it one and the same."),
    Column("member_id", LargeBinary(32), nullable=False, index=True),
    Column("subject", String(96), nullable=False, comment="What it is about, in numbers and ids only."),
    Column("due", Instant, nullable=False),
    Column("expires", Instant, comment="After this it is not sent any more."),
    Column("state", String(8), nullable=False, comment="due, claimed, sending, sent, dead or skipped."),
    Column("next_try", Instant, nullable=False),
    Column("owner", String(36), comment="The run of the program that has it."),
    Column("lease_until", Instant, comment="When another may take it."),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("repeats", Integer, nullable=False, server_default="0", comment="How often it may have arrived."),
    Column("late", Integer, nullable=False, server_default="0"),
    Column("first_try", Instant),
    Column("message_id", BigInteger),
    Column("error", String(40), comment="Why it was skipped or is dead, in one word."),
    Column("made_at", Instant, nullable=False),
    Column("ended_at", Instant, index=True),
    Index(
        "ix_deliveries_next_try",
        "next_try",
        sqlite_where=text("state = 'due'"),
        postgresql_where=text("state = 'due'"),
    ),
    Index(
        "ix_deliveries_error",
        "error",
        sqlite_where=text("state = 'dead'"),
        postgresql_where=text("state = 'dead'"),
    ),
    Index(
        "ix_deliveries_lease_until",
        "lease_until",
        sqlite_where=text("state IN ('claimed', 'sending')"),
        postgresql_where=text("state IN ('claimed', 'sending')"),
    ),
    sqlite_autoincrement=True,
    comment="Messages that nobody asked for at this moment: reminders, changes, corrections; no text.",
)

journal = Table(
    "journal",
    metadata,
    Column("member_id", LargeBinary(32), primary_key=True),
    Column("points_at", String(40), primary_key=True, comment="A platform or an entry."),
    Column("state", String(8), nullable=False, comment="on, off or unknown, as the member said."),
    Column("at", Instant, nullable=False),
    comment="How a member found a setting when they last looked.",
)

ways = Table(
    "ways",
    metadata,
    Column("member_id", LargeBinary(32), primary_key=True),
    Column("entry", String(40), primary_key=True, comment="Whose guide is walked."),
    Column("surface", String(8), nullable=False, comment="On which kind of device."),
    Column("step", String(60), nullable=False, comment="Where the member is."),
    Column("passed", Text, nullable=False, comment="Steps that were done, by id."),
    Column("guide_hash", String(64), nullable=False, comment="The state of the guide that was shown."),
    Column("state", String(8), nullable=False, comment="walking, left or done."),
    Column("notice", String(8), comment="What was said beside the step, so that a repeat says it again."),
    Column("message_id", BigInteger, comment="The message that shows the guide."),
    Column("at", Instant, nullable=False, comment="When the member was last there."),
    Column("done_at", Instant, comment="When the guide was last finished."),
    Column("told_hash", String(64), comment="The state of the guide that the member was told of."),
    Column("told_with", BigInteger, comment="Which message tells it."),
    Index(
        "ix_ways_entry_member_id",
        "entry",
        "member_id",
        sqlite_where=text("state = 'done'"),
        postgresql_where=text("state = 'done'"),
    ),
    comment="How far a member is on the way through a guide; no text.",
)

step_reports = Table(
    "step_reports",
    metadata,
    Column("member_id", LargeBinary(32), primary_key=True),
    Column("entry", String(40), primary_key=True),
    Column("surface", String(8), primary_key=True),
    Column("step", String(60), primary_key=True),
    Column("guide_hash", String(64), nullable=False, comment="The state of the guide that looked different."),
    Column("at", Instant, nullable=False),
    Index("ix_step_reports_entry_at", "entry", "at"),
    Index("ix_step_reports_at", "at"),
    comment="Steps that look different for a member, for two weeks; no text.",
)

used_platforms = Table(
    "used_platforms",
    metadata,
    Column("member_id", LargeBinary(32), primary_key=True),
    Column("platform", String(40), primary_key=True),
    Column("at", Instant, nullable=False),
    comment="What a member wants to look through with /checkup.",
)

receipts = Table(
    "receipts",
    metadata,
    Column("member_id", LargeBinary(32), primary_key=True),
    Column("entry", String(40), primary_key=True),
    Column("text_hash", String(12), primary_key=True, comment="The state of its text."),
    Column("at", Instant, nullable=False, index=True),
    Index("ix_receipts_entry_text_hash_member_id", "entry", "text_hash", "member_id"),
    comment="What members read who want to be told when it turns out wrong, for 90 days; no text.",
)

recalls = Table(
    "recalls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry", String(40), nullable=False),
    Column("wrong", Integer, nullable=False, comment="The revision that was wrong."),
    Column("mended", Integer, nullable=False, comment="The revision that is right."),
    Column("hashes", String(200), nullable=False, comment="The wrong states of its text, in any language."),
    Column("reason", String(300), nullable=False, comment="An editor's words for members."),
    Column("made_at", Instant, nullable=False),
    Column("filled_at", Instant, comment="When a message for everybody was due."),
    UniqueConstraint("entry", "hashes"),
    Index(
        "ix_recalls_filled_at",
        "filled_at",
        sqlite_where=text("filled_at IS NULL"),
        postgresql_where=text("filled_at IS NULL"),
    ),
    comment="Wrong versions of which those who read them are told, once; nothing about a person.",
)

knowledge_blobs = Table(
    "knowledge_blobs",
    metadata,
    Column("sha256", String(64), primary_key=True, comment="Of the bytes before packing, in hex."),
    Column(
        "packed",
        LargeBinary,
        nullable=False,
        comment="The bytes, packed with zlib.",
        info={"of_nobody": True},
    ),
    Column("size", Integer, nullable=False, comment="Bytes before packing."),
    comment="Files of the knowledge base, each content once; nothing about a person.",
)

revisions = Table(
    "revisions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False, index=True, comment="Of the knowledge in it, in hex."),
    Column(
        "parent",
        Integer,
        ForeignKey("revisions.number"),
        unique=True,
        comment="The revision that it follows; None for the first.",
    ),
    Column("kind", String(8), nullable=False, comment="release, edit, rollback or merge."),
    Column("proposal", Integer, comment="The proposal that it publishes."),
    Column("made_at", Instant, nullable=False),
    Column("manifest", Text, nullable=False, comment="JSON: the path of each file and its blob."),
    Column("released", Text, comment="As manifest: the files of the program that were merged in."),
    comment="Every state that the knowledge base has had. A row never changes; one parent has one child.",
)

merge_conflicts = Table(
    "merge_conflicts",
    metadata,
    Column("number", Integer, primary_key=True),
    Column(
        "revision",
        Integer,
        ForeignKey("revisions.number"),
        nullable=False,
        comment="The merge in which it was found.",
    ),
    Column("path", String(200), nullable=False),
    Column("block", String(120), nullable=False, comment="Which entry or item of the file."),
    Column("base", Text, comment="Its text in the release before; None: it was not there."),
    Column("ours", Text, comment="Its text from the chat, which was kept; None: deleted."),
    Column("theirs", Text, comment="Its text in the new release; None: deleted."),
    Column("made_at", Instant, nullable=False),
    Column("settled_at", Instant, index=True, comment="When an editor was done with it."),
    sqlite_autoincrement=True,
    comment="Where a new release and an edit from the chat changed the same text.",
)

proposals = Table(
    "proposals",
    metadata,
    Column("number", Integer, primary_key=True),
    Column(
        "base",
        Integer,
        ForeignKey("revisions.number"),
        nullable=False,
        comment="The revision that it was made on.",
    ),
    Column("member_id", LargeBinary(32), index=True, comment="Whose it is; None after they left."),
    Column("author", String(60), nullable=False, comment="As in the audit; no id."),
    Column(
        "state",
        String(12),
        nullable=False,
        index=True,
        comment="draft, open, approved, scheduled, published, rejected, withdrawn or conflicting.",
    ),
    Column("kind", String(8), nullable=False, comment="edit or rollback."),
    Column("changes", Text, nullable=False, comment="JSON: path and blob of each changed file, or null."),
    Column("entries", Text, nullable=False, comment="JSON: ids of the entries that it touches."),
    Column("summary", Text, nullable=False, comment="JSON: what the check found, in numbers."),
    Column("reason", String(400), comment="Why, in the words of an editor."),
    Column("publish_at", Instant, comment="When it is scheduled."),
    Column("zone", String(64), comment="The zone in which the time was said."),
    Column("revision", Integer, ForeignKey("revisions.number"), comment="The revision that published it."),
    Column("made_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    sqlite_autoincrement=True,
    comment="Changes of the knowledge that editors propose. A number is never used again.",
)

approvals = Table(
    "approvals",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("proposal", Integer, ForeignKey("proposals.number"), nullable=False),
    Column("member_id", LargeBinary(32), comment="Who said so; None after they left."),
    Column("reviewer", String(60), nullable=False, comment="As in the audit; no id."),
    Column("verdict", String(8), nullable=False, comment="approve, reject or publish."),
    Column("hash", String(64), nullable=False, comment="Of the changes that were seen."),
    Column("at", Instant, nullable=False),
    UniqueConstraint("proposal", "member_id", "hash", "verdict", name="uq_approvals_proposal"),
    sqlite_autoincrement=True,
    comment="What reviewers and publishers said about proposals.",
)

editing_dialogues = Table(
    "editing_dialogues",
    metadata,
    Column("member_id", LargeBinary(32), primary_key=True),
    Column("awaiting", String(160), nullable=False, comment="What the next message will be."),
    Column("proposal", Integer, comment="The draft that is being worked on."),
    Column("at", Instant, nullable=False, index=True),
    comment="What an editor is in the middle of; ids only, no text.",
)

editors = Table(
    "editors",
    metadata,
    Column("number", Integer, primary_key=True, comment="What others see of this editor."),
    Column("member_id", LargeBinary(32), nullable=False, unique=True),
    Column("sealed_chat", LargeBinary, nullable=False, comment="Where the digest goes, and who it is."),
    Column(
        "role", String(12), nullable=False, comment="author, reviewer, publisher, owner; or settings: as set."
    ),
    Column("role_before", String(12), comment="What they could do before the last change."),
    Column("changed_at", Instant, nullable=False, comment="When the role last changed or ended."),
    Column("added_by", String(60), nullable=False, comment="As in the audit; no id."),
    Column("added_at", Instant, nullable=False),
    Column("removed_at", Instant, comment="None while the rights hold."),
    Column("digest_off", Integer, nullable=False, server_default="0", comment="1: no weekly digest."),
    Column("digest_at", Instant, comment="When the last weekly digest was made."),
    sqlite_autoincrement=True,
    comment="Who may change the knowledge. A number is never used again.",
)

invitations = Table(
    "invitations",
    metadata,
    Column("token_hash", String(64), primary_key=True, comment="SHA-256 of the link's token."),
    Column("member_id", LargeBinary(32), nullable=False, index=True, comment="Who made it."),
    Column("role", String(12), nullable=False),
    Column("made_by", String(60), nullable=False, comment="As in the audit; no id."),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("used_at", Instant),
    comment="Links that make somebody an editor, each once.",
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(60), nullable=False, comment="A label that is no id."),
    Column("action", String(40), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("detail", Text, nullable=False, comment="JSON: numbers, ids of entries and hashes."),
    Column("previous_hash", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False, comment="Over this row and the one before."),
    comment="What editors did. A row never changes; the hashes chain the rows.",
)

questions = Table(
    "questions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("member_id", LargeBinary(32), nullable=False, index=True),
    Column("sealed_text", LargeBinary, comment="Masked and sealed; None once it is answered or closed."),
    Column("message_id", BigInteger, comment="The member's own message, by its number."),
    Column("language", String(8), nullable=False),
    Column("nearest", String(40), comment="The entry that was nearest."),
    Column("state", String(10), nullable=False, comment="open, waiting, answered or closed."),
    Column("made_at", Instant, nullable=False),
    Column("answered_entry", String(40), comment="What answers it, or will once it is published."),
    Column("answered_at", Instant, comment="When it was answered or closed."),
    Index("ix_questions_state_made_at", "state", "made_at"),
    sqlite_autoincrement=True,
    comment="Questions that members sent to the editors by a tap; the text is sealed.",
)

counts = Table(
    "counts",
    metadata,
    Column("day", String(10), primary_key=True, comment="As 2026-11-27, in UTC."),
    Column("name", String(40), primary_key=True, comment="What is counted."),
    Column("subject", String(40), primary_key=True, comment="An entry, a language or nothing."),
    Column("n", Integer, nullable=False),
    comment="How often something happened on a day; no text and nobody's id.",
)

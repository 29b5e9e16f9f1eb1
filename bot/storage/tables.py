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
    comment="How far the updates of a bot were received.",
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
    Column("entry", String(40), nullable=False, comment="What was talked about last."),
    Column("surface", String(8), comment="On which kind of device."),
    Column("entry_before", String(40), comment="What was talked about when this update came."),
    Column("surface_before", String(8)),
    Column("at", Instant, nullable=False, index=True),
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

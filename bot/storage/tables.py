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
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
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

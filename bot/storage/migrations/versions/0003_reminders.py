"""Reminders, what is sent on the bot's own, and how members found their settings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: going back is restoring the copy that was made before."""
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.LargeBinary(32), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False, comment="series, or snooze: one message put off."),
        sa.Column("series", sa.Integer(), comment="Of a snooze: the reminder whose message was put off."),
        sa.Column("points_at", sa.String(40), nullable=False, comment="The platform or entry to check."),
        sa.Column("rule", sa.String(32), nullable=False, comment="Once, or how often."),
        sa.Column(
            "wall",
            sa.String(20),
            nullable=False,
            comment="The first time, on the member's own clock.",
        ),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column(
            "replies_to",
            sa.BigInteger(),
            comment="The member's own message that asked for it, by its number.",
        ),
        sa.Column("state", sa.String(8), nullable=False, comment="active, paused or ended."),
        sa.Column("next_due", sa.BigInteger(), comment="None when ended."),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
        sa.UniqueConstraint("member_id", "series", name="uq_reminders_member_id_series"),
        sqlite_autoincrement=True,
        comment="What members asked to be reminded of; no text. A number is never used again, so that an old"
        " button does not meet a new reminder.",
    )
    _partial("ix_reminders_next_due", "reminders", "next_due", "state = 'active'")
    _partial("ix_reminders_changed_at", "reminders", "changed_at", "state = 'ended'")
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False, comment="reminder, change or correction."),
        sa.Column("key", sa.String(120), nullable=False, comment="What makes it one and the same."),
        sa.Column("member_id", sa.LargeBinary(32), nullable=False),
        sa.Column(
            "subject", sa.String(96), nullable=False, comment="What it is about, in numbers and ids only."
        ),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), comment="After this it is not sent any more."),
        sa.Column(
            "state", sa.String(8), nullable=False, comment="due, claimed, sending, sent, dead or skipped."
        ),
        sa.Column("next_try", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.String(36), comment="The run of the program that has it."),
        sa.Column("lease_until", sa.BigInteger(), comment="When another may take it."),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "repeats",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="How often it may have arrived.",
        ),
        sa.Column("late", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_try", sa.BigInteger()),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("error", sa.String(40), comment="Why it was skipped or is dead, in one word."),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("key", name="uq_deliveries_key"),
        sqlite_autoincrement=True,
        comment="Messages that nobody asked for at this moment: reminders, changes, corrections; no text.",
    )
    op.create_index("ix_deliveries_member_id", "deliveries", ["member_id"])
    op.create_index("ix_deliveries_ended_at", "deliveries", ["ended_at"])
    _partial("ix_deliveries_next_try", "deliveries", "next_try", "state = 'due'")
    _partial("ix_deliveries_lease_until", "deliveries", "lease_until", "state IN ('claimed', 'sending')")
    op.create_table(
        "journal",
        sa.Column("member_id", sa.LargeBinary(32), nullable=False),
        sa.Column("points_at", sa.String(40), nullable=False, comment="A platform or an entry."),
        sa.Column("state", sa.String(8), nullable=False, comment="on, off or unknown, as the member said."),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "points_at", name="pk_journal"),
        comment="How a member found a setting when they last looked.",
    )


def _partial(name: str, table: str, column: str, where: str) -> None:
    """An index on the few rows that wait, which does not grow with what is stored."""
    op.create_index(name, table, [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))

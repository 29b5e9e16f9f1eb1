"""The ground: members, the updates that changed something, and how far was received.

Written out and not taken from `bot.storage.tables`, which goes on changing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: going back is restoring the copy that was made before."""
    op.create_table(
        "installation",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_installation"),
        comment="Facts about this database, such as the fingerprint of its key.",
    )
    op.create_table(
        "members",
        sa.Column("member_id", sa.LargeBinary(32), nullable=False),
        sa.Column("sealed_chat", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_profile", sa.LargeBinary(), nullable=False),
        sa.Column("blocked", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "seen_on", sa.BigInteger(), nullable=False, comment="The day of the last message, not the second."
        ),
        sa.PrimaryKeyConstraint("member_id", name="pk_members"),
        comment="A person who chose something: a language, a country, plain mode.",
    )
    op.create_index("ix_members_seen_on", "members", ["seen_on"])
    op.create_table(
        "handled",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("member_id", sa.LargeBinary(32), nullable=True),
        sa.Column(
            "screen", sa.String(64), nullable=False, comment="Which screen answered, as a button's data."
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.member_id"], name="fk_handled_member_id_members", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("bot_id", "update_id", name="pk_handled"),
        comment="Updates that changed state, kept 48 hours, so that a repeated one changes nothing."
        " Erasure unties the row from its member and keeps it, else a repeat would bring the member back.",
    )
    op.create_index("ix_handled_at", "handled", ["at"])
    op.create_index("ix_handled_member_id", "handled", ["member_id"])
    op.create_table(
        "receive_state",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("high_water", sa.BigInteger(), server_default="-1", nullable=False),
        sa.Column("floor", sa.BigInteger(), server_default="-1", nullable=False),
        sa.Column("unclean_starts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("clean", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "trying", sa.BigInteger(), nullable=True, comment="In a crash loop: the one update being tried."
        ),
        sa.PrimaryKeyConstraint("bot_id", name="pk_receive_state"),
        comment="How far the updates of a bot were received.",
    )
    op.create_table(
        "overdue",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("member_id", sa.LargeBinary(32), nullable=False),
        sa.Column("sealed_chat", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "update_id", name="pk_overdue"),
        comment="Updates that were released before they were done; no text.",
    )
    op.create_index("ix_overdue_member_id", "overdue", ["member_id"])

"""What a member talked about last, for half an hour."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: going back is restoring the copy that was made before."""
    op.create_table(
        "followups",
        sa.Column("member_id", sa.LargeBinary(32), nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("entry", sa.String(40), nullable=False, comment="What was talked about last."),
        sa.Column("surface", sa.String(8), comment="On which kind of device."),
        sa.Column("entry_before", sa.String(40), comment="What was talked about when this update came."),
        sa.Column("surface_before", sa.String(8)),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name="pk_followups"),
        comment="What a member talked about last, for half an hour; no text.",
    )
    op.create_index("ix_followups_at", "followups", ["at"])

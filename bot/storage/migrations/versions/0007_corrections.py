"""Whom to tell that a guide changed, what was read by those who want corrections, and recalls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_DONE = sa.text("state = 'done'")
_OPEN = sa.text("filled_at IS NULL")


def upgrade() -> None:
    """Forward only: going back is restoring the copy that was made before."""
    op.add_column(
        "ways",
        sa.Column("told_hash", sa.String(64), comment="The state of the guide that the member was told of."),
    )
    op.add_column("ways", sa.Column("told_with", sa.BigInteger(), comment="Which message tells it."))
    op.create_index(
        "ix_ways_entry_member_id",
        "ways",
        ["entry", "member_id"],
        sqlite_where=_DONE,
        postgresql_where=_DONE,
    )
    op.create_table(
        "receipts",
        sa.Column("member_id", sa.LargeBinary(32), nullable=False),
        sa.Column("entry", sa.String(40), nullable=False),
        sa.Column("text_hash", sa.String(12), nullable=False, comment="The state of its text."),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "entry", "text_hash", name="pk_receipts"),
        comment="What members read who want to be told when it turns out wrong, for 90 days; no text.",
    )
    op.create_index("ix_receipts_entry_text_hash_member_id", "receipts", ["entry", "text_hash", "member_id"])
    op.create_index("ix_receipts_at", "receipts", ["at"])
    op.create_table(
        "recalls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.String(40), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False, comment="The revision that was wrong."),
        sa.Column("mended", sa.Integer(), nullable=False, comment="The revision that is right."),
        sa.Column(
            "hashes", sa.String(200), nullable=False, comment="The wrong states of its text, in any language."
        ),
        sa.Column("reason", sa.String(300), nullable=False, comment="An editor's words for members."),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("filled_at", sa.BigInteger(), comment="When a message for everybody was due."),
        sa.PrimaryKeyConstraint("id", name="pk_recalls"),
        sa.UniqueConstraint("entry", "hashes", name="uq_recalls_entry_hashes"),
        comment="Wrong versions of which those who read them are told, once; nothing about a person.",
    )
    op.create_index(
        "ix_recalls_filled_at", "recalls", ["filled_at"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )

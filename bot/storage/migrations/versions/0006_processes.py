"""Several processes: who does what until when, and which updates came by webhook."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: going back is restoring the copy that was made before."""
    op.add_column(
        "receive_state",
        sa.Column(
            "fence",
            sa.BigInteger(),
            nullable=False,
            server_default="0",
            comment="Of the process that receives; who has a lower one writes nothing any more.",
        ),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("holder", sa.String(36), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False, comment="One more with each new holder."),
        sa.Column("until", sa.BigInteger(), nullable=False, comment="By the database's clock."),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
        comment="What only one process may do, and which one that is until when.",
    )
    op.create_table(
        "processes",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False, comment="By the database's clock."),
        sa.PrimaryKeyConstraint("id", name="pk_processes"),
        comment="Processes that receive by webhook; one whose time is over counts as dead.",
    )
    op.create_table(
        "arrivals",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.String(36), nullable=False, comment="The process that handles it."),
        sa.Column("tries", sa.Integer(), nullable=False, comment="How often it was begun."),
        sa.Column("done", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "update_id", name="pk_arrivals"),
        comment="Updates that came by webhook, kept as long as Telegram may send them again; no text.",
    )
    op.create_index("ix_arrivals_at", "arrivals", ["at"])
    op.create_index(
        "ix_arrivals_update_id",
        "arrivals",
        ["bot_id", "update_id"],
        sqlite_where=sa.text("done = 0"),
        postgresql_where=sa.text("done = 0"),
    )

"""After suggestions about one service that service alone is what was talked about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: going back is restoring the copy that was made before."""
    with op.batch_alter_table("followups") as table:
        table.alter_column(
            "entry",
            existing_type=sa.String(40),
            existing_nullable=False,
            existing_comment="What was talked about last.",
            nullable=True,
            comment="What was talked about last; nothing after suggestions about one service.",
        )

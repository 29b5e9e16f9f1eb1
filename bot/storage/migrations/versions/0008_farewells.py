"""When a member was told that their rows are about to end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: going back is restoring the copy that was made before."""
    op.add_column(
        "members",
        sa.Column("warned_at", sa.BigInteger(), comment="When they were told that their rows end soon."),
    )

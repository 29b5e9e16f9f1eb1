"""Which service was talked about stays known while a person's rights are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: going back is restoring the copy that was made before."""
    op.add_column(
        "followups",
        sa.Column("platform", sa.String(40), comment="Of which service, where the entry tells of none."),
    )
    op.add_column("followups", sa.Column("platform_before", sa.String(40)))

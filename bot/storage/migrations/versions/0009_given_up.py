"""What was given up is counted without a look at everything that was sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_DEAD = sa.text("state = 'dead'")


def upgrade() -> None:
    """Forward only: going back is restoring the copy that was made before."""
    op.create_index(
        "ix_deliveries_error", "deliveries", ["error"], sqlite_where=_DEAD, postgresql_where=_DEAD
    )

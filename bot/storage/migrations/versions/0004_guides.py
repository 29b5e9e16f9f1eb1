"""The way through a guide, steps that look different, and the platforms of /checkup."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: going back is restoring the copy that was made before."""
    op.create_table(
        "ways",
        sa.Column("member_id", sa.LargeBinary(32), nullable=False),
        sa.Column("entry", sa.String(40), nullable=False, comment="Whose guide is walked."),
        sa.Column("surface", sa.String(8), nullable=False, comment="On which kind of device."),
        sa.Column("step", sa.String(60), nullable=False, comment="Where the member is."),
        sa.Column("passed", sa.Text(), nullable=False, comment="Steps that were done, by id."),
        sa.Column(
            "guide_hash", sa.String(64), nullable=False, comment="The state of the guide that was shown."
        ),
        sa.Column("state", sa.String(8), nullable=False, comment="walking, left or done."),
        sa.Column(
            "notice", sa.String(8), comment="What was said beside the step, so that a repeat says it again."
        ),
        sa.Column("message_id", sa.BigInteger(), comment="The message that shows the guide."),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="When the member was last there."),
        sa.Column("done_at", sa.BigInteger(), comment="When the guide was last finished."),
        sa.PrimaryKeyConstraint("member_id", "entry", name="pk_ways"),
        comment="How far a member is on the way through a guide; no text.",
    )
    op.create_table(
        "step_reports",
        sa.Column("member_id", sa.LargeBinary(32), nullable=False),
        sa.Column("entry", sa.String(40), nullable=False),
        sa.Column("surface", sa.String(8), nullable=False),
        sa.Column("step", sa.String(60), nullable=False),
        sa.Column(
            "guide_hash",
            sa.String(64),
            nullable=False,
            comment="The state of the guide that looked different.",
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "entry", "surface", "step", name="pk_step_reports"),
        comment="Steps that look different for a member, for two weeks; no text.",
    )
    op.create_index("ix_step_reports_entry_at", "step_reports", ["entry", "at"])
    op.create_index("ix_step_reports_at", "step_reports", ["at"])
    op.create_table(
        "used_platforms",
        sa.Column("member_id", sa.LargeBinary(32), nullable=False),
        sa.Column("platform", sa.String(40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "platform", name="pk_used_platforms"),
        comment="What a member wants to look through with /checkup.",
    )

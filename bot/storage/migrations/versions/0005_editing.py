"""Revisions of the knowledge, proposals, editors, the audit, and what waits for editors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: going back is restoring the copy that was made before."""
    _revisions()
    _proposals()
    _people()
    _audit()
    _waiting()


def _revisions() -> None:
    op.create_table(
        "knowledge_blobs",
        sa.Column("sha256", sa.String(64), nullable=False, comment="Of the bytes before packing, in hex."),
        sa.Column("packed", sa.LargeBinary(), nullable=False, comment="The bytes, packed with zlib."),
        sa.Column("size", sa.Integer(), nullable=False, comment="Bytes before packing."),
        sa.PrimaryKeyConstraint("sha256", name="pk_knowledge_blobs"),
        comment="Files of the knowledge base, each content once; nothing about a person.",
    )
    op.create_table(
        "revisions",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False, comment="Of the knowledge in it, in hex."),
        sa.Column("parent", sa.Integer(), comment="The revision that it follows; None for the first."),
        sa.Column("kind", sa.String(8), nullable=False, comment="release, edit, rollback or merge."),
        sa.Column("proposal", sa.Integer(), comment="The proposal that it publishes."),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=False, comment="JSON: the path of each file and its blob."),
        sa.Column(
            "released", sa.Text(), comment="As manifest: the files of the program that were merged in."
        ),
        sa.PrimaryKeyConstraint("number", name="pk_revisions"),
        sa.ForeignKeyConstraint(["parent"], ["revisions.number"], name="fk_revisions_parent_revisions"),
        sa.UniqueConstraint("parent", name="uq_revisions_parent"),
        comment="Every state that the knowledge base has had. A row never changes; one parent has one child.",
    )
    op.create_index("ix_revisions_hash", "revisions", ["hash"])
    op.create_table(
        "merge_conflicts",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, comment="The merge in which it was found."),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("block", sa.String(120), nullable=False, comment="Which entry or item of the file."),
        sa.Column("base", sa.Text(), comment="Its text in the release before; None: it was not there."),
        sa.Column("ours", sa.Text(), comment="Its text from the chat, which was kept; None: deleted."),
        sa.Column("theirs", sa.Text(), comment="Its text in the new release; None: deleted."),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), comment="When an editor was done with it."),
        sa.PrimaryKeyConstraint("number", name="pk_merge_conflicts"),
        sa.ForeignKeyConstraint(
            ["revision"], ["revisions.number"], name="fk_merge_conflicts_revision_revisions"
        ),
        sqlite_autoincrement=True,
        comment="Where a new release and an edit from the chat changed the same text.",
    )
    op.create_index("ix_merge_conflicts_settled_at", "merge_conflicts", ["settled_at"])


def _proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False, comment="The revision that it was made on."),
        sa.Column("member_id", sa.LargeBinary(32), comment="Whose it is; None after they left."),
        sa.Column("author", sa.String(60), nullable=False, comment="As in the audit; no id."),
        sa.Column(
            "state",
            sa.String(12),
            nullable=False,
            comment="draft, open, approved, scheduled, published, rejected, withdrawn or conflicting.",
        ),
        sa.Column("kind", sa.String(8), nullable=False, comment="edit or rollback."),
        sa.Column(
            "changes", sa.Text(), nullable=False, comment="JSON: path and blob of each changed file, or null."
        ),
        sa.Column("entries", sa.Text(), nullable=False, comment="JSON: ids of the entries that it touches."),
        sa.Column("summary", sa.Text(), nullable=False, comment="JSON: what the check found, in numbers."),
        sa.Column("reason", sa.String(400), comment="Why, in the words of an editor."),
        sa.Column("publish_at", sa.BigInteger(), comment="When it is scheduled."),
        sa.Column("zone", sa.String(64), comment="The zone in which the time was said."),
        sa.Column("revision", sa.Integer(), comment="The revision that published it."),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_proposals"),
        sa.ForeignKeyConstraint(["base"], ["revisions.number"], name="fk_proposals_base_revisions"),
        sa.ForeignKeyConstraint(["revision"], ["revisions.number"], name="fk_proposals_revision_revisions"),
        sqlite_autoincrement=True,
        comment="Changes of the knowledge that editors propose. A number is never used again.",
    )
    op.create_index("ix_proposals_state", "proposals", ["state"])
    op.create_index("ix_proposals_member_id", "proposals", ["member_id"])
    op.create_table(
        "approvals",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("proposal", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.LargeBinary(32), comment="Who said so; None after they left."),
        sa.Column("reviewer", sa.String(60), nullable=False, comment="As in the audit; no id."),
        sa.Column("verdict", sa.String(8), nullable=False, comment="approve, reject or publish."),
        sa.Column("hash", sa.String(64), nullable=False, comment="Of the changes that were seen."),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_approvals"),
        sa.ForeignKeyConstraint(["proposal"], ["proposals.number"], name="fk_approvals_proposal_proposals"),
        sa.UniqueConstraint("proposal", "member_id", "hash", "verdict", name="uq_approvals_proposal"),
        sqlite_autoincrement=True,
        comment="What reviewers and publishers said about proposals.",
    )
    op.create_table(
        "editing_dialogues",
        sa.Column("member_id", sa.LargeBinary(32), nullable=False),
        sa.Column("awaiting", sa.String(160), nullable=False, comment="What the next message will be."),
        sa.Column("proposal", sa.Integer(), comment="The draft that is being worked on."),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name="pk_editing_dialogues"),
        comment="What an editor is in the middle of; ids only, no text.",
    )
    op.create_index("ix_editing_dialogues_at", "editing_dialogues", ["at"])


def _people() -> None:
    op.create_table(
        "editors",
        sa.Column("number", sa.Integer(), nullable=False, comment="What others see of this editor."),
        sa.Column("member_id", sa.LargeBinary(32), nullable=False),
        sa.Column(
            "sealed_chat", sa.LargeBinary(), nullable=False, comment="Where the digest goes, and who it is."
        ),
        sa.Column(
            "role",
            sa.String(12),
            nullable=False,
            comment="author, reviewer, publisher, owner; or settings: as set.",
        ),
        sa.Column("role_before", sa.String(12), comment="What they could do before the last change."),
        sa.Column(
            "changed_at", sa.BigInteger(), nullable=False, comment="When the role last changed or ended."
        ),
        sa.Column("added_by", sa.String(60), nullable=False, comment="As in the audit; no id."),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), comment="None while the rights hold."),
        sa.Column(
            "digest_off", sa.Integer(), nullable=False, server_default="0", comment="1: no weekly digest."
        ),
        sa.Column("digest_at", sa.BigInteger(), comment="When the last weekly digest was made."),
        sa.PrimaryKeyConstraint("number", name="pk_editors"),
        sa.UniqueConstraint("member_id", name="uq_editors_member_id"),
        sqlite_autoincrement=True,
        comment="Who may change the knowledge. A number is never used again.",
    )
    op.create_table(
        "invitations",
        sa.Column("token_hash", sa.String(64), nullable=False, comment="SHA-256 of the link's token."),
        sa.Column("member_id", sa.LargeBinary(32), nullable=False, comment="Who made it."),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("made_by", sa.String(60), nullable=False, comment="As in the audit; no id."),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("token_hash", name="pk_invitations"),
        comment="Links that make somebody an editor, each once.",
    )
    op.create_index("ix_invitations_expires_at", "invitations", ["expires_at"])
    op.create_index("ix_invitations_member_id", "invitations", ["member_id"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(60), nullable=False, comment="A label that is no id."),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False, comment="JSON: numbers, ids of entries and hashes."),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False, comment="Over this row and the one before."),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
        sa.UniqueConstraint("previous_hash", name="uq_audit_previous_hash"),
        comment="What editors did. A row never changes; the hashes chain the rows.",
    )


def _waiting() -> None:
    op.create_table(
        "questions",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.LargeBinary(32), nullable=False),
        sa.Column(
            "sealed_text", sa.LargeBinary(), comment="Masked and sealed; None once it is answered or closed."
        ),
        sa.Column("message_id", sa.BigInteger(), comment="The member's own message, by its number."),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("nearest", sa.String(40), comment="The entry that was nearest."),
        sa.Column("state", sa.String(10), nullable=False, comment="open, waiting, answered or closed."),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_entry", sa.String(40), comment="What answers it, or will once it is published."),
        sa.Column("answered_at", sa.BigInteger(), comment="When it was answered or closed."),
        sa.PrimaryKeyConstraint("number", name="pk_questions"),
        sqlite_autoincrement=True,
        comment="Questions that members sent to the editors by a tap; the text is sealed.",
    )
    op.create_index("ix_questions_member_id", "questions", ["member_id"])
    op.create_index("ix_questions_state_made_at", "questions", ["state", "made_at"])
    op.create_table(
        "counts",
        sa.Column("day", sa.String(10), nullable=False, comment="As 2026-11-27, in UTC."),
        sa.Column("name", sa.String(40), nullable=False, comment="What is counted."),
        sa.Column("subject", sa.String(40), nullable=False, comment="An entry, a language or nothing."),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "name", "subject", name="pk_counts"),
        comment="How often something happened on a day; no text and nobody's id.",
    )

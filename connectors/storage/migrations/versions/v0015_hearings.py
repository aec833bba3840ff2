"""Rows of the outbox may wait for their time; who wants to hear what, and who has seen what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the outbox anew with its rows, and the tables beside it."""
    op.drop_index("outbox_pending", "outbox")
    op.drop_index("outbox_settled", "outbox")
    op.rename_table("outbox", "outbox_before")
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("unsure", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("due_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", "platform", "conversation", "person"),
    )
    op.execute("INSERT INTO outbox SELECT *, 0 FROM outbox_before")
    op.drop_table("outbox_before")
    op.create_index(
        "outbox_pending",
        "outbox",
        ["platform", "priority", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "outbox_settled",
        "outbox",
        ["platform", "settled_at"],
        unique=False,
        sqlite_where=sa.text("state != 'pending'"),
    )
    op.create_index(
        "outbox_held", "outbox", ["due_at"], unique=False, sqlite_where=sa.text("state = 'held'")
    )
    op.create_table(
        "hearings",
        sa.Column("listener", sa.Text(), nullable=False),
        sa.Column("is_channel", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("listener"),
    )
    op.create_table(
        "seen",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", "person"),
    )
    op.create_table(
        "gatherings",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )

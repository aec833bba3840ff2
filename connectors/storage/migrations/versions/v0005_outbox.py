"""The outbox knows more of each row, and what each platform wants."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the outbox anew with its rows, and the tables beside it."""
    op.drop_index("outbox_pending", "outbox")
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
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", "platform", "conversation", "person"),
    )
    op.execute(
        "INSERT INTO outbox SELECT id, platform, conversation, person, priority, key, state,"
        " attempts, 0, 0, json_extract(body, '$.created_at'), 0, reason, body FROM outbox_before"
    )
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
    op.create_table(
        "silences",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "scope"),
    )
    op.create_table(
        "moves",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "old"),
    )
    op.create_table(
        "shown",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "conversation", "subject"),
    )
    op.create_table(
        "reaches",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person", "platform"),
    )
    op.execute(
        "INSERT INTO reaches (person, platform, conversation)"
        " SELECT id, home_platform, home_conversation FROM people WHERE home_conversation != ''"
    )

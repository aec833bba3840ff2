"""Sealed keys of venues, and which accounts were turned live."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make their tables."""
    for name in ("venue_keys", "live_decisions"):
        op.create_table(
            name,
            sa.Column("account", sa.Text(), nullable=False),
            sa.Column("body", sa.Text(), nullable=False),
            sa.PrimaryKeyConstraint("account"),
        )

"""Whoever asks which ticket a message used need not read them all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Used ones, by the message that used them."""
    op.create_index("tickets_used", "tickets", ["used_by"], sqlite_where=sa.text("state = 'used'"))

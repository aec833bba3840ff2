"""The journal's entries by the order that they are of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_OF = """
UPDATE journal SET subject = coalesce(
    json_extract(body, '$.client_order_id'), json_extract(body, '$.order.client_order_id'), ''
)
"""


def upgrade() -> None:
    """Name the order of each entry, and find them by it."""
    op.add_column("journal", sa.Column("subject", sa.Text(), nullable=False, server_default=""))
    op.execute(_OF)
    op.create_index(
        "journal_by_subject", "journal", ["subject"], sqlite_where=sa.text("subject != ''")
    )

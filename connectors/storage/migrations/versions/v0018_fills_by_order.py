"""A trade that fills two orders of one account is a fill of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_COPY = """
INSERT INTO fills (account, client_order_id, trade_id, symbol, at, body)
SELECT account, json_extract(body, '$.client_order_id'), trade_id, symbol, at, body
FROM fills_before
"""


def upgrade() -> None:
    """Tell fills apart by their orders, too."""
    op.drop_index("fills_by_account", "fills")
    op.rename_table("fills", "fills_before")
    op.create_table(
        "fills",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("client_order_id", sa.Text(), nullable=False),
        sa.Column("trade_id", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", "client_order_id", "trade_id"),
    )
    op.create_index("fills_by_account", "fills", ["account", "at"])
    op.execute(_COPY)
    op.drop_table("fills_before")

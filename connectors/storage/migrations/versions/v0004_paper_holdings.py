"""What a paper venue holds, beside its orders: all their fills, added up."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table and reckon it from the orders that are there."""
    holdings = op.create_table(
        "paper_holdings",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", "symbol"),
    )
    held: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (body,) in op.get_bind().execute(sa.text("SELECT body FROM paper_orders")):
        stated = orjson.loads(body)
        terms = stated["order"]["terms"]
        sign = 1 if terms["side"] == "buy" else -1
        for fill in stated["fills"]:
            held[stated["order"]["account"], terms["symbol"]] += sign * Decimal(fill["quantity"])
    op.bulk_insert(
        holdings,
        [
            {"account": account, "symbol": symbol, "quantity": str(quantity)}
            for (account, symbol), quantity in held.items()
        ],
    )

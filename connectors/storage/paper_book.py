"""A paper venue's own memory, apart from the desk's journal, as an exchange's would be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import bindparam, func, or_, select

from connectors.storage.boundaries import PAPER_BOOK_SAVE
from connectors.storage.codec import codec
from connectors.storage.database import Database, Session
from connectors.storage.statements import prepare, upsert
from connectors.storage.tables import paper_holdings
from connectors.storage.tables import paper_orders as _t
from engine.domain.identifiers import AccountId, ClientOrderId, Symbol
from engine.ports.venue import PaperBook, VenueOrder

DAY = 86_400_000
"""A day in milliseconds."""

_SAVE = upsert(_t)
_SAVE_HOLDING = upsert(paper_holdings)
_HOLDINGS = prepare(
    select(paper_holdings.c.account, paper_holdings.c.symbol, paper_holdings.c.quantity)
)
_FIND = prepare(select(_t.c.body).where(_t.c.client_order_id == bindparam("wanted")))
# The book has no clock: its day ends with the last thing that it knows to have happened.
_latest = select(func.coalesce(func.max(_t.c.updated_at), 0)).scalar_subquery()
_LOAD = prepare(
    select(_t.c.body)
    .where(or_(_t.c.is_open == 1, _t.c.updated_at >= _latest - DAY))
    .order_by(_t.c.updated_at, _t.c.client_order_id)
)


class SqlPaperBook(PaperBook):
    """PaperBook on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self) -> Sequence[VenueOrder]:
        """Every order still open, and those closed within a day of the latest of all."""
        rows = await self._database.read(lambda session: session.rows(_LOAD))
        return [codec(VenueOrder).decode(body) for (body,) in rows]

    async def find(self, order: ClientOrderId) -> VenueOrder | None:
        """One order, open or closed."""
        row = await self._database.look(lambda session: session.row(_FIND, {"wanted": order}))
        return None if row is None else codec(VenueOrder).decode(row[0])

    async def holdings(self) -> Mapping[tuple[AccountId, Symbol], Decimal]:
        """Base units held of each instrument, signed."""
        rows = await self._database.read(lambda session: session.rows(_HOLDINGS))
        return {(account, symbol): Decimal(quantity) for account, symbol, quantity in rows}

    async def save(
        self, orders: Sequence[VenueOrder], holdings: Mapping[tuple[AccountId, Symbol], Decimal]
    ) -> None:
        """Keep these, whole, in one transaction. Raises StoreUnavailable."""
        rows = [_values(order) for order in orders]
        held = [
            {"account": account, "symbol": symbol, "quantity": str(quantity)}
            for (account, symbol), quantity in holdings.items()
        ]

        def write(session: Session) -> None:
            session.run_each(_SAVE, rows)
            session.run_each(_SAVE_HOLDING, held)

        await self._database.write(PAPER_BOOK_SAVE, write)


def _values(stated: VenueOrder) -> dict[str, object]:
    order = stated.order
    return {
        "client_order_id": order.client_order_id,
        "is_open": int(order.is_open),
        "updated_at": max(order.updated_at, order.placed_at),
        "body": codec(VenueOrder).encode(stated),
    }

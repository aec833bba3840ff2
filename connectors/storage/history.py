"""Orders and fills of the past, as the journal's projections hold them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, select

from connectors.storage.codec import codec, decode_event
from connectors.storage.database import Database
from connectors.storage.statements import Prepared, bound
from connectors.storage.tables import cash_entries as _entries
from connectors.storage.tables import fills as _fills
from connectors.storage.tables import journal as _journal
from connectors.storage.tables import orders as _orders
from engine.domain.account import CashEntry, Fill
from engine.domain.identifiers import AccountId, ClientOrderId, Symbol
from engine.domain.order import Order, OrderState
from engine.ports.journal import Recorded, TradeHistory

T = TypeVar("T")

_LIKENESSES = 5
_ABOVE_ALL = "\U0010ffff"


class SqlTradeHistory(TradeHistory):
    """TradeHistory on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def orders(
        self,
        account: AccountId,
        *,
        symbol: Symbol | None = None,
        states: Sequence[OrderState] = (),
        limit: int = 50,
    ) -> Sequence[Order]:
        """Orders, newest first; of these states where any are named."""
        wanted = [_orders.c.account == account]
        if symbol is not None:
            wanted.append(_orders.c.symbol == symbol)
        if states:
            wanted.append(_orders.c.state.in_([state.value for state in states]))
        return await self._orders(wanted, limit)

    async def order(self, account: AccountId, prefix: str) -> Sequence[tuple[ClientOrderId, Order]]:
        """Orders whose client order id starts so, newest first, at most five."""
        wanted = [
            _orders.c.account == account,
            _orders.c.client_order_id >= prefix,
            _orders.c.client_order_id < prefix + _ABOVE_ALL,
        ]
        found = await self._orders(wanted, _LIKENESSES)
        return [(order.client_order_id, order) for order in found]

    async def fills(
        self,
        account: AccountId,
        *,
        symbol: Symbol | None = None,
        start: int = 0,
        end: int | None = None,
        limit: int = 10_000,
    ) -> Sequence[Fill]:
        """Fills with `start <= at < end`, oldest first."""
        wanted = [_fills.c.account == account, _fills.c.at >= start]
        if symbol is not None:
            wanted.append(_fills.c.symbol == symbol)
        if end is not None:
            wanted.append(_fills.c.at < end)
        order = (_fills.c.at, _fills.c.trade_id)
        query = select(_fills.c.body).where(*wanted).order_by(*order).limit(limit)
        return await self._decoded(bound(query), codec(Fill).decode)

    async def entries(
        self, account: AccountId, *, start: int = 0, end: int | None = None
    ) -> Sequence[CashEntry]:
        """Cash that moved without a trade, `start <= at < end`, oldest first."""
        wanted = [_entries.c.account == account, _entries.c.at >= start]
        if end is not None:
            wanted.append(_entries.c.at < end)
        query = select(_entries.c.body).where(*wanted).order_by(_entries.c.at, _entries.c.id)
        return await self._decoded(bound(query), codec(CashEntry).decode)

    async def story(self, order: ClientOrderId) -> Sequence[Recorded]:
        """Every entry of the journal that is of one order, in order."""
        query = (
            select(_journal.c.sequence, _journal.c.body, _journal.c.correlation)
            .where(_journal.c.subject == order, _journal.c.subject != "")
            .order_by(_journal.c.sequence)
        )
        prepared = bound(query)
        return await self._database.read(
            lambda session: [
                Recorded(sequence, decode_event(body), correlation)
                for sequence, body, correlation in session.rows(prepared)
            ]
        )

    async def _orders(self, wanted: Sequence[ColumnElement[bool]], limit: int) -> list[Order]:
        newest = (_orders.c.placed_at.desc(), _orders.c.client_order_id.desc())
        query = select(_orders.c.body).where(*wanted).order_by(*newest).limit(limit)
        return await self._decoded(bound(query), codec(Order).decode)

    async def _decoded(self, query: Prepared, decode: Callable[[str], T]) -> list[T]:
        """Read and decoded in the reader's thread, for there may be thousands."""
        return await self._database.read(
            lambda session: [decode(body) for (body,) in session.rows(query)]
        )

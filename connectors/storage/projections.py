"""All that is stored beside the journal, to be held against it."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import func, select

from connectors.storage import tables
from connectors.storage.codec import codec
from connectors.storage.database import Database, Session
from connectors.storage.statements import prepare
from engine.domain.account import Account, CashEntry, Fill, Position
from engine.domain.identifiers import AccountId
from engine.domain.money import Currency
from engine.domain.order import Order
from engine.ports.journal import Changes

_ACCOUNTS = prepare(select(tables.accounts.c.body))
_ORDERS = prepare(select(tables.orders.c.body))
_FILLS = prepare(select(tables.fills.c.body))
_ENTRIES = prepare(select(tables.cash_entries.c.body))
_POSITIONS = prepare(select(tables.positions.c.body))
_CASH = prepare(select(tables.cash.c.account, tables.cash.c.currency, tables.cash.c.amount))
_UNUSED = prepare(
    select(tables.tickets.c.id, tables.tickets.c.state)
    .join(tables.intents, tables.intents.c.key == "ticket:" + tables.tickets.c.id)
    .where(tables.tickets.c.state != "used")
    .limit(1)
)
_AHEAD = prepare(
    select(tables.cursors.c.name, tables.cursors.c.sequence)
    .where(
        tables.cursors.c.sequence
        > select(func.coalesce(func.max(tables.journal.c.sequence), 0)).scalar_subquery()
    )
    .limit(1)
)


async def projections(database: Database) -> Changes:
    """Every row. Raises StoreUnavailable, StateCorrupt."""

    def work(session: Session) -> Changes:
        return Changes(
            orders=tuple(codec(Order).decode(body) for (body,) in session.rows(_ORDERS)),
            fills=tuple(codec(Fill).decode(body) for (body,) in session.rows(_FILLS)),
            entries=tuple(codec(CashEntry).decode(body) for (body,) in session.rows(_ENTRIES)),
            positions=tuple(codec(Position).decode(b) for (b,) in session.rows(_POSITIONS)),
            cash=tuple(
                (AccountId(name), Currency(currency), Decimal(amount))
                for name, currency, amount in session.rows(_CASH)
            ),
            accounts=tuple(codec(Account).decode(body) for (body,) in session.rows(_ACCOUNTS)),
        )

    return await database.read(work)


async def contradiction(database: Database) -> str | None:
    """A ticket or a follower that says something else than the journal, or None.

    What was journaled under a ticket's id was done for a yes, so the ticket is used.
    """

    def work(session: Session) -> str | None:
        if (row := session.row(_UNUSED)) is not None:
            return f"ticket {row[0]}: the journal has carried it out, stored as {row[1]}"
        if (row := session.row(_AHEAD)) is not None:
            return f"{row[0]} followed the journal to entry {row[1]}, which is not there"
        return None

    return await database.read(work)

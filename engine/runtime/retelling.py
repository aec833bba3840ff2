"""The journal told again from its first entry, and held beside the rows that are stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from engine.domain.account import CashEntry, Fill
from engine.domain.events import CashMoved, Event, OrderDenied, OrderInitialized
from engine.domain.identifiers import ClientOrderId
from engine.domain.instrument import Instrument
from engine.domain.order import Order
from engine.errors import StateCorrupt
from engine.kernel.state import State
from engine.ports.journal import Changes, Journal, Recorded, Snapshot

Rows = Mapping[str, object]
"""What each row says, by a name such as `order abc` or `cash USDT of paper`."""


async def retold(
    journal: Journal,
    instruments: Iterable[Instrument],
    limits: Mapping[str, Decimal] | None = None,
    snapshot: Snapshot | None = None,
) -> Changes:
    """Every row as the journal has it come about; `limits` are those that a desk begins with.

    Raises StateCorrupt naming the entry that does not follow from those before it, or the snapshot
    that is not what the entries up to it come to.
    """
    state = State(instruments, limits or {})
    orders: dict[ClientOrderId, Order] = {}
    fills: list[Fill] = []
    entries: list[CashEntry] = []
    async for recorded in journal.read():
        fill = _applied(state, recorded)
        if fill is not None:
            fills.append(fill)
        if isinstance(recorded.event, CashMoved):
            entries.append(recorded.event.entry)
        if snapshot is not None and recorded.sequence == snapshot.sequence:
            _compare(state, snapshot)
        order = state.orders.get(_order_named(recorded.event))
        if order is not None:
            orders[order.client_order_id] = order
    books = state.accounts.items()
    return Changes(
        orders=tuple(orders.values()),
        fills=tuple(fills),
        positions=tuple(p for _, book in books for p in book.positions.values()),
        cash=tuple((name, c, n) for name, book in books for c, n in book.cash.items()),
        accounts=tuple(book.account for _, book in books),
        entries=tuple(entries),
    )


def first_difference(told: Changes, stored: Changes) -> str | None:
    """The first row in which they differ, with both sides, or None."""
    expected, found = dict(_rows(told)), dict(_rows(stored))
    for name in (*expected, *(name for name in found if name not in expected)):
        if expected.get(name) != found.get(name):
            return f"{name}: the journal gives {_side(expected, name)}, {_side(found, name)} stored"
    return None


def _applied(state: State, recorded: Recorded) -> Fill | None:
    try:
        return state.apply(recorded.event)
    except (StateCorrupt, LookupError, ArithmeticError, ValueError) as error:
        kind = type(recorded.event).__name__
        raise StateCorrupt(f"entry {recorded.sequence}, {kind}: {error}") from error


def _compare(state: State, snapshot: Snapshot) -> None:
    if state.remembered() != snapshot.state:
        raise StateCorrupt(f"the snapshot of entry {snapshot.sequence} is not what came about")


def _order_named(event: Event) -> ClientOrderId:
    if isinstance(event, OrderInitialized | OrderDenied):
        return event.order.client_order_id
    return ClientOrderId(getattr(event, "client_order_id", ""))


def _rows(changes: Changes) -> Iterator[tuple[str, object]]:
    for account in changes.accounts:
        yield f"account {account.id}", account
    for order in changes.orders:
        yield f"order {order.client_order_id}", order
    for fill in changes.fills:
        yield f"fill {fill.trade_id} of order {fill.client_order_id}", fill
    for entry in changes.entries:
        yield f"cash entry {entry.id} of {entry.account}", entry
    for position in changes.positions:
        yield f"position {position.symbol} of {position.account}", position
    for name, currency, amount in changes.cash:
        yield f"cash {currency} of {name}", amount


def _side(rows: Rows, name: str) -> str:
    return str(rows[name]) if name in rows else "nothing"

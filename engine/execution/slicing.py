"""Orders that go in slices: a parent that never leaves, and what of it is under way.

The parent is worked here; each slice is an order of its own whose name derives from the parent's,
so that a slice is placed once whatever dies. The time that has passed says whose turn it is: after
an interruption the rest is spread over the turns that are left, never made up for at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from engine.domain.events import ExecutionEnded, OrderFilled
from engine.domain.identifiers import ClientOrderId, IntentKey
from engine.domain.money import ZERO, Currency, Quantity, round_down
from engine.domain.order import Order, OrderTerms, OrderType, Purpose, TimeInForce
from engine.domain.values import changed
from engine.execution.naming import client_order_id

_NO_CURRENCY = Currency("")
_STOPPING = Purpose.STOP_LOSS, Purpose.EXIT


@dataclass(slots=True)
class Run:
    """One parent with its slices so far; `turn` is the last slice placed, -1 before the first.

    It `is_stopped` once its stop, or what closes in the place of one, has filled.
    """

    parent: Order
    turn: int = -1
    placed: int = 0
    is_stopped: bool = False
    under_way: dict[ClientOrderId, Order] = field(default_factory=dict)
    fee: Decimal = ZERO
    fee_currency: Currency = _NO_CURRENCY

    def ended(self, reason: str, at: int) -> ExecutionEnded:
        """The parent's end, with what its slices came to."""
        name = self.parent.client_order_id
        return ExecutionEnded(name, reason, self.placed, self.fee, self.fee_currency, at)


class Slicing:
    """Every order that is being worked in slices."""

    __slots__ = ("_runs",)

    def __init__(self) -> None:
        self._runs: dict[ClientOrderId, Run] = {}

    def follow(self, order: Order) -> None:
        """Take note of how an order stands now."""
        if order.purpose is Purpose.SLICE and order.parent is not None:
            run = self._runs.get(order.parent)
            if run is not None:
                self._slice(run, order)
        elif order.twap is not None:
            run = self._runs.get(order.client_order_id)
            if run is not None:
                run.parent = order
            elif order.is_open:
                self._runs[order.client_order_id] = Run(order)
        elif order.filled and order.parent is not None and order.purpose in _STOPPING:
            run = self._runs.get(order.parent)
            if run is not None:
                run.is_stopped = True

    def _slice(self, run: Run, order: Order) -> None:
        if order.leg > run.turn:
            run.turn = order.leg
            run.placed += 1
        if order.is_open:
            run.under_way[order.client_order_id] = order
        else:
            run.under_way.pop(order.client_order_id, None)

    def note_fill(self, slice_order: Order, event: OrderFilled) -> None:
        """Add a slice's fee to its parent's."""
        run = self._runs.get(slice_order.parent or ClientOrderId(""))
        if run is not None:
            run.fee += event.fee
            run.fee_currency = event.fee_currency

    def forget(self, parent: ClientOrderId) -> None:
        """It has ended."""
        self._runs.pop(parent, None)

    def get(self, parent: ClientOrderId) -> Run | None:
        """The run of a parent, while it lasts."""
        return self._runs.get(parent)

    def under_way(self, parent: ClientOrderId) -> tuple[Order, ...]:
        """The slices of a parent that something may still come of."""
        run = self._runs.get(parent)
        return () if run is None else tuple(run.under_way.values())

    def running(self) -> tuple[Run, ...]:
        """All of them, oldest first."""
        return tuple(self._runs.values())


def next_slice(run: Run, at: int, step: Decimal) -> Order | None:
    """The slice whose turn it is, or None where it was placed, waits for another, or is none.

    What has not been traded is spread evenly over the turns that are left.
    """
    parent, twap = run.parent, run.parent.twap
    if twap is None or run.under_way or not parent.is_open:
        return None
    turn = twap.place_at(at)
    if turn <= run.turn or turn >= twap.slices:
        return None
    turns_left = twap.slices - turn
    quantity = parent.remaining
    if turns_left > 1:
        quantity = Quantity(round_down(parent.remaining / turns_left, step))
    if not quantity:
        return None
    return Order(
        client_order_id=client_order_id(IntentKey(parent.client_order_id), f"slice:{turn}"),
        account=parent.account,
        terms=_terms(parent.terms, quantity),
        placed_by=parent.placed_by,
        placed_at=at,
        expires_to_send_at=at + (twap.ends_at - twap.starts_at) // twap.slices,
        purpose=Purpose.SLICE,
        parent=parent.client_order_id,
        origin=parent.origin,
        leg=turn,
        updated_at=at,
    )


def _terms(whole: OrderTerms, quantity: Quantity) -> OrderTerms:
    """A slice takes what it can at once: at market, or at the parent's price and no worse."""
    immediate = TimeInForce.GTC if whole.type is OrderType.MARKET else TimeInForce.IOC
    return changed(whole, quantity=quantity, time_in_force=immediate)

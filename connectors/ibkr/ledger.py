"""What has been told of each order, so that whatever the gateway repeats is told once.

A fill is told with what it cost, which the gateway says apart: it waits for that a moment, and is
told without it then; the cost is booked when it comes.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from decimal import Decimal

from connectors.ibkr.listing import Listed
from connectors.ibkr.said import CommissionSaid, ExecutionSaid, OrderSaid, StatusSaid
from connectors.ibkr.states import ENDED, IS_THERE, expired, state_of
from engine.domain.account import CashEntry, CashReason
from engine.domain.events import (
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    VenueReport,
)
from engine.domain.identifiers import (
    AccountId,
    ClientOrderId,
    EntryId,
    TradeId,
    VenueOrderId,
)
from engine.domain.money import ZERO, Currency, Price, Quantity
from engine.domain.order import OrderState

_MOST = 10_000
"""Orders, and costs, that are remembered; older ones that are over are forgotten."""

BY_REQUEST = "canceled on request"
NOT_ALL_AT_ONCE = "not all of it could be filled at once"
BY_THE_BROKER = "canceled by Interactive Brokers"
SESSION_OVER = "its session is over"


@dataclass(slots=True)
class Told:
    """One order: how the gateway names it, and what was reported of it."""

    name: ClientOrderId
    listed: Listed
    order_id: int = 0
    perm_id: int = 0
    tif: str = ""
    placed_at: int = 0
    accepted: bool = False
    closed: bool = False
    cancel_asked: bool = False
    why: str = ""
    trades: set[str] = field(default_factory=set)
    filled: Decimal = ZERO
    claimed: Decimal = ZERO
    """What the gateway says is filled, which may be ahead of the fills that were heard."""
    ending: OrderState | None = None

    @property
    def lacks(self) -> bool:
        """Whether fills, or the end that they hold back, are still to be asked for."""
        return self.claimed > self.filled or (self.ending is not None and not self.closed)


@dataclass(frozen=True, slots=True)
class _Waiting:
    told: Told
    execution: ExecutionSaid
    heard_at: int


class Ledger:
    """Reports out of what is heard. It asks nothing itself."""

    def __init__(self, account: AccountId) -> None:
        self._account = account
        self._by_name: OrderedDict[ClientOrderId, Told] = OrderedDict()
        self._by_order: dict[int, Told] = {}
        self._by_perm: dict[int, Told] = {}
        self._waiting: dict[str, _Waiting] = {}
        self._unpaid: dict[str, Told] = {}
        self._costs: OrderedDict[str, CommissionSaid] = OrderedDict()
        self._charges: list[CashEntry] = []

    def expect(self, name: ClientOrderId, listed: Listed, order_id: int, tif: str, at: int) -> Told:
        """An order of ours is about to leave."""
        told = self._by_name[name] = Told(name, listed, order_id, tif=tif, placed_at=at)
        self._by_order[order_id] = told
        self._forget()
        return told

    def get(self, name: ClientOrderId) -> Told | None:
        """One order."""
        return self._by_name.get(name)

    def numbered(self, order_id: int) -> Told | None:
        """The order that has this number with us."""
        return self._by_order.get(order_id)

    def lacking(self) -> list[Told]:
        """Those of which something was not heard."""
        return [told for told in self._by_name.values() if told.lacks]

    def resting(self) -> list[Told]:
        """Those that should be shown by the gateway."""
        return [each for each in self._by_name.values() if each.accepted and not each.closed]

    def cost(self, exec_id: str) -> CommissionSaid | None:
        """What an execution cost, where it was said."""
        return self._costs.get(exec_id)

    def charges(self, since: int) -> list[CashEntry]:
        """Costs that came too late for their fills, at or after a moment (UTC ms)."""
        return [each for each in self._charges if each.at >= since]

    # -- what is heard ------------------------------------------------------------------------

    def order(
        self, said: OrderSaid, listed: Listed, at: int, *, is_ours: bool
    ) -> list[VenueReport]:
        """An order as it is shown, of whatever client; one without a name of ours is nobody's."""
        if not said.ref:
            return []
        name = ClientOrderId(said.ref)
        told = self._by_name.get(name)
        if told is None:
            told = self._by_name[name] = Told(name, listed, tif=said.tif, placed_at=at)
            self._forget()
        told.tif = said.tif or told.tif  # a preset of the gateway's may have changed it
        if said.order_id and is_ours:
            told.order_id = said.order_id
            self._by_order[said.order_id] = told
        filled = None if said.filled is None else said.filled * listed.size
        return self._stands(told, said.status, said.perm_id, filled, at)

    def status(self, said: StatusSaid, at: int, *, is_ours: bool) -> list[VenueReport]:
        """How an order stands. Another client's number says nothing here."""
        told = self._by_perm.get(said.perm_id)
        if told is None and is_ours:
            told = self._by_order.get(said.order_id)
        if told is None:
            return []
        filled = said.filled * told.listed.size
        return self._stands(told, said.status, said.perm_id, filled, at)

    def execution(self, said: ExecutionSaid, at: int) -> list[VenueReport]:
        """A fill, told once its cost is known; a correction of one that was told is left to the
        comparison of what is held.
        """
        told = self._by_perm.get(said.perm_id) or self._by_name.get(ClientOrderId(said.ref))
        if told is None or said.trade in told.trades:
            return []
        told.trades.add(said.trade)
        cost = self._costs.get(said.exec_id)
        if cost is None:
            self._waiting[said.exec_id] = _Waiting(told, said, at)
            return []
        return self._filled(told, said, cost, at)

    def commission(self, said: CommissionSaid, at: int) -> list[VenueReport]:
        """What a fill cost."""
        self._costs[said.exec_id] = said
        while len(self._costs) > _MOST:
            self._costs.popitem(last=False)
        waiting = self._waiting.pop(said.exec_id, None)
        if waiting is not None:
            return self._filled(waiting.told, waiting.execution, said, at)
        if self._unpaid.pop(said.exec_id, None) is not None and said.amount:
            self._charges.append(self._charge(said, at))
        return []

    def overdue(self, heard_before: int, at: int) -> list[VenueReport]:
        """Fills whose cost has not come: they are told without it."""
        late = [key for key, each in self._waiting.items() if each.heard_at < heard_before]
        reports: list[VenueReport] = []
        for exec_id in late:
            waiting = self._waiting.pop(exec_id)
            self._unpaid[exec_id] = waiting.told
            nothing = CommissionSaid(exec_id, ZERO, waiting.told.listed.instrument.quote)
            reports += self._filled(waiting.told, waiting.execution, nothing, at)
        return reports

    def hush(self) -> None:
        """What was heard so far happened before this desk listened: none of it is news."""
        for waiting in self._waiting.values():
            waiting.told.filled += waiting.execution.shares * waiting.told.listed.size
        self._waiting.clear()

    def refused(self, told: Told, why: str, at: int) -> list[VenueReport]:
        """What was accepted is turned down after all."""
        told.ending, told.why = OrderState.CANCELED, why
        return self._ended(told, at)

    def close(self, told: Told) -> None:
        """It was refused: whatever else is said of it is no news."""
        told.accepted = told.closed = True

    def forget(self, told: Told) -> None:
        """It never left, and may under the same name."""
        self._by_name.pop(told.name, None)
        self._by_order.pop(told.order_id, None)

    # -- what follows -------------------------------------------------------------------------

    def _stands(
        self, told: Told, status: str, perm_id: int, filled: Decimal | None, at: int
    ) -> list[VenueReport]:
        if perm_id:
            told.perm_id = perm_id
            self._by_perm[perm_id] = told
        told.claimed = max(told.claimed, filled or ZERO)
        reports = self._accepted(told, status, at)
        if status in ENDED and not told.closed:
            told.ending = state_of(status)
            reports += self._ended(told, at)
        return reports

    def _accepted(self, told: Told, status: str, at: int) -> list[VenueReport]:
        if told.accepted or status not in IS_THERE or not told.perm_id:
            return []
        told.accepted = True
        return [OrderAccepted(told.name, VenueOrderId(str(told.perm_id)), at)]

    def _filled(
        self, told: Told, said: ExecutionSaid, cost: CommissionSaid, at: int
    ) -> list[VenueReport]:
        told.perm_id = told.perm_id or said.perm_id
        reports = self._accepted(told, "Filled", at)
        fill = filled(told.name, said, cost, told.listed)
        told.filled += fill.quantity
        return [*reports, fill, *self._ended(told, at)]

    def _ended(self, told: Told, at: int) -> list[VenueReport]:
        if told.closed or told.ending is None or told.claimed > told.filled:
            return []
        if told.ending is OrderState.FILLED and not told.filled:
            return []
        told.closed = True
        if told.ending is OrderState.FILLED:
            return []
        if not told.cancel_asked and expired(told.tif, told.placed_at, told.listed.sessions, at):
            told.ending, told.why = OrderState.EXPIRED, SESSION_OVER
            return [OrderExpired(told.name, told.why, at)]
        told.why = BY_REQUEST if told.cancel_asked else told.why or _unasked(told.tif)
        return [OrderCanceled(told.name, told.why, at)]

    def _charge(self, said: CommissionSaid, at: int) -> CashEntry:
        return CashEntry(
            id=EntryId(f"commission-{said.exec_id}"),
            account=self._account,
            reason=CashReason.CHARGE,
            currency=Currency(said.currency),
            amount=-said.amount,
            at=at,
        )

    def _forget(self) -> None:
        while len(self._by_name) > _MOST:
            name = next((n for n, told in self._by_name.items() if told.closed), None)
            if name is None:
                return
            told = self._by_name.pop(name)
            self._by_order.pop(told.order_id, None)
            self._by_perm.pop(told.perm_id, None)


def _unasked(tif: str) -> str:
    """Why an order ends that nobody canceled."""
    return NOT_ALL_AT_ONCE if tif in ("IOC", "FOK") else BY_THE_BROKER


def filled(
    name: ClientOrderId, said: ExecutionSaid, cost: CommissionSaid, listed: Listed
) -> OrderFilled:
    """An execution and its cost as a fill, in base units."""
    return OrderFilled(
        client_order_id=name,
        trade_id=TradeId(said.trade),
        quantity=Quantity(said.shares * listed.size),
        price=Price(said.price),
        fee=cost.amount,
        fee_currency=Currency(cost.currency),
        at=said.at,
    )

"""A kernel and an exchange with a slow line between them, and a process that may die."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from engine.domain.account import Account
from engine.domain.commands import CancelOrder, ModifyOrder, SubmitOrder, VenueCommand
from engine.domain.events import (
    Event,
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderRejected,
    OrderReplaced,
    OrderReplaceRejected,
    VenueReport,
)
from engine.domain.identifiers import AccountId, ClientOrderId, IntentKey, PersonId, VenueName
from engine.domain.instrument import InstrumentKind
from engine.domain.margin import Leverage
from engine.domain.market import DataKind, Tick
from engine.domain.money import ZERO, Currency, Price, Quantity
from engine.domain.order import Order, OrderState, OrderTerms, OrderType, Purpose, Side
from engine.domain.requests import (
    CancelOrders,
    HaltTrading,
    NoteLeverage,
    NoteLine,
    OpenAccount,
    PassTime,
    PlaceOrder,
    ReplaceOrder,
    ResumeTrading,
    SendOrder,
)
from engine.execution.naming import client_order_id
from engine.kernel import Kernel
from engine.matching.matcher import Matcher
from engine.matching.model import FillModel
from tests.standins.market import instrument

_LASTING = (
    OrderAccepted,
    OrderFilled,
    OrderReplaced,
    OrderCanceled,
    OrderExpired,
    OrderRejected,
)
BTC = instrument("BTC/USDT")
ANN = AccountId("ann")
_ACCOUNT = Account(
    ANN, VenueName("demo"), Currency("USDT"), is_paper=True, data_kind=DataKind.SIMULATED
)


class Pit:
    """What leaves and what is heard waits in two queues until it is let through.

    Where it `sets_aside`, what rests at the exchange to be sold can be sold by nothing else; where
    it does not `amend`, what is to be changed there is canceled. `on_margin` is one where positions
    may be short, on a leverage of five.
    """

    def __init__(
        self,
        *,
        sets_aside: bool = False,
        amends: bool = True,
        on_margin: bool = False,
        cash: Decimal = Decimal(10**9),
    ) -> None:
        self.sets_aside = sets_aside
        kind = InstrumentKind.PERPETUAL if on_margin else InstrumentKind.SPOT
        self._listed = replace(BTC, sets_aside=sets_aside, amends=amends, kind=kind)
        self.wanting = 0
        """Sales that were refused because their coins were set aside for another."""
        self.kernel = Kernel([self._listed], {})
        self.journal: list[Event] = []
        self.leaving: deque[VenueCommand] = deque()
        self.heard: deque[VenueReport] = deque()
        self.venue = Matcher([self._listed], FillModel(participation=Decimal(1)))
        self.ended: dict[ClientOrderId, list[VenueReport]] = {}
        self.refuses: Callable[[Order], bool] = lambda _: False
        self.at = 1_000
        self.wishes = 0
        self._take(OpenAccount(_ACCOUNT, ((Currency("USDT"), cash),), 0))
        if on_margin:
            five = Leverage(Decimal(5))
            self._take(NoteLeverage(ANN, BTC.symbol, five, PersonId("ann"), 0))
        self.price(Decimal(100))

    # -- what may happen ------------------------------------------------------------------

    def price(self, last: Decimal, size: Decimal = Decimal(10**6)) -> None:
        """A price is seen, by the desk first and then by the exchange."""
        self.at += 1_000
        tick = Tick(BTC.symbol, last, last, last, size, self.at)
        self._take(tick)
        self._told(self.venue.on_tick(tick))

    def place(
        self, side: Side, quantity: Decimal, kind: OrderType, **terms: object
    ) -> ClientOrderId:
        """A person's order; whatever is no field of the terms goes with the wish."""
        self.wishes += 1
        key = IntentKey(f"wish-{self.wishes}")
        own = {k: v for k, v in terms.items() if k in OrderTerms.__dataclass_fields__}
        rest = {k: v for k, v in terms.items() if k not in own}
        asked = OrderTerms(BTC.symbol, side, kind, Quantity(quantity), **own)  # type: ignore[arg-type]
        self._take(
            PlaceOrder(key, ANN, asked, PersonId("ann"), self.at, self.at + 10**9, **rest)  # type: ignore[arg-type]
        )
        return client_order_id(key)

    def cancel(self, *orders: ClientOrderId) -> None:
        self._take(CancelOrders(ANN, orders, PersonId("ann"), self.at))

    def close_all(self) -> None:
        """Halt, and close everything; the exchange has been asked what is held."""
        self._take(NoteLine(ANN, ""))
        key = IntentKey(f"halt-{self.at}")
        self._take(HaltTrading(key, PersonId("max"), "", flatten=True, at=self.at))

    def resume(self) -> None:
        """Lift every halt."""
        self._take(ResumeTrading(PersonId("max"), self.at))

    def replace(
        self, order: ClientOrderId, price: Price | None = None, quantity: Quantity | None = None
    ) -> None:
        key = IntentKey(f"change-{self.at}")
        self._take(ReplaceOrder(key, ANN, order, PersonId("ann"), self.at, price, quantity))

    def lose(self, order: ClientOrderId) -> None:
        """The exchange ends an order by itself."""
        self._told(self.venue.cancel(order, self.at))

    def pass_time(self, seconds: int = 1) -> None:
        self.at += seconds * 1_000
        self._take(PassTime(self.at))

    def hear(self, report: VenueReport) -> None:
        """A report that the exchange did not make, straight to the desk."""
        self._take(report)

    def let_out(self, count: int = 1) -> None:
        """So many commands reach the exchange."""
        for _ in range(min(count, len(self.leaving))):
            self._carried_out(self.leaving.popleft())

    def let_in(self, count: int = 1) -> None:
        """So many reports reach the desk."""
        for _ in range(min(count, len(self.heard))):
            self._take(self.heard.popleft())

    def crash(self) -> None:
        """The process dies; another one reads the journal and asks the exchange."""
        self.leaving.clear()
        self.heard.clear()
        self.kernel = self.told_again()
        self._take(Tick(BTC.symbol, *[self.last] * 3, Decimal(1), self.at))
        for order in tuple(self.kernel.orders.open.values()):
            self._resumed(order)

    def told_again(self) -> Kernel:
        """A kernel that has read the journal."""
        kernel = Kernel([self._listed], {})
        for event in self.journal:
            kernel.apply(event)
        return kernel

    def settle(self) -> None:
        """All arrives, and time passes, until nothing more comes of it."""
        for _ in range(12):
            while self.leaving or self.heard:
                self.let_out(len(self.leaving))
                self.let_in(len(self.heard))
            self.pass_time(6)

    def flow(self) -> None:
        """All arrives, and no time passes."""
        while self.leaving or self.heard:
            self.let_out(len(self.leaving))
            self.let_in(len(self.heard))

    # -- what can be seen -----------------------------------------------------------------

    @property
    def last(self) -> Decimal:
        return self.kernel.quotes[BTC.symbol].last if self.kernel.quotes else Decimal(100)

    def rests(self) -> list[tuple[Purpose, Decimal]]:
        """What rests at the exchange, and how much of it is left."""
        return [(e.order.purpose, e.order.remaining) for e in self.venue.open_orders(ANN)]

    @property
    def held(self) -> Decimal:
        return self.kernel.accounts[ANN].held(BTC.symbol)

    @property
    def held_there(self) -> Decimal:
        return self.venue.held(ANN, BTC.symbol)

    def open(self) -> list[Order]:
        return list(self.kernel.orders.open.values())

    def children(self, parent: ClientOrderId) -> list[Order]:
        return [order for order in self.open() if order.parent == parent]

    def count(self, kind: type) -> int:
        return sum(isinstance(event, kind) for event in self.journal)

    # -- how it is done -------------------------------------------------------------------

    def _take(self, arrival: object) -> None:
        step = self.kernel.step(arrival)  # type: ignore[arg-type]
        self.journal.extend(step.events)
        self.leaving.extend(step.commands)

    def _carried_out(self, command: VenueCommand) -> None:
        match command:
            case SubmitOrder(order):
                self._submitted(order)
            case CancelOrder():
                self._told(self.venue.cancel(command.client_order_id, self.at))
            case ModifyOrder() if not self._listed.amends:
                self._told(self.venue.cancel(command.client_order_id, self.at))
            case ModifyOrder() if self._free(command) < 0:
                self.wanting += 1
                name = command.client_order_id
                self._told((OrderReplaceRejected(name, "insufficient balance", self.at),))
            case ModifyOrder():
                self._told(self.venue.modify(command.client_order_id, command.terms, self.at))

    def _submitted(self, order: Order) -> None:
        step = self.kernel.step(SendOrder(order.client_order_id, self.at))
        self.journal.extend(step.events)
        name = order.client_order_id
        leaves = [
            each
            for each in step.commands
            if isinstance(each, SubmitOrder) and each.order.client_order_id == name
        ]
        self.leaving.extend(c for c in step.commands if c not in leaves)  # makes room for it
        if not leaves:
            return
        order = leaves[0].order  # as it is by now
        if self._free(leaves[0]) < 0:
            self.wanting += 1
            self._told((OrderRejected(order.client_order_id, "insufficient balance", self.at),))
        elif self.refuses(order):
            self._told((OrderRejected(order.client_order_id, "not today", self.at),))
        else:
            self._told(self.venue.submit(order, self.at))

    def _free(self, command: SubmitOrder | ModifyOrder) -> Decimal:
        """What would be left to sell once the command was carried out."""
        submits = isinstance(command, SubmitOrder)
        terms = command.order.terms if submits else command.terms
        if not self.sets_aside or terms.side is Side.BUY:
            return ZERO
        name = command.order.client_order_id if submits else command.client_order_id
        resting = [held.order for held in self.venue.open_orders(ANN)]
        selling = [order for order in resting if order.terms.side is Side.SELL]
        done = sum((o.filled for o in selling if o.client_order_id == name), ZERO)
        rest = sum((o.remaining for o in selling if o.client_order_id != name), ZERO)
        return self.held_there - rest - (terms.quantity - done)

    def _resumed(self, order: Order) -> None:
        name = order.client_order_id
        if order.twap is not None:
            return
        if order.state is OrderState.INITIALIZED:
            self.leaving.append(SubmitOrder(order))
        elif name in self.ended:
            for report in self.ended[name]:
                self._take(report)
        else:
            self._told(self.venue.submit(order, self.at))  # it never arrived
        if order.canceled_by is not None:
            self.leaving.append(CancelOrder.of(order))

    def _told(self, reports: tuple[VenueReport, ...]) -> None:
        """What lasts of it is kept as the exchange's own memory of the order."""
        self.heard.extend(reports)
        for report in reports:
            if isinstance(report, _LASTING):
                self.ended.setdefault(report.client_order_id, []).append(report)

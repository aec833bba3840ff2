"""One account on one instrument: the kernel and the matcher, joined by a plain loop.

What the kernel commands goes to the matcher and what that reports goes back, first come, first
served, until nothing is left to say.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from engine.domain.account import Account, Fill
from engine.domain.commands import CancelOrder, ModifyOrder, SubmitOrder, VenueCommand
from engine.domain.events import Event, OrderRejected, VenueReport
from engine.domain.identifiers import AccountId, ClientOrderId, IntentKey, PersonId, VenueName
from engine.domain.instrument import Instrument
from engine.domain.limits import Scope
from engine.domain.market import DataKind, Tick
from engine.domain.money import ZERO, Price, Quantity
from engine.domain.order import (
    BUY,
    MARKET,
    SELL,
    STOP_LOSS,
    Order,
    OrderTerms,
    Purpose,
    Side,
    Target,
)
from engine.domain.requests import (
    CancelOrders,
    OpenAccount,
    PlaceOrder,
    ReplaceOrder,
    SendOrder,
)
from engine.domain.values import constructor
from engine.errors import StateCorrupt
from engine.kernel import Kernel, Step
from engine.matching.matcher import Matcher
from engine.matching.model import FillModel
from engine.risk.breach import Breach
from engine.risk.proposal import Asker
from engine.risk.tally import Tallies

_send = constructor(SendOrder)
_terms = constructor(OrderTerms)
_tick = constructor(Tick)
_wish = constructor(PlaceOrder)
_LIVES_MS = 30_000
_NO_SIZE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Mandate:
    """For whom and where: what the journal's entries bear."""

    run: str
    person: PersonId
    account: AccountId
    venue: VenueName
    origin: Scope | None = None


NOBODYS = Mandate("backtest", PersonId("backtest"), AccountId("backtest"), VenueName("backtest"))


class _Uncounted(Tallies):
    """Tallies that nobody will ask: counting costs more than a tenth of all that an order does."""

    def follow(self, order: Order) -> None:
        """Nothing is counted."""

    def restate(self, order: Order) -> None:
        """Nothing is counted."""

    def note_placed(self, order: Order) -> None:
        """Nothing is counted."""

    def note_fill(
        self, order: Order, fill: Fill, instrument: Instrument, held: tuple[Decimal, Decimal]
    ) -> None:
        """Nothing is counted."""


class _Kernel(Kernel):
    """The kernel without a desk's limits: a backtest has none, and it may go short.

    That an entry can be paid for is seen to where its size is.
    """

    def __init__(self, instrument: Instrument) -> None:
        super().__init__([instrument], {})
        self.tallies = _Uncounted()

    def judge_new(
        self, order: Order, asker: Asker, beside: OrderTerms | None = None
    ) -> tuple[Breach | None, tuple[str, ...]]:
        """Nothing is refused."""
        del order, asker, beside
        return None, ()


class Exchange:
    """Places, moves and fills orders at the prices it is given; times are UTC ms."""

    def __init__(
        self,
        instrument: Instrument,
        model: FillModel,
        cash: Decimal,
        mandate: Mandate,
        filled: Callable[[Order, Fill], None],
        journal: Callable[[tuple[Event, ...]], None] | None = None,
    ) -> None:
        """`filled` is told of each fill, `journal` of all that happens."""
        self._instrument = instrument
        self._mandate = mandate
        self._filled = filled
        self._journal = journal
        self._kernel = _Kernel(instrument)
        self._matcher = Matcher([instrument], model)
        self._work: deque[VenueCommand | VenueReport] = deque()
        self._waiting: list[SubmitOrder] = []
        self._stop: ClientOrderId | None = None
        self._at = 0
        account = Account(mandate.account, mandate.venue, instrument.quote, True, DataKind.RECORDED)
        self._do(self._kernel.step(OpenAccount(account, ((instrument.quote, cash),), 0)))
        self._book = self._kernel.accounts[mandate.account]

    @property
    def cash(self) -> float:
        """In quote currency."""
        return float(self._book.cash[self._instrument.quote])

    @property
    def held(self) -> Decimal:
        """Base units, below 0 when short."""
        return self._book.held(self._instrument.symbol)

    @property
    def is_waiting(self) -> bool:
        """Whether protection is held back."""
        return bool(self._waiting)

    def mark(self, at: int, last: float, slippage: float = 0.0) -> None:
        """The price that orders meet from now on; market orders are that much worse off."""
        price = Decimal(repr(last))
        bid = Decimal(repr(last * (1 - slippage))) if slippage else price
        ask = Decimal(repr(last * (1 + slippage))) if slippage else price
        tick = _tick(self._instrument.symbol, bid, ask, price, _NO_SIZE, at)
        self._at = at
        self._kernel.step(tick)
        self._matcher.mark(tick)

    def meet(self, at: int, last: float) -> None:
        """Let what rests meet a price."""
        price = Decimal(repr(last))
        tick = _tick(self._instrument.symbol, price, price, price, _NO_SIZE, at)
        self._at = at
        self._kernel.step(tick)
        self._work.extend(self._matcher.on_tick(tick))
        self._carry_on()

    def enter(
        self,
        key: IntentKey,
        side: Side,
        quantity: Quantity,
        stop: Price | None,
        target: Price | None,
    ) -> None:
        """At market; its protection waits until it is let go."""
        targets = () if target is None else (Target(target, quantity, quantity),)
        terms = _terms(self._instrument.symbol, side, MARKET, quantity)
        self._place(key, terms, stop, targets)

    def leave(self, key: IntentKey) -> None:
        """Close what is held at market."""
        self.drop()
        held = self.held
        side = SELL if held > ZERO else BUY
        size = Quantity(abs(held))
        terms = _terms(self._instrument.symbol, side, MARKET, size, reduce_only=True)
        self._place(key, terms, None, ())

    def release(self) -> None:
        """Let protection go to the venue, where it may fill at once."""
        waiting, self._waiting = self._waiting, []
        for command in waiting:
            self._send(command)
        self._carry_on()

    def drop(self, purpose: Purpose | None = None) -> None:
        """Take back protection that waits, of one purpose or all of it."""
        if not self._waiting:
            return
        gone = [c.order for c in self._waiting if purpose in (None, c.order.purpose)]
        if gone:
            self._waiting = [c for c in self._waiting if c.order not in gone]
            names = tuple(order.client_order_id for order in gone)
            wish = CancelOrders(self._mandate.account, names, self._mandate.person, self._at)
            self._do(self._kernel.step(wish))
            self._carry_on()

    def move_stop(self, key: IntentKey, price: Price) -> None:
        """Let the resting stop stand elsewhere."""
        if self._stop is not None:
            who = self._mandate
            wish = ReplaceOrder(key, who.account, self._stop, who.person, self._at, price)
            self._do(self._kernel.step(wish))
            self._carry_on()

    # -- the loop -----------------------------------------------------------------------------

    def _place(
        self,
        key: IntentKey,
        terms: OrderTerms,
        stop: Price | None,
        targets: tuple[Target, ...],
    ) -> None:
        who, at = self._mandate, self._at
        wish = _wish(
            key=key,
            account=who.account,
            terms=terms,
            by=who.person,
            at=at,
            expires_to_send_at=at + _LIVES_MS,
            stop_loss=stop,
            targets=targets,
            origin=who.origin,
        )
        self._do(self._kernel.step(wish))
        self._carry_on()

    def _carry_on(self) -> None:
        work, matcher, kernel = self._work, self._matcher, self._kernel
        while work:
            each = work.popleft()
            if isinstance(each, SubmitOrder):
                if each.order.is_protection:
                    self._waiting.append(each)
                else:
                    self._send(each)
            elif isinstance(each, CancelOrder):
                work.extend(matcher.cancel(each.client_order_id, self._at))
            elif isinstance(each, ModifyOrder):
                work.extend(matcher.modify(each.client_order_id, each.terms, self._at))
            else:
                step = kernel.step(each)
                self._do(step)
                if isinstance(each, OrderRejected):
                    self._check(step.events)

    def _send(self, command: SubmitOrder) -> None:
        order = command.order
        step = self._kernel.step(_send(order.client_order_id, self._at))
        if self._journal is not None:
            self._journal(step.events)
        if step.commands:
            if order.purpose is STOP_LOSS:
                self._stop = order.client_order_id
            self._work.extend(self._matcher.submit(order, self._at))

    def _do(self, step: Step) -> None:
        """Tell what happened, then take on what must follow."""
        if self._journal is not None and step.events:
            self._journal(step.events)
        if step.commands:
            self._work.extend(step.commands)
        for fill in step.fills:
            order = self._kernel.orders.get(fill.client_order_id)
            if order is None:
                raise StateCorrupt("a fill of an order that is not known")
            if order.purpose is STOP_LOSS:
                self._stop = None
            self._filled(order, fill)

    def _check(self, events: tuple[Event, ...]) -> None:
        for event in events:
            if self._is_lost(event):
                raise StateCorrupt(f"a backtest's order was refused: {event}")

    def _is_lost(self, event: Event) -> bool:
        """Whether the venue refused an order, other than protection that came too late."""
        if not isinstance(event, OrderRejected):
            return False
        order = self._kernel.orders.get(event.client_order_id)
        return order is None or not order.is_protection or self.held != ZERO

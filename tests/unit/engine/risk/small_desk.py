"""A kernel with one account, prices said by hand, and a venue that does as it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import count

from engine.domain import events as facts
from engine.domain import requests as wishes
from engine.domain.account import Account, CashEntry, CashReason
from engine.domain.events import Event
from engine.domain.identifiers import (
    AccountId,
    ClientOrderId,
    EntryId,
    IntentKey,
    PersonId,
    Symbol,
    TradeId,
    VenueName,
    VenueOrderId,
)
from engine.domain.instrument import Instrument
from engine.domain.limits import DESK, Limit, OnBreach, Scope, ScopeKind
from engine.domain.market import DataKind, Tick
from engine.domain.money import Currency, Price, Quantity
from engine.domain.order import Order, OrderTerms, OrderType, Side
from engine.kernel import Kernel, Step
from tests.standins.market import LISTED, VENUE

BTC, ETH, SOL = Symbol("BTC/USDT"), Symbol("ETH/USDT"), Symbol("SOL/USDT")
PAPER = AccountId("paper")
ANN, OLGA = PersonId("ann"), PersonId("olga")
SECOND, MINUTE = 1_000, 60_000
START = 1_000_000_000


class SmallDesk:
    """Time moves by `wait`; every event is kept, so that a second kernel can be told of them."""

    def __init__(
        self,
        limits: Mapping[str, str | int] | None = None,
        cash: int = 100_000,
        listed: Sequence[Instrument] = LISTED,
    ) -> None:
        self._listed = listed
        self._opening = {name: Decimal(value) for name, value in (limits or {}).items()}
        self.kernel = self._kernel()
        self.journal: list[Event] = []
        self.now = START
        self._numbers = count(1)
        account = Account(PAPER, VenueName("demo"), Currency("USDT"), True, DataKind.SIMULATED)
        self.take(wishes.OpenAccount(account, ((Currency("USDT"), Decimal(cash)),), self.now))
        self.take(wishes.NoteLine(PAPER, ""))
        for symbol, price in ((BTC, 60_000), (ETH, 3_000), (SOL, 150)):
            self.price(symbol, price)
        self.take(wishes.OpenDay("2026-03-02", self.now))

    def _kernel(self) -> Kernel:
        return Kernel(self._listed, self._opening, LISTED, [VENUE])

    def take(self, arrival: object) -> Step:
        step = self.kernel.step(arrival)  # type: ignore[arg-type]
        self.journal.extend(step.events)
        return step

    def restarted(self, listed: Sequence[Instrument] | None = None) -> SmallDesk:
        """The same desk on a kernel that knows the journal alone, and no price.

        Its books have not been compared with the venue's. `listed` is what its feed lists by then,
        where that is not the same: nothing while it cannot be reached.
        """
        self._listed = self._listed if listed is None else listed
        quotes, self.kernel = self.kernel.quotes, self._kernel()
        for event in self.journal:
            self.kernel.apply(event)
        del quotes
        return self

    def wait(self, seconds: float) -> None:
        """Time passes, and every instrument is quoted anew at its last price."""
        self.now += int(seconds * SECOND)
        for tick in tuple(self.kernel.quotes.values()):
            self.price(tick.symbol, tick.last)

    def silence(self, seconds: float) -> None:
        """Time passes without a price."""
        self.now += int(seconds * SECOND)

    def price(self, symbol: Symbol, price: Decimal | str | int) -> Step:
        last = Decimal(price)
        step = Decimal("0.01")
        return self.take(Tick(symbol, last - step, last + step, last, Decimal(1000), self.now))

    def watch(self) -> Step:
        return self.take(wishes.WatchAccount(PAPER, self.now))

    def set(
        self,
        rule: str,
        value: str | int | None,
        scope: Scope = DESK,
        *,
        on_breach: OnBreach = OnBreach.REFUSE,
        pause: int = 0,
        symbols: tuple[Symbol, ...] = (),
    ) -> None:
        limit = None if value is None else Limit(Decimal(value), on_breach, pause, symbols)
        self.take(wishes.SetRiskLimit(rule, scope, limit, OLGA, self.now))

    def place(
        self,
        side: Side,
        symbol: Symbol,
        quantity: str | Decimal,
        price: str | int | None = None,
        **more: object,
    ) -> Step:
        origin, repeats = more.get("origin"), bool(more.get("repeats"))
        wish = wishes.PlaceOrder(
            key=IntentKey(f"k{next(self._numbers)}"),
            account=PAPER,
            terms=OrderTerms(
                symbol,
                side,
                OrderType.MARKET if price is None else OrderType.LIMIT,
                Quantity(Decimal(quantity)),
                None if price is None else Price(Decimal(price)),
                reduce_only=bool(more.get("reduce_only")),
            ),
            by=ANN,
            at=self.now,
            expires_to_send_at=0,
            origin=origin if isinstance(origin, Scope) else None,
            repeats=repeats,
        )
        return self.take(wish)

    def refused(self, *args: object, **more: object) -> str:
        """The rule that refuses such an order, or nothing."""
        (event,) = self.place(*args, **more).events  # type: ignore[arg-type]
        return event.rule if isinstance(event, facts.OrderDenied) else ""

    def open(self) -> list[Order]:
        return list(self.kernel.orders.open.values())

    def accept(self, order: ClientOrderId) -> Step:
        self.take(wishes.SendOrder(order, self.now))
        return self.take(facts.OrderAccepted(order, VenueOrderId(f"v{order}"), self.now))

    def fill(
        self,
        order: Order,
        price: Decimal | str | int,
        quantity: Decimal | None = None,
        fee: tuple[str, str] = ("0", "USDT"),
    ) -> Step:
        self.accept(order.client_order_id)
        return self.take(
            facts.OrderFilled(
                order.client_order_id,
                TradeId(f"t{next(self._numbers)}"),
                Quantity(quantity or order.remaining),
                Price(Decimal(price)),
                Decimal(fee[0]),
                Currency(fee[1]),
                self.now,
            )
        )

    def trade(
        self, side: Side, symbol: Symbol, quantity: str, price: str | int, **more: object
    ) -> None:
        """An order at market that is filled at that price, a second after the last one."""
        self.wait(1)
        self.price(symbol, price)
        (event,) = self.place(side, symbol, quantity, **more).events
        assert isinstance(event, facts.OrderInitialized), event
        self.fill(event.order, price)

    def held(self, symbol: Symbol) -> Decimal:
        return self.kernel.accounts[PAPER].held(symbol)


STRATEGY = Scope(ScopeKind.STRATEGY, "sma-cross")
LEADER = Scope(ScopeKind.COPY, "@lea")
MINE = Scope(ScopeKind.ACCOUNT, PAPER)


def halted_by(desk: SmallDesk) -> list[bool]:
    """Looks after the account until nothing comes of it: of each halt, whether it closes."""
    found = []
    while True:
        halts = [e for e in desk.watch().events if isinstance(e, facts.TradingHalted)]
        if not halts:
            return found
        found += [halt.flatten for halt in halts]


def opened(desk: SmallDesk, day: str) -> list[Decimal]:
    """What the day is measured from, where it has begun."""
    step = desk.take(wishes.OpenDay(day, desk.now))
    return [event.equity for event in step.events if isinstance(event, facts.DayOpened)]


def flow(
    desk: SmallDesk, amount: int, currency: str = "USDT", reason: CashReason | None = None
) -> CashEntry:
    """Money put in, or taken out where it is below zero, just now; or for another reason."""
    reason = reason or (CashReason.DEPOSIT if amount > 0 else CashReason.WITHDRAWAL)
    name = EntryId(f"cash{len(desk.journal)}")
    return CashEntry(name, PAPER, reason, Currency(currency), Decimal(amount), desk.now)


def told(desk: SmallDesk, entry: CashEntry) -> list[facts.CashMoved]:
    """What is booked of it once the venue tells of it."""
    events = desk.take(wishes.BookCash(PAPER, (entry,), desk.now)).events
    return [event for event in events if isinstance(event, facts.CashMoved)]

"""The kernel: what arrives goes in, what happened and what must leave comes out.

`step` decides and applies; `apply` alone changes state, so replaying the journal rebuilds it.
It is synchronous, touches nothing outside itself and takes time from what arrives. The same
object serves backtest, paper, live and simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from engine.alerts.book import AlertBook
from engine.domain import events as facts
from engine.domain import requests as wishes
from engine.domain.account import Fill, Position
from engine.domain.commands import CancelOrder, ModifyOrder, SubmitOrder, VenueCommand
from engine.domain.events import Event, OrderEvent, VenueReport
from engine.domain.identifiers import AccountId, IntentKey, Symbol
from engine.domain.instrument import Instrument
from engine.domain.market import BarClosed, Tick
from engine.domain.money import ZERO, Currency, Quantity
from engine.domain.order import Order, OrderState, OrderTerms, OrderType, Side
from engine.errors import StateCorrupt
from engine.execution.naming import client_order_id
from engine.execution.orders import Orders
from engine.execution.protection import MOVABLE, THE_DESK, Brackets
from engine.execution.transitions import evolved
from engine.portfolio.book import AccountBook
from engine.portfolio.valuation import Valuation, valued
from engine.risk.cash import reserved
from engine.risk.gate import judged
from engine.risk.proposal import Breach, Proposal

Arrival = Tick | BarClosed | VenueReport | wishes.Request


@dataclass(frozen=True, slots=True)
class Step:
    """What happened, to be written first, and what must then leave."""

    events: tuple[Event, ...] = ()
    commands: tuple[VenueCommand, ...] = ()
    fills: tuple[Fill, ...] = ()


NOTHING = Step()


class Kernel:
    """Orders, positions, risk and alerts of a set of accounts."""

    def __init__(self, instruments: Iterable[Instrument], limits: Mapping[str, Decimal]) -> None:
        self.instruments: dict[Symbol, Instrument] = {i.symbol: i for i in instruments}
        self.quotes: dict[Symbol, Tick] = {}
        self.accounts: dict[AccountId, AccountBook] = {}
        self.orders = Orders()
        self.alerts = AlertBook()
        self.limits: dict[str, Decimal] = dict(limits)
        self.halted: facts.TradingHalted | None = None
        self._brackets = Brackets()
        self._fills: list[Fill] = []
        self._deciders: dict[type, Callable[[Any], Step]] = {
            Tick: self._on_tick,
            BarClosed: self._on_bar,
            facts.OrderFilled: self._on_fill,
            wishes.PlaceOrder: self._on_place,
            wishes.SendOrder: self._on_send,
            wishes.CancelOrders: self._on_cancel,
            wishes.ReplaceOrder: self._on_replace,
            wishes.OpenAccount: self._on_open_account,
            wishes.SetAlert: self._on_set_alert,
            wishes.RemoveAlert: self._on_remove_alert,
            wishes.SnoozeAlert: self._on_snooze_alert,
            wishes.HaltTrading: self._on_halt,
            wishes.ResumeTrading: self._on_resume,
            wishes.SetRiskLimit: self._on_set_limit,
            wishes.OpenDay: self._on_open_day,
            wishes.LoadHistory: self._on_history,
        }
        self._appliers: dict[type, Callable[[Any], None]] = {
            facts.OrderInitialized: self._apply_new_order,
            facts.OrderDenied: self._apply_new_order,
            facts.AccountOpened: self._apply_account,
            facts.AlertSet: lambda event: self.alerts.add(event.alert),
            facts.AlertFired: lambda event: self.alerts.note_fired(event.alert.id, event.at),
            facts.AlertRemoved: lambda event: self.alerts.remove(event.alert_id),
            facts.AlertSnoozed: lambda event: self.alerts.snooze(event.alert_id, event.until),
            facts.TradingHalted: self._apply_halt,
            facts.TradingResumed: self._apply_halt,
            facts.RiskLimitSet: self._apply_limit,
            facts.DayOpened: self._apply_day,
        }

    def step(self, arrival: Arrival) -> Step:
        """Take one thing in: state is changed, and what to write and to send is given back."""
        decide = self._deciders.get(type(arrival), self._on_report)
        return decide(arrival)

    def apply(self, event: Event) -> None:
        """Change state by one fact of the journal."""
        self._appliers.get(type(event), self._apply_to_order)(event)

    # -- questions ------------------------------------------------------------------------

    def valuation(self, account: AccountId) -> Valuation:
        """What the account is worth now."""
        return valued(self.accounts[account], self.instruments, self.quotes)

    def proposal(self, account: AccountId, terms: OrderTerms, at: int) -> Proposal:
        """An order beside all that risk looks at; `at` in UTC ms."""
        book = self.accounts[account]
        return Proposal(
            terms=terms,
            instruments=self.instruments,
            tick=self.quotes.get(terms.symbol),
            book=book,
            equity=self.valuation(account).equity,
            limits=self.limits,
            halted=self.halted is not None,
            at=at,
        )

    def free_cash(self, account: AccountId, currency: Currency) -> Decimal:
        """Cash that no open buy has set aside."""
        book = self.accounts[account]
        return book.cash.get(currency, ZERO) - reserved(book, currency, self.instruments)

    def judge(self, proposal: Proposal) -> tuple[Breach | None, tuple[str, ...]]:
        """What risk says of it: a refusal, or the limits it comes close to."""
        return judged(proposal)

    def judge_change(self, order: Order, terms: OrderTerms, at: int) -> Breach | None:
        """What risk says of an open order's new terms, the order itself set aside."""
        book = self.accounts[order.account]
        resting = book.orders.pop(order.client_order_id, None)
        try:
            breach, _ = judged(self.proposal(order.account, terms, at))
        finally:
            if resting is not None:
                book.orders[order.client_order_id] = resting
        return breach

    # -- market ---------------------------------------------------------------------------

    def _on_tick(self, tick: Tick) -> Step:
        self.quotes[tick.symbol] = tick
        fired = self.alerts.on_tick(tick)
        if not fired:
            return NOTHING
        return self._happened(*(facts.AlertFired(alert, tick.last, tick.at) for alert in fired))

    def _on_bar(self, bar: BarClosed) -> Step:
        fired = self.alerts.on_bar(bar)
        if not fired:
            return NOTHING
        tick = self.quotes.get(bar.symbol)
        price = tick.last if tick else Decimal(repr(bar.candle.close))
        return self._happened(*(facts.AlertFired(alert, price, bar.at) for alert in fired))

    def _on_history(self, wish: wishes.LoadHistory) -> Step:
        self.alerts.on_history(wish.symbol, wish.timeframe, wish.candles)
        return NOTHING

    # -- orders ---------------------------------------------------------------------------

    def _on_place(self, wish: wishes.PlaceOrder) -> Step:
        order = Order(
            client_order_id=client_order_id(wish.key),
            account=wish.account,
            terms=wish.terms,
            placed_by=wish.by,
            placed_at=wish.at,
            expires_to_send_at=wish.expires_to_send_at,
            updated_at=wish.at,
            stop_loss=wish.stop_loss,
            take_profit=wish.take_profit,
        )
        breach, warnings = judged(self.proposal(wish.account, wish.terms, wish.at))
        if breach is not None:
            denied = replace(order, state=OrderState.DENIED, reason=breach.rule)
            details = tuple(sorted(breach.facts.items()))
            return self._happened(facts.OrderDenied(denied, breach.rule, details, wish.at))
        initialized = facts.OrderInitialized(order, warnings, wish.at)
        return self._happened(initialized, commands=(SubmitOrder(order),))

    def _on_send(self, wish: wishes.SendOrder) -> Step:
        order = self.orders.open.get(wish.client_order_id)
        if order is None or order.state is not OrderState.INITIALIZED:
            return NOTHING
        if order.expires_to_send_at and wish.at > order.expires_to_send_at:
            expired = facts.OrderExpired(order.client_order_id, "too_late_to_send", wish.at)
            return self._happened(expired)
        if self._may_not_leave(order):
            canceled = facts.OrderCanceled(order.client_order_id, "halted", wish.at)
            return self._happened(canceled)
        submitted = facts.OrderSubmitted(order.client_order_id, wish.at)
        return self._happened(submitted, commands=(SubmitOrder(order),))

    def _may_not_leave(self, order: Order) -> bool:
        """A halt that came between the yes and the sending stops what would add risk."""
        if self.halted is None or order.parent is not None:
            return False
        return not self.proposal(order.account, order.terms, order.placed_at).reduces

    def _on_cancel(self, wish: wishes.CancelOrders) -> Step:
        events: list[Event] = []
        commands: list[VenueCommand] = []
        for order_id in wish.orders:
            order = self.orders.open.get(order_id)
            if order is None or order.account != wish.account:
                continue
            event, command = _cancelling(order, wish)
            events.append(event)
            commands.extend(command)
        return self._happened(*events, commands=tuple(commands))

    def _on_replace(self, wish: wishes.ReplaceOrder) -> Step:
        order = self.orders.open.get(wish.order)
        if order is None or order.account != wish.account:
            return NOTHING
        terms = order.terms
        is_stop = terms.type is OrderType.STOP
        changed = replace(
            terms,
            price=terms.price if is_stop else wish.price or terms.price,
            stop_price=(wish.price or terms.stop_price) if is_stop else terms.stop_price,
            quantity=wish.quantity or terms.quantity,
        )
        breach = self.judge_change(order, changed, wish.at)
        if breach is not None:
            refused = facts.OrderCancelRejected(order.client_order_id, breach.rule, wish.at)
            return self._happened(refused)
        command = ModifyOrder(order.account, order.client_order_id, order.venue_order_id, changed)
        return Step(commands=(command,))

    def _on_report(self, report: VenueReport) -> Step:
        order = self.orders.get(report.client_order_id)
        # That a cancel or a change was refused is news even where the order stays as it was.
        is_news = isinstance(report, facts.OrderCancelRejected)
        if order is None or (evolved(order, report) == order and not is_news):
            return NOTHING
        return self._with_protection(self._happened(report), order, report.at)

    def _on_fill(self, report: facts.OrderFilled) -> Step:
        order = self.orders.get(report.client_order_id)
        if order is None or self.orders.is_repeat(report):
            return NOTHING
        return self._with_protection(self._happened(report), order, report.at)

    def _with_protection(self, step: Step, order: Order, at: int) -> Step:
        symbol = order.terms.symbol
        held = self.accounts[order.account].position(symbol).quantity
        events, commands = self._brackets.adjust(order.account, symbol, held, at)
        if not held:
            for event, command in self._sweep(order, at):
                events.append(event)
                commands.extend(command)
        if not events and not commands:
            return step
        more = self._happened(*events, commands=tuple(commands))
        return Step(step.events + more.events, step.commands + more.commands, step.fills)

    def _sweep(self, filled: Order, at: int) -> Iterator[tuple[Event, tuple[VenueCommand, ...]]]:
        """Cancels for stops put by hand on a position that is gone."""
        wish = wishes.CancelOrders(filled.account, (), THE_DESK, at)
        for order in self.accounts[filled.account].open_orders(filled.terms.symbol):
            is_stop = order.terms.reduce_only and order.parent is None
            if is_stop and order.state in MOVABLE and order.terms.type is not OrderType.MARKET:
                yield _cancelling(order, wish)

    # -- accounts, limits, alerts -----------------------------------------------------------

    def _on_open_account(self, wish: wishes.OpenAccount) -> Step:
        if wish.account.id in self.accounts:
            return NOTHING
        return self._happened(facts.AccountOpened(wish.account, wish.cash, wish.at))

    def _on_open_day(self, wish: wishes.OpenDay) -> Step:
        opened = [
            facts.DayOpened(
                book.account.id, wish.day, self.valuation(book.account.id).equity, wish.at
            )
            for book in self.accounts.values()
            if book.day != wish.day
        ]
        return self._happened(*opened)

    def _on_set_limit(self, wish: wishes.SetRiskLimit) -> Step:
        return self._happened(facts.RiskLimitSet(wish.rule, wish.value, wish.by, wish.at))

    def _on_set_alert(self, wish: wishes.SetAlert) -> Step:
        if self.alerts.get(wish.alert.id) is not None:
            return NOTHING
        return self._happened(facts.AlertSet(wish.alert, wish.at))

    def _on_remove_alert(self, wish: wishes.RemoveAlert) -> Step:
        if self.alerts.get(wish.alert_id) is None:
            return NOTHING
        return self._happened(facts.AlertRemoved(wish.alert_id, wish.at))

    def _on_snooze_alert(self, wish: wishes.SnoozeAlert) -> Step:
        if self.alerts.get(wish.alert_id) is None:
            return NOTHING
        return self._happened(facts.AlertSnoozed(wish.alert_id, wish.until, wish.at))

    # -- the kill switch ------------------------------------------------------------------

    def _on_halt(self, wish: wishes.HaltTrading) -> Step:
        """Refuse new, cancel what adds risk; with `flatten` close all and replace protection."""
        events: list[Event] = [facts.TradingHalted(wish.by, wish.reason, wish.at)]
        commands: list[VenueCommand] = []
        for order in tuple(self.orders.open.values()):
            if order.terms.reduce_only:
                continue  # protection stays until what it protects is gone
            cancel = wishes.CancelOrders(order.account, (), wish.by, wish.at)
            event, command = _cancelling(order, cancel)
            events.append(event)
            commands.extend(command)
        step = self._happened(*events, commands=tuple(commands))
        return self._flattened(step, wish) if wish.flatten else step

    def _flattened(self, step: Step, wish: wishes.HaltTrading) -> Step:
        for book in self.accounts.values():
            for position in tuple(book.positions.values()):
                if position.quantity:
                    more = self._on_place(_closing(position, book.account.id, wish))
                    step = Step(
                        step.events + more.events, step.commands + more.commands, step.fills
                    )
        return step

    def _on_resume(self, wish: wishes.ResumeTrading) -> Step:
        if self.halted is None:
            return NOTHING
        return self._happened(facts.TradingResumed(wish.by, wish.at))

    # -- applying -------------------------------------------------------------------------

    def _happened(self, *events: Event, commands: tuple[VenueCommand, ...] = ()) -> Step:
        self._fills.clear()
        for event in events:
            self.apply(event)
        return Step(events, commands, tuple(self._fills))

    def _apply_new_order(self, event: facts.OrderInitialized | facts.OrderDenied) -> None:
        self._store(event.order)

    def _apply_to_order(self, event: OrderEvent) -> None:
        order = self.orders.get(event.client_order_id)
        if order is None:
            raise StateCorrupt(f"{type(event).__name__} for an order that was never placed")
        if isinstance(event, facts.OrderFilled):
            if self.orders.is_repeat(event):
                return
            self.orders.note_trade(event)
            book = self.accounts[order.account]
            self._fills.append(book.book(order, event, self.instruments[order.terms.symbol]))
        self._store(evolved(order, event))

    def _store(self, order: Order) -> None:
        self.orders.put(order)
        self._brackets.follow(order)
        book = self.accounts[order.account]
        if order.is_open:
            book.orders[order.client_order_id] = order
        else:
            book.orders.pop(order.client_order_id, None)

    def _apply_account(self, event: facts.AccountOpened) -> None:
        self.accounts[event.account.id] = AccountBook(event.account, event.cash)

    def _apply_halt(self, event: facts.TradingHalted | facts.TradingResumed) -> None:
        self.halted = event if isinstance(event, facts.TradingHalted) else None

    def _apply_limit(self, event: facts.RiskLimitSet) -> None:
        if event.value is None:
            self.limits.pop(event.rule, None)
        else:
            self.limits[event.rule] = event.value

    def _apply_day(self, event: facts.DayOpened) -> None:
        book = self.accounts[event.account]
        book.day, book.day_equity = event.day, event.equity


def _cancelling(order: Order, wish: wishes.CancelOrders) -> tuple[Event, tuple[VenueCommand, ...]]:
    """What has not left is canceled here and now; the rest is asked of the venue."""
    if order.state is OrderState.INITIALIZED:
        return facts.OrderCanceled(order.client_order_id, "by_request", wish.at), ()
    requested = facts.OrderCancelRequested(order.client_order_id, wish.by, wish.at)
    command = CancelOrder(order.account, order.client_order_id, order.venue_order_id)
    return requested, (command,)


def _closing(position: Position, account: AccountId, wish: wishes.HaltTrading) -> wishes.PlaceOrder:
    side = Side.SELL if position.quantity > ZERO else Side.BUY
    terms = OrderTerms(
        symbol=position.symbol,
        side=side,
        type=OrderType.MARKET,
        quantity=Quantity(abs(position.quantity)),
        reduce_only=True,
    )
    return wishes.PlaceOrder(
        key=IntentKey(f"{wish.key}:{position.symbol}"),
        account=account,
        terms=terms,
        by=wish.by,
        at=wish.at,
        expires_to_send_at=0,
    )

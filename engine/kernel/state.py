"""All that is known, and the one way to change it: by the facts of the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from engine.alerts.book import AlertBook
from engine.domain import events as facts
from engine.domain.account import Fill
from engine.domain.commands import VenueCommand
from engine.domain.difference import Difference, Settlement
from engine.domain.events import Event, OrderEvent
from engine.domain.identifiers import AccountId, ClientOrderId, DifferenceId, Symbol
from engine.domain.instrument import Instrument
from engine.domain.market import Tick
from engine.domain.money import Currency
from engine.domain.order import Order, OrderTerms, Purpose
from engine.errors import StateCorrupt
from engine.execution.orders import Orders
from engine.execution.pairs import Pairs
from engine.execution.protection import Brackets
from engine.execution.slicing import Slicing
from engine.execution.transitions import evolved
from engine.kernel.step import Step
from engine.portfolio.book import AccountBook
from engine.portfolio.valuation import Valuation, valued
from engine.risk.gate import judged
from engine.risk.proposal import Breach, Proposal


class State:
    """Orders, positions, limits and alerts of a set of accounts; prices as they were last seen."""

    def __init__(self, instruments: Iterable[Instrument], limits: Mapping[str, Decimal]) -> None:
        self.instruments: dict[Symbol, Instrument] = {i.symbol: i for i in instruments}
        self.quotes: dict[Symbol, Tick] = {}
        self.accounts: dict[AccountId, AccountBook] = {}
        self.orders = Orders()
        self.brackets = Brackets()
        self.pairs = Pairs()
        self.slicing = Slicing()
        self.alerts = AlertBook()
        self.limits: dict[str, Decimal] = dict(limits)
        self.halted: facts.TradingHalted | None = None
        self.differences: dict[DifferenceId, Difference] = {}
        """What accounts and their venues disagree on and nobody has settled."""
        self.ignored: dict[DifferenceId, Difference] = {}
        self._appliers: dict[type, Callable[[Any], Fill | None]] = {
            facts.OrderInitialized: self._apply_new_order,
            facts.OrderDenied: self._apply_new_order,
            facts.OrderFilled: self._apply_fill,
            facts.ExecutionEnded: self._apply_execution_end,
            facts.ProtectionDiffers: self._apply_watch,
            facts.ProtectionRestored: self._apply_watch,
            facts.AccountOpened: self._apply_account,
            facts.AlertSet: lambda event: self.alerts.add(event.alert),
            facts.AlertFired: lambda event: self.alerts.note_fired(event.alert.id, event.at),
            facts.AlertRemoved: lambda event: self.alerts.remove(event.alert_id),
            facts.AlertSnoozed: lambda event: self.alerts.snooze(event.alert_id, event.until),
            facts.TradingHalted: self._apply_halt,
            facts.TradingResumed: self._apply_resume,
            facts.RiskLimitSet: self._apply_limit,
            facts.DayOpened: self._apply_day,
            facts.OrderAdopted: self._apply_new_order,
            facts.DifferenceFound: self._apply_difference,
            facts.DifferenceSettled: self._apply_settlement,
        }

    # -- changing -------------------------------------------------------------------------

    def apply(self, event: Event) -> Fill | None:
        """Change state by one fact of the journal; gives the fill's record where it was one."""
        return self._appliers.get(type(event), self._apply_to_order)(event)

    def happened(self, *events: Event, commands: tuple[VenueCommand, ...] = ()) -> Step:
        """Apply what has just happened; `commands` must leave once it is written."""
        fills = [fill for event in events if (fill := self.apply(event)) is not None]
        return Step(events, commands, tuple(fills))

    def put(self, order: Order) -> None:
        """An order as it stands now, known everywhere it is kept."""
        self.orders.put(order)
        self.brackets.follow(order)
        self.pairs.follow(order)
        self.slicing.follow(order)
        self.accounts[order.account].put(order, self.instruments[order.terms.symbol])

    def order_of(self, event: OrderEvent) -> Order:
        """The order it speaks of. Raises StateCorrupt if there is none."""
        order = self.orders.get(event.client_order_id)
        if order is None:
            raise StateCorrupt(f"{type(event).__name__} for an order that was never placed")
        return order

    def _apply_new_order(
        self, event: facts.OrderInitialized | facts.OrderDenied | facts.OrderAdopted
    ) -> None:
        self.put(event.order)

    def _apply_to_order(self, event: OrderEvent) -> None:
        self.put(evolved(self.order_of(event), event))

    def _apply_fill(self, event: facts.OrderFilled) -> Fill | None:
        order = self.order_of(event)
        if self.orders.is_repeat(event):
            return None
        self.orders.note_trade(event)
        self.put(evolved(order, event))
        if order.purpose is Purpose.SLICE and order.parent is not None:
            self._fill_parent(order.parent, order, event)
        instrument = self.instruments[order.terms.symbol]
        return self.accounts[order.account].book(order, event, instrument)

    def _fill_parent(self, name: ClientOrderId, order: Order, event: facts.OrderFilled) -> None:
        """What a slice fills, its parent has filled; it is booked once, for the slice."""
        parent = self.orders.get(name)
        if parent is not None:
            self.slicing.note_fill(order, event)
            self.put(evolved(parent, event))

    def _apply_execution_end(self, event: facts.ExecutionEnded) -> None:
        self._apply_to_order(event)
        self.slicing.forget(event.client_order_id)

    def _apply_watch(self, event: facts.ProtectionDiffers | facts.ProtectionRestored) -> None:
        self.brackets.note(event)

    def _apply_account(self, event: facts.AccountOpened) -> None:
        self.accounts[event.account.id] = AccountBook(event.account, event.cash)

    def _apply_halt(self, event: facts.TradingHalted) -> None:
        self.halted = event

    def _apply_resume(self, _: facts.TradingResumed) -> None:
        self.halted = None

    def _apply_limit(self, event: facts.RiskLimitSet) -> None:
        if event.value is None:
            self.limits.pop(event.rule, None)
        else:
            self.limits[event.rule] = event.value

    def _apply_day(self, event: facts.DayOpened) -> None:
        book = self.accounts[event.account]
        book.day, book.day_equity = event.day, event.equity

    def _apply_difference(self, event: facts.DifferenceFound) -> None:
        self.ignored.pop(event.difference.id, None)
        self.differences[event.difference.id] = event.difference

    def _apply_settlement(self, event: facts.DifferenceSettled) -> None:
        self.differences.pop(event.difference.id, None)
        self.ignored.pop(event.difference.id, None)
        if event.how is Settlement.IGNORED:
            self.ignored[event.difference.id] = event.difference

    # -- questions ------------------------------------------------------------------------

    def valuation(self, account: AccountId) -> Valuation:
        """What the account is worth now."""
        return valued(self.accounts[account], self.instruments, self.quotes)

    def free_cash(self, account: AccountId, currency: Currency) -> Decimal:
        """Cash that no open buy has set aside."""
        return self.accounts[account].free_cash(currency)

    def proposal(self, account: AccountId, terms: OrderTerms, at: int) -> Proposal:
        """An order beside all that risk looks at; `at` in UTC ms."""
        return Proposal(
            terms,
            self.instruments,
            self.quotes,
            self.accounts[account],
            self.limits,
            halted=self.halted is not None,
            in_doubt=any(each.account == account for each in self.differences.values()),
            at=at,
        )

    def judge(self, proposal: Proposal) -> tuple[Breach | None, tuple[str, ...]]:
        """What risk says of it: a refusal, or the limits it comes close to."""
        return judged(proposal)

    def judge_change(self, order: Order, terms: OrderTerms, at: int) -> Breach | None:
        """What risk says of an open order's new terms, the order itself set aside."""
        with self.accounts[order.account].without(order, self.instruments[order.terms.symbol]):
            breach, _ = judged(self.proposal(order.account, terms, at))
        return breach

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
from engine.domain.identifiers import AccountId, ClientOrderId, DifferenceId, Symbol, VenueName
from engine.domain.instrument import Instrument, Instruments
from engine.domain.market import Tick
from engine.domain.money import Currency
from engine.domain.order import Order, OrderTerms, Purpose, Side
from engine.domain.portrait import Plain, packed, unpacked
from engine.domain.values import changed
from engine.errors import StateCorrupt
from engine.execution.attribution import Move
from engine.execution.orders import Orders
from engine.execution.pairs import Pairs
from engine.execution.protection import Brackets
from engine.execution.slicing import Slicing
from engine.execution.transitions import evolved
from engine.kernel.step import Step, stepped
from engine.portfolio.book import AccountBook
from engine.portfolio.valuation import Valuation, is_told_by, rate, valued
from engine.risk.breach import Breach
from engine.risk.gate import judged
from engine.risk.kill_switch import KillSwitch
from engine.risk.limits import Limits
from engine.risk.proposal import NOBODY, Asker, Proposal, reduces
from engine.risk.standing import Standing
from engine.risk.tally import Tallies

_REMEMBERED = (
    "accounts",
    "orders",
    "brackets",
    "pairs",
    "slicing",
    "limits",
    "tallies",
    "kill_switch",
    "exposed",
    "differences",
    "ignored",
)

NOT_CONNECTED = "not_connected"
"""What is wrong with the line to a venue that nobody has tried yet."""


class State:
    """Orders, positions, limits and alerts of a set of accounts; prices as they were last seen."""

    def __init__(
        self,
        instruments: Iterable[Instrument],
        limits: Mapping[str, Decimal],
        past: Iterable[Instrument] = (),
        venues: Iterable[VenueName] = (),
    ) -> None:
        """`past`: what was listed once and may still be held; `venues`: those that have a feed."""
        self.instruments = Instruments(instruments, past, venues)
        self.quotes: dict[Symbol, Tick] = {}
        self.accounts: dict[AccountId, AccountBook] = {}
        self.orders = Orders()
        self.brackets = Brackets()
        self.pairs = Pairs()
        self.slicing = Slicing()
        self.alerts = AlertBook()
        self.limits = Limits(limits)
        self.tallies = Tallies()
        self.kill_switch = KillSwitch()
        self.exposed: set[AccountId] = set()
        """Accounts that have traded since they were last seen to hold nothing."""
        self.watched_since = 0
        self.differences: dict[DifferenceId, Difference] = {}
        """What accounts and their venues disagree on and nobody has settled."""
        self.lines: dict[AccountId, str] = {}
        """Why an account's books are not known to be its venue's; empty where they were compared.

        No fact of the journal: a process knows nothing of it at its start.
        """
        self.ignored: dict[DifferenceId, Difference] = {}
        self._bind()

    def _bind(self) -> None:
        self._appliers: dict[type, Callable[[Any], Fill | None]] = {
            facts.OrderInitialized: self._apply_new_order,
            facts.OrderDenied: lambda event: self.put(event.order),
            facts.OrderFilled: self._apply_fill,
            facts.ExecutionEnded: self._apply_execution_end,
            facts.ProtectionDiffers: self._apply_watch,
            facts.ProtectionRestored: self._apply_watch,
            facts.ProtectionEnded: self._apply_watch,
            facts.AccountOpened: self._apply_account,
            facts.AccountRenamed: self._apply_name,
            facts.LeverageSet: self._apply_leverage,
            facts.CashMoved: self._apply_cash,
            facts.AlertSet: lambda event: self.alerts.add(event.alert),
            facts.AlertFired: lambda event: self.alerts.note_fired(event.alert.id, event.at),
            facts.AlertRemoved: lambda event: self.alerts.remove(event.alert_id),
            facts.AlertSnoozed: lambda event: self.alerts.snooze(event.alert_id, event.until),
            facts.TradingHalted: self.kill_switch.halt,
            facts.TradingResumed: self.kill_switch.resume,
            facts.FlattenChecked: self.kill_switch.note_told,
            facts.RiskLimitSet: self._apply_limit,
            facts.DayOpened: self._apply_day,
            facts.EquityPeaked: self._apply_peak,
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
        fills: tuple[Fill, ...] = ()
        for event in events:
            fill = self.apply(event)
            if fill is not None:
                fills = (*fills, fill)
        return stepped(events, commands, fills)

    def put(self, order: Order) -> None:
        """An order as it stands now, known everywhere it is kept."""
        before = self.orders.put(order)
        if before is not None and order.asks_as(before):
            self.tallies.restate(order)
            self.accounts[order.account].restate(order)
        else:
            self._count(order)
        if order.is_alone:
            return
        self.brackets.follow(order, before, self.orders)
        self.pairs.follow(order)
        self.slicing.follow(order)
        self.kill_switch.follow(order)
        if order.twap is not None and not order.is_open:
            for part in self.slicing.under_way(order.client_order_id):
                self._count(part)

    def _count(self, order: Order) -> None:
        self.tallies.follow(order)
        self.accounts[order.account].put(order, self.instruments[order.terms.symbol])

    def order_of(self, event: OrderEvent) -> Order:
        """The order it speaks of. Raises StateCorrupt if there is none."""
        order = self.orders.get(event.client_order_id)
        if order is None:
            raise StateCorrupt(f"{type(event).__name__} for an order that was never placed")
        return order

    def _apply_new_order(self, event: facts.OrderInitialized | facts.OrderAdopted) -> None:
        self.put(event.order)
        self.tallies.note_placed(event.order)

    def _apply_to_order(self, event: OrderEvent) -> None:
        self.put(evolved(self.order_of(event), event))

    def _apply_fill(self, event: facts.OrderFilled) -> Fill | None:
        order = self.order_of(event)
        if not self.orders.note_trade(event):
            return None
        self.put(evolved(order, event))
        if order.purpose is Purpose.SLICE and order.parent is not None:
            self._fill_parent(order.parent, order, event)
        instrument, book = self.instruments[order.terms.symbol], self.accounts[order.account]
        held = book.held(instrument.symbol)
        fill = book.book(order, event, instrument)
        self._attribute(order, fill, held, instrument)
        self.tallies.note_fill(order, fill, instrument, (held, book.held(fill.symbol)))
        self.exposed.add(fill.account)
        return fill

    def _attribute(self, order: Order, fill: Fill, held: Decimal, instrument: Instrument) -> None:
        """What protection there is to be after a fill; so much was `held` before it.

        Where a position may be short it is followed from its beginning, for an entry with
        protection may be what closes it.
        """
        place = order.account, fill.symbol
        if not (instrument.kind.is_margined or self.brackets.protects(place)):
            return
        is_part = order.is_protection or order.purpose is Purpose.SLICE
        entry = self.orders.get(order.parent) if is_part and order.parent else order
        is_protected = entry is not None and (entry.stop_loss is not None or bool(entry.targets))
        sells = order.terms.side is Side.SELL
        move = Move(
            self.accounts[order.account].held(fill.symbol) - held,
            fill.at,
            order.terms.reduce_only or (sells and not instrument.kind.is_margined),
            entry.client_order_id if entry is not None and is_protected else None,
            order.is_protection,
        )
        self.brackets.note_fill(place, held, move, self.orders)

    def _fill_parent(self, name: ClientOrderId, order: Order, event: facts.OrderFilled) -> None:
        """What a slice fills, its parent has filled; it is booked once, for the slice."""
        parent = self.orders.get(name)
        if parent is not None:
            self.slicing.note_fill(order, event)
            self.put(evolved(parent, event))

    def _apply_execution_end(self, event: facts.ExecutionEnded) -> None:
        self._apply_to_order(event)
        self.slicing.forget(event.client_order_id)

    def _apply_watch(
        self, event: facts.ProtectionDiffers | facts.ProtectionRestored | facts.ProtectionEnded
    ) -> None:
        self.brackets.note(event)

    def _apply_account(self, event: facts.AccountOpened) -> None:
        book = AccountBook(event.account, event.cash, event.at)
        self.accounts[event.account.id] = book
        self.tallies.open(event.account.id, book.positions)

    def _apply_name(self, event: facts.AccountRenamed) -> None:
        book = self.accounts[event.account]
        book.account = changed(book.account, name=event.name)

    def _apply_leverage(self, event: facts.LeverageSet) -> None:
        instrument = self.instruments[event.symbol]
        self.accounts[event.account].set_leverage(event.symbol, event.leverage, instrument)

    def _apply_cash(self, event: facts.CashMoved) -> None:
        self.accounts[event.entry.account].enter(event.entry, event.worth, event.equity)
        self.exposed.add(event.entry.account)

    def _apply_limit(self, event: facts.RiskLimitSet) -> None:
        self.limits.set(event.rule, event.scope, event.limit)
        self.kill_switch.forget_stops(event.rule, event.scope)
        # What is lost already may be beyond it, also where nothing is held.
        self.exposed.update(self.accounts)

    def _apply_day(self, event: facts.DayOpened) -> None:
        book = self.accounts[event.account]
        book.day, book.day_equity, book.peak_equity = event.day, event.equity, event.equity
        book.uncounted = set(event.uncounted)

    def _apply_peak(self, event: facts.EquityPeaked) -> None:
        book = self.accounts[event.account]
        book.peak_equity = event.equity
        book.uncounted.intersection_update(event.uncounted)

    def _apply_difference(self, event: facts.DifferenceFound) -> None:
        self.ignored.pop(event.difference.id, None)
        self.differences[event.difference.id] = event.difference

    def _apply_settlement(self, event: facts.DifferenceSettled) -> None:
        self.differences.pop(event.difference.id, None)
        self.ignored.pop(event.difference.id, None)
        if event.how is Settlement.IGNORED:
            self.ignored[event.difference.id] = event.difference

    # -- snapshots ------------------------------------------------------------------------

    def remembered(self) -> Plain:
        """All that facts have made of it, as plain values; prices and bars are no facts."""
        parts = [getattr(self, name) for name in _REMEMBERED]
        return packed([*parts, self.alerts.kept()])

    def recall(self, plain: Plain) -> None:
        """Be what was remembered. Raises StateCorrupt, and then nothing has changed."""
        whole = unpacked(plain)
        if not isinstance(whole, list) or len(whole) != len(_REMEMBERED) + 1:
            raise StateCorrupt("a snapshot is of something else")
        *parts, alerts = whole
        book = AlertBook()
        for alert, since in alerts:
            book.add(alert, since)
        for name, part in zip(_REMEMBERED, parts, strict=True):
            setattr(self, name, part)
        self.alerts = book
        self._bind()

    # -- questions ------------------------------------------------------------------------

    def valuation(self, account: AccountId) -> Valuation:
        """What the account is worth now."""
        return valued(self.accounts[account], self.instruments, self.quotes)

    def awaits_price(self, account: AccountId) -> bool:
        """Whether it has something without a price that a feed may yet price.

        What is listed no more, and what is too little to be closed, counts at cost; a currency that
        no pair tells of counts as nothing.
        """
        book, instruments = self.accounts[account], self.instruments
        return any(
            bool(instruments[name].closable(book.held(name))) and name in instruments.priceable
            if name in book.positions
            else self.awaits_rate(account, Currency(name))
            for name in map(Symbol, self.valuation(account).missing)
        )

    def uncounted(self, account: AccountId) -> tuple[str, ...]:
        """What of an account that awaits no price has none."""
        priceable = self.instruments.priceable
        return tuple(name for name in self.valuation(account).missing if name not in priceable)

    def awaits_rate(self, account: AccountId, currency: Currency) -> bool:
        """Whether a currency's worth is not known yet, and a feed may yet tell it."""
        target = self.accounts[account].account.currency
        is_known = rate(currency, target, self.quotes) is not None
        return not is_known and is_told_by(currency, target, self.instruments.priceable)

    def free_cash(self, account: AccountId, currency: Currency) -> Decimal:
        """Cash that no open order will take and that backs no position."""
        return self.standing(account, 0).free_cash(currency)

    def worth(self, account: AccountId, currency: Currency, amount: Decimal) -> Decimal | None:
        """An amount in the account's currency; None where no price tells."""
        factor = rate(currency, self.accounts[account].account.currency, self.quotes)
        return None if factor is None else amount * factor

    def standing(self, account: AccountId, at: int, aside: Order | None = None) -> Standing:
        """An account as the rules look at it, an open order perhaps aside; `at` in UTC ms."""
        market = self.instruments, self.quotes
        return Standing(self.accounts[account], self.tallies, self.limits, market, at, aside)

    def proposal(
        self,
        account: AccountId,
        terms: OrderTerms,
        at: int,
        *,
        asker: Asker = NOBODY,
        aside: Order | None = None,
        beside: OrderTerms | None = None,
    ) -> Proposal:
        """An order and all that risk looks at; `at` in UTC ms, `beside` the first of its pair."""
        return Proposal(
            terms,
            self.standing(account, at, aside),
            halted=self.kill_switch.in_force(account) is not None,
            closing=self.kill_switch.closing(account) is not None,
            in_doubt=any(each.account == account for each in self.differences.values()),
            line=self.lines.get(account, NOT_CONNECTED),
            asker=asker,
            beside=beside,
        )

    def reduces(self, order: Order) -> bool:
        """Whether an order can only make what its account holds smaller."""
        symbol = order.terms.symbol
        return reduces(
            order.terms, self.accounts[order.account].held(symbol), self.instruments[symbol]
        )

    def is_backed(self, order: Order) -> bool:
        """Whether it could open nothing, or is held on a leverage that is known."""
        symbol, book = order.terms.symbol, self.accounts[order.account]
        is_margined = self.instruments[symbol].kind.is_margined
        return order.terms.reduce_only or not is_margined or symbol in book.leverage

    def judge_new(
        self, order: Order, asker: Asker, beside: OrderTerms | None = None
    ) -> tuple[Breach | None, tuple[str, ...]]:
        """What risk says of an order that is asked for at its `placed_at`."""
        account, at = order.account, order.placed_at
        return self.judge(self.proposal(account, order.terms, at, asker=asker, beside=beside))

    def judge(self, proposal: Proposal) -> tuple[Breach | None, tuple[str, ...]]:
        """What risk says of it: a refusal, or the limits it comes close to."""
        return judged(proposal)

    def judge_change(self, order: Order, terms: OrderTerms, at: int) -> Breach | None:
        """What risk says of an open order's new terms, the order itself set aside."""
        with self.accounts[order.account].without(order, self.instruments[order.terms.symbol]):
            asker = Asker(order.placed_by, order.origin)
            proposal = self.proposal(order.account, terms, at, asker=asker, aside=order)
            breach, _ = judged(proposal)
        return breach

    def watched(self) -> tuple[AccountId, ...]:
        """The accounts that the runtime must look after."""
        halted = {halt.account for halt in self.kill_switch.halts}
        if None in halted:
            return tuple(self.accounts)
        return tuple(sorted(self.exposed | {name for name in halted if name is not None}))

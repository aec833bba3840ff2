"""Orders as a principal may place, change and look at them, on their own account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.desk import conditions
from engine.desk.conditions import Refused, as_said
from engine.desk.margin import Backing, MarginDesk
from engine.desk.outlook import BOOK_DEPTH, Outlook, after_fill, outlook
from engine.desk.wish import OrderWish
from engine.domain import events as facts
from engine.domain.account import Account, Fill
from engine.domain.events import Event
from engine.domain.identifiers import AccountId, ClientOrderId, IntentKey, PersonId, Symbol
from engine.domain.instrument import Instrument
from engine.domain.limits import Scope
from engine.domain.margin import WHOLE
from engine.domain.market import DataKind, Tick
from engine.domain.money import ZERO, Price, Quantity
from engine.domain.order import (
    Contingent,
    Order,
    OrderState,
    OrderTerms,
    OrderType,
    Side,
    Target,
    Twap,
)
from engine.domain.requests import CancelOrders, PlaceOrder, ReplaceOrder
from engine.errors import EngineError, OrderNotFound, PositionNotFound, QuoteNotFound
from engine.kernel.orders import altered, fixed, unfilled
from engine.ports.journal import Recorded, TradeHistory
from engine.risk.proposal import Asker, Proposal
from engine.runtime.live import LiveRuntime

MARKET_ORDER_LIVES_MS = 30_000
ORDER_LIVES_MS = 60_000
"""How long after its confirmation an order may still be sent."""

_PLACES = Decimal("1e-12")


@dataclass(frozen=True, slots=True)
class Draft:
    """Exactly what would be sent, and what it would do; amounts in quote currency.

    `fee` and `price` are estimates; ratios are shares of one. `cash_after` is what is left of the
    quote currency, `risk_if_stopped` what the stop would lose from the entry, fees apart.
    `oco` is the other one of a pair, `triggers` what follows, `trails_at` where a trailing stop
    would stand now. `fee_rate` is the venue's own, None where the fee is reckoned as on paper.
    """

    account: Account
    instrument: Instrument
    kind: DataKind
    terms: OrderTerms
    price: Decimal
    price_age_seconds: float
    notional: Decimal
    fee: Decimal
    cash_before: Decimal
    cash_after: Decimal
    position_before: Decimal
    position_after: Decimal
    stop_loss: Price | None
    targets: tuple[Target, ...]
    risk_if_stopped: Decimal | None
    warnings: tuple[str, ...]
    refusal: Refused | None
    oco: OrderTerms | None = None
    triggers: Contingent | None = None
    twap: Twap | None = None
    trails_at: Price | None = None
    repeats: bool = False
    fee_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class OrderAccepted:
    """The desk has the order and will send it; its fills are told as they come."""

    client_order_id: ClientOrderId
    order: Order


class OrderDesk:
    """One account's orders, for one person; an order is found on any of their accounts."""

    def __init__(
        self,
        runtime: LiveRuntime,
        history: TradeHistory,
        accounts: Sequence[AccountId],
        person: PersonId,
        taker_fee: Decimal,
        origin: Scope | None = None,
    ) -> None:
        """The first of the accounts is the one that is traded on.

        `origin` is the strategy that acts for the person, None where they act themselves.
        """
        self._runtime = runtime
        self._history = history
        self._accounts = tuple(accounts)
        self._account = self._accounts[0]
        self._person = person
        self._taker_fee = taker_fee
        self._origin = origin

    # -- looking --------------------------------------------------------------------------

    def open(self, symbol: Symbol | None = None) -> Sequence[Order]:
        """Orders that something may still come of, oldest first."""
        orders = self._runtime.kernel.accounts[self._account].orders.values()
        wanted = [o for o in orders if symbol is None or o.terms.symbol == symbol]
        return sorted(wanted, key=lambda order: (order.placed_at, order.client_order_id))

    async def past(
        self, symbol: Symbol | None, states: Sequence[OrderState], limit: int = 50
    ) -> Sequence[Order]:
        """Orders of these states, newest first."""
        return await self._history.orders(self._account, symbol=symbol, states=states, limit=limit)

    async def find(self, prefix: str) -> Order:
        """The one order whose id begins so. Raises OrderNotFound, also when several do."""
        books = [self._runtime.kernel.accounts[account] for account in self._accounts]
        open_orders = (order for book in books for order in book.orders.values())
        mine = [o for o in open_orders if o.client_order_id.startswith(prefix)]
        if not mine:
            for account in self._accounts:
                mine += [order for _, order in await self._history.order(account, prefix)]
        if len(mine) != 1:
            raise OrderNotFound(order=prefix)
        return mine[0]

    async def story(self, order: Order) -> Sequence[Recorded]:
        """All that the journal has of one order, in order. Raises StoreUnavailable."""
        return await self._history.story(order.client_order_id)

    def where(self, order: Order) -> OrderDesk:
        """The same on the account of an order of theirs. Raises OrderNotFound."""
        if order.account not in self._accounts:
            raise OrderNotFound(order=order.client_order_id)
        others = (account for account in self._accounts if account != order.account)
        accounts = (order.account, *others)
        return OrderDesk(self._runtime, self._history, accounts, self._person, self._taker_fee)

    @property
    def account(self) -> Account:
        """The account that is traded on."""
        return self._runtime.kernel.accounts[self._account].account

    def canceled_with(self, order: Order) -> Sequence[Order]:
        """The order, and the other one of its pair, for canceling one cancels both."""
        mine = self._runtime.kernel.accounts[self._account].orders
        other = mine.get(order.linked) if order.linked is not None else None
        return [order] if other is None else [order, other]

    async def fills(self, symbol: Symbol | None, start: int, end: int) -> Sequence[Fill]:
        """Fills with `start <= at < end` (UTC ms), oldest first."""
        return await self._history.fills(self._account, symbol=symbol, start=start, end=end)

    # -- drafting -------------------------------------------------------------------------

    def draft(self, wish: OrderWish) -> Draft:
        """What a wish comes to at the prices of now; nothing is sent.

        Raises InstrumentNotFound, QuoteNotFound, PositionNotFound.
        """
        instrument = self._runtime.markets.find(wish.symbol)
        terms = self._terms(wish, instrument)
        return self._drafted(wish, instrument, terms)

    def _terms(
        self, wish: OrderWish, instrument: Instrument, market: Decimal | None = None
    ) -> OrderTerms:
        """At this price of the market, that of now where none is given."""
        price = as_said(wish.price, instrument)
        stop = self._trigger(wish, instrument, market)
        kind = _type_of(wish)
        expected = price or stop or market or self._touch(wish.symbol, wish.side)
        quantity = self._quantity(wish, instrument, expected)
        held = self._held(wish.symbol)
        closes = held * wish.side.sign < ZERO and quantity <= abs(held)
        return OrderTerms(
            symbol=wish.symbol,
            side=wish.side,
            type=kind,
            quantity=quantity,
            price=price,
            stop_price=stop,
            trail=wish.trail,
            trail_is_percent=wish.trail_is_ratio,
            time_in_force=wish.time_in_force,
            # A stop or a pair on a holding protects it: it may close, never turn round. On margin
            # nothing but the venue keeps two orders that close the same from that.
            reduce_only=wish.reduce_only
            or (closes and instrument.kind.is_margined)
            or (closes and (kind in _PROTECTING or wish.oco is not None)),
            post_only=wish.post_only,
        )

    def _trigger(
        self, wish: OrderWish, instrument: Instrument, market: Decimal | None
    ) -> Price | None:
        """Where a stop waits."""
        if wish.stop_price is None or not wish.stop_price_is_ratio:
            return as_said(wish.stop_price, instrument)
        ratio = 1 + wish.side.sign * wish.stop_price
        return instrument.price((market or self._touch(wish.symbol, wish.side)) * ratio)

    def _quantity(self, wish: OrderWish, instrument: Instrument, price: Decimal) -> Quantity:
        if wish.quantity is not None:
            return Quantity(wish.quantity)
        if wish.amount is not None:
            return instrument.quantity(wish.amount / price)
        share = (wish.percent or ZERO) / 100
        held = self._held(wish.symbol)
        if instrument.kind.is_margined:
            return instrument.quantity(self._share_on_margin(wish, share, price))
        if wish.side is Side.SELL:
            if held <= ZERO:
                raise PositionNotFound(symbol=wish.symbol)
            return instrument.quantity(held * share)
        free = self._free_cash(instrument)
        # What is bought with all the cash must leave room for its own fee and slippage.
        fee = self._taker(wish.symbol)
        return instrument.quantity(free * share / (price * (1 + fee) * _SLACK))

    def _share_on_margin(self, wish: OrderWish, share: Decimal, price: Decimal) -> Decimal:
        """Of the position against it, or else of what the free cash backs, fee and slippage too."""
        held = self._held(wish.symbol)
        if held * wish.side.sign < ZERO:
            return abs(held) * share
        book = self._runtime.kernel.accounts[self._account]
        times = book.leverage.get(wish.symbol, WHOLE).times
        free = self._free_cash(self._runtime.markets.find(wish.symbol))
        costs = 1 / times + self._taker(wish.symbol) + _SLACK - 1
        return free * share / (price * costs)

    def _taker(self, symbol: Symbol) -> Decimal:
        rates = self._runtime.fees(self._account, symbol)
        return self._taker_fee if rates is None else rates.taker

    def _fee_ratio(self, terms: OrderTerms, tick: Tick | None) -> Decimal:
        """What its venue says of it, or else what taking costs on paper."""
        rates = self._runtime.fees(self._account, terms.symbol)
        if rates is None:
            return self._taker_fee
        return rates.maker if conditions.rests(terms, tick) else rates.taker

    def _drafted(self, wish: OrderWish, instrument: Instrument, terms: OrderTerms) -> Draft:
        kernel, now = self._runtime.kernel, self._runtime.clock.now_ms()
        asker = Asker(self._person, self._origin, wish.repeats)
        proposal = kernel.proposal(self._account, terms, now, asker=asker)
        breach, warnings = kernel.judge(proposal)
        ratio = self._fee_ratio(terms, proposal.tick)
        fee = (proposal.notional * ratio).quantize(_PLACES).normalize()
        cash = proposal.book.cash.get(instrument.quote, ZERO)
        sign = terms.side.sign
        stop = _stop_of(wish, proposal.price, instrument)
        goals = conditions.targets(wish, proposal.price, terms.quantity, instrument)
        other = conditions.other_of_pair(wish, terms, instrument)
        twap = conditions.slices(wish, now)
        if breach is None and other is not None:
            breach, _ = kernel.judge(kernel.proposal(self._account, other, now, asker=asker))
        if breach is not None:
            self._runtime.turns.counts.refused_beforehand[breach.rule] += 1
        refusal = (
            conditions.senseless(wish)
            or (Refused(breach.rule, breach.facts) if breach else None)
            or conditions.closes_and_protects(terms, stop, goals, instrument)
            or conditions.impossible(wish, terms, other, twap, proposal.tick, instrument)
            or conditions.wrong_side(wish.side, proposal.price, stop, goals)
            or conditions.not_held(
                conditions.Exits(terms, stop, goals, other, self._taker(terms.symbol)),
                instrument,
                is_paper=proposal.book.account.is_paper,
            )
        )
        then = self._triggered(wish, terms, proposal.price) if refusal is None else None
        if then is not None:
            other_one = self._runtime.markets.find(then.terms.symbol)
            refusal = conditions.closes_and_protects(
                then.terms, then.stop_loss, then.targets, other_one
            )
        if terms.post_only and conditions.would_take(terms, proposal.tick):
            warnings = (*warnings, "post_only_takes")
        if goals and instrument.sets_aside:
            warnings = (*warnings, "targets_watched")
        return Draft(
            account=proposal.book.account,
            instrument=instrument,
            kind=self._runtime.markets.kind(wish.symbol),
            terms=terms,
            price=proposal.price,
            price_age_seconds=_age_seconds(proposal),
            notional=proposal.notional,
            fee=fee,
            fee_rate=ratio if self._runtime.fees(self._account, terms.symbol) else None,
            cash_before=cash,
            cash_after=cash + _settles(proposal) - fee,
            position_before=proposal.held,
            position_after=proposal.held + sign * terms.quantity,
            stop_loss=stop,
            targets=goals,
            risk_if_stopped=abs(proposal.price - stop) * terms.quantity if stop else None,
            warnings=warnings,
            refusal=refusal,
            oco=other,
            triggers=then,
            twap=twap,
            trails_at=conditions.trails_at(terms, proposal.tick, instrument),
            repeats=wish.repeats,
        )

    async def outlook(self, terms: OrderTerms, aside: Order | None = None) -> Outlook:
        """What an order of these terms would change; in place of a resting one, where given."""
        if aside is not None:
            terms = unfilled(aside, terms)
        kernel, instrument = self._runtime.kernel, self._runtime.markets.find(terms.symbol)
        try:
            book = await self._runtime.markets.book(terms.symbol, BOOK_DEPTH)
        except EngineError:
            book = None  # a venue that shows no book, or none yet
        now = self._runtime.clock.now_ms()
        proposal = kernel.proposal(self._account, terms, now, aside=aside)
        fee = proposal.notional * self._fee_ratio(terms, proposal.tick)
        backing = await self._backing(proposal) if instrument.kind.is_margined else None
        if aside is None:
            return outlook(proposal, fee, book, backing)
        with kernel.accounts[self._account].without(aside, instrument):
            return outlook(proposal, fee, book, backing)

    def closed_profit(self, order: Order, terms: OrderTerms) -> Decimal | None:
        """What an order with these whole terms would realise of what is held, once it fills.

        In quote currency, at its own price, fees apart; None where it closes nothing.
        """
        now, left = self._runtime.clock.now_ms(), unfilled(order, terms)
        proposal = self._runtime.kernel.proposal(self._account, left, now, aside=order)
        if proposal.book.position(terms.symbol).quantity * terms.side.sign >= ZERO:
            return None
        return after_fill(proposal)[1]

    async def _backing(self, proposal: Proposal) -> tuple[Backing, Backing]:
        """What stands for the position now, and with the order filled."""
        margin = MarginDesk(self._runtime, self._account, self._person)
        symbol, instrument = proposal.terms.symbol, proposal.instrument
        known, before = margin.leverage(symbol), proposal.book.position(symbol)
        after, _ = after_fill(proposal)
        return (
            await margin.backing(before, instrument, known),
            await margin.backing(after, instrument, known),
        )

    def _triggered(self, wish: OrderWish, first: OrderTerms, price: Decimal) -> Contingent | None:
        """What follows once the first has filled at about this price, where it is of the same.

        Risk judges it then, with what is held then.
        """
        then = wish.triggers
        if then is None:
            return None
        instrument = self._runtime.markets.find(then.symbol)
        if then.percent is not None and (then.symbol, then.side) == (
            wish.symbol,
            wish.side.opposite,
        ):
            # A share of what will be held then is a share of what this order fills.
            then = replace(then, quantity=first.quantity * then.percent / 100, percent=None)
            then = replace(then, quantity=instrument.quantity(then.quantity or ZERO))
        market = price if then.symbol == wish.symbol else None
        terms = self._terms(then, instrument, market)
        entry = terms.price or terms.stop_price or market or self._touch(then.symbol, then.side)
        return Contingent(
            terms,
            _stop_of(then, entry, instrument),
            conditions.targets(then, entry, terms.quantity, instrument),
        )

    def changed(
        self, order: Order, *, price: Decimal | None, quantity: Decimal | None
    ) -> tuple[OrderTerms, Refused | None]:
        """A resting order's terms with another price or whole quantity, and what risk says."""
        instrument = self._runtime.markets.find(order.terms.symbol)
        terms = altered(order, price=as_said(price, instrument), quantity=quantity)
        if reason := fixed(order, instrument, price=price, quantity=quantity):
            return terms, Refused(reason, {"symbol": terms.symbol})
        left, now = unfilled(order, terms), self._runtime.clock.now_ms()
        refusal = self._runtime.kernel.judge_change(order, left, now)
        return terms, Refused(refusal.rule, refusal.facts) if refusal else None

    def passed(self, terms: OrderTerms, price: Decimal | None = None) -> Decimal | None:
        """The price, that of now where none is given, where it has passed a stop.

        A stop to sell waits below the price, one to buy above it.
        """
        tick, stop = self._runtime.kernel.quotes.get(terms.symbol), terms.stop_price
        market = tick.last if price is None and tick is not None else price
        if market is None or stop is None or (stop - market) * terms.side.sign > ZERO:
            return None
        return market

    # -- acting ---------------------------------------------------------------------------

    async def place(
        self, draft: Draft, key: IntentKey, correlation: str, *, confirmed_ms_ago: int = 0
    ) -> OrderAccepted | Refused:
        """Send what was confirmed, once for this key, if it is not too old by now.

        Raises StoreUnavailable.
        """
        now = self._runtime.clock.now_ms()
        is_market = draft.terms.type is OrderType.MARKET
        lives_ms = MARKET_ORDER_LIVES_MS if is_market else ORDER_LIVES_MS
        request = PlaceOrder(
            key=key,
            account=self._account,
            terms=draft.terms,
            by=self._person,
            at=now,
            expires_to_send_at=now + lives_ms - confirmed_ms_ago,
            stop_loss=draft.stop_loss,
            targets=draft.targets,
            oco=draft.oco,
            triggers=draft.triggers,
            twap=draft.twap,
            origin=self._origin,
            repeats=draft.repeats,
        )
        return _outcome(await self._runtime.ask(request, key, correlation))

    async def cancel(self, orders: Sequence[ClientOrderId], correlation: str) -> None:
        """Ask for these to be canceled; the venue's answer is told as it comes."""
        now = self._runtime.clock.now_ms()
        request = CancelOrders(self._account, tuple(orders), self._person, now)
        await self._runtime.ask(request, correlation=correlation)

    async def replace(
        self,
        order: Order,
        key: IntentKey,
        *,
        price: Decimal | None,
        quantity: Decimal | None,
    ) -> None:
        """Ask for a resting order to have another price or quantity."""
        instrument = self._runtime.markets.find(order.terms.symbol)
        request = ReplaceOrder(
            key=key,
            account=self._account,
            order=order.client_order_id,
            by=self._person,
            at=self._runtime.clock.now_ms(),
            price=as_said(price, instrument),
            quantity=Quantity(quantity) if quantity is not None else None,
        )
        await self._runtime.ask(request, key, key)

    # -- figures --------------------------------------------------------------------------

    def _touch(self, symbol: Symbol, side: Side) -> Decimal:
        tick = self._runtime.kernel.quotes.get(symbol)
        if tick is None:
            raise QuoteNotFound(symbol=symbol)
        return tick.ask if side is Side.BUY else tick.bid

    def _held(self, symbol: Symbol) -> Decimal:
        return self._runtime.kernel.accounts[self._account].position(symbol).quantity

    def _free_cash(self, instrument: Instrument) -> Decimal:
        return self._runtime.kernel.free_cash(self._account, instrument.quote)


_PROTECTING = (OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP)
_SLACK = Decimal("1.002")


def _settles(proposal: Proposal) -> Decimal:
    """What its fill does to cash before fees: its price, on margin the profit that it closes."""
    if not proposal.instrument.kind.is_margined:
        return -proposal.terms.side.sign * proposal.notional
    return after_fill(proposal)[1]


def _type_of(wish: OrderWish) -> OrderType:
    if wish.trail is not None:
        return OrderType.TRAILING_STOP
    if wish.stop_price is not None:
        return OrderType.STOP if wish.price is None else OrderType.STOP_LIMIT
    return OrderType.MARKET if wish.price is None else OrderType.LIMIT


def _stop_of(wish: OrderWish, entry: Decimal, instrument: Instrument) -> Price | None:
    stop = wish.stop_loss
    if stop is None:
        return None
    return instrument.price(
        entry * (1 - wish.side.sign * stop) if wish.stop_loss_is_ratio else stop
    )


def _age_seconds(proposal: Proposal) -> float:
    return max(0, proposal.at - proposal.tick.at) / 1000 if proposal.tick else 0.0


def _outcome(events: Sequence[Event]) -> OrderAccepted | Refused:
    for event in events:
        if isinstance(event, facts.OrderInitialized) and event.order.parent is None:
            return OrderAccepted(event.order.client_order_id, event.order)
        if isinstance(event, facts.OrderDenied):
            return Refused(event.rule, dict(event.facts))
    raise EngineError("the kernel gave no answer to an order")

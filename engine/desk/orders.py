"""Orders as a principal may place, change and look at them, on their own account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.desk.conditions import Refused, as_said, passed
from engine.desk.drafting import Draft, Drafter
from engine.desk.ledger import all_fills
from engine.desk.margin import Backing, MarginDesk
from engine.desk.outlook import BOOK_DEPTH, Outlook, after_fill, outlook
from engine.desk.wish import OrderWish
from engine.domain import events as facts
from engine.domain.account import Account, Fill
from engine.domain.events import Event
from engine.domain.identifiers import AccountId, ClientOrderId, IntentKey, PersonId, Symbol
from engine.domain.limits import Scope
from engine.domain.money import ZERO, Quantity
from engine.domain.order import Order, OrderState, OrderTerms, OrderType
from engine.domain.requests import CancelOrders, PlaceOrder, ReplaceOrder
from engine.errors import EngineError, OrderNotFound
from engine.kernel.orders import altered, fixed, unfilled
from engine.ports.journal import Recorded, TradeHistory
from engine.risk.proposal import Proposal
from engine.runtime.live import LiveRuntime

_MARKET_ORDER_LIVES_MS = 30_000
_ORDER_LIVES_MS = 60_000
"""How long after its confirmation an order may still be sent."""


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
        self._drafter = Drafter(runtime, self._account, person, taker_fee, origin)

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
        return await all_fills(self._account, self._history, symbol, start, end)

    # -- what would come of it ------------------------------------------------------------

    def draft(self, wish: OrderWish) -> Draft:
        """What a wish comes to at the prices of now; nothing is sent.

        Raises InstrumentNotFound, QuoteNotFound, PositionNotFound.
        """
        return self._drafter.draft(wish)

    async def outlook(
        self, terms: OrderTerms, aside: Order | None = None, beside: OrderTerms | None = None
    ) -> Outlook:
        """What an order of these terms would change; in place of a resting one, where given.

        `beside` is the other one of its pair.
        """
        if aside is not None:
            terms = unfilled(aside, terms)
        kernel, instrument = self._runtime.kernel, self._runtime.markets.find(terms.symbol)
        try:
            book = await self._runtime.markets.book(terms.symbol, BOOK_DEPTH)
        except EngineError:
            book = None  # a venue that shows no book, or none yet
        now = self._runtime.clock.now_ms()
        proposal = kernel.proposal(self._account, terms, now, aside=aside, beside=beside)
        fee = proposal.notional * self._drafter.fee_rate(terms, proposal.tick)
        backing = await self._backing(proposal) if instrument.kind.is_margined else None
        if aside is None:
            return outlook(proposal, fee, book, backing)
        there = kernel.proposal(self._account, terms, now)
        free = there.standing.free_cash(instrument.quote)
        with kernel.accounts[self._account].without(aside, instrument):
            changed = outlook(proposal, fee, book, backing, there)
        return replace(changed, free_before=free)

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

    def changed(
        self, order: Order, *, price: Decimal | None, quantity: Decimal | None
    ) -> tuple[OrderTerms, Refused | None]:
        """A resting order's terms with another price or whole quantity, and what risk says."""
        instrument = self._runtime.markets.find(order.terms.symbol)
        terms = altered(order, price=as_said(price, instrument), quantity=quantity)
        if reason := fixed(order, instrument, price=price, quantity=quantity):
            return terms, Refused(reason, {"symbol": terms.symbol})
        left, now = unfilled(order, terms), self._runtime.clock.now_ms()
        if terms.stop_price != order.terms.stop_price and (refusal := self._passed(terms)):
            return terms, refusal
        breach = self._runtime.kernel.judge_change(order, left, now)
        return terms, Refused(breach.rule, breach.facts) if breach else None

    def _passed(self, terms: OrderTerms) -> Refused | None:
        tick = self._runtime.kernel.quotes.get(terms.symbol)
        return passed(terms, tick.last if tick is not None else None)

    # -- acting ---------------------------------------------------------------------------

    async def place(
        self, draft: Draft, key: IntentKey, correlation: str, *, confirmed_ms_ago: int = 0
    ) -> OrderAccepted | Refused:
        """Send what was confirmed, once for this key, if it is not too old by now.

        Raises StoreUnavailable.
        """
        now = self._runtime.clock.now_ms()
        is_market = draft.terms.type is OrderType.MARKET
        lives_ms = _MARKET_ORDER_LIVES_MS if is_market else _ORDER_LIVES_MS
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

    async def came_of(self, key: IntentKey) -> OrderAccepted | Refused | None:
        """What `place` gave for a key; None where it was not used. Raises StoreUnavailable."""
        events = await self._runtime.turns.came_of(key)
        return None if events is None else _outcome(events)

    async def cancel(self, orders: Sequence[ClientOrderId], key: IntentKey) -> None:
        """Ask once for these to be canceled; the venue's answer is told as it comes."""
        now = self._runtime.clock.now_ms()
        request = CancelOrders(self._account, tuple(orders), self._person, now)
        await self._runtime.ask(request, key, key)

    async def canceled(self, key: IntentKey) -> Sequence[Order]:
        """What `cancel` asked for under a key; nothing where it was not used.

        Raises StoreUnavailable.
        """
        events = await self._runtime.turns.came_of(key) or ()
        asked = (
            e for e in events if isinstance(e, facts.OrderCancelRequested | facts.OrderCanceled)
        )
        return [await self.find(name) for name in dict.fromkeys(e.client_order_id for e in asked)]

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


def _outcome(events: Sequence[Event]) -> OrderAccepted | Refused:
    for event in events:
        if isinstance(event, facts.OrderInitialized) and event.order.parent is None:
            return OrderAccepted(event.order.client_order_id, event.order)
        if isinstance(event, facts.OrderDenied):
            return Refused(event.rule, dict(event.facts))
    raise EngineError("the kernel gave no answer to an order")

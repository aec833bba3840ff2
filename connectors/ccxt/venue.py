"""An account at a crypto exchange: orders out, and what becomes of them back, each told once.

An order is sent once. What becomes of it, `hearing` tells.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import structlog

from connectors.ccxt.access import Access
from connectors.ccxt.cash import CashQuestions
from connectors.ccxt.contract import CLOCK_ERROR_SECONDS, Uniqueness
from connectors.ccxt.fees import Fees
from connectors.ccxt.hearing import TURN_SECONDS, Hearing
from connectors.ccxt.ledger import Ledger, Told
from connectors.ccxt.margin import Margins
from connectors.ccxt.questions import Questions
from connectors.ccxt.requests import Request, id_params, off_step, request_of
from connectors.ccxt.stated import Seen, stated
from engine.domain.account import CashEntry
from engine.domain.commands import CancelOrder, ModifyOrder, SubmitOrder
from engine.domain.events import (
    OrderCancelRejected,
    OrderReplaced,
    OrderReplaceRejected,
    VenueReport,
)
from engine.domain.identifiers import AccountId, ClientOrderId, Symbol, VenueName, VenueOrderId
from engine.domain.margin import Leverage
from engine.domain.money import ZERO, Currency
from engine.domain.order import CLOSED, Order, OrderTerms
from engine.errors import (
    OrderRejected,
    OrderStateUnknown,
    RateLimited,
    VenueError,
    VenueUnavailable,
)
from engine.ports.venue import FeeRates, ForcedTrade, HeldOnMargin, IsAnothers, VenueOrder

_log = structlog.get_logger(__name__)

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 15.0
CANNOT_CHANGE = "cannot_change"


class CcxtVenue:
    """One account at one exchange; everything that it trades is quoted in one currency."""

    def __init__(self, account: AccountId, quote: Currency, at: Access) -> None:
        """`at` signs for the account and serves nothing else."""
        self._account = account
        self._quote = quote
        self._at = at
        self._questions = Questions(at)
        self._cash = CashQuestions(at, account, quote)
        self._fees = Fees(at)
        self._margins = Margins(at, quote)
        self._ledger = Ledger(numbers_of_symbol=at.contract.numbers_of_symbol)
        self._hearing = Hearing(at, self._questions, self._ledger, self.check_clock)
        self._clock_is_off = False
        self._clock_turns = 0
        """How often the clocks began or ceased to be too far apart."""
        self._reached = asyncio.Event()
        if at.listing.all():
            self._reached.set()

    @property
    def name(self) -> VenueName:
        """Its name."""
        return self._at.venue

    @property
    def client_ids_are_unique(self) -> bool:
        """Only where the exchange promises it for ever."""
        return self._at.contract.uniqueness is Uniqueness.FOR_EVER

    @property
    def in_flight_seconds(self) -> float:
        """Its requests' own validity, the clocks' error and its reads' lag."""
        return self._at.contract.in_flight_seconds

    @property
    def connections(self) -> int:
        """How often there was a reason to compare; one more, and something may be missing."""
        heard = self._hearing
        again = heard.connections + heard.closed_by_itself + self._clock_turns
        return again + self._reached.is_set()

    # -- orders -------------------------------------------------------------------------------

    async def submit(self, command: SubmitOrder) -> None:
        """Send an order, once.

        Raises OrderRejected, RateLimited and VenueUnavailable (nothing was done), and for any
        other answer than a plain yes or no OrderStateUnknown.
        """
        order, symbol = command.order, command.order.terms.symbol
        self._check_reached()
        instrument = self._at.listing.get(symbol)
        if instrument is None or order.account != self._account:
            reason = f"{symbol} is not listed at {self._at.contract.exchange}"
            raise OrderRejected(reason, reason=reason, why="not_listed")
        if instrument.kind.is_margined and instrument.quote != self._quote:
            reason = f"not_supported: the account counts in {self._quote}, not {instrument.quote}"
            raise OrderRejected(reason, reason=reason, why="not_supported")
        self._check_clocks()
        size = self._at.listing.contract_size(symbol)
        asked = request_of(order, self._at.contract, instrument, size, self._at.clock.now_ms())
        self._ledger.expect(order.client_order_id, symbol)
        self._hearing.look_soon(order.client_order_id)
        taken = await self._sent(asked, order.client_order_id)
        await self._hearing.see(replace(taken, name=order.client_order_id, symbol=symbol))

    async def _sent(self, asked: Request, name: ClientOrderId) -> Seen:
        with self._at.sending():
            raw = await self._at.client.create_order(
                asked.symbol, asked.kind, asked.side, asked.amount, asked.price, asked.params
            )
            taken = self._questions.seen({"symbol": asked.symbol, **raw})
            if not taken.id:
                raise OrderStateUnknown(f"no id came back for {name}", why="no_answer")
        return taken

    async def cancel(self, command: CancelOrder) -> None:
        """Ask to cancel; the outcome is a report. Raises VenueError where it was not heard."""
        name = command.client_order_id
        if command.account != self._account:
            self._hearing.say(OrderCancelRejected(name, "unknown order", self._at.clock.now_ms()))
            return
        self._check_reached()
        told = self._ledger.expect(name, command.symbol)
        try:
            await self._asked_back(told, told.child or command.venue_order_id or told.id)
        except (RateLimited, VenueUnavailable):
            raise
        except VenueError as error:
            await self._not_canceled(told, error)
        else:
            self._hearing.look_soon(name)

    async def _asked_back(self, told: Told, number: VenueOrderId | None) -> None:
        """The request to cancel, where the exchange keeps stops apart in both places."""
        contract, by_name = self._at.contract, id_params(self._at.contract, told.name)
        series = contract.apart.series if contract.apart is not None else ""
        if series and number is not None and number.startswith(series):
            number = None
        try:
            with self._at.sending():
                await self._at.client.cancel_order(number, told.symbol, {} if number else by_name)
        except (OrderRejected, OrderStateUnknown):
            # What a stop has become is among the others and nowhere else.
            if not contract.stop_route or told.child is not None:
                raise
            if series:  # an order's number may be another one's there
                number = None
            params = {**({} if number else by_name), **dict(contract.stop_route)}
            with self._at.sending():
                await self._at.client.cancel_order(number, told.symbol, params)

    async def _not_canceled(self, told: Told, error: VenueError) -> None:
        """Why there was nothing to cancel; where there still is, the request goes again."""
        found = await self._questions.order(told.name, told.symbol, told.id)
        if found is not None and found.state not in CLOSED:
            if found.child is None or found.child == told.child:
                raise error
            # A stop that has triggered meanwhile: what it has become is asked back.
            self._ledger.know(found, told.name, told.symbol)
            await self._asked_back(told, found.child)
            self._hearing.look_soon(told.name)
            return
        reason = "unknown order"
        if found is not None:
            await self._hearing.look(told)
            reason = f"already {found.state}"
        self._hearing.say(OrderCancelRejected(told.name, reason, self._at.clock.now_ms()))

    async def modify(self, command: ModifyOrder) -> None:
        """Ask for other terms; OrderReplaced or OrderReplaceRejected is the report.

        Where the exchange cannot change an order in place, what only reduces is canceled, upon
        which the desk places it anew; anything else is refused.
        """
        name, terms = command.client_order_id, command.terms
        self._check_reached()
        if not self._at.contract.amends:
            if terms.reduce_only:
                number = command.venue_order_id
                await self.cancel(CancelOrder(command.account, name, number, terms.symbol))
            else:
                self._hearing.say(
                    OrderReplaceRejected(name, CANNOT_CHANGE, self._at.clock.now_ms())
                )
            return
        instrument = self._at.listing.get(terms.symbol)
        reason = off_step(terms, instrument) if instrument is not None else CANNOT_CHANGE
        if reason:
            self._hearing.say(OrderReplaceRejected(name, reason, self._at.clock.now_ms()))
            return
        try:
            await self._changed(command, terms)
        except OrderRejected as refusal:
            reason = refusal.facts["reason"]
            self._hearing.say(OrderReplaceRejected(name, reason, self._at.clock.now_ms()))
        else:
            self._hearing.say(OrderReplaced(name, terms, self._at.clock.now_ms()))
            self._hearing.look_soon(name)

    async def _changed(self, command: ModifyOrder, terms: OrderTerms) -> None:
        told = self._ledger.get(command.client_order_id)
        number = command.venue_order_id or (told.id if told is not None else None)
        size = self._at.listing.contract_size(terms.symbol)
        params = {} if number else id_params(self._at.contract, command.client_order_id)
        limit = None if terms.price is None else f"{terms.price:f}"
        kind, contract = "market" if limit is None else "limit", self._at.contract
        if terms.stop_price is not None:
            params[contract.stop_trigger] = f"{terms.stop_price:f}"
            kind = contract.stop_kind or kind
            if contract.stop_limit:
                params[contract.stop_limit] = limit or "-1"
        with self._at.sending():
            await self._at.client.edit_order(
                number,
                terms.symbol,
                kind,
                terms.side.value,
                f"{terms.quantity / size:f}",
                limit,
                params,
            )

    # -- what is there ------------------------------------------------------------------------

    async def check_clock(self) -> float:
        """Compare clocks; while they are too far apart, no order is signed.

        Gives how many seconds the exchange is ahead. Raises VenueUnavailable, RateLimited.
        """
        error = await self._questions.clock_error_seconds()
        was_off, self._clock_is_off = self._clock_is_off, abs(error) > CLOCK_ERROR_SECONDS
        self._clock_turns += self._clock_is_off is not was_off
        if self._clock_is_off:
            _log.error("clock_is_off", venue=self.name, seconds=round(error, 1))
        return error

    async def find(self, order: Order, is_anothers: IsAnothers) -> VenueOrder | None:
        """The order with its fills, or None where the exchange does not know it.

        Raises VenueUnavailable, RateLimited.
        """
        del is_anothers
        if order.account != self._account:
            return None
        self._check_reached()
        name, symbol = order.client_order_id, order.terms.symbol
        told = self._ledger.get(name)
        number = order.venue_order_id or (told.id if told is not None else None)
        found = await self._questions.order(name, symbol, number, order.placed_at)
        if found is None:
            return None
        self._ledger.know(found, name, symbol)
        return await self._stated(found)

    async def open_orders(self, account: AccountId) -> Sequence[VenueOrder]:
        """All that rests, also what the desk never placed."""
        if account != self._account:
            return ()
        self._check_reached()
        found = await self._questions.open_orders()
        return [await self._stated(self._named(each)) for each in found]

    async def holdings(self, account: AccountId) -> Mapping[Symbol, Decimal]:
        """Base units held of each instrument that is quoted in the account's currency.

        Raises VenueUnavailable also while the clocks are too far apart to trade.
        """
        if account != self._account:
            return {}
        self._check_reached()
        self._check_clocks()
        held: dict[Symbol, Decimal] = {}
        for currency, amount in (await self._questions.balances()).items():
            symbol = Symbol(f"{currency}/{self._quote}")
            if self._at.listing.get(symbol) is not None:
                held[symbol] = amount
        if self._at.contract.perpetuals and self._at.listing.has_perpetuals:
            held |= {s: each.quantity for s, each in (await self._margins.held()).items()}
        return held

    async def cash_entries(self, account: AccountId, since: int) -> Sequence[CashEntry]:
        """Deposits, withdrawals and transfers that are final, and what was paid besides.

        Raises VenueUnavailable, RateLimited.
        """
        if account != self._account:
            return ()
        self._check_reached()
        self._check_clocks()
        return await self._cash.entries(since)

    async def balances(self) -> Mapping[Currency, Decimal]:
        """What is there of each currency, for the opening of the account's books.

        Reaches the exchange first if need be. Raises VenueUnavailable, RateLimited.
        """
        if not self._reached.is_set():
            await self._reach_once()
        found = {Currency(n): held for n, held in (await self._questions.balances()).items()}
        if self._at.contract.margin is not None and self._at.contract.margin.profit_in_balance:
            found[self._quote] = found.get(self._quote, ZERO) - await self._margins.open_profit()
        return found

    # -- margin -------------------------------------------------------------------------------

    async def leverage(self, symbol: Symbol) -> Leverage | None:
        """As the exchange has it now; None where it lists it no more, or long and short apart."""
        self._check_reached()
        if self._at.listing.get(symbol) is None:
            return None
        return await self._margins.stated(symbol)

    async def set_leverage(self, symbol: Symbol, leverage: Leverage) -> None:
        """Ask for it and read it back."""
        self._check_reached()
        self._check_clocks()
        await self._margins.set(symbol, leverage)

    async def on_margin(self, account: AccountId) -> Mapping[Symbol, HeldOnMargin]:
        """Positions of perpetuals as the exchange states them."""
        if account != self._account or not self._at.contract.perpetuals:
            return {}
        self._check_reached()
        return await self._margins.held()

    async def forced(self, account: AccountId, symbol: Symbol, since: int) -> Sequence[ForcedTrade]:
        """By the marks that the contract row knows."""
        if account != self._account:
            return ()
        self._check_reached()
        return await self._questions.forced(symbol, since)

    async def maintenance(
        self, symbol: Symbol, quantity: Decimal, price: Decimal
    ) -> Decimal | None:
        """By the exchange's tiers of risk."""
        self._check_reached()
        return await self._margins.maintenance(symbol, quantity, price)

    # -- prices -------------------------------------------------------------------------------

    def fees(self, symbol: Symbol) -> FeeRates | None:
        """What a trade of it costs the account, as far as is known."""
        return self._fees.of(symbol)

    async def close(self) -> None:
        """Let go of connections, for good; what rests at the exchange goes on resting."""
        await self._at.close()

    def _check_reached(self) -> None:
        """Before its instruments are known, no answer of the exchange can be read."""
        if not self._reached.is_set():
            raise VenueUnavailable(f"{self.name} was not reached yet", why="unreachable")

    def _check_clocks(self) -> None:
        """Nothing is signed while they are too far apart."""
        if self._clock_is_off:
            raise VenueUnavailable("the clock is off", why="clock_off")

    async def _reach(self) -> None:
        """Ask what is listed and what time it is there, until it answers."""
        pause = _FIRST_PAUSE_SECONDS
        while not self._reached.is_set():
            try:
                await self._reach_once()
            except VenueError as error:
                _log.warning("venue_not_reached", venue=self.name, why=str(error))
                await self._at.clock.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def _reach_once(self) -> None:
        await self._at.listing.load()
        await self.check_clock()
        self._reached.set()

    def _named(self, order: Seen) -> Seen:
        """By the number and the name of the stop that has become this order, where it is known."""
        told = self._ledger.of(order.id, order.symbol)
        if told is None and order.name:
            told = self._ledger.get(order.name)
        if told is None or told.id is None or not told.is_stop or order.is_stop or order.child:
            return order
        return replace(order, id=told.id, name=told.name, child=order.id)

    async def _stated(self, order: Seen) -> VenueOrder:
        named = order if order.name else replace(order, name=ClientOrderId(order.id))
        fills = await self._questions.fills(named) if order.filled else []
        size = self._at.listing.contract_size(order.symbol)
        return stated(order, fills, self._account, size)

    # -- what happens ---------------------------------------------------------------------------

    def reports(self) -> AsyncGenerator[VenueReport, None]:
        """What happens to the orders here, as it happens, each told once.

        The streams are taken up at once, or as soon as the exchange is reached; they end with the
        iteration.
        """
        following = asyncio.ensure_future(self._follow())
        looking = asyncio.ensure_future(self._look_after())
        pricing = asyncio.ensure_future(self._keep_fees())
        return self._told((following, looking, pricing))

    async def _told(
        self, tasks: tuple[asyncio.Future[None], ...]
    ) -> AsyncGenerator[VenueReport, None]:
        try:
            while True:
                yield await self._hearing.next()
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def _follow(self) -> None:
        await self._reach()
        await self._hearing.follow()

    async def _look_after(self) -> None:
        await self._reached.wait()
        await self._hearing.look_after()

    async def _keep_fees(self) -> None:
        """On its own, so that no order waits for it."""
        await self._reached.wait()
        while True:
            await self._fees.keep()
            await self._at.clock.sleep(TURN_SECONDS)

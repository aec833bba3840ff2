"""An account at Interactive Brokers: orders out, and what becomes of them back, each told once.

An order is sent once, under a number that nothing had before, and only while the gate is open. It
travels with the desk's own name, by which it is found again; but the gateway does not look at
names, so that nothing is ever sent again under one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal

import structlog

from connectors.ibkr.access import Access
from connectors.ibkr.codes import NOT_CANCELED, NOT_CHANGED, ORDER_CANCELED
from connectors.ibkr.ledger import Ledger, Told
from connectors.ibkr.listing import Listed
from connectors.ibkr.outcomes import News, Outcomes
from connectors.ibkr.questions import Questions
from connectors.ibkr.requests import reason_against, request_of
from connectors.ibkr.said import (
    CommissionSaid,
    ExecutionSaid,
    OrderNews,
    OrderSaid,
    StatusSaid,
    Trouble,
    left_behind,
)
from connectors.ibkr.stated import stated
from connectors.ibkr.states import CANCELING, INACTIVE, IS_THERE
from engine.domain.account import CashEntry
from engine.domain.commands import CancelOrder, ModifyOrder, SubmitOrder
from engine.domain.events import (
    OrderCancelRejected,
    OrderReplaced,
    OrderReplaceRejected,
    VenueReport,
)
from engine.domain.identifiers import AccountId, ClientOrderId, Symbol, VenueName
from engine.domain.money import Currency
from engine.domain.order import Order, OrderTerms
from engine.errors import (
    OrderRejected,
    OrderStateUnknown,
    RateLimited,
    VenueError,
    VenueUnavailable,
)
from engine.matching.checks import DUPLICATE
from engine.ports.venue import IsAnothers, VenueOrder

_log = structlog.get_logger(__name__)

ORDER_PATIENCE_SECONDS = 4.0
"""How long an answer is waited for; a person hears of an unknown order within five."""
IN_FLIGHT_SECONDS = 15.0
"""An order that left reaches IB at once or not at all; this is what gateway and reads may lag."""
LEARNING_SECONDS = 10.0
COST_PATIENCE_MS = 2_000
_TURN_SECONDS = 0.25
_LOOK_AGAIN_MS, _LONGEST_PAUSE_MS = 1_000, 60_000
_TRIES_TO_SHOW = 11
"""With the line's pauses between them, half a minute."""
ELSEWHERE = "it was placed by another program or by hand: cancel it there"


class IbkrVenue:
    """One account at one gateway. It connects when its reports are listened to, or it is asked."""

    def __init__(
        self,
        account: AccountId,
        at: Access,
        *,
        patience_seconds: float = ORDER_PATIENCE_SECONDS,
        learning_seconds: float = LEARNING_SECONDS,
    ) -> None:
        """`at` serves this account alone. For so long after the line was made, the gateway may
        not have learnt yet what rests: that it does not show an order means nothing.
        """
        self._account = account
        self._at = at
        self._line, self._listing, self._clock = at.line, at.listing, at.clock
        self._ledger = Ledger(account)
        self._questions = Questions(at, self._ledger)
        self._heard: asyncio.Queue[VenueReport] = asyncio.Queue()
        self._learning_ms = int(learning_seconds * 1000)
        self._outcomes = Outcomes(patience_seconds)
        self._is_listening = False
        self._tries = 0
        self._line.on_order.append(self._hear)
        self._line.on_shut.append(self._outcomes.hang_up)
        self._line.on_back.append(self._take_up)

    async def close(self) -> None:
        """Let go of the line, for good; what rests at Interactive Brokers goes on resting."""
        await self._at.close()

    @property
    def name(self) -> VenueName:
        """Its name."""
        return self._at.venue

    @property
    def client_ids_are_unique(self) -> bool:
        """The gateway does not look at them."""
        return False

    @property
    def in_flight_seconds(self) -> float:
        """How long an order that is not found may still turn up."""
        return IN_FLIGHT_SECONDS

    @property
    def connections(self) -> int:
        """How often the gate was opened."""
        return self._line.connections

    # -- orders -------------------------------------------------------------------------------

    async def submit(self, command: SubmitOrder) -> None:
        """Send an order, once.

        Raises OrderRejected, RateLimited and VenueUnavailable (nothing was done), and where no
        plain answer comes OrderStateUnknown.
        """
        order, terms = command.order, command.order.terms
        name = order.client_order_id
        self._line.check_open()
        listed = self._checked(order.account, terms)
        if self._ledger.get(name) is not None:
            raise OrderRejected(DUPLICATE, reason=DUPLICATE)
        number = self._line.new_id()
        request = request_of(name, terms, listed, self._line.account)
        told = self._ledger.expect(name, listed, number, request.tif, self._clock.now_ms())
        try:
            await self._outcomes.of(
                number,
                lambda: self._line.send(
                    lambda client: client.placeOrder(number, listed.contract, request)
                ),
                lambda said: said.status in IS_THERE,
                self._line.failures.of_order,
            )
        except OrderRejected:
            self._ledger.close(told)
            raise
        except (RateLimited, VenueUnavailable):
            self._ledger.forget(told)
            raise

    def _checked(self, account: AccountId, terms: OrderTerms) -> Listed:
        symbol = terms.symbol
        forms = self._listing.ambiguous.get(symbol)
        listed = self._listing.get(symbol)
        reason = ""
        if forms:
            reason = f"{symbol} is not listed as one thing there: say {' or '.join(forms)}"
        elif listed is None or account != self._account:
            reason = f"{symbol} is not listed at Interactive Brokers"
        if listed is None or reason:
            raise OrderRejected(reason, reason=reason, why="not_listed")
        if reason := reason_against(terms, listed):
            raise OrderRejected(reason, reason=reason)
        return listed

    async def cancel(self, command: CancelOrder) -> None:
        """Ask to cancel; the outcome is a report. Raises VenueError where it was not heard."""
        name = command.client_order_id
        if command.account != self._account:
            self._not_canceled(name, "unknown order")
            return
        told, reason = await self._met(name)
        if told is None or reason:
            self._not_canceled(name, reason)
        else:
            await self._asked_back(told)

    async def _asked_back(self, told: Told) -> None:
        number = told.order_id
        told.cancel_asked = True
        try:
            await self._outcomes.of(
                number,
                lambda: self._line.send(lambda client: client.cancelOrder(number)),
                lambda said: said.status in CANCELING,
                lambda trouble: self._kept(trouble, NOT_CANCELED),
            )
        except OrderRejected as refusal:
            told.cancel_asked = False
            self._not_canceled(told.name, refusal.facts["reason"])
        except OrderStateUnknown as error:
            raise VenueUnavailable(str(error), why="no_answer") from None

    async def _met(self, name: ClientOrderId) -> tuple[Told | None, str]:
        """The order in the ledger, and why nothing can be asked of it, if so; the gateway is
        asked about one that is not there.
        """
        told, reason = self._ledger.get(name), "unknown order"
        if told is None and await self._questions.order(name) is not None:
            told, reason = self._ledger.get(name), ELSEWHERE
        if told is None:
            return None, reason
        if told.closed:
            return told, "already closed"
        return told, "" if told.order_id else ELSEWHERE

    def _not_canceled(self, name: ClientOrderId, reason: str) -> None:
        self._say([OrderCancelRejected(name, reason, self._clock.now_ms())])

    def _not_changed(self, name: ClientOrderId, reason: str) -> None:
        self._say([OrderReplaceRejected(name, reason, self._clock.now_ms())])

    async def modify(self, command: ModifyOrder) -> None:
        """Ask for other terms; OrderReplaced or OrderReplaceRejected is the report.

        Raises VenueError where it was not heard, OrderStateUnknown where it may have been.
        """
        name, terms = command.client_order_id, command.terms
        if command.account != self._account:
            self._not_changed(name, "unknown order")
            return
        told, reason = await self._met(name)
        if told is not None:
            reason = reason or reason_against(terms, told.listed)
        if told is None or reason:
            self._not_changed(name, reason)
            return
        if not told.accepted:
            # Under its number this would be a new order, if the first never arrived.
            raise VenueUnavailable(f"{name} is not known to be there", why="no_answer")
        try:
            await self._changed(told, terms)
        except OrderRejected as refusal:
            self._not_changed(name, refusal.facts["reason"])
        else:
            self._say([OrderReplaced(name, terms, self._clock.now_ms())])

    async def _changed(self, told: Told, terms: OrderTerms) -> None:
        number, listed = told.order_id, told.listed
        request = request_of(told.name, terms, listed, self._line.account)

        def is_changed(said: News) -> bool:
            if not isinstance(said, OrderSaid):
                return False
            there = stated(said, (), listed, self._account).order.terms
            return (there.quantity, there.price, there.stop_price) == (
                terms.quantity,
                terms.price,
                terms.stop_price,
            )

        await self._outcomes.of(
            number,
            lambda: self._line.send(
                lambda client: client.placeOrder(number, listed.contract, request)
            ),
            is_changed,
            lambda trouble: self._kept(trouble, NOT_CHANGED | NOT_CANCELED),
        )

    def _kept(self, trouble: Trouble, codes: frozenset[int]) -> OrderRejected | None:
        """An error that leaves an order as it was, where it is one of these."""
        if trouble.code not in codes:
            return None
        text = self._line.failures.text(trouble.text)
        return OrderRejected(text, reason=text)

    # -- what is there ------------------------------------------------------------------------

    async def check_clock(self) -> float:
        """Compare clocks; while they are too far apart, no order is sent.

        Gives how many seconds the gateway is ahead. Raises VenueUnavailable.
        """
        return await self._line.check_clock()

    async def find(self, order: Order, is_anothers: IsAnothers) -> VenueOrder | None:
        """The order with its fills, or None where the gateway does not know it.

        It knows what rests, and what ended or was executed since its midnight. Raises
        VenueUnavailable, RateLimited.
        """
        del is_anothers
        if order.account != self._account:
            return None
        self._line.check_open()
        name, symbol = order.client_order_id, order.terms.symbol
        shown = await self._questions.order(name)
        # The gateway forgets what is over sooner than what was executed of it.
        said = shown or left_behind(await self._questions.executions(), name)
        if said is None:
            self._check_learnt()
            return None
        listed = self._listing.of(said.contract_id) or await self._listing.learn(symbol)
        if listed is None or listed.contract.conId != said.contract_id:
            raise VenueUnavailable(f"{symbol} is not watched any more", why="not_watched")
        if shown is None and said.quantity * listed.size < order.terms.quantity:
            # The rest of it may rest.
            self._check_learnt()
        executions = await self._questions.executions() if said.filled != 0 else []
        return await self._stated(said, listed, executions)

    def _check_learnt(self) -> None:
        if self._clock.now_ms() - self._line.opened_at < self._learning_ms:
            raise VenueUnavailable("the gateway may not know yet what rests", why="reading_back")

    async def open_orders(self, account: AccountId) -> Sequence[VenueOrder]:
        """All that rests of what is watched, also what the desk never placed."""
        if account != self._account:
            return ()
        self._line.check_open()
        resting = [
            (said, listed)
            for said in await self._questions.open_orders()
            if (listed := self._listing.of(said.contract_id)) is not None
        ]
        resting.sort(key=lambda each: each[0].perm_id)
        has_fills = any(said.filled != 0 for said, _ in resting)
        executions = await self._questions.executions() if has_fills else []
        return [await self._stated(said, listed, executions) for said, listed in resting]

    async def _stated(
        self, said: OrderSaid, listed: Listed, executions: Sequence[ExecutionSaid]
    ) -> VenueOrder:
        fills = await self._questions.fills(executions, said.perm_id)
        told = self._ledger.get(ClientOrderId(said.ref))
        return stated(said, fills, listed, self._account, told)

    async def holdings(self, account: AccountId) -> Mapping[Symbol, Decimal]:
        """Base units held of each instrument that is watched."""
        if account != self._account:
            return {}
        self._line.check_open()
        return await self._questions.holdings()

    async def cash_entries(self, account: AccountId, since: int) -> Sequence[CashEntry]:
        """Costs of executions that were said too late for their fills; nothing else yet."""
        return self._ledger.charges(since) if account == self._account else ()

    async def balances(self) -> Mapping[Currency, Decimal]:
        """What is there of each currency: the account's cash at its opening.

        Raises VenueUnavailable, KeysRefused.
        """
        if not self._line.is_open:
            await self._at.open()
        return {Currency(name): held for name, held in (await self._questions.balances()).items()}

    # -- what happens ---------------------------------------------------------------------------

    def reports(self) -> AsyncGenerator[VenueReport, None]:
        """What happens to the orders here, as it happens, each told once.

        The gateway is connected to at once, or as soon as it is there, until `close`.
        """
        self._line.begin()
        return self._told(asyncio.ensure_future(self._look_after()))

    async def _told(self, looking: asyncio.Future[None]) -> AsyncGenerator[VenueReport, None]:
        try:
            while True:
                yield await self._heard.get()
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

    def _hear(self, news: OrderNews) -> None:
        at = self._clock.now_ms()
        match news:
            case OrderSaid():
                self._hear_order(news, at)
            case StatusSaid():
                is_ours = news.client_id == self._line.gateway.client_id
                self._say(self._ledger.status(news, at, is_ours=is_ours))
                if is_ours:
                    self._outcomes.hear(news.order_id, news)
                if is_ours and news.status == INACTIVE:
                    self._bury(news.order_id)
            case ExecutionSaid():
                self._say(self._ledger.execution(news, at))
            case CommissionSaid():
                self._say(self._ledger.commission(news, at))
            case Trouble():
                self._hear_trouble(news, at)

    def _bury(self, number: int) -> None:
        """What the broker holds back is over for the desk; nobody shall revive it unseen."""
        with suppress(VenueUnavailable):
            self._line.subscribe(lambda client: client.cancelOrder(number))

    def _hear_order(self, said: OrderSaid, at: int) -> None:
        listed = self._listing.of(said.contract_id)
        if listed is None or said.account != self._line.account:
            return
        is_ours = said.client_id == self._line.gateway.client_id
        self._say(self._ledger.order(said, listed, at, is_ours=is_ours))
        if is_ours:
            self._outcomes.hear(said.order_id, said)

    def _hear_trouble(self, trouble: Trouble, at: int) -> None:
        told = self._ledger.numbered(trouble.number)
        if trouble.code == ORDER_CANCELED:
            reason = trouble.text.partition("reason:")[2].strip()
            if told is not None and reason:
                told.why = self._line.failures.text(reason)
            return
        if self._outcomes.refuse(trouble) or told is None:
            return
        failure = self._line.failures.of_order(trouble)
        if isinstance(failure, OrderRejected) and told.accepted:
            self._say(self._ledger.refused(told, failure.facts["reason"], at))

    def _say(self, reports: Iterable[VenueReport]) -> None:
        for report in reports:
            if self._is_listening:
                self._heard.put_nowait(report)

    # -- looking after it -------------------------------------------------------------------------

    async def _take_up(self) -> None:
        """The line is there, for the first time or again. Raises VenueError."""
        shown = await self._read_back()
        if not self._is_listening:
            await self._questions.costs(await self._questions.executions())
            self._ledger.hush()
            self._is_listening = True
        self._check_shown(shown)

    def _check_shown(self, shown: set[str]) -> None:
        """A gateway that has just come back may not have learnt yet what rests: an order that it
        does not show is not believed to be gone, for some time.
        """
        hidden = [each.name for each in self._ledger.resting() if each.name not in shown]
        if hidden and self._tries < _TRIES_TO_SHOW:
            self._tries += 1
            raise VenueUnavailable(f"{len(hidden)} orders are not shown", why="reading_back")
        if hidden:
            _log.error("orders_not_shown", venue=self.name, orders=hidden)
        self._tries = 0

    async def _read_back(self) -> set[str]:
        """What happened while nobody listened: it is heard as if it happened now. Gives the names
        of all orders that are shown.
        """
        resting = await self._questions.open_orders()
        executions = await self._questions.executions()
        completed = await self._questions.completed_orders()
        at = self._clock.now_ms()
        for said in completed:
            told = self._ledger.get(ClientOrderId(said.ref)) if said.ref else None
            if told is not None and not told.closed:
                self._say(self._ledger.order(said, told.listed, at, is_ours=False))
        return {each.ref for each in [*resting, *completed]} | {each.ref for each in executions}

    async def _look_after(self) -> None:
        """Ask for what was not heard, more and more seldom, until canceled."""
        looked_at, pause = 0, _LOOK_AGAIN_MS
        while True:
            await self._clock.sleep(_TURN_SECONDS)
            now = self._clock.now_ms()
            self._say(self._ledger.overdue(now - COST_PATIENCE_MS, now))
            if not self._ledger.lacking():
                pause = _LOOK_AGAIN_MS
            elif now - looked_at >= pause and self._line.is_open:
                looked_at, pause = now, min(2 * pause, _LONGEST_PAUSE_MS)
                try:
                    await self._read_back()
                except VenueError as error:
                    _log.warning("not_looked_at", venue=self.name, why=str(error))

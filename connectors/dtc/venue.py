"""An account at a DTC server: orders out, and what becomes of them back, each told once.

An order is sent once, under the desk's own name, and only while the gate is open: after a logon
the server's accounts, what rests, what was filled and what is held are read, and only then may an
order leave. Nothing is ever sent again under a name.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal

import structlog

from connectors.dtc.access import Access
from connectors.dtc.evidence import SLACK_MS
from connectors.dtc.ledger import Ledger, Told, told_of
from connectors.dtc.listing import Listed
from connectors.dtc.messages import Kind, Reason, Status
from connectors.dtc.outcomes import Outcomes
from connectors.dtc.questions import Questions
from connectors.dtc.requests import (
    LONGEST_NAME,
    fields_of,
    fields_of_change,
    reason_against,
    terms_of,
)
from connectors.dtc.said import CANCELING, IS_THERE, NO_WORDS, OrderSaid, order_said
from connectors.dtc.search import Search
from connectors.dtc.wire import Message
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
from engine.errors import OrderRejected, OrderStateUnknown, VenueError, VenueUnavailable
from engine.matching.checks import DUPLICATE
from engine.ports.venue import IsAnothers, VenueOrder
from engine.ports.waiting import happened_within

_log = structlog.get_logger(__name__)

ORDER_PATIENCE_SECONDS = 4.0
"""How long an answer is waited for; a person hears of an unknown order within five."""
IN_FLIGHT_SECONDS = 15.0
"""An order that left reaches the server at once or not at all; this is what reads may lag."""
LEARNING_SECONDS = 30.0
_LOOK_AGAIN_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 60.0
_UNKNOWN, _OVER = "unknown order", "already closed"
_CANNOT_CHANGE = "not_supported: the server changes no orders; cancel it and place another"


class DtcVenue:
    """One account at one server. It connects when its reports are listened to, or it is asked."""

    def __init__(
        self,
        account: AccountId,
        at: Access,
        *,
        patience_seconds: float = ORDER_PATIENCE_SECONDS,
        learning_seconds: float = LEARNING_SECONDS,
    ) -> None:
        """`at` serves this account alone. For so long after the line was made, the server may not
        have learnt yet what rests: that it does not show an order means nothing.
        """
        self._account = account
        self._at = at
        self._line, self._listing, self._clock = at.line, at.listing, at.clock
        self._ledger = Ledger()
        self._questions = Questions(at)
        self._search = Search(account, at, self._questions, self._ledger, self._has_learnt)
        self._outcomes = Outcomes(patience_seconds)
        self._learning_ms = int(learning_seconds * 1000)
        self._heard: asyncio.Queue[VenueReport] = asyncio.Queue()
        self._is_listening = False
        self._back_at = 0
        self._hidden: frozenset[str] = frozenset()
        self._wanted = asyncio.Event()
        self._line.on_message.append(self._hear)
        self._line.on_shut.append(self._outcomes.hang_up)
        self._line.on_back.append(self._take_up)

    async def close(self) -> None:
        """Let go of the line, for good; what rests at the server goes on resting."""
        await self._at.close()

    @property
    def name(self) -> VenueName:
        """Its name."""
        return self._at.venue

    @property
    def client_ids_are_unique(self) -> bool:
        """A server should refuse a name twice in a session; that is not for ever."""
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

        Raises OrderRejected and VenueUnavailable (nothing was done), and where no plain answer
        comes OrderStateUnknown.
        """
        order = command.order
        name = order.client_order_id
        self._line.check_open()
        listed = self._checked(order)
        if self._ledger.get(name) is not None:
            raise OrderRejected(DUPLICATE, reason=DUPLICATE)
        told = told_of(order, listed)
        fields = fields_of(order, listed, self._questions.account)
        self._ledger.expect(told)
        try:
            await self._outcomes.of(
                name, lambda: self._line.order(Kind.SUBMIT_NEW_SINGLE_ORDER, **fields), _taken
            )
        except (OrderRejected, VenueUnavailable):
            self._ledger.forget(told)
            raise

    def _checked(self, order: Order) -> Listed:
        symbol = order.terms.symbol
        listed = self._listing.get(symbol)
        if listed is None or order.account != self._account:
            reason = f"{symbol} is not listed at the server"
            raise OrderRejected(reason, reason=reason, why="not_listed")
        reason = reason_against(order.terms, listed)
        if not reason and len(order.client_order_id) > LONGEST_NAME:
            reason = f"its name has more than {LONGEST_NAME} characters"
        if reason:
            raise OrderRejected(reason, reason=reason)
        return listed

    async def cancel(self, command: CancelOrder) -> None:
        """Ask to cancel; the outcome is a report. Raises VenueError where it was not heard."""
        name = command.client_order_id
        told, reason = await self._met(command.account, name)
        if told is None or reason:
            self._not_canceled(name, reason)
            return
        was_asked, told.cancel_asked = told.cancel_asked, True

        def send() -> None:
            self._line.order(
                Kind.CANCEL_ORDER,
                ServerOrderID=told.number,
                ClientOrderID=name,
                TradeAccount=self._questions.account,
            )

        try:
            await self._outcomes.of(name, send, _canceled)
        except OrderRejected as refusal:
            told.cancel_asked = was_asked
            await self._catch_up(told)
            self._not_canceled(name, refusal.facts["reason"])
        except OrderStateUnknown as error:
            raise VenueUnavailable(str(error), why="no_answer") from None

    async def modify(self, command: ModifyOrder) -> None:
        """Ask for other terms; OrderReplaced or OrderReplaceRejected is the report.

        Where the server changes no orders, what only reduces is canceled, upon which the desk
        places it anew; anything else is refused. Raises VenueError where it was not
        heard, OrderStateUnknown where it may have been.
        """
        name, terms = command.client_order_id, command.terms
        if not self._line.changes_orders:
            if terms.reduce_only:
                number = command.venue_order_id
                await self.cancel(CancelOrder(command.account, name, number, terms.symbol))
            else:
                self._not_changed(name, _CANNOT_CHANGE)
            return
        told, reason = await self._met(command.account, name)
        if told is not None:
            reason = reason or reason_against(terms, told.listed)
        if told is None or reason:
            self._not_changed(name, reason)
            return
        fields = fields_of_change(name, told.number, terms, told.listed)

        def send() -> None:
            account = self._questions.account
            self._line.order(Kind.CANCEL_REPLACE_ORDER, TradeAccount=account, **fields)

        try:
            await self._outcomes.of(name, send, _changed_to(terms, told.listed))
        except OrderRejected as refusal:
            self._not_changed(name, refusal.facts["reason"])
        else:
            self._say([OrderReplaced(name, terms, self._clock.now_ms())])

    async def _met(self, account: AccountId, name: ClientOrderId) -> tuple[Told | None, str]:
        """The order in the ledger, and why nothing can be asked of it, if so; the server is asked
        about one that is not there.
        """
        if account != self._account:
            return None, _UNKNOWN
        told = self._ledger.get(name)
        if told is None or not told.number:
            self._line.check_open()
            # What it shows is heard, too, and stands in the ledger then.
            await self._questions.open_orders()
            told = self._ledger.get(name)
        if told is None:
            return None, _UNKNOWN
        await self._catch_up(told)
        if not told.closed and not told.number:
            raise VenueUnavailable(f"{name} is not known to be there", why="no_answer")
        return told, _OVER if told.closed else ""

    async def _catch_up(self, told: Told) -> None:
        """A fill that a cancel lost to is told before that it did."""
        if told.lacks:
            with suppress(VenueError):
                await self._read_back()

    def _not_canceled(self, name: ClientOrderId, reason: str) -> None:
        self._say([OrderCancelRejected(name, reason, self._clock.now_ms())])

    def _not_changed(self, name: ClientOrderId, reason: str) -> None:
        self._say([OrderReplaceRejected(name, reason, self._clock.now_ms())])

    # -- what is there ------------------------------------------------------------------------

    async def find(self, order: Order, is_anothers: IsAnothers) -> VenueOrder | None:
        """The order with its fills, or None where the server does not know it.

        It shows by its name what rests. Of what is over it tells the fills, by its own number of
        the order. Raises VenueUnavailable.
        """
        if order.account != self._account:
            return None
        self._line.check_open()
        return await self._search.find(order, is_anothers)

    async def open_orders(self, account: AccountId) -> Sequence[VenueOrder]:
        """All that rests of what is watched, also what the desk never placed."""
        if account != self._account:
            return ()
        self._line.check_open()
        return await self._search.open_orders()

    async def holdings(self, account: AccountId) -> Mapping[Symbol, Decimal]:
        """Base units held of each instrument that is watched."""
        if account != self._account:
            return {}
        self._line.check_open()
        return await self._questions.holdings()

    async def cash_entries(self, account: AccountId, since: int) -> Sequence[CashEntry]:
        """None yet: costs and transfers are not read."""
        del account, since
        return ()

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

        The server is connected to at once, or as soon as it is there, until `close`.
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

    def _hear(self, message: Message) -> None:
        if message["Type"] != Kind.ORDER_UPDATE or message.get("NoOrders"):
            return
        said = order_said(message, self._questions.secrets)
        if said.account not in ("", self._questions.account) or not said.key:
            return
        if self._outcomes.hear(said):
            return
        listed = self._listing.get(Symbol(said.symbol))
        told = self._ledger.get(said.key)
        if listed is None:
            listed = told.listed if told is not None else None
        if listed is not None:
            self._say(self._ledger.order(said, listed, self._clock.now_ms()))
        if self._ledger.lacking():
            self._wanted.set()

    def _say(self, reports: Iterable[VenueReport]) -> None:
        for report in reports:
            if self._is_listening:
                self._heard.put_nowait(report)

    # -- looking after it -------------------------------------------------------------------------

    async def _take_up(self) -> None:
        """The line is there, for the first time or again. Raises VenueError."""
        self._back_at = self._clock.now_ms()
        await self._questions.choose_account()
        await self._read_back()
        await self._questions.holdings()
        # What was there before this desk listened is known now, and no news.
        self._is_listening = True

    async def _read_back(self) -> None:
        """What happened while nobody listened: it is heard as if it happened now.

        What rested before the server was asked and is not shown, twice, is over.
        """
        rested = self._ledger.resting()
        shown = {each.key for each in await self._questions.open_orders()}
        followed = [*self._ledger.resting(), *self._ledger.lacking()]
        if not followed:
            self._hidden = frozenset()
            return
        begins = min(each.since for each in followed) - SLACK_MS
        for said in await self._questions.fills(begins):
            self._say(self._ledger.fill(said, self._clock.now_ms()))
        gone = [each for each in rested if each.name not in shown and self._is_quiet(each)]
        before, self._hidden = self._hidden, frozenset(each.name for each in gone)
        for told in gone:
            if told.name in before and self._has_learnt():
                self._say(self._ledger.gone(told, self._clock.now_ms()))

    @staticmethod
    def _is_quiet(told: Told) -> bool:
        """Whether nothing that was said of it is still to be told."""
        return told.ending is None and told.claimed <= told.filled

    def _has_learnt(self) -> bool:
        return self._clock.now_ms() - self._back_at >= self._learning_ms

    async def _look_after(self) -> None:
        """Ask for what was not heard whole, more and more seldom, until canceled."""
        pause = _LOOK_AGAIN_SECONDS
        while True:
            is_news = await happened_within(self._wanted, pause, self._clock)
            self._wanted.clear()
            if not self._line.is_open or not (self._ledger.lacking() or self._hidden):
                pause = _LOOK_AGAIN_SECONDS
                continue
            pause = _LOOK_AGAIN_SECONDS if is_news else min(2 * pause, _LONGEST_PAUSE_SECONDS)
            try:
                await self._read_back()
            except VenueError as error:
                _log.warning("not_looked_at", venue=self.name, why=str(error))


def _refusal(said: OrderSaid) -> OrderRejected:
    text = said.text or NO_WORDS
    return OrderRejected(text, reason=text)


def _taken(said: OrderSaid) -> bool | VenueError:
    return _refusal(said) if said.is_refusal else said.status in IS_THERE


def _canceled(said: OrderSaid) -> bool | VenueError:
    if said.reason == Reason.CANCEL_REJECTED:
        return _refusal(said)
    return said.status in CANCELING


def _changed_to(terms: OrderTerms, listed: Listed) -> Callable[[OrderSaid], bool | VenueError]:
    def judge(said: OrderSaid) -> bool | VenueError:
        if said.reason in (Reason.CANCEL_REPLACE_REJECTED, Reason.CANCEL_REJECTED):
            return _refusal(said)
        there = terms_of(said, listed)
        return (there.quantity, there.price, there.stop_price) == (
            terms.quantity,
            terms.price,
            terms.stop_price,
        ) and said.status != Status.PENDING_CANCEL_REPLACE

    return judge

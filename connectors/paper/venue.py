"""The paper venue: every order and fill is in its book before anybody is told of it.

It keeps its book apart from the desk's, as an exchange would, so that a desk that crashed can ask
what became of an order. There are no background tasks: all that happens, happens inside a call.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal

from connectors.paper.market_time import MarketTime
from connectors.paper.reports import ReportQueue
from engine.domain.account import CashEntry
from engine.domain.commands import CancelOrder, ModifyOrder, SubmitOrder
from engine.domain.events import (
    OrderBecameUnknown,
    OrderCancelRejected,
    OrderFilled,
    OrderRejected,
    OrderReplaceRejected,
    VenueReport,
)
from engine.domain.identifiers import AccountId, Symbol, VenueName
from engine.domain.instrument import Instrument
from engine.domain.market import Tick
from engine.domain.order import Order
from engine.errors import OrderRejected as Refusal
from engine.errors import StoreUnavailable, VenueUnavailable
from engine.matching.checks import DUPLICATE
from engine.matching.matcher import Matcher
from engine.matching.model import FillModel
from engine.matching.resting import RestingOrder, venue_order_id
from engine.ports.boundary import boundary
from engine.ports.system import Clock
from engine.ports.venue import IsAnothers, PaperBook, VenueOrder

REPORTS_BOUND = 10_000


class PaperVenue:
    """Executes orders on paper, for any number of accounts.

    Every call raises VenueUnavailable when the book cannot be read or written: nothing of the call
    was done then, and it may be made again, a tick too.
    """

    def __init__(
        self,
        name: VenueName,
        instruments: Iterable[Instrument],
        book: PaperBook,
        clock: Clock,
        model: FillModel,
        *,
        reports_bound: int = REPORTS_BOUND,
    ) -> None:
        self._name = name
        self._book = book
        self._matcher = Matcher(instruments, model)
        self._time = MarketTime(clock)
        self._reports = ReportQueue(reports_bound)
        self._turn = asyncio.Lock()
        self._is_settled = False
        self._in_doubt: Sequence[VenueOrder] = ()

    @property
    def name(self) -> VenueName:
        """Its name."""
        return self._name

    @property
    def client_ids_are_unique(self) -> bool:
        """Its book forgets no name."""
        return True

    @property
    def in_flight_seconds(self) -> float:
        """There is no way to be under way on."""
        return 0.0

    @property
    def connections(self) -> int:
        """There is no line that could break."""
        return 1

    async def start(self) -> None:
        """Load the book; what rested goes on resting. The first other call would do so, too."""
        async with self._step():
            pass

    def add(self, instruments: Iterable[Instrument]) -> None:
        """Trade these as well, with the orders of them that the book has."""
        self._matcher.add(instruments)
        self._is_settled = False

    async def submit(self, command: SubmitOrder) -> None:
        """Take an order into the book; what comes of it is a report.

        Raises OrderRejected with the `reason` (`DUPLICATE` where the order exists here already:
        look it up), RateLimited when nobody listens to the reports.
        """
        self._reports.admit()
        async with self._step():
            reports = await self._submit(command.order)
        for report in reports:
            if isinstance(report, OrderRejected):
                raise Refusal(report.reason, reason=report.reason)

    async def cancel(self, command: CancelOrder) -> None:
        """Cancel an order; OrderCanceled or OrderCancelRejected is the report.

        Raises RateLimited when nobody listens to the reports.
        """
        self._reports.admit()
        async with self._step():
            held = await self._held(command, OrderCancelRejected)
            if held is not None:
                at = self._time.of(held.order.terms.symbol)
                await self._commit(self._matcher.cancel(held.id, at), "paper.canceled")

    async def modify(self, command: ModifyOrder) -> None:
        """Change a resting order; OrderReplaced or OrderReplaceRejected is the report.

        Raises RateLimited when nobody listens to the reports.
        """
        self._reports.admit()
        async with self._step():
            held = await self._held(command, OrderReplaceRejected)
            if held is not None:
                at = self._time.of(held.order.terms.symbol)
                reports = self._matcher.modify(held.id, command.terms, at)
                await self._commit(reports, "paper.replaced")

    async def on_tick(self, tick: Tick) -> None:
        """Let a price meet the orders; waits first while too many reports are unheard."""
        self._time.observe(tick)
        if self._is_settled and self._matcher.is_idle(tick.symbol):
            self._matcher.on_tick(tick)
            return
        await self._reports.room()
        async with self._step():
            await self._commit(self._matcher.on_tick(tick))

    def reports(self) -> AsyncIterator[VenueReport]:
        """What happens to the orders here, as it happens, each told once."""
        return self._reports.heard()

    async def find(self, order: Order, is_anothers: IsAnothers) -> VenueOrder | None:
        """The account's order as the book has it, open or closed, or None if it never arrived."""
        del is_anothers
        async with self._step():
            found = await self._book.find(order.client_order_id)
        is_it = found is not None and (found.order.account, found.order.terms.symbol) == (
            order.account,
            order.terms.symbol,
        )
        return found if is_it else None

    async def open_orders(self, account: AccountId) -> Sequence[VenueOrder]:
        """All that rests for the account, earliest first."""
        async with self._step():
            return [_stated(each) for each in self._matcher.open_orders(account)]

    async def holdings(self, account: AccountId) -> Mapping[Symbol, Decimal]:
        """Base units the account holds of each instrument, signed."""
        async with self._step():
            return self._matcher.holdings(account)

    async def cash_entries(self, account: AccountId, since: int) -> Sequence[CashEntry]:
        """None: cash is moved on paper by the desk alone."""
        del account, since
        return ()

    async def _submit(self, order: Order) -> Sequence[VenueReport]:
        at = self._time.of(order.terms.symbol)
        if await self._book.find(order.client_order_id) is not None:
            return (OrderRejected(order.client_order_id, DUPLICATE, at),)
        reports = self._matcher.submit(order, at)
        if self._matcher.changed:
            await self._commit(reports, "paper.accepted")
        return reports

    async def _held(
        self,
        command: CancelOrder | ModifyOrder,
        refused: type[OrderCancelRejected | OrderReplaceRejected],
    ) -> RestingOrder | None:
        """The account's open order; where there is none, the report says why."""
        order = command.client_order_id
        found = await self._book.find(order)
        if found is None or found.order.account != command.account:
            reason = "unknown order"
        elif (held := self._matcher.find(order)) is not None:
            return held
        else:
            reason = f"already {found.order.state}"
        self._reports.offer((refused(order, reason, self._time.now()),))
        return None

    async def _commit(self, reports: Sequence[VenueReport], moment: str = "") -> None:
        """Save what changed in one transaction, then tell."""
        changed = [_stated(each) for each in self._matcher.changed]
        if changed:
            await self._save(changed)
            _pass(moment, filled=any(isinstance(each, OrderFilled) for each in reports))
        self._reports.offer(reports)

    async def _save(self, orders: Sequence[VenueOrder]) -> None:
        self._in_doubt = orders
        try:
            await self._book.save(orders, self._matcher.moved)
        except StoreUnavailable:
            self._in_doubt = ()
            raise
        self._in_doubt = ()

    @asynccontextmanager
    async def _step(self) -> AsyncIterator[None]:
        """One call at a time. After a step that was broken off, the book says what holds."""
        async with self._turn:
            try:
                if not self._is_settled:
                    await self._load()
                self._is_settled = False
                yield
                self._is_settled = True
            except StoreUnavailable as error:
                raise VenueUnavailable("the paper book cannot be reached", **error.facts) from error

    async def _load(self) -> None:
        self._matcher.restore(await self._book.load(), await self._book.holdings())
        doubtful, self._in_doubt = self._in_doubt, ()
        self._reports.offer(self._unknown(each.order) for each in doubtful)

    def _unknown(self, order: Order) -> OrderBecameUnknown:
        reason = "broken off while the paper book was written"
        at = self._time.of(order.terms.symbol)
        return OrderBecameUnknown(order.client_order_id, reason, at)


def _stated(held: RestingOrder) -> VenueOrder:
    return VenueOrder(held.order, venue_order_id(held.id), held.fills)


def _pass(moment: str, *, filled: bool) -> None:
    """One commit's boundaries: the request's own, the fill's, or that of any other change."""
    if moment:
        boundary(moment)
    if filled:
        boundary("paper.filled")
    if not moment and not filled:
        boundary("paper.changed")

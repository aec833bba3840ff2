"""Compares each account's books with its venue's: at the start, after a reconnect, and as it runs.

What differs is looked at twice, some seconds apart, for a report may be on its way. What then
still differs is mended where the venue's word is enough, and otherwise left to a person: until
it is settled, nothing adds risk on that account.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import islice

import structlog

from engine.domain.commands import CancelOrder
from engine.domain.difference import Difference, DifferenceKind, Settlement
from engine.domain.events import Event, OrderCanceled, OrderCancelRejected, VenueReport
from engine.domain.identifiers import (
    AccountId,
    ClientOrderId,
    DifferenceId,
    IntentKey,
    PersonId,
    Symbol,
)
from engine.domain.money import ZERO, Price
from engine.domain.order import Order, OrderState
from engine.domain.requests import NoteDifferences, NoteLine, SettleDifference
from engine.errors import StoreUnavailable, VenueError
from engine.ports.system import Clock
from engine.ports.venue import Venue, VenueOrder
from engine.ports.waiting import happened_within
from engine.runtime.cash import CashWatch
from engine.runtime.differing import (
    difference_of,
    filled,
    is_size,
    lasts,
    of_ended_order,
    of_order,
    to_be_settled,
)
from engine.runtime.forced import ForcedTrades
from engine.runtime.leverage import Leverages
from engine.runtime.sender import Sender
from engine.runtime.told import in_turn, told
from engine.runtime.turns import Turns

_log = structlog.get_logger(__name__)

EVERY_SECONDS = 180.0
LOOK_AGAIN_SECONDS = 5.0
# So many ended orders of an instrument are asked about where the sizes differ.
_ENDED_ASKED = 20

# What has left: the venue knows it, or for one merely submitted may not yet.
_LEFT = (
    OrderState.SUBMITTED,
    OrderState.ACCEPTED,
    OrderState.TRIGGERED,
    OrderState.PARTIALLY_FILLED,
    OrderState.PENDING_CANCEL,
)


class Reconciler:
    """One for all accounts that have a venue here."""

    def __init__(
        self,
        turns: Turns,
        venues: Mapping[AccountId, Venue],
        sender: Sender,
        clock: Clock,
        is_caught_up: Callable[[AccountId], bool] = lambda _: True,
        *,
        cash: CashWatch | None = None,
        leverages: Leverages | None = None,
        forced: ForcedTrades | None = None,
    ) -> None:
        """`is_caught_up`: whether an account's venue was asked what became of what was open.

        `cash` books coins that came or went, before a size is said to differ; `leverages` what is
        held on another margin than was confirmed, `forced` what a venue has liquidated.
        """
        self._turns = turns
        self._venues = venues
        self._sender = sender
        self._clock = clock
        self._is_caught_up = is_caught_up
        self._cash = cash
        self._leverages = leverages
        self._forced = forced
        self._one_at_a_time: defaultdict[AccountId, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._wanted: defaultdict[AccountId, asyncio.Event] = defaultdict(asyncio.Event)
        self._compared_at: dict[AccountId, int] = {}
        self._opened = asyncio.Event()
        self._lines: dict[AccountId, int] = {}
        self._unanswered: set[ClientOrderId] = set()

    @property
    def compared_at(self) -> int:
        """When all accounts were last compared, UTC ms; 0 before the first time."""
        return min((self._compared_at.get(account, 0) for account in self._venues), default=0)

    async def run(self) -> None:
        """Compare each account, again and again; none waits for another one's venue."""
        looked_after: dict[AccountId, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as group:
            while True:
                self._opened.clear()
                for account in self._venues:
                    task = looked_after.get(account)
                    if task is None or task.done():
                        looked_after[account] = group.create_task(self._look_after(account))
                await self._opened.wait()

    def soon(self, account: AccountId | None = None) -> None:
        """Compare now rather than when it is due: after a reconnect, or because someone asks."""
        for name in self._venues if account is None else (account,):
            self._wanted[name].set()

    def heard(self, report: VenueReport) -> None:
        """Compare soon what is open here and is not canceled there: it may be over unheard."""
        order = self._turns.kernel.orders.open.get(report.client_order_id)
        if order is not None and isinstance(report, OrderCancelRejected):
            self.soon(order.account)

    def watch(self) -> None:
        """Compare soon where reports may be lost: a new line, or an order without an answer."""
        lines = {account: venue.connections for account, venue in self._venues.items()}
        unanswered = {order.client_order_id: order.account for order in self._waiting()}
        for account, connections in lines.items():
            if connections != self._lines.get(account, connections):
                self.soon(account)
        for name in unanswered.keys() - self._unanswered:
            self.soon(unanswered[name])
        if lines.keys() - self._lines.keys():
            self._opened.set()
        self._lines, self._unanswered = lines, set(unanswered)

    def _waiting(self) -> Iterator[Order]:
        """Orders that left longer ago than an answer takes, and that nobody asks about."""
        now = self._clock.now_ms()
        for order in self._turns.kernel.orders.open.values():
            venue = self._venues.get(order.account)
            if venue is None or order.state is not OrderState.SUBMITTED or order.unknown:
                continue
            patience = LOOK_AGAIN_SECONDS + venue.in_flight_seconds
            if now - order.updated_at > patience * 1000:
                yield order

    async def _look_after(self, account: AccountId) -> None:
        """Compare it as long as it has a venue here."""
        wanted = self._wanted[account]
        while account in self._venues:
            wanted.clear()
            was_compared = await self._was_compared(account)
            due = EVERY_SECONDS if was_compared else LOOK_AGAIN_SECONDS
            await happened_within(wanted, due, self._clock)

    async def _was_compared(self, account: AccountId) -> bool:
        """Compare it once; False where it could not be asked about now."""
        if not self._is_caught_up(account):
            return False
        try:
            silence = await self._silence(account)
            if silence:
                await self._turns.take(NoteLine(account, silence))
        except StoreUnavailable as error:
            _log.warning("not_reconciled", account=account, error=str(error))
            return False
        if not silence:
            self._compared_at[account] = self._clock.now_ms()
        return not silence

    async def _silence(self, account: AccountId) -> str:
        """Compare it; gives why its venue did not answer, or nothing. Raises StoreUnavailable."""
        try:
            await self.compare(account)
        except VenueError as error:
            _log.warning("not_reconciled", account=account, error=str(error))
            return error.facts.get("why") or error.code
        return ""

    async def compare(self, account: AccountId) -> None:
        """Compare one account's books. Raises VenueError, StoreUnavailable."""
        async with self._one_at_a_time[account]:
            first = await self._look(account)
            if self._cash is not None and any(is_size(found) for found in first):
                await self._cash.try_to_look(account)
            if self._forced is not None:
                for found in filter(is_size, first):
                    await self._forced.try_to_book(found)
            lasting, last = await self._lasting(account, first) if first else (first, first)
            certain = [found for found in lasting if found.kind.is_certain]
            mended = await self._mended(certain)
            kernel = self._turns.kernel
            known = {**kernel.differences, **kernel.ignored}
            shown = tuple(to_be_settled(lasting, last, known, mended))
            if not all(found in mended or found in shown for found in last):
                self.soon(account)
            note = NoteDifferences(account, shown, tuple(mended), self._clock.now_ms())
            if mended or shown or known:
                await self._turns.take(note)
            if self._leverages is not None:
                await self._leverages.compare(account)
            if account in self._venues:
                await self._turns.take(NoteLine(account, ""))

    async def _lasting(
        self, account: AccountId, first: list[Difference]
    ) -> tuple[list[Difference], list[Difference]]:
        """What still differs when a report would have come, and all that was seen at the last look.

        For what the venue states some seconds are enough. What it does not show it may not have
        taken in yet, so that waits for as long as a request can be under way.
        """
        under_way = self._under_way_seconds(account)
        again, waited = first, 0.0
        lasting: list[Difference] = []
        while again and not lasting and waited < under_way:
            before, pause = again, min(LOOK_AGAIN_SECONDS, under_way - waited)
            await self._clock.sleep(pause)
            waited += pause
            again = await self._look(account)
            lasting = [found for found in again if found.is_stated and lasts(found, before)]
            if waited >= under_way:
                lasting = [found for found in again if lasts(found, first)]
        return lasting, again

    async def settle(
        self, difference: Difference, how: Settlement, key: IntentKey, by: PersonId
    ) -> tuple[Event, ...]:
        """End a difference as a person decided. Raises VenueError, StoreUnavailable."""
        if difference.kind is DifferenceKind.ENDED_ORDER and how is Settlement.CLOSED:
            await self._end(difference)
        stated = await self._stated(difference)
        wish = SettleDifference(
            key=key,
            difference=difference,
            how=how,
            by=by,
            at=self._clock.now_ms(),
            venue_order_id=stated.venue_order_id if stated else None,
            fills=stated.fills if stated else (),
            entry_price=await self.entry_price(difference),
        )
        step = await self._turns.take(wish, key)
        self._sender.follow(step)
        if stated is not None and not stated.order.is_open:
            for report in told(stated.order, stated, self._clock.now_ms()):
                await self._sender.report(report)
        return step.events

    async def _end(self, difference: Difference) -> None:
        """Cancel what has ended here: the sender carries out nothing for what is not open."""
        is_known = self._turns.kernel.differences.get(difference.id) == difference
        if is_known and difference.order is not None:
            await self._venues[difference.account].cancel(CancelOrder.of(difference.order))

    async def entry_price(self, difference: Difference) -> Price | None:
        """At which price what the venue holds on margin was opened there, all of it unknown to us.

        None where it is no such thing, and the last price must serve.
        """
        instrument = self._turns.kernel.instruments[difference.symbol]
        is_size = difference.kind is DifferenceKind.SIZE_DRIFT
        if self._leverages is None or not is_size or difference.ours:
            return None
        if not instrument.kind.is_margined:
            return None
        stated = (await self._leverages.held(difference.account)).get(difference.symbol)
        if stated is None or stated.entry_price is None:
            return None
        return Price(stated.entry_price)

    async def _stated(self, difference: Difference) -> VenueOrder | None:
        if difference.order is None:
            return None
        return await self._found(difference.order)

    async def _mended(self, certain: list[Difference]) -> list[Difference]:
        """Book what the venue says of the orders now; gives those of which it said something.

        Where it does not show what it showed a moment ago, that answer is one from the past, and
        only an absence that has lasted says that an order is gone.
        """
        mended: list[Difference] = []
        reports: list[VenueReport] = []
        for difference in certain:
            order = self._turns.kernel.orders.get(ClientOrderId(difference.id))
            found = await self._found(order) if order is not None else None
            now = self._clock.now_ms()
            if order is not None and found is not None:
                reports += told(order, found, now)
            elif order is not None and difference.kind is DifferenceKind.ORPHAN:
                reports.append(OrderCanceled(order.client_order_id, "not_at_the_venue", now))
            elif order is not None:
                continue
            mended.append(difference)
        for report in in_turn(reports):
            await self._sender.report(report)
        return mended

    async def _found(self, order: Order) -> VenueOrder | None:
        venue = self._venues[order.account]
        return await venue.find(order, self._turns.kernel.orders.beside(order))

    async def _look(self, account: AccountId) -> list[Difference]:
        venue = self._venues[account]
        resting = {each.order.client_order_id: each for each in await venue.open_orders(account)}
        differences: list[Difference] = []
        for order in self._ours(account):
            theirs = resting.get(order.client_order_id)
            if theirs is None:
                theirs = await self._found(order)
            differences.extend(of_order(order, theirs))
        differences.extend(self._not_open(account, resting.values()))
        drifts = tuple(self._sizes(account, await venue.holdings(account)))
        explained = {found.symbol for found in differences if found.kind.is_certain}
        for drift in drifts:
            if drift.symbol not in explained:
                differences.extend(await self._of_ended(drift))
        return [*differences, *drifts]

    def _not_open(self, account: AccountId, resting: Iterable[VenueOrder]) -> Iterator[Difference]:
        """What rests there and not here; of what ended a moment ago a look may be from before."""
        kernel = self._turns.kernel
        known = {**kernel.differences, **kernel.ignored}
        settled_by = self._clock.now_ms() - int(self._under_way_seconds(account) * 1000)
        for each in resting:
            order = kernel.orders.get(each.order.client_order_id)
            if order is None:
                theirs = filled(each)
                yield difference_of(
                    DifferenceKind.UNKNOWN_ORDER, each.order, ZERO, theirs, each.order
                )
            elif not order.is_open:
                found = of_ended_order(order, each)
                if found.id in known or order.updated_at < settled_by:
                    yield found

    def _under_way_seconds(self, account: AccountId) -> float:
        """How long what was sent or is told may be on its way."""
        return max(LOOK_AGAIN_SECONDS, self._venues[account].in_flight_seconds)

    async def _of_ended(self, drift: Difference) -> list[Difference]:
        """What filled unheard before its order ended: nothing else would ask about that again."""
        ended = (
            order
            for order in self._turns.kernel.orders.lately_ended()
            if (order.account, order.terms.symbol) == (drift.account, drift.symbol)
        )
        differences: list[Difference] = []
        for order in tuple(islice(ended, _ENDED_ASKED)):
            theirs = await self._found(order)
            if theirs is not None and filled(theirs) > order.filled:
                missed = difference_of(
                    DifferenceKind.MISSED_FILL, order, order.filled, filled(theirs)
                )
                differences.append(missed)
        return differences

    def _ours(self, account: AccountId) -> list[Order]:
        """What the venue should know; what goes in slices never leaves itself."""
        orders = self._turns.kernel.accounts[account].orders.values()
        left = (order for order in orders if order.twap is None)
        return [order for order in left if order.state in _LEFT and not order.unknown]

    def _sizes(self, account: AccountId, theirs: Mapping[Symbol, Decimal]) -> Iterator[Difference]:
        kernel = self._turns.kernel
        book = kernel.accounts[account]
        for symbol in sorted({*theirs, *book.positions}):
            ours, held = book.held(symbol), theirs.get(symbol, ZERO)
            if ours != held and symbol in kernel.instruments:
                name = DifferenceId(f"{account}:{symbol}")
                yield Difference(name, DifferenceKind.SIZE_DRIFT, account, symbol, ours, held)

"""Takes the kernel's commands to the venues; each order's in the order they were given.

An answer that is not a plain yes or no leaves the order *unknown*: the venue is asked until it
says what became of it. It is sent again only where the venue does not know it, refuses for ever a
client order id that it has seen, and the order is still in time and wanted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence

import structlog

from engine.domain import events as facts
from engine.domain.commands import CancelOrder, ModifyOrder, SubmitOrder, VenueCommand
from engine.domain.events import VenueReport
from engine.domain.identifiers import AccountId, ClientOrderId
from engine.domain.order import Order, OrderState, OrderTerms
from engine.domain.requests import SendOrder
from engine.errors import (
    OrderRejected,
    OrderStateUnknown,
    RateLimited,
    StoreUnavailable,
    VenueError,
    VenueUnavailable,
)
from engine.kernel import Step
from engine.ports.boundary import boundary
from engine.ports.system import Clock
from engine.ports.venue import Venue, VenueOrder
from engine.ports.waiting import Lapse, OneAtATime
from engine.runtime.told import in_turn, told
from engine.runtime.turns import Turns

_log = structlog.get_logger(__name__)

_RETRY_SECONDS = 1.0
_ASK_AGAIN_SECONDS = 2.0
_CATCH_UP_SECONDS = 30.0
_STORE_RETRY_SECONDS, _STORE_PATIENCE_SECONDS = 0.5, 8.0
_LONGEST_IN_FLIGHT_SECONDS = 120.0
"""No venue's requests are under way for longer."""


class Sender:
    """Commands to venues, for the accounts whose venue is here."""

    def __init__(
        self,
        turns: Turns,
        venues: Mapping[AccountId, Venue],
        clock: Clock,
        spawn: Callable[[Coroutine[None, None, None]], None],
    ) -> None:
        """`spawn` starts a supervised task; commands for different orders never wait on another."""
        self._turns = turns
        self._venues = venues
        self._clock = clock
        self._spawn = spawn
        self._one_at_a_time = OneAtATime()
        self._may_land: defaultdict[ClientOrderId, list[OrderTerms]] = defaultdict(list)
        """Changes that were not answered and may be carried out yet."""

    async def send(self, command: VenueCommand) -> None:
        """Carry out one command and feed back what it led to."""
        name = (
            command.order.client_order_id
            if isinstance(command, SubmitOrder)
            else (command.client_order_id)
        )
        async with self._one_at_a_time.turn(name):
            match command:
                case SubmitOrder(order):
                    await self._submit(order)
                case CancelOrder():
                    await self._cancel(command)
                case ModifyOrder():
                    await self._modify(command)

    async def take_up(self, order: Order, ready: Callable[[], Awaitable[object]]) -> None:
        """Settle what an earlier process sent and never heard of, once all is `ready`; what is
        asked of it meanwhile waits for that.
        """
        async with self._one_at_a_time.turn(order.client_order_id):
            await ready()
            await self.settle_unknown(order)

    async def catch_up(self, orders: Sequence[Order]) -> list[Order]:
        """Take in what became of orders that had left, as it happened, not one order after another.

        Gives those about which it has not answered for a while. What it does not show is left to
        the comparison, which knows how long to wait for it.
        """
        reports: list[VenueReport] = []
        with Lapse(self._clock) as patience:
            patience.begin(_CATCH_UP_SECONDS)
            silent = [order for order in orders if not await self._heard(order, reports)]
            while silent and not patience.is_over:
                await self._clock.sleep(_ASK_AGAIN_SECONDS)
                silent = [order for order in silent if not await self._heard(order, reports)]
        for report in in_turn(reports):
            await self.report(report)
        return silent

    async def _heard(self, order: Order, reports: list[VenueReport]) -> bool:
        """Whether the venue has answered about an order; what it told is added to the reports."""
        if order.client_order_id not in self._turns.kernel.orders.open:
            return True
        try:
            found = await self._found(order)
        except VenueError as error:
            _log.warning("order_not_shown", order=order.client_order_id, error=str(error))
            return False
        reports.extend(told(order, found, self._clock.now_ms()) if found else ())
        return True

    async def settle_unknown(self, order: Order, *, is_there: bool = False) -> None:
        """Ask the venue what became of an order, until it answers.

        That it knows nothing of it counts once nothing can be under way any more; with `is_there`
        the venue has said already that it has it.
        """
        refusal: OrderRejected | None = None
        with Lapse(self._clock) as under_way:
            under_way.begin(self._in_flight_seconds(order.account))
            while order.client_order_id in self._turns.kernel.orders.open:
                has_landed = under_way.is_over
                try:
                    venue, found = self._venues[order.account], await self._found(order)
                except VenueError as error:
                    _log.warning(
                        "order_still_unknown", order=order.client_order_id, error=str(error)
                    )
                else:
                    is_missing = found is None and not is_there
                    if is_missing and refusal is None and self._may_go_again(order, venue):
                        against = await self._sent_again(order, venue)
                        is_there = against is None or _is_duplicate(against)
                        if is_there:
                            continue
                        if isinstance(against, OrderRejected):
                            refusal = against  # of this sending; the first may be under way still
                        elif not isinstance(against, VenueUnavailable | RateLimited):
                            under_way.begin(venue.in_flight_seconds)
                    elif found is not None or (is_missing and has_landed):
                        for report in _fate(order, found, refusal, self._clock.now_ms()):
                            await self.report(report)
                        return
                await self._clock.sleep(_ASK_AGAIN_SECONDS)

    async def _found(self, order: Order) -> VenueOrder | None:
        venue = self._venues[order.account]
        return await venue.find(order, self._turns.kernel.orders.beside(order))

    def _may_go_again(self, order: Order, venue: Venue) -> bool:
        """In time, still wanted, and where a name that is known already is refused."""
        expires = order.expires_to_send_at
        in_time = not expires or self._clock.now_ms() <= expires
        ours = self._turns.kernel.orders.open.get(order.client_order_id)
        is_wanted = ours is not None and ours.canceled_by is None
        is_wanted = is_wanted and self._turns.kernel.is_backed(order)
        return venue.client_ids_are_unique and in_time and is_wanted

    async def _sent_again(self, order: Order, venue: Venue) -> VenueError | None:
        """Send it once more under its name; what the venue says against that, if anything.

        It is no answer to what was sent before.
        """
        boundary("venue.submitting")
        against = None
        try:
            await venue.submit(SubmitOrder(order))
        except VenueError as error:
            against = error
        boundary("venue.submitted")
        return against

    async def report(self, report: VenueReport) -> None:
        """Take one report in and send what follows from it."""
        self.follow(await self._written(lambda: report))

    def follow(self, step: Step) -> None:
        """Send everything that a step asks for."""
        for command in step.commands:
            self._spawn(self.send(command))

    async def _written(self, told: Callable[[], VenueReport | SendOrder]) -> Step:
        """What has happened, or must, is told again until it can be written, as it is by then."""
        pause = _STORE_RETRY_SECONDS
        while True:
            arrival = told()
            try:
                return await self._turns.take(arrival)
            except StoreUnavailable as error:
                _log.error("not_written", what=type(arrival).__name__, error=str(error))
                # Each attempt that fails costs a kernel built anew.
                await self._clock.sleep(pause)
                pause = min(2 * pause, _STORE_PATIENCE_SECONDS)

    async def _submit(self, order: Order) -> None:
        name = order.client_order_id
        step = await self._written(lambda: SendOrder(name, self._clock.now_ms()))
        leaves = None
        for command in step.commands:
            if isinstance(command, SubmitOrder) and command.order.client_order_id == name:
                leaves = command.order  # as it is by now
            else:
                self._spawn(self.send(command))  # makes room for it
        if leaves is not None:  # neither too late, nor halted, nor sent before
            await self._deliver(leaves)

    async def _deliver(self, order: Order) -> None:
        name = order.client_order_id
        while not await self._is_taken_back(name):
            boundary("venue.submitting")
            try:
                await self._venues[order.account].submit(SubmitOrder(order))
            except OrderRejected as error:
                await self._rejected(order, error)
            except (VenueUnavailable, RateLimited) as error:
                if await self._may_wait(order, error):
                    continue
                await self.report(
                    facts.OrderExpired(name, "too_late_to_send", self._clock.now_ms())
                )
            except VenueError as error:
                now = self._clock.now_ms()
                _log.warning("order_unknown", order=name, error=str(error))
                await self.report(facts.OrderBecameUnknown(name, error.code, now))
                await self.settle_unknown(order)
            boundary("venue.submitted")
            return

    async def _is_taken_back(self, name: ClientOrderId) -> bool:
        """Whether it has ended, or is not wanted any more, before it could leave."""
        kernel = self._turns.kernel
        order = kernel.orders.open.get(name)
        if order is None:
            return True
        by, now = order.canceled_by, self._clock.now_ms()
        if by is None and kernel.is_backed(order):
            return False
        reason = "no_leverage" if by is None else "by_request"
        await self.report(facts.OrderCanceled(name, reason, now, by))
        return True

    async def _rejected(self, order: Order, error: OrderRejected) -> None:
        # A name the venue knows already was sent before: ask what became of it, do not fail it.
        if _is_duplicate(error):
            await self.settle_unknown(order, is_there=True)
        else:
            await self.report(_refused(order, error, self._clock.now_ms()))

    async def _may_wait(self, order: Order, error: VenueUnavailable | RateLimited) -> bool:
        """Wait as the venue asks, if the order may still be sent after that."""
        wait = _wait(error)
        after = self._clock.now_ms() + int(wait * 1000)
        if order.expires_to_send_at and after > order.expires_to_send_at:
            return False
        await self._clock.sleep(wait)
        return True

    async def _cancel(self, command: CancelOrder) -> None:
        boundary("venue.canceling")
        await self._insist(command, lambda: self._venues[command.account].cancel(command))
        boundary("venue.canceled")

    async def _modify(self, command: ModifyOrder) -> None:
        boundary("venue.modifying")
        if command.terms.reduce_only:
            await self._landed(command)
            await self._refuse_whole(command)
            await self._insist(command, lambda: self._venues[command.account].modify(command))
        else:
            await self._change(command)
        boundary("venue.modified")

    async def _refuse_whole(self, command: ModifyOrder) -> None:
        """Say at once that what has filled is not changed, for another is to stand beside it.

        Where an earlier change may be carried out yet, nobody knows whether that was all.
        """
        name = command.client_order_id
        order = self._turns.kernel.orders.get(name)
        if order is not None and order.state is OrderState.FILLED and name not in self._may_land:
            now = self._clock.now_ms()
            await self.report(facts.OrderReplaceRejected(name, "already_filled", now))

    async def _insist(
        self, command: CancelOrder | ModifyOrder, ask: Callable[[], Awaitable[None]]
    ) -> None:
        """Ask until the venue has heard it: what makes things safer is wanted however late, and
        asked twice comes to the same.
        """
        while command.client_order_id in self._turns.kernel.orders.open:
            try:
                await ask()
            except VenueError as error:
                _log.warning("asked_again", order=command.client_order_id, error=str(error))
                if isinstance(command, ModifyOrder) and isinstance(error, OrderStateUnknown):
                    self._spawn(self._land(command))
                await self._clock.sleep(_wait(error))
            else:
                return

    async def _land(self, command: ModifyOrder) -> None:
        """Remember a change that was not answered for as long as it may be under way."""
        name, terms = command.client_order_id, command.terms
        self._may_land[name].append(terms)
        await self._clock.sleep(self._in_flight_seconds(command.account))
        self._may_land[name].remove(terms)
        if not self._may_land[name]:
            del self._may_land[name]

    async def _landed(self, command: ModifyOrder) -> None:
        """Wait until no earlier change can land after this one and take its price back.

        One of the quantity alone does not wait: what landed late is made good as it is heard of.
        """
        name, terms = command.client_order_id, command.terms
        while not all(_same_levels(each, terms) for each in self._may_land.get(name, ())):
            await self._clock.sleep(_RETRY_SECONDS)

    async def _change(self, command: ModifyOrder) -> None:
        name = command.client_order_id
        try:
            await self._venues[command.account].modify(command)
        except OrderStateUnknown as error:
            _log.warning("change_unknown", order=name, error=str(error))
            # Not here, where what is asked of the order meanwhile would wait for it.
            self._spawn(self.settle_change(command.account, name))
        except VenueError as error:
            _log.warning("not_changed", order=name, error=str(error))
            await self._not_changed(name, error.code)

    async def settle_change(self, account: AccountId, name: ClientOrderId) -> None:
        """Ask the venue what an order rests at, until that is what was asked for, or the request
        can be under way no more.
        """
        with Lapse(self._clock) as under_way:
            under_way.begin(self._in_flight_seconds(account))
            while (order := self._turns.kernel.orders.open.get(name)) and order.asked is not None:
                has_landed = under_way.is_over
                try:
                    found = await self._found(order)
                except VenueError as error:
                    _log.warning("change_still_unknown", order=name, error=str(error))
                else:
                    for report in told(order, found, self._clock.now_ms()) if found else ():
                        await self.report(report)
                    if has_landed:
                        await self._not_changed(name, "not_changed")
                await self._clock.sleep(_ASK_AGAIN_SECONDS)

    def _in_flight_seconds(self, account: AccountId) -> float:
        """How long a request may be under way, also where its venue was let go of meanwhile."""
        venue = self._venues.get(account)
        return _LONGEST_IN_FLIGHT_SECONDS if venue is None else venue.in_flight_seconds

    async def _not_changed(self, name: ClientOrderId, reason: str) -> None:
        """Say so of one that is open and was to be changed."""
        order = self._turns.kernel.orders.open.get(name)
        if order is not None and order.asked is not None:
            await self.report(facts.OrderReplaceRejected(name, reason, self._clock.now_ms()))


def _same_levels(one: OrderTerms, other: OrderTerms) -> bool:
    return (one.price, one.stop_price) == (other.price, other.stop_price)


def _reason(error: VenueError) -> str:
    return error.facts.get("reason", str(error))


def _is_duplicate(error: VenueError) -> bool:
    """Whether the venue knows the name already."""
    return isinstance(error, OrderRejected) and "duplicate" in _reason(error)


def _fate(
    order: Order, found: VenueOrder | None, refusal: OrderRejected | None, at: int
) -> list[VenueReport]:
    """What became of it; where nothing is there, a refusal of the last sending says why."""
    if found is None and refusal is not None:
        return [_refused(order, refusal, at)]
    return told(order, found, at)


def _refused(order: Order, error: OrderRejected, at: int) -> VenueReport:
    return facts.OrderRejected(order.client_order_id, _reason(error), at)


def _wait(error: VenueError) -> float:
    """Seconds until it is worth while to ask again."""
    return error.retry_after_seconds if isinstance(error, RateLimited) else _RETRY_SECONDS

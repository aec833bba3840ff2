"""Takes the kernel's commands to the venues; each order's in the order they were given.

An answer that is not a plain yes or no leaves the order *unknown*: it is never sent again, the
venue is asked until it says what became of it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping

import structlog

from engine.domain import events as facts
from engine.domain.commands import CancelOrder, ModifyOrder, SubmitOrder, VenueCommand
from engine.domain.events import VenueReport
from engine.domain.identifiers import AccountId, ClientOrderId
from engine.domain.order import Order
from engine.domain.requests import SendOrder
from engine.errors import OrderRejected, RateLimited, VenueError, VenueUnavailable
from engine.kernel import Step
from engine.ports.boundary import boundary
from engine.ports.system import Clock
from engine.ports.venue import Venue
from engine.runtime.reconcile import told
from engine.runtime.turns import Turns

_log = structlog.get_logger(__name__)

_RETRY_SECONDS = 1.0
_ASK_AGAIN_SECONDS = 2.0


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
        self._one_at_a_time: defaultdict[ClientOrderId, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def send(self, command: VenueCommand) -> None:
        """Carry out one command and feed back what it led to."""
        name = (
            command.order.client_order_id
            if isinstance(command, SubmitOrder)
            else (command.client_order_id)
        )
        async with self._one_at_a_time[name]:
            match command:
                case SubmitOrder(order):
                    await self._submit(order)
                case CancelOrder():
                    await self._cancel(command)
                case ModifyOrder():
                    await self._modify(command)
        self._forget(name)

    async def settle_unknown(self, order: Order) -> None:
        """Ask the venue what became of an order, until it answers."""
        venue = self._venues[order.account]
        while True:
            try:
                found = await venue.find(order.account, order.client_order_id)
            except VenueError as error:
                _log.warning("order_still_unknown", order=order.client_order_id, error=str(error))
                await self._clock.sleep(_ASK_AGAIN_SECONDS)
                continue
            if found is None and self._may_go_again(order, venue):
                await self._deliver(order)
                return
            for report in told(order, found, self._clock.now_ms()):
                await self.report(report)
            return

    def _may_go_again(self, order: Order, venue: Venue) -> bool:
        expires = order.expires_to_send_at
        in_time = not expires or self._clock.now_ms() <= expires
        return venue.client_ids_are_unique and in_time

    async def report(self, report: VenueReport) -> None:
        """Take one report in and send what follows from it."""
        self.follow(await self._turns.take(report))

    def follow(self, step: Step) -> None:
        """Send everything that a step asks for."""
        for command in step.commands:
            self._spawn(self.send(command))

    async def _submit(self, order: Order) -> None:
        step = await self._turns.take(SendOrder(order.client_order_id, self._clock.now_ms()))
        if not step.commands:
            return  # too late, halted, or sent before
        await self._deliver(order)

    async def _deliver(self, order: Order) -> None:
        venue = self._venues[order.account]
        name = order.client_order_id
        while True:
            boundary("venue.submitting")
            try:
                await venue.submit(SubmitOrder(order))
            except OrderRejected as error:
                await self._rejected(order, error.facts.get("reason", str(error)))
            except (VenueUnavailable, RateLimited) as error:
                if await self._may_wait(order, error):
                    continue
                await self.report(
                    facts.OrderExpired(name, "too_late_to_send", self._clock.now_ms())
                )
            except VenueError as error:
                now = self._clock.now_ms()
                await self.report(facts.OrderBecameUnknown(name, str(error), now))
                await self.settle_unknown(order)
            boundary("venue.submitted")
            return

    async def _rejected(self, order: Order, reason: str) -> None:
        # A name the venue knows already was sent before: ask what became of it, do not fail it.
        if "duplicate" in reason:
            await self.settle_unknown(order)
            return
        now = self._clock.now_ms()
        await self.report(facts.OrderRejected(order.client_order_id, reason, now))

    async def _may_wait(self, order: Order, error: VenueUnavailable | RateLimited) -> bool:
        """Wait as the venue asks, if the order may still be sent after that."""
        wait = error.retry_after_seconds if isinstance(error, RateLimited) else _RETRY_SECONDS
        after = self._clock.now_ms() + int(wait * 1000)
        if order.expires_to_send_at and after > order.expires_to_send_at:
            return False
        await self._clock.sleep(wait)
        return True

    async def _cancel(self, command: CancelOrder) -> None:
        boundary("venue.canceling")
        try:
            await self._venues[command.account].cancel(command)
        except VenueError as error:
            report = facts.OrderCancelRejected(
                command.client_order_id, str(error), self._clock.now_ms()
            )
            await self.report(report)
        boundary("venue.canceled")

    async def _modify(self, command: ModifyOrder) -> None:
        boundary("venue.modifying")
        try:
            await self._venues[command.account].modify(command)
        except VenueError as error:
            _log.warning("modify_failed", order=command.client_order_id, error=str(error))
        boundary("venue.modified")

    def _forget(self, name: ClientOrderId) -> None:
        lock = self._one_at_a_time.get(name)
        if lock is not None and not lock.locked():
            del self._one_at_a_time[name]

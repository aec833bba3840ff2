"""One courier a platform, so that none waits for another; urgent words find a second way."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace

from bot.message import Delivery, OutgoingMessage
from bot.notifications.courier import Courier
from bot.notifications.wording import Wording
from bot.ports.messages import Outbox, PlatformNotes
from bot.ports.people import People
from bot.ports.platforms import Adapter
from engine.ports.system import Clock


class OutboxSender:
    """The couriers of a process."""

    def __init__(
        self,
        adapters: Mapping[str, Adapter],
        outbox: Outbox,
        notes: PlatformNotes,
        people: People,
        wording: Wording,
        clock: Clock,
    ) -> None:
        self._people = people
        self._notes = notes
        self._outbox = outbox
        self._wording = wording
        self._clock = clock
        self._adapters = adapters
        self._couriers: dict[str, Courier] = {}

    async def run(self, filled: asyncio.Event) -> None:
        """Send for ever; `filled` tells that there are new rows."""
        async with asyncio.TaskGroup() as group:
            for platform, adapter in self._adapters.items():
                self._couriers[platform] = Courier(
                    adapter,
                    self._outbox,
                    self._notes,
                    self._wording,
                    self,
                    clock=self._clock,
                    group=group,
                )
                group.create_task(self._couriers[platform].run())
            while True:
                await filled.wait()
                filled.clear()
                self.wake()

    def wake(self) -> None:
        """There are new rows."""
        for courier in self._couriers.values():
            courier.wake()

    async def drain(self) -> None:
        """Show all that can be shown on the screens of this machine."""
        for courier in self._couriers.values():
            if courier.is_local:
                await courier.drain()

    def may_say(self, platform: str, conversation: str) -> bool:
        """Whether a platform takes something that is no row now (see the courier)."""
        courier = self._couriers.get(platform)
        return courier is not None and courier.may_say(conversation)

    def promise(self, row: OutgoingMessage) -> OutgoingMessage | None:
        """A row as it is to be committed where it leaves at once; else None (see the courier)."""
        courier = self._couriers.get(row.platform)
        return None if courier is None else courier.promise(row)

    def leave(self, row: OutgoingMessage) -> bool:
        """Send a row that was promised and is committed now (see the courier)."""
        courier = self._couriers.get(row.platform)
        return courier is not None and courier.leave(row)

    def turn(self, platform: str, conversation: str) -> AbstractAsyncContextManager[None]:
        """A conversation for something urgent that is no row (see the courier)."""
        courier = self._couriers.get(platform)
        return nullcontext() if courier is None else courier.turn(conversation)

    async def moved(self, platform: str, old: str, new: str) -> None:
        """A conversation has another name from now on."""
        courier = self._couriers.get(platform)
        if courier is None:
            await self._notes.move(platform, old, new)
        else:
            await courier.moved(old, new)

    async def copies(self, row: OutgoingMessage) -> Sequence[OutgoingMessage]:
        """The same words for the same person on the other platforms that are served here."""
        if not row.person:
            return ()
        reaches = await self._people.reaches(row.person)
        return [
            replace(
                row,
                platform=platform,
                conversation=conversation,
                id=0,
                state=Delivery.PENDING,
                attempts=0,
                part=0,
                is_unsure=False,
                reply_to="",
            )
            for platform, conversation in reaches.items()
            if platform != row.platform and platform in self._adapters
        ]

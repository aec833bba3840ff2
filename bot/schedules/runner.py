"""Says a schedule's command when it is due, as its owner would, through the same intake.

Each run is a message with its due time in its update id, so however often it is begun it is
handled once. What was missed while nobody was running is made up once, and the answer says so.
"""

from __future__ import annotations

import structlog

from bot.message import InboundMessage, Schedule
from bot.ports.platforms import Incoming
from bot.ports.work import Schedules
from bot.schedules.recurrence import next_due
from engine.errors import StoreUnavailable
from engine.ports.system import Clock

_log = structlog.get_logger(__name__)

_SHORTEST_WAIT_SECONDS = 0.05
# A new schedule is seen after this at the latest.
_LONGEST_WAIT_SECONDS = 1.0


class ScheduleRunner:
    """One loop over all rows."""

    def __init__(self, schedules: Schedules, incoming: Incoming, clock: Clock) -> None:
        self._schedules = schedules
        self._incoming = incoming
        self._clock = clock

    async def run(self) -> None:
        """Serve for ever."""
        while True:
            pause = _LONGEST_WAIT_SECONDS
            try:
                pause = await self._pause()
                if not pause:
                    await self.run_due()
            except StoreUnavailable as error:
                _log.warning("schedules_wait", error=str(error))
            await self._clock.sleep(max(pause, _SHORTEST_WAIT_SECONDS))

    async def run_due(self) -> None:
        """Say everything whose time has come."""
        now = self._clock.now_ms()
        for schedule in await self._schedules.due(now):
            await self._incoming.receive(_message(schedule, now))
            following = next_due(schedule.cron, schedule.timezone, now)
            await self._schedules.ran(schedule, schedule.next_due, following or 2**62)

    async def _pause(self) -> float:
        """Seconds until one is due, 0 where one is now."""
        due = await self._schedules.next_due()
        if due is None:
            return _LONGEST_WAIT_SECONDS
        wait = (due - self._clock.now_ms()) / 1000
        return min(max(wait, 0.0), _LONGEST_WAIT_SECONDS)


def _message(schedule: Schedule, now: int) -> InboundMessage:
    return InboundMessage(
        platform=schedule.platform,
        update_id=f"schedule:{schedule.id}:{schedule.next_due}",
        conversation=schedule.conversation,
        sender=schedule.sender,
        sender_name="",
        text=schedule.line,
        received_at=now,
        due_at=schedule.next_due,
    )

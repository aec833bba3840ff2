"""/schedule — say a command again and again, at its times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from pydantic import Field

from bot.card import Button, Card, Tone
from bot.command import Command, Context, Effect, Outcome
from bot.errors import TooMuch
from bot.families.lines import canonical_line, parted
from bot.families.scheduling import LineText, WhenText, scheduled
from bot.message import Schedule as Row
from bot.presenters.recurrences import due_times
from bot.voice import Voice

MAXIMUM = 50
"""Schedules a person may have."""
_SHOWN = 3
_TRIES = 5


class Schedule(Command, name="schedule", effect=Effect.CHANGES_SETTINGS):
    """Say a command again and again, at the times you choose."""

    command: LineText = Field(description='A whole command, such as "/report daily".')
    when: WhenText = Field(description='Cron or words: "0 8 * * 1-5", "every weekday at 8am".')

    @classmethod
    def expand(cls, name: str, token: str) -> dict[str, str]:
        """The words at the end that say a time are the time."""
        if name != "command":
            return {name: token}
        line, when = parted(token)
        return {"command": line, "when": when} if when else {"command": line}

    async def handle(self, context: Context) -> Outcome:
        """Read the inner command now, so that it cannot be wrong later, and keep it."""
        command = scheduled(self.command, context, type(self))
        times = self._times(context)
        row = await _kept(self._row(canonical_line(command), times[0], context), context)
        asks = command.spec.effect is Effect.MOVES_MONEY
        return ScheduleMade(row, times, asks_each_time=asks)

    def _times(self, context: Context) -> Sequence[int]:
        times: list[int] = []
        after: int | None = context.now
        while after is not None and len(times) < _SHOWN:
            after = context.next_due(self.when, context.principal.timezone, after)
            times += [] if after is None else [after]
        if not times:
            raise self.wrong("when", "never", detail=self.when)
        return times

    def _row(self, line: str, due: int, context: Context) -> Row:
        message = context.message
        return Row(
            id="",
            owner=context.principal.person,
            platform=message.platform,
            sender=message.sender,
            conversation=message.conversation,
            line=line,
            cron=self.when,
            timezone=context.principal.timezone,
            next_due=due,
            created_at=context.now,
        )


async def _kept(row: Row, context: Context) -> Row:
    """Keep it once for this wish; after a crash the same wish finds its own row."""
    mine = {schedule.id: schedule for schedule in await context.schedules.of(row.owner)}
    for attempt in range(_TRIES):
        named = _named(row, f"{context.intent}:{attempt}")
        if named.id in mine and mine[named.id].line == row.line:
            return mine[named.id]
        if len(mine) >= MAXIMUM:
            raise TooMuch(limit=str(MAXIMUM), kind="schedules")
        await context.schedules.add(named)
        # The name may be another person's already; then nothing was kept and the next one serves.
        if any(kept.id == named.id for kept in await context.schedules.of(row.owner)):
            return named
    raise TooMuch(limit=str(_TRIES), kind="schedules")


def _named(row: Row, wish: str) -> Row:
    number = int.from_bytes(sha256(wish.encode()).digest()[:8]) % 10**8
    return replace(row, id=f"s{number:08d}")


@dataclass(frozen=True, slots=True)
class ScheduleMade:
    """It is kept; `times` are its next ones in UTC ms."""

    row: Row
    times: Sequence[int]
    asks_each_time: bool

    def card(self, voice: Voice) -> Card:
        """What will be said when, and how to take it back."""
        return Card(
            voice.say("schedule.made.title", id=self.row.id),
            fields=(
                (voice.say("schedule.line"), self.row.line),
                (voice.say("schedule.cron"), f"{self.row.cron} ({self.row.timezone})"),
                (voice.say("schedule.next"), due_times(self.times, voice)),
            ),
            text=voice.say("schedule.made.asks") if self.asks_each_time else "",
            buttons=(Button(voice.say("schedule.undo"), f"/unschedule {self.row.id}"),),
            hint=voice.say("schedule.made.hint", id=self.row.id),
            tone=Tone.GOOD,
        )

"""/audit — who did what and when, and whether the record holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import Field

from bot.card import Card, Table, Tone
from bot.command import Command, Context, Effect, Outcome
from bot.families.periods import window
from bot.forms import PeriodText
from bot.message import AuditEntry, Role
from bot.voice import Voice
from engine.domain.identifiers import PersonId

_SHOWN = 30
_LONGEST_DETAIL = 60


class Audit(Command, name="audit", effect=Effect.READS, role=Role.MANAGER, is_personal=True):
    """Show who did what and when, and whether the record is whole."""

    period: PeriodText = Field(default="7d", description="Of what time; 7d where none is said.")

    async def handle(self, context: Context) -> Outcome:
        """The newest entries, and the state of the whole chain."""
        start, end = window(self.period, context.now, context.principal.timezone)
        entries = await context.audit.entries(start, end, _SHOWN + 1)
        names = {person.id: person.name for person in await context.people.everyone()}
        return AuditSeen(self.period, entries, names, await context.audit.verify())


@dataclass(frozen=True, slots=True)
class AuditSeen:
    """Entries newest first; `broken` is the first entry that does not hold, or None."""

    period: str
    entries: Sequence[AuditEntry]
    names: Mapping[PersonId, str]
    broken: int | None

    def card(self, voice: Voice) -> Card:
        """The table, after what the chain says of itself."""
        shown = self.entries[:_SHOWN]
        text = voice.say("audit.whole")
        if self.broken is not None:
            text = voice.say("audit.broken", number=str(self.broken))
        columns = ("time", "who", "action", "detail", "result")
        table = Table(
            header=tuple(voice.say(f"audit.{name}") for name in columns),
            rows=tuple(self._row(entry, voice) for entry in shown),
        )
        more = "more" if len(self.entries) > _SHOWN else "hint"
        return Card(
            voice.say("audit.title" if shown else "audit.none", period=voice.period(self.period)),
            text=text,
            table=table if shown else None,
            hint=voice.say(f"audit.{more}", count=str(_SHOWN)),
            tone=Tone.NEUTRAL if self.broken is None else Tone.BAD,
        )

    def _row(self, entry: AuditEntry, voice: Voice) -> tuple[str, ...]:
        said = {name: value for name, value in entry.detail.items() if name != "intent"}
        detail = " ".join(f"{name}={value}" for name, value in said.items())
        return (
            voice.when(entry.at),
            self.names.get(entry.person, entry.person),
            f"/{entry.action}",
            detail if len(detail) <= _LONGEST_DETAIL else f"{detail[: _LONGEST_DETAIL - 1]}…",
            voice.say(f"audit.results.{entry.result}"),
        )

"""/strategy — one strategy: its rules, its numbers, its versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from bot.card import Button, Card
from bot.command import Command, Context, Effect, Outcome
from bot.forms import StrategyText
from bot.presenters.runs import RunSeen, run_table, saw_buttons
from bot.presenters.strategies import (
    about_told,
    numbers_apart,
    strategy_buttons,
    strategy_fields,
)
from bot.voice import Voice
from engine.desk import Entry
from engine.documents import read_document
from engine.ports.runs import Run


class ShowStrategy(Command, name="strategy", effect=Effect.READS):
    """Show a strategy: its rules, its parameters, its versions."""

    strategy: StrategyText = Field(description="Its name, or name@2 for a version.")

    async def handle(self, context: Context) -> Outcome:
        """Look it up."""
        entry = await context.desk.strategies.find(self.strategy)
        desk, lineage = context.desk, await context.desk.strategies.lineage(entry)
        mine = [run for run in desk.runs.running if run.name == entry.kept.name]
        runs = tuple([await _seen(context, run) for run in mine])
        return StrategySeen(entry, lineage, runs)


async def _seen(context: Context, run: Run) -> RunSeen:
    desk = context.desk
    version = await desk.strategies.find(run.reference)
    return RunSeen(
        run,
        desk.markets.find(run.symbol),
        await desk.runs.held(run),
        desk.runs.beat_at,
        desk.markets.now,
        numbers_apart(read_document(run.document), version.strategy),
    )


@dataclass(frozen=True, slots=True)
class StrategySeen:
    """A version and where it came from, nearest first."""

    entry: Entry
    lineage: Sequence[str]
    runs: tuple[RunSeen, ...]

    def card(self, voice: Voice) -> Card:
        """The rules as they are written."""
        kept = self.entry.kept
        return Card(
            voice.say("strategy.title", name=kept.name, version=str(kept.version)),
            text=about_told(self.entry, voice),
            fields=(*strategy_fields(self.entry, voice), *self._origin(voice)),
            table=run_table(self.runs, voice),
            buttons=(
                *strategy_buttons(self.entry, voice),
                *saw_buttons(self.runs, voice),
                *self._stop(voice),
            ),
            hint=voice.say("strategy.hint", name=kept.name),
        )

    def _stop(self, voice: Voice) -> tuple[Button, ...]:
        line = f"/stop {self.entry.kept.name}"
        return (Button(voice.say("runs.stop_button"), line),) if self.runs else ()

    def _origin(self, voice: Voice) -> tuple[tuple[str, str], ...]:
        kept = self.entry.kept
        numbers = ", ".join(map(str, self.entry.versions))
        fields = [(voice.say("strategy.versions"), numbers)]
        if self.lineage:
            fields.append((voice.say("strategy.lineage"), " ← ".join(self.lineage)))
        if self.entry.is_library:
            fields.append((voice.say("strategy.kept"), voice.say("strategies.library")))
        else:
            fields.append((voice.say("strategy.kept"), voice.minute(kept.kept_at)))
            used = voice.minute(kept.used_at) if kept.used_at else voice.say("strategy.unused")
            fields.append((voice.say("strategy.used"), used))
        return tuple(fields)

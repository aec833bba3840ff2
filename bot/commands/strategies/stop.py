"""/stop — a running strategy places nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from bot.card import Button, Card
from bot.command import Command, Context, Effect, Outcome
from bot.errors import shown
from bot.forms import StrategyText
from bot.presenters.runs import RunSeen
from bot.voice import Voice

_ALL = "all"


class StopStrategy(Command, name="stop", effect=Effect.REDUCES_RISK):
    """Stop a running strategy, or all of them."""

    strategy: StrategyText = Field(description="Its name, or all.")

    async def handle(self, context: Context) -> Outcome:
        """Every run of that name on this account; what they hold stays, with its stops."""
        name = self.strategy.partition("@")[0]
        runs = context.desk.runs
        wanted = [run for run in runs.running if name in (_ALL, run.name)]
        if not wanted and name != _ALL:
            raise self.wrong("strategy", "no_run", said=shown(name))
        seen = []
        for run in wanted:
            stopped, instrument = await runs.stop(run), context.desk.markets.find(run.symbol)
            held = await runs.held(stopped)
            seen.append(RunSeen(stopped, instrument, held, runs.beat_at, context.now))
        return Stopped(name, tuple(seen))


@dataclass(frozen=True, slots=True)
class Stopped:
    """What was stopped, and what it leaves behind."""

    name: str
    runs: Sequence[RunSeen]

    def card(self, voice: Voice) -> Card:
        """A line a run."""
        if not self.runs:
            return Card(voice.say("runs.nothing_runs"))
        held = [seen for seen in self.runs if seen.held]
        lines = [
            voice.say("runs.stopped_line", strategy=seen.run.reference, symbol=seen.run.symbol)
            for seen in self.runs
        ]
        lines += [
            voice.say(
                "runs.still_held",
                quantity=voice.quantity(seen.held),
                symbol=seen.run.symbol,
            )
            for seen in held
        ]
        return Card(
            voice.say("runs.stopped", count=str(len(self.runs))),
            text="\n".join(lines),
            buttons=tuple(
                Button(
                    voice.say("runs.close_button", symbol=seen.run.symbol),
                    f"/close {seen.run.symbol}",
                )
                for seen in held
            ),
            hint=voice.say("runs.stopped_hint"),
        )

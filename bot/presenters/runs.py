"""Running strategies in words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.card import Button, Table
from bot.voice import Voice
from engine.desk import last_order
from engine.domain.instrument import Instrument
from engine.ports.runs import Run


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A run, what it holds (base units), and when its loop last had its turn (UTC ms)."""

    run: Run
    instrument: Instrument
    held: Decimal
    beat_at: int
    now: int
    numbers: str = ""
    """Those it runs with in place of its version's own."""


def run_table(runs: tuple[RunSeen, ...], voice: Voice) -> Table | None:
    """A row a run: what it may spend, what it holds, and that it lives."""
    if not runs:
        return None
    columns = ("on", "amount", "held", "last_bar", "signal", "beat", "trouble")
    return Table(
        header=tuple(voice.say(f"runs.{name}") for name in columns),
        rows=tuple(_row(seen, voice) for seen in runs),
        numeric=(1, 2),
    )


def _row(seen: RunSeen, voice: Voice) -> tuple[str, ...]:
    run, none = seen.run, voice.say("common.none")
    signal = none
    if run.signal:
        at = voice.minute((run.signal_bar + run.timeframe.seconds) * 1000)
        signal = f"{voice.say(f'runs.signal_{run.signal}')}, {at}"
    last = (run.last_bar + run.timeframe.seconds) * 1000
    return (
        " · ".join(filter(None, (f"{run.symbol} {run.timeframe.value}", seen.numbers))),
        voice.money(run.amount, seen.instrument.quote),
        f"{voice.quantity(seen.held)} {seen.instrument.base}",
        voice.minute(last) if run.last_bar else none,
        signal,
        voice.ago(max(0, seen.now - seen.beat_at) / 1000),
        trouble(run, voice) or none,
    )


def saw_buttons(runs: tuple[RunSeen, ...], voice: Voice) -> tuple[Button, ...]:
    """What each run saw when it last wanted something."""
    orders = (last_order(seen.run) for seen in runs if not seen.run.trouble)
    label = voice.say("runs.saw_button")
    return tuple(Button(label, f"/why {order}") for order in orders if order)


def trouble(run: Run, voice: Voice) -> str:
    """Why its last wish was refused, or nothing."""
    if not run.trouble:
        return ""
    key = f"runs.why.{run.trouble}"
    return voice.say(key) if voice.knows(key) else voice.say("runs.rule", rule=run.trouble)

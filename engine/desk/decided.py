"""Which bar of which run an order came of: its name says so, for it is made of nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.domain.identifiers import ClientOrderId
from engine.execution.naming import client_order_id
from engine.ports.runs import Run
from engine.strategies.runner import intent

_BARS_BACK = 3
"""An order is placed at the close of its bar, or soon after where the desk was busy or away."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a run wanted (`enter` or `exit`), and the bar whose close it was judged on."""

    run: Run
    bar: int
    what: str


def last_order(run: Run) -> ClientOrderId | None:
    """The order that a run wanted last, or None where it never wanted any."""
    if not run.signal:
        return None
    return client_order_id(intent(run.id, run.signal_bar, run.signal))


def decided(runs: Iterable[Run], order: ClientOrderId, placed_at: int) -> Decided | None:
    """The decision behind an order that was placed at a moment (UTC ms), or None."""
    for run in runs:
        frame = run.timeframe
        last = frame.open_of(placed_at // 1000) - frame.seconds
        for bar in range(last, last - _BARS_BACK * frame.seconds, -frame.seconds):
            for what in ("enter", "exit"):
                if client_order_id(intent(run.id, bar, what)) == order:
                    return Decided(run, bar, what)
    return None

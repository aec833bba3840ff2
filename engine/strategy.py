"""What every strategy answers when a bar closes, be it written as rules or in Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from engine.domain.candles import Candle
from engine.domain.order import BUY, SELL, Side
from engine.domain.values import constructor, quick


@quick
@dataclass(frozen=True, slots=True)
class Decision:
    """Leave what is held, then enter; both fill at the next open, the exit first."""

    leave: bool = False
    enter: Side | None = None


_decision = constructor(Decision)
NOTHING = Decision()


@quick
@dataclass(frozen=True, slots=True)
class Execution:
    """What a strategy is told of a fill; `quantity` in base units, `at` the bar's opening time."""

    side: Side
    quantity: float
    price: float
    reason: str
    at: int


class PythonStrategy(Protocol):
    """A strategy as a class, installed as a plug-in; it keeps what it needs to remember.

    A new object hears every bar in order, `PlugIn.warmup` of them before it may enter, and each
    fill before the bar in which it lies: the same bars and fills give the same decisions. So it is
    restored after a restart by hearing them again; it must not ask a clock, chance or the network.
    """

    def on_bar(self, bar: Candle, position: float) -> Decision:
        """Judge a closed bar, holding `position` base units (below 0 when short)."""
        ...

    def on_fill(self, execution: Execution) -> None:
        """Hear what came of it; a fill at the close of a bar comes after `on_bar` of that bar."""
        ...


@dataclass(frozen=True, slots=True)
class PlugIn:
    """An installed class: `make(values)` gives a new object for a parameter's values by name.

    It raises StrategyInvalid where the class cannot be used. `name` is its entry point's, `release`
    that of the package it came in, `warmup` the bars it hears before its first entry counts.
    """

    name: str
    release: str
    warmup: int = field(compare=False)
    make: Callable[[Mapping[str, float]], PythonStrategy] = field(compare=False, repr=False)


def judged(
    held: int, *, enter_long: bool, exit_long: bool, enter_short: bool, exit_short: bool
) -> Decision:
    """What rules that are true on one close come to; `held` is 1 long, -1 short, 0 flat.

    Exits are judged before entries; an entry needs that nothing is held, or is being left; where
    both sides would enter, the long one does.
    """
    leave = exit_long if held > 0 else exit_short if held < 0 else False
    if held and not leave:
        return NOTHING
    enter = BUY if enter_long else SELL if enter_short else None
    return _decision(leave, enter)

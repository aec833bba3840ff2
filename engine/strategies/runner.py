"""A strategy at work, bar by bar: the same on a desk and in a backtest.

Who runs it says what is known at a close (`Known`); it says what is wanted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from engine.domain.identifiers import IntentKey
from engine.domain.values import constructor
from engine.formula import Formula
from engine.strategies.entries import Entry, Means, quantity_of, trailing_level
from engine.strategies.levels import Level
from engine.strategies.rules import SideRules, Strategy
from engine.strategy import NOTHING, Decision, judged

_entry = constructor(Entry)


class Known(Protocol):
    """What formulas come to on the bar that closed last."""

    def holds(self, formula: Formula | None) -> bool:
        """Whether a rule is true; unknown is not, and no rule is not."""
        ...

    def level(self, formula: Formula, price: float, side: int) -> float:
        """A level's value for an entry of `side` 1 or -1 at a price, NaN where unknown."""
        ...


@dataclass(frozen=True, slots=True)
class Runner:
    """A strategy with the values of its parameters."""

    strategy: Strategy
    values: Mapping[str, float]

    def decide(self, known: Known, held: int) -> Decision:
        """What the rules say at a close; `held` is 1 long, -1 short, 0 flat.

        See `engine.strategy.judged`; a rule that can make no difference is not asked.
        """
        long, short = self.strategy.long, self.strategy.short
        if held and not _leaves(known, long if held > 0 else short):
            return NOTHING
        enter_long = _enters(known, long)
        return judged(
            held,
            enter_long=enter_long,
            exit_long=held > 0,
            enter_short=not enter_long and _enters(known, short),
            exit_short=held < 0,
        )

    def entry(
        self, known: Known, side: int, price: float, means: Means, base: float | None = None
    ) -> Entry | None:
        """An entry that fills at a price, its levels measured from `base`, else from the price.

        None where the price or a level is unknown.
        """
        anchor, rules, size = price if base is None else base, self.strategy, self.strategy.size
        stop = _level(known, rules.stop_loss, anchor, side, -side)
        target = _level(known, rules.take_profit, anchor, side, side)
        trail = _trail(known, rules.trailing_stop, anchor, side)
        is_percent = rules.trailing_stop is not None and rules.trailing_stop.is_percent
        first = trailing_level(side, price, trail, is_percent=is_percent)
        if math.isnan(stop) or math.isnan(target) or math.isnan(first) or not price > 0:
            return None
        amount = size.value(self.values)
        nearer = max(side * stop, side * first) * side
        quantity = quantity_of(size.kind, amount, means, price, nearer)
        return _entry(side, quantity, stop, target, trail, is_percent)


def intent(run: str, bar: int, what: str) -> IntentKey:
    """What makes a run's wish unique: the bar it was judged on (epoch seconds), what was wanted."""
    return IntentKey(f"run:{run}:{bar}:{what}")


def _enters(known: Known, rules: SideRules | None) -> bool:
    return rules is not None and known.holds(rules.enter)


def _leaves(known: Known, rules: SideRules | None) -> bool:
    return rules is not None and known.holds(rules.exit)


def _level(known: Known, level: Level | None, anchor: float, side: int, away: int) -> float:
    if level is None:
        return away * math.inf
    value = known.level(level.formula, anchor, side)
    return anchor * (1 + away * value) if level.is_percent else value


def _trail(known: Known, level: Level | None, anchor: float, side: int) -> float:
    """What the trailing stop keeps, 0 for none; NaN where it is unknown or not above 0."""
    if level is None:
        return 0.0
    value = known.level(level.formula, anchor, side)
    return value if value > 0 else math.nan

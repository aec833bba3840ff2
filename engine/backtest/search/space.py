"""Which numbers may be tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from engine.errors import StrategyInvalid
from engine.strategies import Strategy, StrategyParameter

MOST_TRIALS = 20_000
"""Of one search, whatever the ranges."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One number from `lowest` to `highest`, both included; `step` 0 where any may be tried."""

    name: str
    lowest: float
    highest: float
    step: float = 0.0

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers make sense."""
        return all(float(each).is_integer() for each in (self.lowest, self.highest, self.step))

    @property
    def count(self) -> int | None:
        """How many numbers there are, or None where there is no end of them."""
        if self.step <= 0:
            return None
        return int((self.highest - self.lowest) / self.step + 1e-9) + 1

    def values(self, most: int) -> tuple[float, ...]:
        """At most so many of them, evenly apart."""
        if self.count is not None and self.count <= most:
            return tuple(self.tidy(self.lowest + n * self.step) for n in range(self.count))
        spread = np.linspace(self.lowest, self.highest, max(most, 1))
        return tuple(dict.fromkeys(self.tidy(float(value)) for value in spread))

    def tidy(self, value: float) -> float:
        """The nearest number that may be tried."""
        if self.is_whole:
            return round(value)
        steps = round((value - self.lowest) / self.step) if self.step > 0 else 0
        return float(f"{self.lowest + steps * self.step if self.step > 0 else value:.10g}")


def axes_of(strategy: Strategy, ranges: Mapping[str, Axis]) -> tuple[Axis, ...]:
    """What is varied: the ranges given, or all that the strategy names.

    Raises StrategyInvalid on a name or a number that the strategy does not allow, and where there
    is nothing to vary.
    """
    known = {parameter.name: parameter for parameter in strategy.parameters}
    for name, axis in ranges.items():
        if name not in known:
            strategy.values({name: axis.lowest})  # says which there are
        known[name].checked(axis.lowest)
        known[name].checked(axis.highest)
    axes = tuple(ranges.values()) or tuple(map(_axis, strategy.parameters))
    if not axes:
        detail = "it has no numbers that could be varied"
        raise StrategyInvalid(detail, "parameters", "strategy.nothing_to_vary")
    return axes


def grid(axes: Sequence[Axis], trials: int) -> tuple[dict[str, float], ...]:
    """Combinations of values, evenly over the whole space, at most `trials` of them."""
    counts = [1] * len(axes)
    while True:
        grown = [
            place
            for place, axis in enumerate(axes)
            if counts[place] < (axis.count or trials) and _grown(counts, place) <= trials
        ]
        if not grown:
            break
        counts[min(grown, key=lambda place: counts[place])] += 1
    return _product([axis.values(n) for axis, n in zip(axes, counts, strict=True)], axes)


def combinations(axes: Sequence[Axis]) -> int:
    """How many combinations ranges with steps make. Raises StrategyInvalid above the most.

    Ranges without a step count as a hundred values.
    """
    count = prod(axis.count or 100 for axis in axes)
    if count > MOST_TRIALS:
        detail = f"the ranges make {count:.3g} combinations; at most {MOST_TRIALS:,} are tried"
        facts = {"count": f"{count:.3g}", "most": f"{MOST_TRIALS}"}
        raise StrategyInvalid(detail, "ranges", "strategy.combinations", **facts)
    return count


def neighbours(axes: Sequence[Axis], values: Mapping[str, float]) -> list[dict[str, float]]:
    """The same with each number a tenth up and down, one at a time, within its range."""
    found = []
    for axis in axes:
        least = axis.step or (1.0 if axis.is_whole else 0.0)
        reach = max(abs(values[axis.name]) * 0.1, least)
        for sign in (-1, 1):
            moved = values[axis.name] + sign * reach
            near = axis.tidy(min(max(moved, axis.lowest), axis.highest))
            if near != values[axis.name]:
                found.append({**values, axis.name: near})
    return found


def _axis(parameter: StrategyParameter) -> Axis:
    whole = all(
        float(each).is_integer()
        for each in (parameter.default, parameter.lowest, parameter.highest)
    )
    step = 1.0 if whole and not parameter.is_percent else 0.0
    return Axis(parameter.name, float(parameter.lowest), float(parameter.highest), step)


def _grown(counts: Sequence[int], place: int) -> int:
    return prod(count + (at == place) for at, count in enumerate(counts))


def _product(
    values: Sequence[Sequence[float]], axes: Sequence[Axis]
) -> tuple[dict[str, float], ...]:
    rows: list[dict[str, float]] = [{}]
    for axis, each in zip(axes, values, strict=True):
        rows = [{**row, axis.name: value} for row in rows for value in each]
    return tuple(rows)

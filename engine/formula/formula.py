"""A checked formula, and the door through which every text becomes one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from engine.domain.timeframe import Timeframe
from engine.formula import traits
from engine.formula.bounds import ChangeBound, PriceBound, change_bound, price_bound
from engine.formula.checker import check
from engine.formula.constants import ParameterValue
from engine.formula.parser import read
from engine.formula.syntax import Node
from engine.formula.text import text_of
from engine.indicators import Kind


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that has passed the checker; made by `parse`.

    `text` is canonical: parsing it gives an equal formula. `judged_on_ticks` says that `price` and
    `change(duration)` are all it looks at. `warmup` is the number of bars before the first known
    value on the shortest timeframe, never too few; `warmup_at` says it for another.
    """

    text: str
    root: Node = field(compare=False)
    kind: Kind
    judged_on_ticks: bool
    warmup: int
    timeframes: frozenset[Timeframe]

    def warmup_at(
        self, timeframe: Timeframe, parameters: Mapping[str, ParameterValue] | None = None
    ) -> int:
        """The same on bars of a timeframe, with a strategy's parameters."""
        return traits.warmup(self.root, timeframe, parameters or {})

    def bounds(self) -> PriceBound | None:
        """The price level that this is about and nothing else, as in `price > 70000`."""
        return price_bound(self.root)

    def change_bound(self) -> ChangeBound | None:
        """The change that this is about and nothing else, as in `change(1d) < -5%`."""
        return change_bound(self.root)


def parse(text: str, parameters: Collection[str] = (), in_strategy: bool = False) -> Formula:
    """Read and check a formula.

    `parameters` are names that stand for numbers; `position` and its like are known only with
    `in_strategy`. Raises FormulaInvalid with the column, what was wrong and the nearest right word.
    """
    root = read(text, parameters, in_strategy=in_strategy)
    kind = check(root)
    return Formula(
        text=text_of(root),
        root=root,
        kind=kind,
        judged_on_ticks=traits.judged_on_ticks(root),
        warmup=traits.warmup(root, Timeframe.M1, {}),
        timeframes=traits.timeframes_of(root),
    )

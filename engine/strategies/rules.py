"""A strategy as the engine runs it: checked, frozen, and equal to the document it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from engine.domain.identifiers import Symbol
from engine.domain.timeframe import Timeframe
from engine.formula import Formula
from engine.strategies.levels import Level
from engine.strategies.parameters import StrategyParameter, values_of
from engine.strategies.sizes import Size
from engine.strategy import PlugIn

_SETTLED = 4
_LEAST_HISTORY = 250


@dataclass(frozen=True, slots=True)
class SideRules:
    """When to enter one side and when to leave it; without `exit`, stops and the end do."""

    enter: Formula
    exit: Formula | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """`max_positions` open at a time over all symbols; `cooldown` bars after an exit."""

    max_positions: int = 1
    cooldown: int = 0


@dataclass(frozen=True, slots=True)
class Strategy:
    """Rules that have passed the checker; made by `engine.documents`.

    Either `long` or `short` have rules, or a `plug_in` decides in their place; size, levels and
    limits hold for both.
    """

    name: str
    version: int
    about: str
    timeframe: Timeframe
    symbols: tuple[Symbol, ...]
    parameters: tuple[StrategyParameter, ...]
    long: SideRules | None
    short: SideRules | None
    size: Size
    stop_loss: Level | None = None
    take_profit: Level | None = None
    trailing_stop: Level | None = None
    limits: Limits = Limits()
    plug_in: PlugIn | None = None

    def values(self, given: Mapping[str, float]) -> dict[str, float]:
        """Every parameter's value; see `values_of`."""
        return values_of(self.parameters, given)

    def numbered(self, given: Mapping[str, float]) -> Strategy:
        """The same rules with other numbers as their defaults; raises as `values_of`."""
        values = self.values(given)
        parameters = (replace(each, default=values[each.name]) for each in self.parameters)
        return replace(self, parameters=tuple(parameters))

    def formulas(self) -> Iterator[Formula]:
        """All formulas of the document."""
        for side in (self.long, self.short):
            if side is not None:
                yield side.enter
                if side.exit is not None:
                    yield side.exit
        for level in (self.stop_loss, self.take_profit, self.trailing_stop):
            if level is not None:
                yield level.formula

    def history(self, timeframe: Timeframe, values: Mapping[str, float]) -> int:
        """The bars before it that a run is given to judge one: averages settle in several lengths.

        A plug-in is started with what it asks for.
        """
        bars = self.warmup(timeframe, values)
        return max(_SETTLED * bars, _LEAST_HISTORY) if self.plug_in is None else bars

    def warmup(self, timeframe: Timeframe, values: Mapping[str, float]) -> int:
        """The bars before the first on which every rule can be known; never too few."""
        known = [formula.warmup_at(timeframe, values) for formula in self.formulas()]
        least = self.plug_in.warmup if self.plug_in is not None else 0
        return max(least, *known, 0)

"""Does a strategy look ahead, and does it know what it needs to know when it begins?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from engine.backtest.program import looks_at_position
from engine.backtest.result import Backtest, Reason
from engine.backtest.search.trials import Bench
from engine.domain.candles import Candles, Floats
from engine.formula import Formula, Kind, Workspace

_CUTS = 8
_PLACES = 40
_MULTIPLES = (1, 2, 4, 8)


@dataclass(frozen=True, slots=True)
class LookAhead:
    """`changed` is the first bar whose trades were others once later bars were known, or None."""

    cuts: int
    changed: int | None


@dataclass(frozen=True, slots=True)
class WarmUp:
    """`bars` before a moment give the same answer as all of history, at all places tried; None
    where even eight times the least are too few. `least` is when every rule can be known.
    """

    least: int
    bars: int | None
    places: int


def look_ahead(bench: Bench, values: Mapping[str, float]) -> LookAhead:
    """Run again on bars that end earlier: what was done before the cut must not change."""
    whole = _done(bench.run(values), len(bench.candles))
    count = len(bench.candles)
    for cut in np.linspace(count / 4, count - 1, _CUTS).astype(int).tolist():
        part = bench.between(0, cut)
        before = cut - 1  # a cut's last bar closes what is open, and places nothing
        done = _done(part.run(values), before)
        wanted = [row for row in whole if row[0] < before or 0 <= row[1] < before]
        wanted = [(a, b if b < before else -1, side) for a, b, side in wanted]
        if done != wanted:
            both = zip([*done, (cut, -1, 0)], [*wanted, (cut, -1, 0)], strict=False)
            first = next(one[0] for one, other in both if one != other)
            return LookAhead(_CUTS, first)
    return LookAhead(_CUTS, None)


def warm_up(bench: Bench, values: Mapping[str, float]) -> WarmUp:
    """Judge each rule with few bars before it, and with all of them: they should agree."""
    strategy, given = bench.strategy, bench.strategy.values(values)
    least = max(strategy.warmup(bench.timeframe, given), 1)
    rules = [
        formula
        for formula in strategy.formulas()
        if formula.kind is Kind.CONDITION and not looks_at_position(formula.root)
    ]
    whole = {formula.text: _values(bench, bench.candles, given, formula) for formula in rules}
    count = len(bench.candles)
    for times in _MULTIPLES:
        bars = least * times
        places = np.linspace(min(bars, count - 1), count - 1, _PLACES).astype(int)
        if bars + 1 >= count:
            break
        if all(
            _same(whole[formula.text][place], _last(bench, given, formula, place, bars))
            for formula, place in _pairs(rules, places.tolist())
        ):
            return WarmUp(least, bars, len(places))
    return WarmUp(least, None, _PLACES)


def _pairs(rules: list[Formula], places: list[int]) -> Iterator[tuple[Formula, int]]:
    return ((formula, place) for place in places for formula in rules)


def _last(
    bench: Bench, given: Mapping[str, float], formula: Formula, place: int, bars: int
) -> float:
    window = bench.candles[max(0, place - bars) : place + 1]
    return float(_values(bench, window, given, formula)[-1])


def _values(bench: Bench, candles: Candles, given: Mapping[str, float], formula: Formula) -> Floats:
    return Workspace(candles, timeframe=bench.timeframe, parameters=given).evaluate(formula)


def _same(one: float, other: float) -> bool:
    return one == other or (np.isnan(one) and np.isnan(other))


def _done(result: Backtest, before: int) -> list[tuple[int, int, int]]:
    """Entries before a bar, and their exits where those lie before it too, else -1."""
    trades = result.trades
    rows = zip(
        trades.bars("entry_bar").tolist(),
        trades.bars("exit_bar").tolist(),
        trades.column("reason").tolist(),
        trades.column("side").tolist(),
        strict=True,
    )
    return [
        (entry, leave if leave < before and reason != Reason.END else -1, int(side))
        for entry, leave, reason, side in rows
        if entry < before
    ]

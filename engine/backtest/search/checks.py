"""Does a strategy look ahead, and does it know what it needs to know when it begins?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from engine.backtest.program import looks_at_position
from engine.backtest.result import Backtest, Reason
from engine.backtest.search.trials import Bench
from engine.domain.candles import Candles, Floats
from engine.formula import Kind, Workspace
from engine.strategies.plugged import Plugged
from engine.strategy import PlugIn

_CUTS = 8
_PLACES = 40


@dataclass(frozen=True, slots=True)
class LookAhead:
    """`changed` is the first bar whose trades were others once later bars were known, or None."""

    cuts: int
    changed: int | None


@dataclass(frozen=True, slots=True)
class WarmUp:
    """`bars` before a moment give the same answer as all of history, at all places tried.

    None where even `most` do not, which is what a run on a desk is given; or where there are too
    few bars to try, and so no places. `least` is when every rule can be known.
    """

    least: int
    most: int
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
    """Judge with few bars before a moment, and with all of them: the answers should agree.

    Asked where something is wanted, and at places between. Raises StrategyInvalid where a plug-in
    fails.
    """
    strategy, given = bench.strategy, bench.strategy.values(values)
    least = strategy.warmup(bench.timeframe, given)
    most = strategy.history(bench.timeframe, given)
    whole = _answers(bench, bench.candles, given)
    tried = 0
    for bars in _tries(least, most):
        if bars + 1 >= len(bench.candles):
            break
        tried = len(places := _places(whole, bars))
        windows = ((place, bench.candles[place - bars : place + 1]) for place in places)
        if all(
            np.array_equal(_answers(bench, window, given)[:, -1], whole[:, place], equal_nan=True)
            for place, window in windows
        ):
            return WarmUp(least, most, bars, tried)
    return WarmUp(least, most, None, tried)


def _tries(least: int, most: int) -> Iterator[int]:
    """Twice as many bars each time, and last what a run is given."""
    bars = least
    while bars < most:
        yield bars
        bars = max(1, 2 * bars)
    yield most


def _answers(bench: Bench, candles: Candles, given: Mapping[str, float]) -> Floats:
    """Of shape (rules, bars): whether each rule is true; of a plug-in, which side it wants."""
    strategy = bench.strategy
    if strategy.plug_in is not None:
        return np.array([_wishes(candles, strategy.plug_in, given)])
    rules = [
        formula
        for formula in strategy.formulas()
        if formula.kind is Kind.CONDITION and not looks_at_position(formula.root)
    ]
    rows = [
        Workspace(candles, timeframe=bench.timeframe, parameters=given).evaluate(formula)
        for formula in rules
    ]
    return np.array(rows).reshape(len(rows), len(candles))


def _wishes(candles: Candles, plug_in: PlugIn, given: Mapping[str, float]) -> list[float]:
    """1 where a new one wants to buy, -1 to sell short, holding nothing and told of no fill."""
    plugged = Plugged(plug_in, given)
    wishes = (plugged.bar(candles.row(bar), 0.0).enter for bar in range(len(candles)))
    return [0.0 if side is None else float(side.sign) for side in wishes]


def _places(answers: Floats, first: int) -> list[int]:
    """Bars from `first` on: some where something is wanted, and some at even distances."""
    even = np.linspace(first, answers.shape[1] - 1, _PLACES).astype(int)
    wanted = [np.flatnonzero(np.abs(row[first:]) == 1) + first for row in answers]
    some = [each[:: max(1, len(each) // _PLACES)] for each in wanted]
    places: list[int] = np.unique(np.concatenate((even, *some))).tolist()
    return places


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

"""`outcry check`: does a strategy look ahead, and from which bar on can it be trusted?"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.programs.backtest import parameters_from, strategy_from
from engine.backtest import Settings
from engine.backtest.search.checks import LookAhead, WarmUp, look_ahead, warm_up
from engine.backtest.search.trials import Bench
from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe
from engine.errors import EngineError

_BARS = 2_000
_SEED = 7


@dataclass(frozen=True, slots=True)
class Examined:
    """What the command line says; without candles, bars are made up."""

    strategy: str
    candles: Path | None
    parameters: Sequence[str]


def run_check(asked: Examined) -> int:
    """Examine it and print what was found; 0 when nothing speaks against it."""
    try:
        strategy, values = strategy_from(asked.strategy), parameters_from(asked.parameters)
        candles, timeframe = _bars(asked.candles, strategy.timeframe)
        bench = Bench(strategy, candles, timeframe, Settings())
        ahead, warmth = look_ahead(bench, values), warm_up(bench, values)
        trades = len(bench.run(values).trades)
    except EngineError as error:
        from bot.programs.trouble import explain  # noqa: PLC0415 -- the terminal, only if it fails

        return explain(error)
    told = [f"{strategy.name} {strategy.version}: read, and every formula checks."]
    told += [f"It made {trades} trades over {len(candles):,} bars.", _ahead(ahead), _warmth(warmth)]
    sys.stdout.write("\n".join(told) + "\n")
    return 0 if ahead.changed is None and warmth.bars is not None else 1


def _ahead(found: LookAhead) -> str:
    if found.changed is None:
        return f"Look-ahead: none; {found.cuts} shorter histories gave the same trades."
    return f"Look-ahead: YES; at bar {found.changed} it did otherwise once later bars were known."


def _warmth(found: WarmUp) -> str:
    if found.bars is not None:
        return (
            f"Warm-up: {found.bars} bars before a moment give the same answers as all of history "
            f"(tried at {found.places} places; every rule can be known after {found.least})."
        )
    if not found.places:
        return f"Warm-up: it needs {found.least} bars, and there are too few to tell."
    return (
        f"Warm-up: TOO SHORT; the {found.most} bars that a run is given give other answers than "
        "all of history."
    )


def _bars(path: Path | None, timeframe: Timeframe) -> tuple[Candles, Timeframe]:
    if path is not None:
        from bot.candle_files import read_candles  # noqa: PLC0415 -- reading takes half a second

        history = read_candles(path)
        return history.candles, history.timeframe or timeframe
    draw = np.random.default_rng(_SEED)
    close = 100 * np.exp(np.cumsum(draw.normal(0.0, 0.01, _BARS)))
    opened = np.concatenate(([100.0], close[:-1]))
    times = np.arange(_BARS, dtype=np.int64) * timeframe.seconds + timeframe.open_of(1_700_000_000)
    high, low = np.maximum(opened, close) * 1.003, np.minimum(opened, close) * 0.997
    return Candles(times, opened, high, low, close, draw.uniform(1, 9, _BARS)), timeframe

"""Candle files for the programs that need nothing else of the house, so that they start at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from connectors.replay.candle_file import read_candle_file, usual_step
from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe


@dataclass(frozen=True, slots=True, eq=False)
class CandleHistory:
    """Bars of a file, the timeframe that is their usual step (or None), and what is odd."""

    candles: Candles
    timeframe: Timeframe | None
    problems: tuple[str, ...]


def read_candles(path: Path) -> CandleHistory:
    """The bars of a csv, parquet or feather file. Raises CandlesInvalid, naming line and fix."""
    file = read_candle_file(path)
    step = usual_step(file.candles.time)
    timeframe = next((frame for frame in Timeframe if frame.seconds == step), None)
    return CandleHistory(file.candles, timeframe, file.problems)

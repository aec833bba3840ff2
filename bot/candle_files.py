"""Candle files for the programs that need nothing else of the house, so that they start at once."""

from __future__ import annotations

from pathlib import Path

from connectors.replay.candle_file import read_candle_file, usual_step
from engine.domain.timeframe import Timeframe
from engine.ports.market_data import CandleHistory


def read_candles(path: Path) -> CandleHistory:
    """The bars of a csv, parquet or feather file. Raises CandlesInvalid, naming line and fix."""
    file = read_candle_file(path)
    step = usual_step(file.candles.time)
    timeframe = next((frame for frame in Timeframe if frame.seconds == step), None)
    return CandleHistory(file.candles, timeframe, file.oddities)

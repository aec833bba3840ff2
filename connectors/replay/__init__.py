"""Recorded candles from a file, read with care and replayed at any speed."""

from connectors.replay.candle_file import CandleFile, read_candle_file
from connectors.replay.market import ReplayMarket

__all__ = ["CandleFile", "ReplayMarket", "read_candle_file"]

"""The recorded candles that come with the tests."""

from functools import cache
from pathlib import Path

from connectors.replay import read_candle_file
from engine.domain.candles import Candles

_FILE = Path(__file__).parents[1] / "data" / "candles" / "btc-usd-1m-2022-01.csv.gz"


@cache
def real_candles() -> Candles:
    """1,500 minutes of BTC."""
    return read_candle_file(_FILE).candles

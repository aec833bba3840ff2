"""The same real minutes as the indicators' tests."""

from pathlib import Path

import numpy as np
import pytest

from engine.domain.candles import Candles

FILE = Path(__file__).parents[1] / "indicators" / "data" / "btc-usd-1m.csv"


@pytest.fixture(scope="session")
def bars() -> Candles:
    time, *prices = np.loadtxt(FILE, delimiter=",", skiprows=1, unpack=True)
    return Candles(time.astype(np.int64), *(np.ascontiguousarray(column) for column in prices))

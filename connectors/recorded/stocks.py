"""The daily stocks inside `bokeh_sampledata`: public domain, from Quandl's WIKI prices.

The file is read by its path, because importing the package asks for pandas. Its columns are
Ticker, Date, Open, High, Low, Close, Volume, Adj Close; rows are in order of time per ticker.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from engine.domain.candles import Candles, Floats
from engine.errors import CandlesInvalid

NAMES = {
    "AAPL": "Apple",
    "FB": "Facebook",
    "GOOG": "Google",
    "IBM": "IBM",
    "MSFT": "Microsoft",
}
_MOST_BYTES = 16_000_000
"""Decompressed; the real file holds 0.8 million."""


def packaged_stocks() -> Path | None:
    """The installed data file, or None where the package is absent."""
    spec = find_spec("bokeh_sampledata")
    for folder in (spec.submodule_search_locations if spec else None) or ():
        path = Path(folder) / "_data" / "stocks.csv.gz"
        if path.is_file():
            return path
    return None


def read_stocks(path: Path) -> dict[str, Candles]:
    """Daily candles by ticker, adjusted for splits and dividends. Raises CandlesInvalid.

    Prices are scaled by adjusted close over close, as charts of stocks usually are: without it
    every split would look like a crash. Volume is as recorded. Prices keep four decimals.
    """
    try:
        return _by_ticker(_text(path).splitlines())
    except (OSError, EOFError, KeyError, ValueError, ArithmeticError) as error:
        raise CandlesInvalid("recorded_broken", file=str(path), error=str(error)) from error


def _text(path: Path) -> str:
    with gzip.open(path, "rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise ValueError("larger than it should be")
    return content.decode()


def _by_ticker(lines: Iterable[str]) -> dict[str, Candles]:
    header, *rows = csv.reader(lines)
    if not rows:
        return {}
    columns = dict(zip(header, zip(*rows, strict=True), strict=True))
    tickers, candles = np.array(columns["Ticker"]), _adjusted(columns)
    marks = np.flatnonzero(tickers[1:] != tickers[:-1]) + 1
    found = {
        str(tickers[first]): candles[int(first) : int(last)]
        for first, last in zip([0, *marks], [*marks, len(tickers)], strict=True)
    }
    if not all((np.diff(part.time) > 0).all() for part in found.values()):
        raise ValueError("its rows are not in order of time")
    return found


def _adjusted(columns: Mapping[str, Sequence[str]]) -> Candles:
    close = _numbers(columns["Close"])
    if not (close > 0).all():
        raise ValueError("a close is not above zero")
    scale = _numbers(columns["Adj Close"]) / close
    return Candles(
        np.array(columns["Date"], "datetime64[s]").astype(np.int64),
        np.round(_numbers(columns["Open"]) * scale, 4),
        np.round(_numbers(columns["High"]) * scale, 4),
        np.round(_numbers(columns["Low"]) * scale, 4),
        np.round(close * scale, 4),
        _numbers(columns["Volume"]),
    )


def _numbers(texts: Sequence[str]) -> Floats:
    return np.fromiter(map(float, texts), np.float64, len(texts))

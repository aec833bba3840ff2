from __future__ import annotations

import asyncio
import gzip
import importlib.util
import sys

import numpy as np
import pytest

from connectors.recorded import RecordedMarket
from connectors.recorded.stocks import read_stocks
from engine.domain.market import DataKind
from engine.domain.timeframe import Timeframe
from engine.errors import CandlesInvalid, InstrumentNotFound, QuoteNotFound

ALWAYS = (0, 10**11)
HEADER = "Ticker,Date,Open,High,Low,Close,Volume,Adj Close\n"
packaged = pytest.mark.skipif(
    importlib.util.find_spec("bokeh_sampledata") is None, reason="the package is absent"
)


def history(source, symbol, timeframe, window=ALWAYS):
    return asyncio.run(source.history(symbol, timeframe, *window))


def stocks_file(folder, rows):
    path = folder / "stocks.csv.gz"
    path.write_bytes(gzip.compress((HEADER + rows).encode()))
    return path


@packaged
def test_thirteen_years_of_real_stocks_are_there():
    source = RecordedMarket()

    assert (source.venue, source.kind) == ("recorded", DataKind.RECORDED)
    assert [i.symbol for i in source.instruments()] == ["AAPL", "FB", "GOOG", "IBM", "MSFT"]
    counts = [len(history(source, i.symbol, Timeframe.D1)) for i in source.instruments()]
    assert counts == [3270, 196, 2148, 3270, 3270]


@packaged
def test_prices_are_adjusted_so_that_a_split_is_no_crash():
    apple = history(RecordedMarket(), "AAPL", Timeframe.D1)

    assert apple.close[0] == pytest.approx(4.1867, abs=1e-4)
    assert np.abs(np.diff(np.log(apple.close))).max() < 0.75
    assert np.all(apple.high >= apple.low)


@packaged
def test_weeks_are_made_of_days_and_shorter_bars_are_not_known():
    source = RecordedMarket()
    days, weeks = (history(source, "IBM", frame) for frame in (Timeframe.D1, Timeframe.W1))

    assert set(weeks.time % 604_800) == {4 * 86_400}
    assert weeks.volume.sum() == pytest.approx(days.volume.sum())
    assert weeks.high.max() == days.high.max()
    assert len(history(source, "IBM", Timeframe.H1)) == 0


@packaged
def test_the_package_itself_is_never_imported():
    history(RecordedMarket(), "IBM", Timeframe.D1)

    assert "bokeh_sampledata" not in sys.modules


@packaged
def test_a_window_holds_its_start_and_not_its_end():
    first, last = 951_868_800, 951_955_200  # 2000-03-01 and 02

    assert history(RecordedMarket(), "IBM", Timeframe.D1, (first, last)).time.tolist() == [first]


def test_the_past_has_no_next_price_and_no_book(tmp_path):
    source = RecordedMarket(stocks_file(tmp_path, ""))

    async def ticks():
        return [tick async for tick in source.ticks()]

    assert asyncio.run(ticks()) == []
    with pytest.raises(QuoteNotFound):
        asyncio.run(source.book("IBM", 5))
    with pytest.raises(InstrumentNotFound):
        asyncio.run(source.book("GOLD", 5))


def test_an_unknown_stock_is_refused_with_the_nearest(tmp_path):
    source = RecordedMarket(stocks_file(tmp_path, ""))
    with pytest.raises(InstrumentNotFound) as refusal:
        history(source, "APPL", Timeframe.D1)

    assert refusal.value.facts == {"symbol": "APPL", "nearest": "AAPL"}


def test_without_the_package_there_are_no_instruments(tmp_path):
    source = RecordedMarket(tmp_path / "stocks.csv.gz")

    assert list(source.instruments()) == []
    with pytest.raises(InstrumentNotFound):
        history(source, "IBM", Timeframe.D1)


@pytest.mark.parametrize(
    "rows",
    [
        "IBM,2000-03-01,1,1,1,one,1,1\n",
        "IBM,2000-03-01,1,1,1,0,1,1\n",
        "IBM,yesterday,1,1,1,1,1,1\n",
        "IBM,2000-03-02,1,1,1,1,1,1\nIBM,2000-03-01,1,1,1,1,1,1\n",
        "IBM,2000-03-02,1,1,1,1,1,1\n" * 1_000_000,
    ],
    ids=["text", "zero", "date", "unsorted", "too large"],
)
def test_a_broken_file_is_refused_with_the_way_out(tmp_path, rows):
    with pytest.raises(CandlesInvalid, match="recorded_broken"):
        read_stocks(stocks_file(tmp_path, rows))


def test_a_file_that_is_not_gzip_is_refused(tmp_path):
    path = tmp_path / "stocks.csv.gz"
    path.write_bytes(b"rubbish")

    with pytest.raises(CandlesInvalid, match="broken"):
        history(RecordedMarket(path), "IBM", Timeframe.D1)

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.storage.candles import ParquetCandleStore
from engine.domain.candles import Candle, Candles
from engine.domain.timeframe import Timeframe
from engine.errors import CandlesInvalid, StoreUnavailable
from engine.ports.boundary import watch_boundaries

JANUARY = 1_640_995_200  # 2022-01-01
ALWAYS = (0, 10**11)
M1, D1 = Timeframe.M1, Timeframe.D1


def bars(count, start=JANUARY, step=60, price=1.0):
    time = start + step * np.arange(count)
    column = price + np.arange(count)
    return Candles(time, column, column + 1, column - 1, column, column * 2)


def same(left, right):
    return all(np.array_equal(a, b) for a, b in zip(left.columns(), right.columns(), strict=True))


def write(store, candles, timeframe=M1, symbol="BTC/USDT"):
    asyncio.run(store.write("demo", symbol, timeframe, candles))


def read(store, window=ALWAYS, timeframe=M1, symbol="BTC/USDT"):
    return asyncio.run(store.read("demo", symbol, timeframe, *window))


def append(store, candles, timeframe=M1):
    rows = (candles.row(i) for i in range(len(candles)))
    store.append("demo", "BTC/USDT", timeframe, rows)


def files(folder: Path):
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.fixture(params=[True, False], ids=["threads", "inline"])
def store(request, tmp_path):
    return ParquetCandleStore(tmp_path / "candles", threads=request.param)


@pytest.mark.parametrize("timeframe", Timeframe)
def test_what_is_written_is_read_again_after_a_restart(tmp_path, timeframe):
    written = bars(1_000, step=timeframe.seconds)
    write(ParquetCandleStore(tmp_path), written, timeframe)

    assert same(read(ParquetCandleStore(tmp_path), timeframe=timeframe), written)


def test_an_empty_store_makes_no_folder_and_knows_nothing(store, tmp_path):
    asyncio.run(store.flush())

    assert len(read(store)) == 0
    assert not (tmp_path / "candles").exists()


def test_a_window_holds_its_start_and_not_its_end(store):
    write(store, bars(10))

    assert read(store, (JANUARY + 60, JANUARY + 180)).time.tolist() == [
        JANUARY + 60,
        JANUARY + 120,
    ]
    assert len(read(store, (JANUARY + 60, JANUARY + 60))) == 0
    assert len(read(store, (JANUARY + 180, JANUARY))) == 0


def test_an_appended_bar_is_read_at_once_and_lasts_after_a_flush(store, tmp_path):
    append(store, bars(3))
    assert len(read(store)) == 3
    assert not files(tmp_path)

    asyncio.run(store.flush())

    assert same(read(ParquetCandleStore(tmp_path / "candles")), bars(3))


def test_the_newer_wins_where_candles_overlap(store):
    write(store, bars(10, price=1))
    append(store, bars(4, JANUARY + 180, price=100))
    append(store, bars(1, JANUARY + 180, price=200))
    expected = [1, 2, 3, 200, 101, 102, 103, 8, 9, 10]
    assert read(store).close.tolist() == expected

    asyncio.run(store.flush())
    assert read(store).close.tolist() == expected

    write(store, bars(1, JANUARY + 60, price=7))
    assert read(store).close.tolist()[:3] == [1, 7, 3]


def test_series_do_not_mix_whatever_they_are_called(tmp_path):
    store = ParquetCandleStore(tmp_path / "in" / "candles")
    names = ["BTC/USDT", "BTC-USDT", "BTC%2FUSDT", "..", "../../..", ".", "", "a\\b", "é€"]
    for number, name in enumerate(names):
        write(store, bars(1, price=number), symbol=name)

    assert [read(store, symbol=name).close[0] for name in names] == list(range(len(names)))
    root = tmp_path / "in" / "candles"
    assert all(len(path.relative_to(root).parts) == 4 for path in files(tmp_path))


def test_small_parts_are_merged_so_that_files_stay_few(store, tmp_path):
    for number in range(50):
        append(store, bars(1, JANUARY + 60 * number, price=1 + number))
        asyncio.run(store.flush())

    assert len(files(tmp_path)) <= 8
    assert same(read(store), bars(50))


def test_minutes_lie_by_month_so_that_a_day_reads_one_file(store, tmp_path):
    write(store, bars(60 * 24 * 70))

    assert [path.name[:7] for path in files(tmp_path)] == ["2022-01", "2022-02", "2022-03"]
    for broken in files(tmp_path)[1:]:
        broken.write_bytes(b"rubbish")
    assert len(read(store, (JANUARY, JANUARY + 86_400))) == 1_440


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:0],
        lambda data: b"x" * len(data),
        lambda data: data[:-20],
        lambda data: data[:4] + bytes(len(data) - 12) + data[-8:],
    ],
)
def test_a_broken_file_is_named_and_does_not_stop_the_store(tmp_path, damage):
    write(ParquetCandleStore(tmp_path), bars(100))
    (path,) = files(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    store = ParquetCandleStore(tmp_path)

    with pytest.raises(CandlesInvalid, match=path.name):
        read(store)

    write(store, bars(10), D1)
    assert len(read(store, timeframe=D1)) == 10
    for number in range(12):
        append(store, bars(1, JANUARY + 6_000 + 60 * number))
        asyncio.run(store.flush())
    path.unlink()
    assert len(read(store)) == 12


def test_a_file_with_other_columns_is_refused(tmp_path):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    write(ParquetCandleStore(tmp_path), bars(3))
    (path,) = files(tmp_path)
    texts = pa.table({n: ["1", "2"] for n in ("time", "open", "high", "low", "close", "volume")})
    for table in (pa.table({"time": [1]}), texts):
        pq.write_table(table, path)
        with pytest.raises(CandlesInvalid, match="stored_"):
            read(ParquetCandleStore(tmp_path))


def test_rows_out_of_order_in_a_file_are_refused(tmp_path):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    write(ParquetCandleStore(tmp_path), bars(3))
    (path,) = files(tmp_path)
    names = ("open", "high", "low", "close", "volume")
    pq.write_table(pa.table({"time": [2, 1], **{name: [1.0, 1.0] for name in names}}), path)

    with pytest.raises(CandlesInvalid, match="stored_unsorted"):
        read(ParquetCandleStore(tmp_path))


def test_a_full_disk_loses_nothing(tmp_path):
    blocked = tmp_path / "candles"
    blocked.write_text("a file where the folder should be")
    store = ParquetCandleStore(blocked)
    append(store, bars(3))

    with pytest.raises(StoreUnavailable):
        asyncio.run(store.flush())
    append(store, bars(1, JANUARY + 180, price=4))

    blocked.unlink()
    asyncio.run(store.flush())
    assert same(read(ParquetCandleStore(blocked)), bars(4))


class Crash(Exception):
    pass


@pytest.mark.parametrize("moment", range(1, 6))
def test_a_crash_at_any_boundary_loses_nothing_that_was_flushed(tmp_path, moment):
    store = ParquetCandleStore(tmp_path, threads=False)
    for number in range(8):
        write(store, bars(1, JANUARY + 60 * number, price=1 + number))
    passed = []

    def crash(name):
        passed.append(name)
        if len(passed) == moment:
            raise Crash

    watch_boundaries(crash)
    try:
        for number in range(8, 13):
            write(store, bars(1, JANUARY + 60 * number, price=1 + number))
    except Crash:
        pass
    finally:
        watch_boundaries(None)

    again = ParquetCandleStore(tmp_path)
    assert set(passed) == {"candles.flushed"}
    assert len(read(again)) >= 8
    assert same(read(again), bars(len(read(again))))
    write(again, bars(1, JANUARY, price=50))
    assert read(again).close[0] == 50


def test_readers_and_writers_do_not_disturb_each_other(tmp_path):
    store = ParquetCandleStore(tmp_path)

    async def writing():
        for number in range(40):
            append(store, bars(1, JANUARY + 60 * number, price=1 + number))
            await store.flush()

    async def reading():
        seen = 0
        while seen < 40:
            found = await store.read("demo", "BTC/USDT", M1, *ALWAYS)
            assert len(found) >= seen
            assert same(found, bars(len(found)))
            seen = len(found)

    async def both():
        async with asyncio.TaskGroup() as group:
            group.create_task(reading())
            group.create_task(writing())

    asyncio.run(both())


operations = st.lists(
    st.tuples(
        st.sampled_from(["write", "append", "flush", "restart"]),
        st.integers(0, 90),
        st.integers(1, 40),
    ),
    max_size=14,
)


@settings(max_examples=30, deadline=None)
@given(operations)
def test_the_store_is_a_table_of_bars_by_time(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("candles")
    store = ParquetCandleStore(folder, threads=False)
    expected: dict[int, Candle] = {}
    for price, (step, first, count) in enumerate(steps):
        drawn = bars(count, JANUARY + 86_400 * first, 86_400 // 2, price)
        if step == "flush":
            asyncio.run(store.flush())
        elif step == "restart":
            asyncio.run(store.flush())
            store = ParquetCandleStore(folder, threads=False)
        else:
            (write if step == "write" else append)(store, drawn)
            expected |= {int(drawn.time[i]): drawn.row(i) for i in range(count)}

    assert same(read(store), Candles.of(expected[time] for time in sorted(expected)))

"""Pictures and papers drawn in a process of their own, and how long each took."""

from __future__ import annotations

import re
import zlib
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.domain.candles import Candles

_BARS = 200


def told(kind: str) -> None:
    """Print the milliseconds of a chart, cold or warm, or the seconds and pages of a paper."""
    if kind == "paper":
        print(*_paper())
        return
    start = perf_counter()
    from bot.presenters.pictures.draw import draw_candles  # noqa: PLC0415 -- it is measured

    spec = _chart()
    draw_candles(spec)
    seconds = perf_counter() - start
    if kind == "warm":
        for _ in range(5):
            start = perf_counter()
            draw_candles(spec)
            seconds = min(seconds, perf_counter() - start)
    print(seconds * 1_000)


def _chart() -> object:
    from bot.presenters.pictures.spec import CandleChart, Mark, Overlay  # noqa: PLC0415
    from engine.domain.timeframe import Timeframe  # noqa: PLC0415

    bars = _bars()
    average = bars.close.cumsum() / (1 + bars.time - bars.time[0])
    marks = tuple(
        Mark(int(bars.time[at]), float(bars.close[at]), "buy" if at % 40 else "sell")
        for at in range(10, _BARS, 20)
    )
    overlays = Overlay("sma", bars.close - 3), Overlay("rsi", average, "below")
    return CandleChart("BTC/USDT", Timeframe.M1, bars, overlays, marks, badge="recorded")


def _bars() -> Candles:
    """Waves rather than a walk: chance is no part of a chart, and loading it takes a while."""
    import numpy as np  # noqa: PLC0415

    from engine.domain.candles import Candles  # noqa: PLC0415

    time = np.arange(_BARS)
    close = 40_000 + 900 * np.sin(time / 17) + 200 * np.sin(time / 3)
    opened = np.concatenate((close[:1], close[:-1]))
    high, low = np.maximum(opened, close) + 40, np.minimum(opened, close) - 40
    moments = 1_600_000_020 + 60 * time
    return Candles(moments, opened, high, low, close, 1.0 + time % 7)


def _paper() -> tuple[float, int]:
    from bot.presenters.backtests.report import BacktestReport  # noqa: PLC0415
    from bot.presenters.backtests.spec import Material, Span  # noqa: PLC0415
    from bot.presenters.paper.report import compose_report  # noqa: PLC0415
    from bot.voice import Voice  # noqa: PLC0415
    from engine.backtest import Settings, compiled  # noqa: PLC0415
    from engine.documents import library_text, read_document  # noqa: PLC0415
    from engine.domain.timeframe import Timeframe  # noqa: PLC0415
    from tests.bench.backtests.histories import SHORT, walk  # noqa: PLC0415

    text, candles = library_text("sma-cross"), walk(SHORT)
    result = compiled.run(read_document(text), candles, Timeframe.M1, Settings())
    material = Material(
        document=text,
        reference="sma-cross@1",
        values={},
        symbol="BTC/USDT",
        currency="USDT",
        kind=None,
        timeframe=Timeframe.M1,
        settings=Settings(),
        voice=Voice(),
        made_at=1_700_000_000_000,
        candles=candles,
    )
    start, end = int(candles.time[0]), int(candles.time[-1]) + 60
    span = Span(SHORT, start, end, Timeframe.M1, ())
    report, best, paper = BacktestReport(read_document(text), material, span, result), 9.0, b""
    for _ in range(3):
        began = perf_counter()
        paper = compose_report(report.paper())
        best = min(best, perf_counter() - began)
    return best, len(re.findall(rb"/Type\s*/Page\b", _plain(paper)))


def _plain(paper: bytes) -> bytes:
    """The file with its compressed parts beside it in the clear."""
    parts = [paper]
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", paper, re.DOTALL):
        try:
            parts.append(zlib.decompress(packed))
        except zlib.error:
            continue
    return b"\n".join(parts)

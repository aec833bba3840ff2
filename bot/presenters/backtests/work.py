"""What the worker process does: read, run, reckon, draw, compose."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass

from bot.presenters.backtests.report import BacktestReport
from bot.presenters.backtests.spec import Files, Material, Scores, Span, Tested
from bot.presenters.paper.report import compose_report
from bot.presenters.pictures.draw import draw_candles, draw_equity
from bot.presenters.strategies import numbers_told
from engine.backtest import Backtest
from engine.backtest.engines import engine_for
from engine.backtest.search.checks import look_ahead, warm_up
from engine.backtest.search.trials import Bench
from engine.documents import read_document
from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe
from engine.errors import CandlesInvalid, EngineError
from engine.ports.market_data import CandleOddity
from engine.strategies import Strategy

# The process is kept, so that the compiled pass is loaded once.
_SHORT = 3_000


@dataclass(frozen=True, slots=True, eq=False)
class BacktestOrder:
    """A backtest to be run, and the documents of others to hold beside it, by reference."""

    material: Material
    beside: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """The bars of a material, read."""

    candles: Candles
    timeframe: Timeframe
    oddities: tuple[CandleOddity, ...]

    @property
    def span(self) -> Span:
        """Which they are."""
        times = self.candles.time
        end = int(times[-1]) + self.timeframe.seconds
        return Span(len(times), int(times[0]), end, self.timeframe, self.oddities)


def tested(order: BacktestOrder) -> Generator[str, None, Tested]:
    """Run a backtest and all that goes with it; tells what it is at."""
    material = order.material
    yield "reading"
    strategy, bars = read_document(material.document), bars_of(material)
    yield "running"
    result, seconds = run(strategy, bars, material, material.values)
    yield "comparing"
    others = tuple(_beside(name, text, bars, material) for name, text in order.beside.items())
    yield "drawing"
    report = BacktestReport(strategy, material, bars.span, result)
    files = Files(
        equity=draw_equity(report.picture()),
        prices=draw_candles(report.prices()),
        trades=report.trades_file(),
        paper=compose_report(report.paper()),
    )
    scores = scored(material.reference, strategy, material.values, result)
    return Tested(scores, bars.span, seconds, others, files)


def sound(material: Material) -> Generator[str, None, bool]:
    """Whether a strategy neither looks ahead nor begins before it knows enough."""
    yield "checking"
    bars = bars_of(material)
    strategy = read_document(material.document)
    bench = Bench(strategy, bars.candles, bars.timeframe, material.settings)
    ahead, warmth = look_ahead(bench, material.values), warm_up(bench, material.values)
    return ahead.changed is None and warmth.bars is not None


def bars_of(material: Material) -> Bars:
    """The bars, from the material itself or from its file. Raises CandlesInvalid."""
    if material.candles is not None and material.timeframe is not None:
        return Bars(material.candles, material.timeframe, ())
    if material.file is None or material.read is None:
        raise ValueError("a material has candles or a file")
    history = material.read(material.file)
    timeframe = material.timeframe or history.timeframe
    if timeframe is None:
        raise CandlesInvalid("no_timeframe", detail=", ".join(Timeframe))
    return Bars(history.candles, timeframe, history.oddities)


def run(
    strategy: Strategy, bars: Bars, material: Material, values: Mapping[str, float]
) -> tuple[Backtest, float]:
    """The backtest and how long it ran, seconds."""
    engine = engine_for("auto", strategy, values, len(bars.candles), _SHORT)
    start = time.perf_counter()
    result = engine(strategy, bars.candles, bars.timeframe, material.settings, values)
    return result, time.perf_counter() - start


def scored(
    reference: str, strategy: Strategy, given: Mapping[str, float], result: Backtest
) -> Scores:
    """Its figures."""
    values = strategy.values(given)
    return Scores(
        reference=reference,
        values=values,
        metrics=result.metrics(),
        equity_final=result.equity_final,
        numbers=numbers_told(strategy, values),
        denied=result.denied,
    )


def _beside(reference: str, document: str, bars: Bars, material: Material) -> Scores:
    """Another strategy over the same bars, with its own defaults."""
    try:
        strategy = read_document(document)
        result, _ = run(strategy, bars, material, {})
    except EngineError as error:
        return Scores(reference, {}, {}, 0.0, trouble=str(error))
    return scored(reference, strategy, {}, result)

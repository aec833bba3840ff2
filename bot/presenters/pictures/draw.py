"""The doors to drawing; importing this module costs nothing until the first picture."""

from __future__ import annotations

from typing import assert_never

from bot.presenters.pictures.spec import (
    BarsChart,
    CandleChart,
    EquityChart,
    HeatMap,
    MonthlyReturns,
    Picture,
    RuleDiagram,
)

# The drawing modules load matplotlib, which only the worker process should pay for.
# ruff: noqa: PLC0415


def draw(spec: Picture) -> bytes:
    """Any picture as PNG; the one function to hand to a worker process."""
    match spec:
        case CandleChart():
            return draw_candles(spec)
        case EquityChart():
            return draw_equity(spec)
        case MonthlyReturns():
            return draw_monthly(spec)
        case BarsChart():
            return draw_bars(spec)
        case HeatMap():
            return draw_heat_map(spec)
        case RuleDiagram():
            return draw_rules(spec)
        case _:
            assert_never(spec)


def draw_candles(spec: CandleChart) -> bytes:
    """Candlesticks, 1200 by 800 pixels."""
    from bot.presenters.pictures import candles

    return candles.draw(spec)


def draw_equity(spec: EquityChart) -> bytes:
    """Equity and drawdown, 1200 by 800 pixels."""
    from bot.presenters.pictures import equity

    return equity.draw(spec)


def draw_monthly(spec: MonthlyReturns) -> bytes:
    """The heat map of monthly returns, 1200 pixels wide, as high as the years need."""
    from bot.presenters.pictures import monthly

    return monthly.draw(spec)


def draw_bars(spec: BarsChart) -> bytes:
    """Signed bars, 1200 by 800 pixels."""
    from bot.presenters.pictures import bars

    return bars.draw(spec)


def draw_heat_map(spec: HeatMap) -> bytes:
    """A score over two numbers, 1200 by 800 pixels."""
    from bot.presenters.pictures import heatmap

    return heatmap.draw(spec)


def draw_rules(spec: RuleDiagram) -> bytes:
    """A strategy's rules, 1200 by 800 pixels."""
    from bot.presenters.pictures import diagram

    return diagram.draw(spec)

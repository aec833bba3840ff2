"""Every statistic with its name, unit and formula, for the report and the reference alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from engine.reporting import falls, gains, significance, trading
from engine.reporting.curve import EquityCurve
from engine.reporting.history import History

Measure = Callable[[History], float | None]


class Unit(StrEnum):
    """What a statistic is counted in, hence how it is written."""

    FRACTION = "fraction"
    NUMBER = "number"
    AMOUNT = "amount"
    COUNT = "count"
    DAYS = "days"
    HOURS = "hours"
    PROBABILITY = "probability"


@dataclass(frozen=True, slots=True)
class Metric:
    """One statistic; `measure` gives None where it is not defined."""

    name: str
    unit: Unit
    formula: str
    measure: Measure


_LISTED: tuple[Metric, ...] = (
    Metric(
        "total_return",
        Unit.FRACTION,
        "V_end / V_start − 1, money put in or taken out left aside",
        gains.total_return,
    ),
    Metric(
        "annual_return",
        Unit.FRACTION,
        "(V_end / V_start)^(1 / years) − 1; years of 365 days",
        gains.annual_return,
    ),
    Metric(
        "volatility",
        Unit.FRACTION,
        "stdev(r) × √P; r the returns of each period, P periods a year, n − 1",
        gains.volatility,
    ),
    Metric(
        "sharpe",
        Unit.NUMBER,
        "mean(e) / stdev(e) × √P; e = r less the risk-free rate of a period (Sharpe 1994)",
        gains.sharpe,
    ),
    Metric(
        "sortino",
        Unit.NUMBER,
        "mean(e) / √mean(min(e, 0)²) × √P (Sortino and van der Meer 1991)",
        gains.sortino,
    ),
    Metric(
        "calmar",
        Unit.NUMBER,
        "annual return / maximum drawdown, whole history (Young 1991)",
        falls.calmar,
    ),
    Metric(
        "omega",
        Unit.NUMBER,
        "Σ max(e, 0) / Σ max(−e, 0) (Keating and Shadwick 2002)",
        gains.omega,
    ),
    Metric(
        "maximum_drawdown",
        Unit.FRACTION,
        "max over t of 1 − V_t / max(V_s, s ≤ t)",
        falls.maximum_drawdown,
    ),
    Metric(
        "drawdown_days",
        Unit.DAYS,
        "from the height before the deepest fall until it is reached again, or the end",
        falls.drawdown_days,
    ),
    Metric(
        "longest_drawdown_days",
        Unit.DAYS,
        "the longest time from a height until it is reached again, or the end",
        falls.longest_drawdown_days,
    ),
    Metric(
        "ulcer_index",
        Unit.FRACTION,
        "√mean(D²); D the drawdown at each moment (Martin 1987)",
        falls.ulcer_index,
    ),
    Metric(
        "value_at_risk_95",
        Unit.FRACTION,
        "−quantile(r, 0.05), a period's loss; at least 20 returns",
        partial(falls.value_at_risk, level=0.95),
    ),
    Metric(
        "value_at_risk_99",
        Unit.FRACTION,
        "−quantile(r, 0.01), a period's loss; at least 100 returns",
        partial(falls.value_at_risk, level=0.99),
    ),
    Metric(
        "expected_shortfall_95",
        Unit.FRACTION,
        "−mean of the returns at or below quantile(r, 0.05) (Acerbi and Tasche 2002)",
        partial(falls.expected_shortfall, level=0.95),
    ),
    Metric(
        "expected_shortfall_99",
        Unit.FRACTION,
        "−mean of the returns at or below quantile(r, 0.01)",
        partial(falls.expected_shortfall, level=0.99),
    ),
    Metric(
        "exposure",
        Unit.FRACTION,
        "time in which a closed trade was open / time of the curve",
        trading.exposure,
    ),
    Metric(
        "turnover",
        Unit.NUMBER,
        "Σ notional of entries and exits / mean equity / years",
        trading.turnover,
    ),
    Metric("trades", Unit.COUNT, "round trips closed, at average cost", trading.trades),
    Metric("win_rate", Unit.FRACTION, "trades with profit > 0 / trades", trading.win_rate),
    Metric("average_win", Unit.AMOUNT, "mean profit of the trades that won", trading.average_win),
    Metric(
        "average_loss", Unit.AMOUNT, "mean profit of the trades that lost", trading.average_loss
    ),
    Metric("payoff", Unit.NUMBER, "average win / |average loss|", trading.payoff),
    Metric("profit_factor", Unit.NUMBER, "Σ wins / |Σ losses|", trading.profit_factor),
    Metric("expectancy", Unit.AMOUNT, "mean profit of a trade, after fees", trading.expectancy),
    Metric(
        "system_quality",
        Unit.NUMBER,
        "√n × mean(profit) / stdev(profit) (Tharp 2008, profits for R)",
        trading.system_quality,
    ),
    Metric("largest_win", Unit.AMOUNT, "highest profit of a winning trade", trading.largest_win),
    Metric("largest_loss", Unit.AMOUNT, "lowest profit of a losing trade", trading.largest_loss),
    Metric(
        "longest_losing_run",
        Unit.COUNT,
        "most losing trades in a row, by exit",
        trading.longest_losing_run,
    ),
    Metric(
        "average_holding_hours",
        Unit.HOURS,
        "mean time from entry to exit",
        trading.average_holding_hours,
    ),
    Metric("fees", Unit.AMOUNT, "Σ fees of the closed trades", trading.fees),
    Metric(
        "probabilistic_sharpe",
        Unit.PROBABILITY,
        "Φ(SR √(n − 1) / √(1 − γ₃ SR + (γ₄ − 1) / 4 × SR²)); SR per period "
        "(Bailey and López de Prado 2012)",
        significance.probabilistic_sharpe,
    ),
    Metric(
        "deflated_sharpe",
        Unit.PROBABILITY,
        "the same with SR − SR₀, SR₀ the best that luck shows in N trials "
        "(Bailey and López de Prado 2014)",
        significance.deflated_sharpe,
    ),
)

SOURCES: Mapping[str, str] = {
    "Sharpe 1994": "The Sharpe Ratio. Journal of Portfolio Management 21(1)",
    "Sortino and van der Meer 1991": "Downside risk. Journal of Portfolio Management 17(4)",
    "Young 1991": "Calmar Ratio: A Smoother Tool. Futures 20(1)",
    "Keating and Shadwick 2002": "A Universal Performance Measure. "
    "Journal of Performance Measurement 6(3)",
    "Martin 1987": "The Ulcer Index, in Martin and McCann, "
    "The Investor's Guide to Fidelity Funds (1989)",
    "Acerbi and Tasche 2002": "On the coherence of expected shortfall. "
    "Journal of Banking and Finance 26(7)",
    "Tharp 2008": "The Definitive Guide to Position Sizing",
    "Bailey and López de Prado 2012": "The Sharpe Ratio Efficient Frontier. Journal of Risk 15(2)",
    "Bailey and López de Prado 2014": "The Deflated Sharpe Ratio. "
    "Journal of Portfolio Management 40(5)",
}
"""What the formulas cite; those that cite nothing are definitions."""

METRICS: Mapping[str, Metric] = {metric.name: metric for metric in _LISTED}


def measured(history: History) -> dict[str, float | None]:
    """Every statistic by name, in the order of the registry."""
    return {name: metric.measure(history) for name, metric in METRICS.items()}


def buy_and_hold_return(prices: EquityCurve) -> float | None:
    """`P_end / P_start - 1` of an instrument's closes over the same time, a fraction."""
    return gains.total_return(History(prices))

"""What the curve earned, and what that was worth for its risk."""

from __future__ import annotations

import math

import numpy as np

from engine.domain.candles import Floats
from engine.reporting.bounds import bounded, ratio
from engine.reporting.curve import spread
from engine.reporting.history import History


@bounded
def total_return(history: History) -> float | None:
    """`V_end / V_start - 1`, a fraction."""
    values = history.curve.values
    if len(values) < 2 or values[0] <= 0:
        return None
    return float(values[-1]) / float(values[0]) - 1


@bounded
def annual_return(history: History) -> float | None:
    """`(V_end / V_start)^(1 / years) - 1`, a fraction; years of 365 days (geometric mean)."""
    gain, years = total_return(history), history.curve.years
    if gain is None or gain < -1 or years <= 0:
        return None
    # Through logarithms, since minutes of history would leave the floating numbers.
    exponent = math.log1p(gain) / years if gain > -1 else -math.inf
    return math.expm1(exponent) if exponent < 700 else None


@bounded
def volatility(history: History) -> float | None:
    """`stdev(r) * sqrt(P)`, a fraction a year; P returns a year as they came, n - 1."""
    returns = history.curve.returns
    if len(returns) < 2:
        return None
    return spread(returns) * math.sqrt(history.curve.periods_a_year)


@bounded
def sharpe(history: History) -> float | None:
    """`mean(e) / stdev(e) * sqrt(P)`, a number; e excess returns (Sharpe 1994)."""
    excess = excess_returns(history)
    if len(excess) < 2:
        return None
    return ratio(float(excess.mean()) * math.sqrt(history.curve.periods_a_year), spread(excess))


@bounded
def sortino(history: History) -> float | None:
    """`mean(e) / sqrt(mean(min(e, 0)^2)) * sqrt(P)`, a number (Sortino and van der Meer 1991)."""
    excess = excess_returns(history)
    if len(excess) < 2:
        return None
    downside = math.sqrt(float(np.mean(np.minimum(excess, 0.0) ** 2)))
    return ratio(float(excess.mean()) * math.sqrt(history.curve.periods_a_year), downside)


@bounded
def omega(history: History) -> float | None:
    """`sum(max(e, 0)) / sum(max(-e, 0))`, a number; threshold the risk-free rate (Keating 2002)."""
    excess = excess_returns(history)
    gains, losses = np.maximum(excess, 0.0).sum(), np.maximum(-excess, 0.0).sum()
    return ratio(float(gains), float(losses))


def excess_returns(history: History) -> Floats:
    """Returns less the risk-free rate of a period, `(1 + rate)^(1 / P) - 1`."""
    returns = history.curve.returns
    if not history.risk_free or not len(returns):
        return returns
    rate = (1 + history.risk_free) ** (1 / history.curve.periods_a_year) - 1
    excess: Floats = returns - rate
    return excess

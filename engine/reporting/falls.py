"""How deep the curve fell, for how long, and how bad its bad periods were."""

from __future__ import annotations

import math

import numpy as np

from engine.reporting.bounds import bounded, ratio
from engine.reporting.gains import annual_return
from engine.reporting.history import History

_DAY_SECONDS = 86_400


@bounded
def maximum_drawdown(history: History) -> float | None:
    """`max(1 - V_t / max(V_s, s <= t))`, a fraction of the height fallen from."""
    falls = history.curve.falls
    return float(falls.max()) if len(falls) else None


@bounded
def drawdown_days(history: History) -> float | None:
    """From the height before the deepest fall until it is reached again, or the end; in days."""
    falls, times = history.curve.falls, history.curve.times
    if not len(falls):
        return None
    deepest = int(falls.argmax())
    if falls[deepest] <= 0:
        return 0.0
    start = int(np.flatnonzero(falls[:deepest] <= 0)[-1])
    recovered = np.flatnonzero(falls[deepest:] <= 0)
    end = deepest + int(recovered[0]) if len(recovered) else len(falls) - 1
    return float(times[end] - times[start]) / _DAY_SECONDS


@bounded
def longest_drawdown_days(history: History) -> float | None:
    """The longest time from one height until it is reached again, or the end; in days."""
    falls, times = history.curve.falls, history.curve.times
    if not len(falls):
        return None
    heights = times[falls <= 0]
    ends = np.append(heights, times[-1])
    under = np.diff(np.flatnonzero(np.append(falls <= 0, True))) > 1
    waits = np.diff(ends)[: len(under)]
    return float(np.max(waits[under], initial=0)) / _DAY_SECONDS


@bounded
def calmar(history: History) -> float | None:
    """Annual return over maximum drawdown, a number; of the whole history (Young 1991)."""
    gain, fall = annual_return(history), maximum_drawdown(history)
    return None if gain is None or fall is None else ratio(gain, fall)


@bounded
def ulcer_index(history: History) -> float | None:
    """`sqrt(mean(D_t^2))`, a fraction; D the drawdown at each moment (Martin 1987)."""
    falls = history.curve.falls
    return math.sqrt(float(np.mean(falls**2))) if len(falls) else None


@bounded
def value_at_risk(history: History, level: float) -> float | None:
    """`-quantile(r, 1 - level)`, a fraction a period, a loss positive (historical simulation).

    Linear between the order statistics; None with fewer returns than one expected beyond it.
    """
    returns = history.curve.returns
    if len(returns) < round(1 / (1 - level)):
        return None
    return -float(np.quantile(returns, 1 - level))


@bounded
def expected_shortfall(history: History, level: float) -> float | None:
    """`-mean(r, r <= quantile(r, 1 - level))`, a fraction a period (Acerbi and Tasche 2002)."""
    threshold = value_at_risk(history, level)
    if threshold is None:
        return None
    returns = history.curve.returns
    beyond = returns[returns <= -threshold]
    return -float(beyond.mean()) if len(beyond) else threshold

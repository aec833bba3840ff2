"""What the closed trades say. Amounts in quote currency, profits net of fees."""

from __future__ import annotations

import math
from itertools import groupby

import numpy as np

from engine.domain.candles import Floats
from engine.reporting.bounds import bounded, ratio
from engine.reporting.curve import spread
from engine.reporting.history import History


def _profits(history: History) -> Floats:
    return np.array([trip.profit for trip in history.trips], np.float64)


def _mean(values: Floats) -> float | None:
    return float(values.mean()) if len(values) else None


@bounded
def exposure(history: History) -> float | None:
    """The share of the curve's time in which a closed trade was open, a fraction."""
    times = history.curve.times
    if len(times) < 2:
        return None
    start, end = float(times[0]), float(times[-1])
    held, until = 0.0, start
    for trip in sorted(history.trips, key=lambda trip: trip.entry_time):
        first, last = max(trip.entry_time, until), min(trip.exit_time, end)
        held += max(0.0, last - first)
        until = max(until, last)
    return held / (end - start)


@bounded
def turnover(history: History) -> float | None:
    """The notional of all entries and exits over mean equity and years, a number a year."""
    values, years = history.curve.values, history.curve.years
    if not len(values) or years <= 0 or values.mean() <= 0:
        return None
    traded = sum(trip.notional for trip in history.trips)
    return traded / float(values.mean()) / years


@bounded
def trades(history: History) -> float | None:
    """The number of round trips."""
    return float(len(history.trips))


@bounded
def win_rate(history: History) -> float | None:
    """Trades with a profit above 0 over all trades, a fraction."""
    return _mean((_profits(history) > 0).astype(np.float64))


@bounded
def average_win(history: History) -> float | None:
    """The mean profit of the trades that won, an amount."""
    profits = _profits(history)
    return _mean(profits[profits > 0])


@bounded
def average_loss(history: History) -> float | None:
    """The mean profit of the trades that lost, a negative amount."""
    profits = _profits(history)
    return _mean(profits[profits < 0])


@bounded
def payoff(history: History) -> float | None:
    """Average win over the size of the average loss, a number."""
    win, loss = average_win(history), average_loss(history)
    return None if win is None or loss is None else ratio(win, -loss)


@bounded
def profit_factor(history: History) -> float | None:
    """The sum of wins over the size of the sum of losses, a number."""
    profits = _profits(history)
    return ratio(float(profits[profits > 0].sum()), -float(profits[profits < 0].sum()))


@bounded
def expectancy(history: History) -> float | None:
    """The mean profit of a trade, an amount."""
    return _mean(_profits(history))


@bounded
def system_quality(history: History) -> float | None:
    """`sqrt(n) * mean(profit) / stdev(profit)`, a number; n - 1 (Tharp 2008, profits for R)."""
    profits = _profits(history)
    if len(profits) < 2:
        return None
    return ratio(math.sqrt(len(profits)) * float(profits.mean()), spread(profits))


@bounded
def largest_win(history: History) -> float | None:
    """The highest profit of a trade that won, an amount."""
    profits = _profits(history)
    return float(profits.max()) if (profits > 0).any() else None


@bounded
def largest_loss(history: History) -> float | None:
    """The lowest profit of a trade that lost, a negative amount."""
    profits = _profits(history)
    return float(profits.min()) if (profits < 0).any() else None


@bounded
def longest_losing_run(history: History) -> float | None:
    """The most losing trades in a row, in the order of their exits."""
    if not history.trips:
        return None
    ordered = sorted(history.trips, key=lambda trip: trip.exit_time)
    runs = groupby(ordered, key=lambda trip: trip.profit < 0)
    return float(max((len(list(run)) for lost, run in runs if lost), default=0))


@bounded
def average_holding_hours(history: History) -> float | None:
    """The mean time from a trade's entry to its exit, in hours."""
    return _mean(np.array([trip.seconds / 3_600 for trip in history.trips], np.float64))


@bounded
def fees(history: History) -> float | None:
    """The fees of all closed trades, an amount."""
    return math.fsum(trip.fees for trip in history.trips)

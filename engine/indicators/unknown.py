"""Arithmetic and logic where NaN means unknown: what every indicator and formula is built from.

Conditions are 1.0 (true), 0.0 (false) or NaN (unknown), joined by Kleene's strong logic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from engine.domain.candles import Floats

Comparison = Callable[[Floats, Floats], "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]"]

COMPARISONS: Mapping[str, Comparison] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


def compared(operator: str, left: Floats, right: Floats) -> Floats:
    """`left operator right` as a condition; unknown where either side is."""
    truth = COMPARISONS[operator](left, right)
    return np.where(np.isnan(left) | np.isnan(right), np.nan, truth)


def both(left: Floats, right: Floats) -> Floats:
    """Kleene's `and`: false beats unknown."""
    return np.where((left == 0) | (right == 0), 0.0, left * right)


def either(left: Floats, right: Floats) -> Floats:
    """Kleene's `or`: true beats unknown."""
    return np.where((left == 1) | (right == 1), 1.0, left + right)


def negated(condition: Floats) -> Floats:
    """Kleene's `not`."""
    return np.subtract(1.0, condition)


def known(values: Floats) -> Floats:
    """The same with infinities turned unknown."""
    return np.where(np.isfinite(values), values, np.nan)


def divided(numerator: Floats, denominator: Floats) -> Floats:
    """The quotient; division by zero is unknown."""
    with np.errstate(all="ignore"):
        return known(np.divide(numerator, denominator))


def shifted(values: Floats, bars: int) -> Floats:
    """Each bar's value as it was `bars` bars back; unknown before."""
    if bars == 0:
        return values
    out = np.full(len(values), np.nan)
    out[bars:] = values[: max(len(values) - bars, 0)]
    return out


def by_runs(function: Callable[..., Floats], *columns: Floats, least: int = 1) -> Floats:
    """`function` over each unbroken run of bars where every column is known, unknown elsewhere.

    So an indicator of an indicator starts where the inner one does, a window that holds an unknown
    value is unknown, and a recursive average starts afresh after one. Runs of less than `least`
    bars are too short to give anything, and cost nothing.
    """
    given = np.isfinite(columns[0])
    for column in columns[1:]:
        given &= np.isfinite(column)
    out = np.full(len(given), np.nan)
    edges = np.flatnonzero(np.diff(given.astype(np.int8), prepend=0, append=0))
    runs = edges.reshape(-1, 2)
    for start, stop in runs[runs[:, 1] - runs[:, 0] >= least].tolist():
        out[start:stop] = function(*(column[start:stop] for column in columns))
    return out

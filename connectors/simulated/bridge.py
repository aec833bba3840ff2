"""Paths pinned at both ends: how a coarse bar is filled with finer ones that agree with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.domain.candles import Floats

Ints = NDArray[np.int64]


def bridge(first: Floats, last: Floats, steps: Floats, shares: Floats) -> Floats:
    """Brownian bridges, one a row: (n, k + 1) nodes from `first` to `last`, both (n,).

    `steps` (n, k) are free increments; `shares` (k,) say how much of the way, and of the variance,
    each step covers, and sum to one.
    """
    walked = np.cumsum(steps, axis=1)
    way = np.cumsum(shares)
    nodes = np.empty((len(first), steps.shape[1] + 1))
    nodes[:, 0] = first
    nodes[:, 1:] = first[:, None] + walked + way * (last - first - walked[:, -1])[:, None]
    nodes[:, -1] = last
    return nodes


def extremes(nodes: Floats, sigma: Floats, chance: Floats) -> tuple[Floats, Floats]:
    """Highest and lowest between neighbouring nodes (n, k + 1), each (n, k).

    `sigma` (n, k) is the standard deviation of each step, `chance` (2, n, k) is uniform in [0, 1).
    The maximum of a bridge from a to b is (a + b + sqrt((b - a)^2 - 2 s^2 ln u)) / 2 (Karatzas and
    Shreve, "Brownian Motion and Stochastic Calculus", 4.3.40).
    """
    middle = (nodes[:, 1:] + nodes[:, :-1]) / 2
    squared = (nodes[:, 1:] - nodes[:, :-1]) ** 2
    reach = np.sqrt(squared - 2 * sigma * sigma * np.log1p(-chance)) / 2
    ends = np.maximum(nodes[:, 1:], nodes[:, :-1]), np.minimum(nodes[:, 1:], nodes[:, :-1])
    return np.maximum(middle + reach[0], ends[0]), np.minimum(middle - reach[1], ends[1])


class Fit:
    """A map, row by row, that never reverses an order and takes a path's reach to a bar's.

    Between open and close nothing moves; what is above is stretched so that `reach_high` lands on
    `high`, what is below likewise. All arguments are (n,).
    """

    def __init__(
        self,
        ends: tuple[Floats, Floats],
        bar: tuple[Floats, Floats],
        reach: tuple[Floats, Floats],
    ) -> None:
        self._top = np.maximum(*ends)[:, None]
        self._bottom = np.minimum(*ends)[:, None]
        self._up = _ratio(bar[0][:, None] - self._top, reach[0][:, None] - self._top)
        self._down = _ratio(self._bottom - bar[1][:, None], self._bottom - reach[1][:, None])

    def __call__(self, values: Floats) -> Floats:
        above = np.maximum(values - self._top, 0) * (self._up - 1)
        below = np.maximum(self._bottom - values, 0) * (self._down - 1)
        fitted: Floats = values + above - below
        return fitted


def _ratio(wanted: Floats, got: Floats) -> Floats:
    return np.divide(wanted, got, out=np.zeros_like(wanted), where=got > 0)


def split(totals: Ints, weights: Floats) -> Ints:
    """Whole `totals` (n,) shared out by `weights` (n, k), each row summing exactly to its total."""
    share = np.cumsum(weights, axis=1)
    share /= share[:, -1:]
    marks = np.floor(totals[:, None] * share).astype(np.int64)
    marks[:, -1] = totals
    return np.diff(marks, axis=1, prepend=0)

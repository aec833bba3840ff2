"""Sums, spreads and ranks over a moving window, in linear time and without drift.

A running sum that adds the new bar and drops the old one gathers rounding errors for ever. Here
the bars are cut into blocks as long as the window, so that a window is the tail of one block and
the head of the next (van Herk 1992): each value comes from its own `n` bars and no others, and is
unknown where one of these is.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from engine.domain.candles import Floats

# So many numbers at a time stay inside the processor's cache, and a long history in memory.
_CHUNK = 262_144


def _blocks(x: Floats, n: int) -> Floats:
    """`x` in rows of `n`, the last one filled up with its last value."""
    rows = -(-len(x) // n)
    grid = np.full(rows * n, x[-1])
    grid[: len(x)] = x
    grid[np.isinf(grid)] = np.nan
    return grid.reshape(rows, n)


def window_sum(x: Floats, n: int) -> Floats:
    """The sum of the last `n` values of `x`."""
    return _in_chunks(_sum, x, n)


def window_variance(x: Floats, n: int) -> Floats:
    """The population variance of the last `n` values of `x`.

    Each block is measured from its own first value, and the two parts of a window are joined by
    Chan, Golub and LeVeque (1979), so neither the level nor the length of the history costs digits.
    """
    return _in_chunks(_variance, x, n)


def _in_chunks(function: Callable[[Floats, int], Floats], x: Floats, n: int) -> Floats:
    """The same to the bit as over all of `x`: a value looks at its own block and the last one."""
    step = max(_CHUNK // n, 1) * n
    if len(x) <= step:
        return function(x, n)
    out = np.empty(len(x))
    for start in range(0, len(x), step):
        before = max(start - n, 0)
        out[start : start + step] = function(x[before : start + step], n)[start - before :]
    return out


def _sum(x: Floats, n: int) -> Floats:
    out = np.full(len(x), np.nan)
    if len(x) < n:
        return out
    grid = _blocks(x, n)
    head = np.cumsum(grid, axis=1).ravel()
    tail = np.cumsum(grid[:, ::-1], axis=1)[:, ::-1].ravel()
    out[n - 1 :] = tail[: len(x) - n + 1] + head[n - 1 : len(x)]
    out[n - 1 :: n] = head[n - 1 : len(x) : n]
    return out


def _variance(x: Floats, n: int) -> Floats:
    out = np.full(len(x), np.nan)
    if len(x) < n:
        return out
    grid = _blocks(x, n)
    # Where the first is unknown, so are all heads of the block, and its tails are all past.
    origin = np.where(
        np.isnan(grid[:, :1]), np.fmax.reduce(grid, axis=1, keepdims=True), grid[:, :1]
    )
    count = np.arange(1.0, n + 1)
    head_mean, head_spread = _parts(grid - origin, count)
    tail_mean, tail_spread = _parts((grid - origin)[:, ::-1], count)
    last = slice(n - 1, len(x))
    first = slice(0, len(x) - n + 1)
    tail_mean = (tail_mean[:, ::-1] + origin).ravel()[first]
    head_mean = (head_mean + origin).ravel()[last]
    in_head = np.arange(len(tail_mean)) % n
    apart = (head_mean - tail_mean) ** 2 * in_head * (n - in_head) / n
    spread = tail_spread[:, ::-1].ravel()[first] + head_spread.ravel()[last] + apart
    spread[::n] = head_spread.ravel()[last][::n]
    out[last] = np.maximum(spread, 0.0) / n
    return out


def _parts(offsets: Floats, count: Floats) -> tuple[Floats, Floats]:
    """The mean and the sum of squares about it, of the first 1, 2, … columns."""
    total = np.cumsum(offsets, axis=1)
    squares = np.cumsum(offsets * offsets, axis=1)
    return total / count, squares - total * total / count


def window_rank(x: Floats, n: int, percent: float) -> Floats:
    """The `percent`-th percentile of the last `n` values of `x`, interpolated."""
    out = np.full(len(x), np.nan)
    if len(x) < n:
        return out
    windows = sliding_window_view(x, n)
    place = (n - 1) * percent / 100
    below = int(place)
    above = min(below + 1, n - 1)
    step = max(_CHUNK // n, 1)
    for start in range(0, len(windows), step):
        ranked = np.partition(windows[start : start + step], (below, above), axis=1)
        low, high = ranked[:, below], ranked[:, above]
        out[n - 1 + start : n - 1 + start + len(ranked)] = low + (high - low) * (place - below)
    # A rank would count an unknown value as the highest.
    return np.where(np.isnan(window_sum(x, n)), np.nan, out)

"""The indicators that the pass computes itself, to the bit as `engine.indicators` does.

They are those whose own pass over memory would cost more than all the rest.
"""

# ruff: noqa: PLR0917 -- compiled code has no objects in which to bundle its arguments

from __future__ import annotations

import numpy as np

from engine.backtest.passes.codes import Floats
from engine.backtest.passes.jit import compiled


@compiled
def moving_average(
    out: Floats, x: Floats, start: int, count: int, n: int, memory: Floats, at: int
) -> None:
    """`sma(x, n)` of bars `start` to `start + count` into `out[1:]`; memory of n + 2 floats.

    By the blocks of van Herk (1992), as in `engine.indicators.rolling`: the tail of one block and
    the head of the next, so that no error is carried on.
    """
    head, i, end = memory[at], start, start + count
    block, width = i - i % n, float(n)
    while i < end:
        if i == block:
            head = 0.0
            _tails(x, block, n, memory, at)
        until = min(block + n, end)
        # An unsigned index spares the look whether it counts from the end.
        first, to, tail = np.uint64(i), np.uint64(1 + i - start), np.uint64(at + 2 + i - block)
        for k in range(np.uint64(until - i)):
            # Divided at once, while the next sum is awaited.
            head += x[first + k]
            out[to + k] = (head + memory[tail + k]) / width
        i, block = until, block + n
    memory[at] = head
    for k in range(1, min(n - start, count + 1)):
        out[k] = np.nan


@compiled
def _tails(x: Floats, end: int, n: int, memory: Floats, at: int) -> None:
    """The sums of the last 1, 2, … values of the block before `end`."""
    memory[at + n + 1] = 0.0
    if end < n:
        return
    total, last, to = 0.0, np.uint64(end - 1), np.uint64(at + n)
    for k in range(np.uint64(n)):
        total += x[last - k]
        memory[to - k] = total


@compiled
def extreme(
    out: Floats, x: Floats, start: int, count: int, n: int, memory: Floats, at: int, sign: float
) -> None:
    """`highest(x, n)` where `sign` is 1, `lowest` where it is -1, as `moving_average` does it."""
    head, i, end = memory[at], start, start + count
    block = i - i % n
    while i < end:
        if i == block:
            head = -np.inf
            _tops(x, block, n, memory, at, sign)
        until = min(block + n, end)
        first, to, tail = np.uint64(i), np.uint64(1 + i - start), np.uint64(at + 2 + i - block)
        for k in range(np.uint64(until - i)):
            head = max(head, sign * x[first + k])
            out[to + k] = sign * max(head, memory[tail + k])
        i, block = until, block + n
    memory[at] = head
    for k in range(1, min(n - start, count + 1)):
        out[k] = np.nan


@compiled
def _tops(x: Floats, end: int, n: int, memory: Floats, at: int, sign: float) -> None:
    """The extremes of the last 1, 2, … values of the block before `end`."""
    memory[at + n + 1] = -np.inf
    if end < n:
        return
    top, last, to = -np.inf, np.uint64(end - 1), np.uint64(at + n)
    for k in range(np.uint64(n)):
        top = max(top, sign * x[last - k])
        memory[to - k] = top


@compiled
def relative_strength(
    out: Floats, x: Floats, start: int, count: int, n: int, memory: Floats, at: int
) -> None:
    """`rsi(x, n)` of bars `start` to `start + count` into `out[1:]`; memory of 2 floats.

    Wilder's smoothing as TA-Lib's RSI has it: seeded by the mean of the first n moves.
    """
    gain, loss = memory[at], memory[at + 1]
    # TA-Lib's builds multiply by the reciprocal; a division would differ in the last bit.
    share = 1.0 / n
    seeding = max(0, min(n + 1 - start, count))
    for j in range(seeding):
        i = start + j
        move = x[i] - x[i - 1] if i else 0.0
        gain, loss = gain + max(move, 0.0), loss + max(-move, 0.0)
        if i == n:
            gain, loss = gain * share, loss * share
        out[1 + j] = _strength(gain, loss) if i == n else np.nan
    less = float(n - 1)
    before = x[start + seeding - 1]
    to, first = np.uint64(1 + seeding), np.uint64(start + seeding)
    for k in range(np.uint64(count - seeding)):
        move = x[first + k] - before
        before = x[first + k]
        gain = (gain * less + max(move, 0.0)) * share
        loss = (loss * less + max(-move, 0.0)) * share
        out[to + k] = _strength(gain, loss)
    memory[at], memory[at + 1] = gain, loss


@compiled
def _strength(gain: float, loss: float) -> float:
    total = gain + loss
    # TA-Lib takes anything smaller for nothing.
    return 100.0 * (gain / total) if total >= 1e-14 else 0.0

"""The indicators that the pass computes itself, to the bit as `engine.indicators` does.

They are those whose own pass over memory would cost more than all the rest.
"""

# ruff: noqa: PLR0917 -- compiled code has no objects in which to bundle its arguments

from __future__ import annotations

import numpy as np

from engine.backtest.passes.codes import Floats
from engine.backtest.passes.jit import borrowing, fused


@borrowing
def moving_average(
    out: Floats, x: Floats, start: int, count: int, n: int, memory: Floats, at: int
) -> None:
    """`sma(x, n)` of bars `start` to `start + count` into `out[1:]`; memory of 2n + 3 floats.

    By the blocks of van Herk (1992), as in `engine.indicators.rolling`: the tail of one block and
    the head of the next, so that no error is carried on.
    """
    end, tails, others = start + count, at + 1, at + 2 + n
    begun = start % n
    i = min(start - begun + n, end) if begun else start
    head = _heads(out, 1, x, start, i, memory[at], memory, tails + 1 + begun, n)
    if i < end:
        _tails(x, i, n, memory, tails)
        while i + n <= end:
            memory[others + n] = 0.0
            head, total, share = 0.0, 0.0, 1.0 / n
            # An unsigned index spares the look whether it counts from the end.
            first, last, to = np.uint64(i), np.uint64(i + n - 1), np.uint64(1 + i - start)
            tail, new = np.uint64(tails + 1), np.uint64(others + n - 1)
            for k in range(np.uint64(n)):
                # Of two sums one is made while the other is awaited.
                head += x[first + k]
                total += x[last - k]
                memory[new - k] = total
                out[to + k] = divided(head + memory[tail + k], float(n), share)
            tails, others = others, tails
            i += n
        if tails > others:
            _tails(x, i, n, memory, others)
        head = _heads(out, 1 + i - start, x, i, end, 0.0, memory, at + 2, n)
    memory[at] = head
    for k in range(1, min(n - start, count + 1)):
        out[k] = np.nan


@borrowing
def _heads(
    out: Floats, to: int, x: Floats, start: int, end: int, head: float, memory: Floats, tails: int,
    n: int,
) -> float:  # fmt: skip
    """A part of a block, from the sum of its bars before; the sum when it ends."""
    first, at, tail, share = np.uint64(start), np.uint64(to), np.uint64(tails), 1.0 / n
    for k in range(np.uint64(end - start)):
        head += x[first + k]
        out[at + k] = divided(head + memory[tail + k], float(n), share)
    return head


@borrowing
def _tails(x: Floats, end: int, n: int, memory: Floats, at: int) -> None:
    """The sums of the last 1, 2, … values of the block before `end`, then nothing."""
    memory[at + n] = 0.0
    if end < n:
        return
    total, last, to = 0.0, np.uint64(end - 1), np.uint64(at + n - 1)
    for k in range(np.uint64(n)):
        total += x[last - k]
        memory[to - k] = total


@borrowing
def divided(x: float, n: float, share: float) -> float:
    """`x / n` to the bit in half the time, `n` a whole number and `share` its reciprocal.

    The product is two units of its last place off at most, so that the remainder is exact, and
    what it adds is off by less than the quotient of such an `n` can lie from where it would be
    rounded the other way (Markstein 1990).
    """
    guess = x * share
    return fused(fused(-n, guess, x), share, guess)


@borrowing
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


@borrowing
def _tops(x: Floats, end: int, n: int, memory: Floats, at: int, sign: float) -> None:
    """The extremes of the last 1, 2, … values of the block before `end`."""
    memory[at + n + 1] = -np.inf
    if end < n:
        return
    top, last, to = -np.inf, np.uint64(end - 1), np.uint64(at + n)
    for k in range(np.uint64(n)):
        top = max(top, sign * x[last - k])
        memory[to - k] = top


@borrowing
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


@borrowing
def _strength(gain: float, loss: float) -> float:
    total = gain + loss
    # TA-Lib takes anything smaller for nothing.
    return 100.0 * (gain / total) if total >= 1e-14 else 0.0

"""Candles that are a function of their time, with holes where a test wants them."""

from __future__ import annotations

import math


class Bars:
    """Bars of any timeframe from `begins` (epoch ms) on.

    `quiet` are opening times (ms) of minutes in which nothing traded; `lost` are those that the
    next answer leaves out though they exist.
    """

    def __init__(self, begins: int = 0) -> None:
        self.begins = begins
        self.quiet: set[int] = set()
        self.lost: set[int] = set()
        self.asked = 0

    def between(self, step: int, start: int, end: int, most: int, now: int) -> list[list[float]]:
        """At most so many bars of `step` ms that open in `[start, end)`, oldest first."""
        self.asked += 1
        first = max(start, self.begins)
        first += -first % step
        rows = []
        for time in range(first, min(end, now + 1), step):
            if len(rows) == most:
                break
            if time in self.quiet:
                continue
            if time in self.lost:
                self.lost.discard(time)
                continue
            rows.append(bar(time, step))
        return rows


def bar(time: int, step: int) -> list[float]:
    """One bar: its opening in ms, prices on a step of 0.01, and a volume."""
    opened, closed = price(time), price(time + step)
    high, low = max(opened, closed) + 1, min(opened, closed) - 1
    return [time, opened, high, low, closed, 10.0]


def price(time: int) -> float:
    """The price at a moment."""
    return round(30_000 + 1_000 * math.sin(time / 9e8), 2)

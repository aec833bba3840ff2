"""Price levels of one instrument, sorted, so that a tick looks at two numbers only."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass
from decimal import Decimal

from engine.domain.identifiers import AlertId

_Entry = tuple[Decimal, int, AlertId]

ABOVE_ALL = Decimal("Infinity")
BELOW_ALL = Decimal("-Infinity")


@dataclass(frozen=True, slots=True)
class Threshold:
    """True while the price is beyond a level (quote currency), or on it where `inclusive`."""

    level: Decimal
    above: bool
    inclusive: bool = False

    def holds(self, price: Decimal) -> bool:
        """Whether a price makes it true."""
        if price == self.level:
            return self.inclusive
        return (price > self.level) == self.above

    def denied(self) -> Threshold:
        """True exactly where this one is false."""
        return Threshold(self.level, not self.above, not self.inclusive)


ANY_PRICE = Threshold(BELOW_ALL, above=True)
"""Reached by whatever price comes next."""


class Levels:
    """Alerts that wait for one instrument's price to come beyond a level.

    No price strictly between `floor` and `ceiling` reaches any of them.
    """

    __slots__ = ("_above", "_below", "ceiling", "floor")

    def __init__(self) -> None:
        self._above: list[_Entry] = []
        self._below: list[_Entry] = []
        self.floor = BELOW_ALL
        self.ceiling = ABOVE_ALL

    def add(self, alert: AlertId, threshold: Threshold) -> None:
        """Wait for a price there."""
        insort(self._side(threshold), _entry(alert, threshold))
        self._edges()

    def discard(self, alert: AlertId, threshold: Threshold) -> None:
        """Wait no more."""
        entries, entry = self._side(threshold), _entry(alert, threshold)
        place = bisect_left(entries, entry)
        if place < len(entries) and entries[place] == entry:
            del entries[place]
            self._edges()

    def taken(self, price: Decimal) -> list[AlertId]:
        """Remove and give those that a price reaches, the farthest behind it first."""
        # Ranks are made so that one bisection serves both sides; see `_entry`.
        mark = (price, 1)
        up, down = bisect_left(self._above, mark), bisect_left(self._below, mark)
        reached = [alert for _, _, alert in self._above[:up]]
        reached += [alert for _, _, alert in reversed(self._below[down:])]
        if reached:
            del self._above[:up]
            del self._below[down:]
            self._edges()
        return reached

    def __len__(self) -> int:
        return len(self._above) + len(self._below)

    def _side(self, threshold: Threshold) -> list[_Entry]:
        return self._above if threshold.above else self._below

    def _edges(self) -> None:
        self.ceiling = self._above[0][0] if self._above else ABOVE_ALL
        self.floor = self._below[-1][0] if self._below else BELOW_ALL


def _entry(alert: AlertId, threshold: Threshold) -> _Entry:
    """On a level itself, (price, 1) lies after those above that are inclusive, and before those
    below that are.
    """
    return threshold.level, int(threshold.above != threshold.inclusive), alert

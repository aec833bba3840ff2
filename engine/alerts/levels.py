"""Price levels of one instrument, sorted, so that a tick looks at two numbers only."""

from __future__ import annotations

from bisect import bisect_left, insort
from decimal import Decimal
from math import inf

from engine.domain.identifiers import AlertId

_Entry = tuple[float, AlertId]


class Levels:
    """Alerts that wait for one instrument's price to rise above, or fall below, a level."""

    __slots__ = ("_above", "_below", "highest_below", "lowest_above")

    def __init__(self) -> None:
        self._above: list[_Entry] = []
        self._below: list[_Entry] = []
        self.lowest_above = inf
        self.highest_below = -inf

    def add(self, alert: AlertId, level: Decimal | float, *, above: bool) -> None:
        """Wait for the price to be strictly beyond `level`, in quote currency."""
        insort(self._above if above else self._below, (float(level), alert))
        self._edges()

    def discard(self, alert: AlertId, level: Decimal | float, *, above: bool) -> None:
        """Wait no more."""
        entries = self._above if above else self._below
        entry = (float(level), alert)
        place = bisect_left(entries, entry)
        if place < len(entries) and entries[place] == entry:
            del entries[place]
            self._edges()

    def taken(self, price: float) -> list[tuple[AlertId, float, bool]]:
        """Remove and give what a price reaches: `(alert, level, above)`, nearest level first."""
        reached: list[tuple[AlertId, float, bool]] = []
        up = bisect_left(self._above, (price, AlertId("")))
        reached += [(alert, level, True) for level, alert in self._above[:up]]
        del self._above[:up]
        down = len(self._below)
        while down and self._below[down - 1][0] > price:
            down -= 1
        reached += [(alert, level, False) for level, alert in reversed(self._below[down:])]
        del self._below[down:]
        self._edges()
        return reached

    def _edges(self) -> None:
        self.lowest_above = self._above[0][0] if self._above else inf
        self.highest_below = self._below[-1][0] if self._below else -inf

    def __len__(self) -> int:
        return len(self._above) + len(self._below)

"""Alerts of one instrument that its ticks may fire."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from heapq import heappop, heappush
from math import isnan

from engine.alerts.judging import change_threshold, measured_on, price_threshold
from engine.alerts.levels import ABOVE_ALL, ANY_PRICE, BELOW_ALL, Levels, Threshold
from engine.alerts.memory import BarMemory
from engine.domain.alert import Alert, Repeat
from engine.domain.candles import Candle, Candles
from engine.domain.identifiers import AlertId, Symbol
from engine.domain.market import Tick
from engine.domain.timeframe import Timeframe
from engine.formula import Formula, latest

_MINUTE_MS = 60_000
NEVER = 2**62


@dataclass(slots=True)
class Watched:
    """An alert with what is known of it: `is_true` since the moment `since`, UTC ms.

    `threshold` is the price at which it is true, where a price says so; `waits_for` the one it
    waits for now, which for an alert that repeats may be the way back.
    """

    alert: Alert
    formula: Formula
    is_true: bool
    since: int
    threshold: Threshold | None = None
    waits_for: Threshold | None = None

    @property
    def fires_once(self) -> bool:
        """Whether the first time is the last."""
        return self.alert.repeat is Repeat.ONCE

    def speaks(self, at: int) -> bool:
        """Whether it is not snoozed then."""
        return at >= self.alert.snoozed_until

    def judged(self, value: float, at: int) -> bool:
        """Take a value in (1, 0, or NaN for unknown, which changes nothing): does it fire."""
        if isnan(value):
            return False
        became = value == 1.0 and (self.fires_once or not self.is_true)
        self.is_true, self.since = value == 1.0, at
        return became and self.speaks(at)


class TickWatch:
    """Most wait in sorted levels; a tick between `floor` and `ceiling` before `alarm` is quiet."""

    __slots__ = (
        "_changes",
        "_computed",
        "_levels",
        "_memory",
        "_older",
        "_sleepers",
        "_symbol",
        "_watched",
        "alarm",
        "ceiling",
        "floor",
    )

    def __init__(self, symbol: Symbol, memory: BarMemory) -> None:
        self._symbol = symbol
        self._memory = memory
        self._levels = Levels()
        self._watched: dict[AlertId, Watched] = {}
        self._changes: dict[AlertId, Watched] = {}
        self._computed: dict[AlertId, Watched] = {}
        self._sleepers: list[tuple[int, AlertId]] = []
        self._older: dict[Timeframe, Candles] = {}
        self.floor, self.ceiling = BELOW_ALL, ABOVE_ALL
        self.alarm = NEVER
        """When time alone changes something, UTC ms."""

    def __len__(self) -> int:
        return len(self._watched)

    def add(self, watched: Watched) -> None:
        """Begin to watch it."""
        alert, formula = watched.alert, watched.formula
        self._watched[alert.id] = watched
        watched.threshold = price_threshold(formula)
        if watched.threshold is None:
            self._add_measured(watched)
        elif watched.fires_once and watched.alert.snoozed_until:
            self._sleep(watched)
        else:
            self._wait(watched)
        self._edges()

    def fire_next(self, watched: Watched) -> None:
        """It is true already: let the next price fire it, whatever it is."""
        self._watched[watched.alert.id] = watched
        self._unwait(watched)
        watched.threshold = ANY_PRICE
        self._wait(watched)
        self._edges()

    def remove(self, watched: Watched) -> None:
        """Watch it no more."""
        for group in (self._watched, self._changes, self._computed):
            group.pop(watched.alert.id, None)
        self._unwait(watched)
        self._edges()

    def moved(self, watched: Watched) -> None:
        """Its state or its times were changed from outside: let it wait where it should now."""
        if watched.alert.id not in self._watched or watched.alert.id in self._computed:
            return
        self._unwait(watched)
        if watched.fires_once and watched.alert.snoozed_until:
            self._sleep(watched)
        else:
            self._wait(watched)
        self._edges()

    def refresh(self) -> None:
        """Bars have come: what is measured against them is measured anew with the next tick."""
        self._older.clear()
        if self._changes:
            self.alarm = 0

    def see_again(self, bar: Candle) -> None:
        """The last closed minute: a level that it lies off, since an alert fired, counts anew.

        Not the level of a change: that has moved since the bar closed.
        """
        close, closed_at = Decimal(repr(bar.close)), bar.time * 1000 + _MINUTE_MS
        for watched in self._watched.values():
            threshold = None if watched.alert.id in self._changes else watched.threshold
            is_old = watched.is_true and closed_at > watched.since
            if is_old and threshold is not None and threshold.denied().holds(close):
                watched.is_true = False
                self.moved(watched)

    def on_tick(self, tick: Tick) -> list[Alert]:
        """Alerts that this price makes true. Only a tick that is not quiet need be given."""
        if tick.at >= self.alarm:
            self._ring(tick.at)
        fired = []
        for alert_id in self._levels.taken(tick.last):
            watched = self._watched[alert_id]
            watched.waits_for = None
            if self._reached(watched, tick.at):
                fired.append(watched.alert)
        for watched in self._computed.values():
            timeframe = measured_on(watched.formula, Timeframe.M1)
            candles = self._with_forming(timeframe, tick)
            value = latest(watched.formula, candles, timeframe=timeframe)
            if watched.judged(value, tick.at):
                fired.append(watched.alert)
        self._edges()
        return fired

    # -- levels ---------------------------------------------------------------------------

    def _reached(self, watched: Watched, at: int) -> bool:
        """A price came where it waits: whether it fires."""
        if not watched.fires_once:
            watched.is_true, watched.since = not watched.is_true, at
            self._wait(watched)
            return watched.is_true and watched.speaks(at)
        if watched.threshold is ANY_PRICE:
            return watched.speaks(at)
        if not watched.speaks(at):
            self._sleep(watched)
            return False
        return True

    def _wait(self, watched: Watched) -> None:
        threshold = watched.threshold
        if threshold is None:
            return
        # What is true and repeats waits first for the way back, then for the level again.
        goes_back = watched.is_true and not watched.fires_once
        watched.waits_for = threshold.denied() if goes_back else threshold
        self._levels.add(watched.alert.id, watched.waits_for)

    def _unwait(self, watched: Watched) -> None:
        if watched.waits_for is not None:
            self._levels.discard(watched.alert.id, watched.waits_for)
            watched.waits_for = None

    def _edges(self) -> None:
        # What is computed on every tick leaves no price quiet.
        self.floor = ABOVE_ALL if self._computed else self._levels.floor
        self.ceiling = self._levels.ceiling

    # -- time -----------------------------------------------------------------------------

    def _sleep(self, watched: Watched) -> None:
        until = watched.alert.snoozed_until
        heappush(self._sleepers, (until, watched.alert.id))
        self.alarm = min(self.alarm, until)

    def _ring(self, at: int) -> None:
        while self._sleepers and self._sleepers[0][0] <= at:
            until, alert_id = heappop(self._sleepers)
            watched = self._watched.get(alert_id)
            # One that was snoozed again, or removed, is not woken by its old time.
            if watched and watched.waits_for is None and watched.alert.snoozed_until == until:
                self._wait(watched)
        for watched in self._changes.values():
            self._move(watched, at)
        self._older.clear()
        next_minute = (at // _MINUTE_MS + 1) * _MINUTE_MS if self._changes else NEVER
        self.alarm = min(self._sleepers[0][0] if self._sleepers else NEVER, next_minute)

    # -- what is measured against older bars ----------------------------------------------

    def _add_measured(self, watched: Watched) -> None:
        if watched.formula.change_bound() is None:
            self._computed[watched.alert.id] = watched
            return
        self._changes[watched.alert.id] = watched
        self.alarm = 0

    def _move(self, watched: Watched, at: int) -> None:
        """Put a change's level where the close of a duration ago has it now."""
        bound = watched.formula.change_bound()
        if bound is None:
            return
        timeframe = measured_on(watched.formula, Timeframe.M1)
        then = timeframe.open_of(at // 1000) - bound.seconds
        base = _close_at(self._closed(timeframe), then)
        threshold = None if base is None else change_threshold(bound, base)
        if threshold == watched.threshold and watched.waits_for is not None:
            return
        self._unwait(watched)
        watched.threshold = threshold
        asleep = watched.fires_once and not watched.speaks(at)
        if not asleep:
            self._wait(watched)

    def _closed(self, timeframe: Timeframe) -> Candles:
        if timeframe not in self._older:
            self._older[timeframe] = self._memory.candles(self._symbol, timeframe)
        return self._older[timeframe]

    def _with_forming(self, timeframe: Timeframe, tick: Tick) -> Candles:
        price, opened = float(tick.last), timeframe.open_of(tick.at // 1000)
        forming = Candle(opened, price, price, price, price, 0.0)
        return Candles.joined(self._closed(timeframe), Candles.of([forming]))


def _close_at(candles: Candles, then: int) -> float | None:
    """The close of the last bar that opened by then, UTC epoch seconds."""
    place = int(candles.time.searchsorted(then, side="right")) - 1
    return float(candles.close[place]) if place >= 0 else None

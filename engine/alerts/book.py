"""Every alert of the desk: set, watched, fired, snoozed, removed.

Three ways to watch, by what the formula needs (`docs/explanation/alerts.md`):

- a price level, or a change over a duration, waits in sorted levels;
- any other formula of `price` and `change(duration)` is computed on each tick of its instrument;
- all else is computed when a bar of its timeframe closes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.alerts.judging import bars_needed, measured_on
from engine.alerts.memory import BarMemory
from engine.alerts.ticks import TickWatch, Watched
from engine.domain.alert import Alert
from engine.domain.candles import Candles
from engine.domain.identifiers import AlertId, Symbol
from engine.domain.market import BarClosed, Tick
from engine.domain.timeframe import Timeframe
from engine.formula import latest, parse

_NOBODY: tuple[Alert, ...] = ()


class AlertBook:
    """Mutable inside the kernel; `on_tick` and `on_bar` give alerts that became true."""

    def __init__(self) -> None:
        self._watched: dict[AlertId, Watched] = {}
        self._by_tick: dict[Symbol, TickWatch] = {}
        self._by_bar: dict[tuple[Symbol, Timeframe], dict[AlertId, Watched]] = {}
        self.memory = BarMemory()

    def __len__(self) -> int:
        return len(self._watched)

    def __iter__(self) -> Iterator[Alert]:
        return (watched.alert for watched in self._watched.values())

    def get(self, alert_id: AlertId) -> Alert | None:
        """One alert, or None."""
        watched = self._watched.get(alert_id)
        return watched.alert if watched else None

    def kept(self) -> tuple[tuple[Alert, int], ...]:
        """Every alert as facts have made it, with the moment since which it is so, UTC ms."""
        return tuple((watched.alert, watched.since) for watched in self._watched.values())

    def add(self, alert: Alert, since: int | None = None) -> None:
        """Begin to watch, or go on from `since` (UTC ms). Its formula has been checked."""
        formula = parse(alert.formula)
        is_true = alert.held or alert.fired > 0
        watched = self._watched[alert.id] = Watched(
            alert, formula, is_true, alert.set_at if since is None else since
        )
        if formula.change_bound() or not formula.bounds():
            # From now on, also where the past cannot be had.
            self.memory.seed(alert.symbol, self.history_needed(alert)[0], Candles.empty())
        if formula.judged_on_ticks:
            self._ticks_of(alert.symbol).add(watched)
        else:
            self._by_bar.setdefault((alert.symbol, alert.timeframe), {})[alert.id] = watched

    def remove(self, alert_id: AlertId) -> None:
        """Forget it."""
        watched = self._watched.pop(alert_id, None)
        if watched is None:
            return
        alert = watched.alert
        ticks = self._by_tick.get(alert.symbol)
        if ticks is not None:
            ticks.remove(watched)
            if not len(ticks):
                del self._by_tick[alert.symbol]
        self._by_bar.get((alert.symbol, alert.timeframe), {}).pop(alert_id, None)

    def snooze(self, alert_id: AlertId, until: int) -> None:
        """Keep quiet until then, UTC ms."""
        watched = self._watched.get(alert_id)
        if watched is not None:
            watched.alert = replace(watched.alert, snoozed_until=until)
            self._moved(watched)

    def note_fired(self, alert_id: AlertId, at: int) -> None:
        """It has fired, at `at` (UTC ms): once is enough, or it is true until seen otherwise."""
        watched = self._watched.get(alert_id)
        if watched is None:
            return
        if watched.fires_once:
            self.remove(alert_id)
            return
        watched.alert = replace(watched.alert, fired=watched.alert.fired + 1)
        if not watched.is_true:  # heard from the journal, not from a tick
            watched.is_true = True
            self._moved(watched)
        watched.since = at

    def history_needed(self, alert: Alert) -> tuple[Timeframe, int]:
        """The closed bars that judging it takes: timeframe and how many."""
        formula = parse(alert.formula)
        timeframe = measured_on(formula, alert.timeframe)
        return timeframe, bars_needed(formula, timeframe)

    # -- what arrives ---------------------------------------------------------------------

    def on_tick(self, tick: Tick) -> Sequence[Alert]:
        """Alerts that this price makes true."""
        watch = self._by_tick.get(tick.symbol)
        if watch is None or (watch.floor < tick.last < watch.ceiling and tick.at < watch.alarm):
            return _NOBODY
        return watch.on_tick(tick)

    def on_bar(self, bar: BarClosed) -> Sequence[Alert]:
        """Alerts that this candle makes true."""
        self.memory.add(bar)
        ticks = self._by_tick.get(bar.symbol)
        if ticks is not None:
            ticks.refresh()
        waiting = self._by_bar.get((bar.symbol, bar.timeframe))
        if not waiting:
            return _NOBODY
        candles = self.memory.candles(bar.symbol, bar.timeframe)
        return [
            watched.alert
            for watched in waiting.values()
            if watched.judged(_value(watched, candles), bar.at)
        ]

    def on_history(self, symbol: Symbol, timeframe: Timeframe, candles: Candles) -> None:
        """Older bars, which come before those already seen."""
        self.memory.seed(symbol, timeframe, candles)
        ticks = self._by_tick.get(symbol)
        if ticks is not None:
            ticks.refresh()
            if timeframe is Timeframe.M1 and len(candles):
                ticks.see_again(candles.row(-1))
        known = self.memory.candles(symbol, timeframe)
        for watched in tuple(self._by_bar.get((symbol, timeframe), {}).values()):
            self._learn(watched, known)

    def _learn(self, watched: Watched, candles: Candles) -> None:
        """What the last closed bar says of an alert that is judged on bars."""
        value = _value(watched, candles)
        if watched.fires_once and value == 1.0:
            self._ticks_of(watched.alert.symbol).fire_next(watched)
        elif value == 0.0:
            watched.is_true = False

    def _moved(self, watched: Watched) -> None:
        ticks = self._by_tick.get(watched.alert.symbol)
        if ticks is not None:
            ticks.moved(watched)

    def _ticks_of(self, symbol: Symbol) -> TickWatch:
        watch = self._by_tick.get(symbol)
        if watch is None:
            watch = self._by_tick[symbol] = TickWatch(symbol, self.memory)
        return watch


def _value(watched: Watched, candles: Candles) -> float:
    return latest(watched.formula, candles, timeframe=watched.alert.timeframe)

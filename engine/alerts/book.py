"""Every alert of the desk: set, watched, fired, snoozed, removed.

Three ways to watch, by what the formula needs (`docs/explanation/alerts.md`):

- a price level, or a change over a duration, waits in sorted levels;
- any other formula of `price` and `change(duration)` is computed on each tick of its instrument;
- all else is computed when a bar of its timeframe closes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from engine.alerts.levels import Levels
from engine.alerts.memory import BarMemory
from engine.domain.alert import Alert, Repeat
from engine.domain.candles import Candle, Candles
from engine.domain.identifiers import AlertId, Symbol
from engine.domain.market import BarClosed, Tick
from engine.domain.timeframe import Timeframe
from engine.formula import Formula, latest, parse

_MINUTE_MS = 60_000


@dataclass(slots=True)
class _Watched:
    alert: Alert
    formula: Formula
    level: float | None = None
    above: bool = False
    was_true: bool = False


class AlertBook:
    """Mutable inside the kernel; `on_tick` and `on_bar` give alerts that became true."""

    def __init__(self) -> None:
        self._watched: dict[AlertId, _Watched] = {}
        self._levels: dict[Symbol, Levels] = {}
        self._by_change: dict[Symbol, list[AlertId]] = defaultdict(list)
        self._by_tick: dict[Symbol, list[AlertId]] = defaultdict(list)
        self._by_bar: dict[tuple[Symbol, Timeframe], list[AlertId]] = defaultdict(list)
        self.memory = BarMemory()

    def __len__(self) -> int:
        return len(self._watched)

    def __iter__(self) -> Iterator[Alert]:
        return (watched.alert for watched in self._watched.values())

    def get(self, alert_id: AlertId) -> Alert | None:
        """One alert, or None."""
        watched = self._watched.get(alert_id)
        return watched.alert if watched else None

    def add(self, alert: Alert, last: Decimal | None = None) -> None:
        """Begin to watch, the last price known being `last`. Its formula has been checked."""
        watched = _Watched(alert, parse(alert.formula))
        # What fired before a restart has been told, and `always` waits for a change to true.
        watched.was_true = alert.fired > 0 or _holds_already(watched, last)
        self._watched[alert.id] = watched
        self._place(watched)

    def remove(self, alert_id: AlertId) -> None:
        """Forget it."""
        watched = self._watched.pop(alert_id, None)
        if watched is not None:
            self._unplace(watched)

    def change(self, alert: Alert) -> None:
        """The same alert with other times or counts; where it waits stays."""
        watched = self._watched.get(alert.id)
        if watched is not None:
            watched.alert = alert

    def history_needed(self, alert: Alert) -> tuple[Timeframe, int]:
        """The bars that judging it takes: timeframe and how many."""
        formula = parse(alert.formula)
        change = formula.change_bound()
        if change is not None:
            return Timeframe.M1, change.seconds // 60 + 1
        if formula.judged_on_ticks:
            return Timeframe.M1, formula.warmup + 1
        return alert.timeframe, formula.warmup + 1

    # -- what arrives ---------------------------------------------------------------------

    def on_tick(self, tick: Tick) -> list[Alert]:
        """Alerts that this price makes true."""
        levels = self._levels.get(tick.symbol)
        fired: list[Alert] = []
        if levels is not None:
            price = float(tick.last)
            if price > levels.lowest_above or price < levels.highest_below:
                fired = self._reached(levels, price, tick.at)
        if tick.symbol in self._by_tick:
            fired += self._computed_on_tick(tick)
        return fired

    def on_bar(self, bar: BarClosed) -> list[Alert]:
        """Alerts that this candle makes true; changes are measured anew each minute."""
        self.memory.add(bar)
        if bar.timeframe is Timeframe.M1:
            for alert_id in self._by_change.get(bar.symbol, ()):
                self._move_level(self._watched[alert_id])
        waiting = self._by_bar.get((bar.symbol, bar.timeframe), ())
        if not waiting:
            return []
        candles = self.memory.candles(bar.symbol, bar.timeframe)
        return self._judged(waiting, candles, bar.timeframe, bar.at)

    def on_history(self, symbol: Symbol, timeframe: Timeframe, candles: Candles) -> None:
        """Older bars, which come before those already seen."""
        self.memory.seed(symbol, timeframe, candles)
        for alert_id in self._by_change.get(symbol, ()):
            self._move_level(self._watched[alert_id])

    # -- where each one waits -------------------------------------------------------------

    def _place(self, watched: _Watched) -> None:
        alert, formula = watched.alert, watched.formula
        bound = formula.bounds()
        if bound is not None and not bound.inclusive:
            self._wait(watched, float(bound.level), above=bound.above)
        elif formula.change_bound() is not None:
            self._by_change[alert.symbol].append(alert.id)
            self._move_level(watched)
        elif formula.judged_on_ticks:
            self._by_tick[alert.symbol].append(alert.id)
        else:
            self._by_bar[alert.symbol, alert.timeframe].append(alert.id)

    def _wait(self, watched: _Watched, level: float, *, above: bool) -> None:
        # What has fired and repeats waits first for the way back, then for the level again.
        watched.level, watched.above = level, above != watched.was_true
        self._levels.setdefault(watched.alert.symbol, Levels()).add(
            watched.alert.id, level, above=watched.above
        )

    def _move_level(self, watched: _Watched) -> None:
        bound = watched.formula.change_bound()
        if bound is None:
            return
        base = self.memory.close_before(watched.alert.symbol, bound.seconds)
        if base is None:
            return
        self._unwait(watched)
        self._wait(watched, base * (1 + float(bound.ratio)), above=bound.above)

    def _unwait(self, watched: _Watched) -> None:
        if watched.level is not None:
            levels = self._levels[watched.alert.symbol]
            levels.discard(watched.alert.id, watched.level, above=watched.above)
            watched.level = None

    def _unplace(self, watched: _Watched) -> None:
        alert = watched.alert
        self._unwait(watched)
        for waiting in (
            self._by_change.get(alert.symbol),
            self._by_tick.get(alert.symbol),
            self._by_bar.get((alert.symbol, alert.timeframe)),
        ):
            if waiting is not None and alert.id in waiting:
                waiting.remove(alert.id)

    # -- what became true -----------------------------------------------------------------

    def _reached(self, levels: Levels, price: float, at: int) -> list[Alert]:
        fired = []
        for alert_id, level, above in levels.taken(price):
            watched = self._watched[alert_id]
            watched.level = None
            is_way_back = watched.was_true
            watched.was_true = not is_way_back
            wanted_above = above != is_way_back
            if not is_way_back and self._speaks(watched, at):
                fired.append(watched.alert)
            if is_way_back or watched.alert.repeat is Repeat.ALWAYS:
                self._wait(watched, level, above=wanted_above)
            elif at < watched.alert.snoozed_until:
                watched.was_true = False
                self._wait(watched, level, above=wanted_above)
        return fired

    def _speaks(self, watched: _Watched, at: int) -> bool:
        return at >= watched.alert.snoozed_until

    def _computed_on_tick(self, tick: Tick) -> list[Alert]:
        price = float(tick.last)
        forming = Candle(tick.at // _MINUTE_MS * 60, price, price, price, price, 0.0)
        older = self.memory.candles(tick.symbol, Timeframe.M1)
        candles = Candles.joined(older, Candles.of([forming]))
        return self._judged(self._by_tick[tick.symbol], candles, Timeframe.M1, tick.at)

    def _judged(
        self,
        alert_ids: list[AlertId] | tuple[AlertId, ...],
        candles: Candles,
        tf: Timeframe,
        at: int,
    ) -> list[Alert]:
        fired = []
        for alert_id in alert_ids:
            watched = self._watched[alert_id]
            is_true = latest(watched.formula, candles, timeframe=tf) == 1.0
            became = is_true and not watched.was_true
            if became and self._speaks(watched, at):
                fired.append(watched.alert)
            watched.was_true = is_true
        return fired


def _holds_already(watched: _Watched, last: Decimal | None) -> bool:
    bound = watched.formula.bounds()
    if last is None or bound is None or watched.alert.repeat is Repeat.ONCE:
        return False
    return last > bound.level if bound.above else last < bound.level

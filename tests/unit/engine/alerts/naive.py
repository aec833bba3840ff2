"""What an alert means, written so plainly that it can be believed: every alert on every tick."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.domain.alert import Alert, Repeat
from engine.domain.identifiers import AlertId
from engine.domain.market import BarClosed, Tick
from engine.formula import parse

MINUTE_MS = 60_000


@dataclass
class Kept:
    alert: Alert
    is_true: bool
    since: int
    fired: int = 0
    fired_at: int = 0
    snoozed_until: int = 0


class NaiveAlerts:
    """`price` bounds and `change(duration)` bounds of one instrument."""

    def __init__(self) -> None:
        self.kept: dict[AlertId, Kept] = {}
        self.closes: list[tuple[int, Decimal]] = []

    def add(self, alert: Alert) -> None:
        self.kept[alert.id] = Kept(alert, alert.held, alert.set_at)

    def on_bar(self, bar: BarClosed) -> None:
        self.closes.append((bar.candle.time, Decimal(repr(bar.candle.close))))

    def on_tick(self, tick: Tick) -> set[AlertId]:
        fired = set()
        for name, kept in list(self.kept.items()):
            truth = self.truth(kept.alert.formula, tick.last, tick.at)
            if truth is not None and self._fires(kept, truth, tick.at):
                fired.add(name)
                kept.fired += 1
                kept.fired_at = tick.at
                if kept.alert.repeat is Repeat.ONCE:
                    del self.kept[name]
        return fired

    def truth(self, formula: str, price: Decimal, at: int) -> bool | None:
        """Of a bound on the price or on a change, in exact arithmetic."""
        parsed = parse(formula)
        bound, change = parsed.bounds(), parsed.change_bound()
        if bound is not None:
            return _beyond(price, bound.level, bound.above, bound.inclusive)
        assert change is not None
        then = at // MINUTE_MS * 60 - change.seconds
        before = [close for time, close in self.closes if time <= then]
        if not before:
            return None
        return _beyond(price, before[-1] * (1 + change.ratio), change.above, change.inclusive)

    def _fires(self, kept: Kept, truth: bool, at: int) -> bool:
        awake = at >= kept.snoozed_until
        if kept.alert.repeat is Repeat.ONCE:
            return truth and awake
        became = truth and not kept.is_true
        if truth != kept.is_true:
            kept.is_true, kept.since = truth, at
        return became and awake

    def restart(self) -> None:
        """What is known after it: what fired, or held when it was set, is true until seen off."""
        for kept in self.kept.values():
            kept.is_true = kept.fired > 0 or kept.alert.held
            kept.since = kept.fired_at if kept.fired else kept.alert.set_at


def _beyond(price: Decimal, level: Decimal, above: bool, inclusive: bool) -> bool:
    if price == level:
        return inclusive
    return price > level if above else price < level

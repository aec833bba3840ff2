"""A person's own alerts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from engine.alerts.judging import bars_needed, looked_at, measured_on
from engine.domain.alert import Alert, Repeat
from engine.domain.candles import Candle, Candles
from engine.domain.events import AlertSet
from engine.domain.identifiers import AlertId, IntentKey, PersonId, Symbol
from engine.domain.requests import RemoveAlert, SetAlert, SnoozeAlert
from engine.domain.timeframe import Timeframe
from engine.errors import AlertNotFound, EngineError
from engine.formula import Formula, latest, parse
from engine.runtime.live import LiveRuntime

MOST_ALERTS = 1_000
"""How many one person may have waiting."""

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""No letter that is easily taken for another."""
_TRIES = 12


@dataclass(frozen=True, slots=True)
class AlertWish:
    """What to watch for: `formula` is a condition in canonical text."""

    symbol: Symbol
    formula: str
    timeframe: Timeframe
    repeat: Repeat
    note: str
    conversation: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a condition comes to now; `is_true` is None where it is not known yet.

    `values` are the numbers it compares, NaN where unknown.
    """

    is_true: bool | None
    values: tuple[tuple[str, float], ...]


class AlertDesk:
    """Set, list, snooze and remove; another person's alerts cannot be named here."""

    def __init__(self, runtime: LiveRuntime, person: PersonId) -> None:
        self._runtime = runtime
        self._person = person

    @property
    def is_full(self) -> bool:
        """Whether the person may have no more of them."""
        return len(self.mine()) >= MOST_ALERTS

    def mine(self, symbol: Symbol | None = None) -> Sequence[Alert]:
        """The person's alerts, oldest first."""
        alerts = self._runtime.kernel.alerts
        wanted = [
            a for a in alerts if a.owner == self._person and (symbol is None or a.symbol == symbol)
        ]
        return sorted(wanted, key=lambda alert: (alert.set_at, alert.id))

    async def judge(self, symbol: Symbol, formula: str, timeframe: Timeframe) -> Judgement:
        """What a condition comes to at the prices of now. Raises InstrumentNotFound."""
        condition = parse(formula)
        bars = measured_on(condition, timeframe)
        candles = await self._candles(symbol, condition, bars)
        value = latest(condition, candles, timeframe=bars)
        return Judgement(
            is_true=None if isnan(value) else value == 1.0,
            values=tuple(
                (text, latest(parse(text), candles, timeframe=bars))
                for text in looked_at(condition)
            ),
        )

    async def set(self, wish: AlertWish, intent: str) -> Alert:
        """Begin to watch; the same intent again changes nothing, whatever became of the alert.

        Raises InstrumentNotFound, StoreUnavailable.
        """
        judgement = await self.judge(wish.symbol, wish.formula, wish.timeframe)
        for number in range(_TRIES):
            alert = self._made(wish, _name(intent, number), held=judgement.is_true is True)
            wanted = SetAlert(alert, alert.set_at)
            events = await self._runtime.ask(wanted, IntentKey(intent), correlation=intent)
            for event in events:
                if isinstance(event, AlertSet):
                    await self._runtime.load_history_for(event.alert)
                    return event.alert
        raise EngineError("no free name for an alert was found")

    async def remove(self, alert_id: AlertId) -> Alert:
        """Forget one of the person's own. Raises AlertNotFound."""
        alert = self.find(alert_id)
        await self._runtime.ask(RemoveAlert(alert.id, self._runtime.clock.now_ms()))
        return alert

    async def snooze(self, alert_id: AlertId, seconds: int) -> Alert:
        """Keep quiet for so long, by the market's time. Raises AlertNotFound."""
        alert = self.find(alert_id)
        now = self._runtime.clock.now_ms()
        await self._runtime.ask(SnoozeAlert(alert.id, now + seconds * 1000, now))
        return self.find(alert_id)

    def find(self, alert_id: AlertId) -> Alert:
        """One of the person's own. Raises AlertNotFound."""
        alert = self._runtime.kernel.alerts.get(alert_id)
        if alert is None or alert.owner != self._person:
            raise AlertNotFound(alert=alert_id)
        return alert

    def _made(self, wish: AlertWish, name: AlertId, *, held: bool) -> Alert:
        return Alert(
            id=name,
            owner=self._person,
            conversation=wish.conversation,
            symbol=wish.symbol,
            formula=wish.formula,
            timeframe=wish.timeframe,
            repeat=wish.repeat,
            note=wish.note,
            set_at=self._runtime.clock.now_ms(),
            held=held,
        )

    async def _candles(self, symbol: Symbol, formula: Formula, bars: Timeframe) -> Candles:
        """The closed bars that judging takes; on ticks also the one that the price is in."""
        end = self._runtime.clock.now_ms() // 1000
        start = bars.open_of(end) - (bars_needed(formula, bars) + 1) * bars.seconds
        closed = await self._runtime.markets.candles(symbol, bars, start, end)
        tick = self._runtime.kernel.quotes.get(symbol)
        if not formula.judged_on_ticks or tick is None:
            return closed
        price, opened = float(tick.last), bars.open_of(tick.at // 1000)
        return Candles.joined(closed, Candles.of([Candle(opened, price, price, price, price, 0.0)]))


def _name(intent: str, number: int) -> AlertId:
    """Four letters, one more after every third that is taken."""
    digest = hashlib.sha256(f"{intent}:{number}".encode()).digest()
    length = 4 + number // 3
    return AlertId("".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:length]))

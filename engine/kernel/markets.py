"""Prices and bars: what they fire."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.events import AlertFired
from engine.domain.market import BarClosed, Tick
from engine.domain.requests import LoadHistory
from engine.kernel.following import protected
from engine.kernel.state import State
from engine.kernel.step import NOTHING, Step


def on_tick(state: State, tick: Tick) -> Step:
    state.quotes[tick.symbol] = tick
    fired = state.alerts.on_tick(tick)
    aiming = state.brackets.aiming.get(tick.symbol)
    if not fired and not aiming:
        return NOTHING
    step = state.happened(*(AlertFired(alert, tick.last, tick.at) for alert in fired))
    if aiming and state.instruments[tick.symbol].sets_aside:
        for account in tuple(aiming):
            step = step.then(protected(state, account, tick.symbol, tick.at))
    return step


def on_bar(state: State, bar: BarClosed) -> Step:
    fired = state.alerts.on_bar(bar)
    if not fired:
        return NOTHING
    tick = state.quotes.get(bar.symbol)
    price = tick.last if tick else Decimal(repr(bar.candle.close))
    return state.happened(*(AlertFired(alert, price, bar.at) for alert in fired))


def on_history(state: State, wish: LoadHistory) -> Step:
    state.alerts.on_history(wish.symbol, wish.timeframe, wish.candles)
    return NOTHING

"""The kernel's door: each kind of arrival and who decides on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.domain import requests as wishes
from engine.domain.events import OrderFilled, VenueReport
from engine.domain.market import BarClosed, Tick
from engine.kernel import (
    cancels,
    cash,
    halting,
    house,
    markets,
    orders,
    reconciling,
    reports,
    sending,
    waiting,
    watching,
)
from engine.kernel.state import State
from engine.kernel.step import Step

Arrival = Tick | BarClosed | VenueReport | wishes.Request


class Kernel(State):
    """State that decides: one arrival in, one step out."""

    def step(self, arrival: Arrival) -> Step:
        """Take one thing in: state is changed, and what to write and to send is given back."""
        return _DECIDERS.get(type(arrival), reports.on_report)(self, arrival)


_DECIDERS: dict[type, Callable[[State, Any], Step]] = {
    Tick: markets.on_tick,
    BarClosed: markets.on_bar,
    OrderFilled: reports.on_fill,
    wishes.LoadHistory: markets.on_history,
    wishes.PlaceOrder: orders.on_place,
    wishes.SendOrder: sending.on_send,
    wishes.CancelOrders: cancels.on_cancel,
    wishes.ReplaceOrder: orders.on_replace,
    wishes.HaltTrading: halting.on_halt,
    wishes.ResumeTrading: halting.on_resume,
    wishes.WatchAccount: watching.on_watch,
    wishes.OpenAccount: house.on_open_account,
    wishes.NoteLeverage: house.on_note_leverage,
    wishes.BookCash: cash.on_book_cash,
    wishes.TransferCash: cash.on_transfer,
    wishes.OpenDay: house.on_open_day,
    wishes.PassTime: waiting.on_time,
    wishes.SetRiskLimit: house.on_set_limit,
    wishes.SetAlert: house.on_set_alert,
    wishes.RemoveAlert: house.on_remove_alert,
    wishes.SnoozeAlert: house.on_snooze_alert,
    wishes.BookForced: reports.on_forced,
    wishes.NoteDifferences: reconciling.on_note,
    wishes.NoteLine: reconciling.on_line,
    wishes.SettleDifference: reconciling.on_settle,
}

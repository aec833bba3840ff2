"""Accounts, the desk's day, limits and alerts: what people keep in order."""

from __future__ import annotations

from decimal import Decimal

from engine.domain import events as facts
from engine.domain import requests as wishes
from engine.domain.account import Account
from engine.domain.difference import Difference, DifferenceKind, Settlement
from engine.domain.identifiers import THE_DESK, DifferenceId, IntentKey, Symbol
from engine.domain.money import ZERO, Price
from engine.errors import AccountDiffers
from engine.kernel.reconciling import size_taken
from engine.kernel.state import State
from engine.kernel.step import NOTHING, Step


def on_open_account(state: State, wish: wishes.OpenAccount) -> Step:
    """A new account, or what a known one is called now. Raises AccountDiffers."""
    known = state.accounts.get(wish.account.id)
    if known is not None:
        return _known_again(state, known.account, wish)
    # What is held on margin has an entry price that its venue knows: it is left to be compared.
    held = [
        (symbol, quantity)
        for symbol, quantity in wish.held
        if symbol in state.quotes and not state.instruments[symbol].kind.is_margined
    ]
    # Each is booked as bought, which takes back the worth of it that is put in here.
    cash = dict(wish.cash)
    for symbol, quantity in held:
        quote = state.instruments[symbol].quote
        cash[quote] = cash.get(quote, ZERO) + quantity * state.quotes[symbol].last
    step = state.happened(facts.AccountOpened(wish.account, tuple(cash.items()), wish.at))
    for symbol, quantity in held:
        step = step.then(_brought(state, wish, symbol, quantity))
    return step


def _brought(state: State, wish: wishes.OpenAccount, symbol: Symbol, quantity: Decimal) -> Step:
    """What an account had of an instrument before the desk knew it."""
    name = DifferenceId(f"{wish.account.id}:{symbol}")
    kind, account = DifferenceKind.SIZE_DRIFT, wish.account.id
    difference = Difference(name, kind, account, symbol, ZERO, quantity)
    key, how = IntentKey(f"opening:{name}"), Settlement.ADOPTED
    settle = wishes.SettleDifference(key, difference, how, THE_DESK, wish.at)
    _, events = size_taken(state, settle, Price(state.quotes[symbol].last))
    return state.happened(*events)


def _known_again(state: State, known: Account, wish: wishes.OpenAccount) -> Step:
    opened = wish.account
    # Money that is not there must never become money that is, nor move to another venue.
    is_live_elsewhere = not known.is_paper and opened.venue != known.venue
    if opened.is_paper != known.is_paper or is_live_elsewhere:
        was = "paper" if known.is_paper else known.venue
        raise AccountDiffers(f"the account {known.id} was opened as {was}", account=known.id)
    if opened.name == known.name:
        return NOTHING
    return state.happened(facts.AccountRenamed(known.id, opened.name, wish.at))


def on_note_leverage(state: State, wish: wishes.NoteLeverage) -> Step:
    """What is the same as before is no news."""
    if state.accounts[wish.account].leverage.get(wish.symbol) == wish.leverage:
        return NOTHING
    happened = facts.LeverageSet(wish.account, wish.symbol, wish.leverage, wish.by, wish.at)
    return state.happened(happened)


def on_open_day(state: State, wish: wishes.OpenDay) -> Step:
    """For each account that can be valued: a price that came later would look like a loss."""
    opened = [
        facts.DayOpened(
            name, wish.day, state.valuation(name).equity, wish.at, state.uncounted(name)
        )
        for name in (state.accounts if wish.accounts is None else wish.accounts)
        if state.accounts[name].day != wish.day and not state.awaits_price(name)
    ]
    return state.happened(*opened)


def on_set_limit(state: State, wish: wishes.SetRiskLimit) -> Step:
    limit = wish.limit
    if limit is None:
        event = facts.RiskLimitSet(wish.rule, None, wish.by, wish.at, wish.scope)
    else:
        event = facts.RiskLimitSet(
            wish.rule,
            limit.value,
            wish.by,
            wish.at,
            scope=wish.scope,
            on_breach=limit.on_breach,
            pause_minutes=limit.pause_minutes,
            symbols=limit.symbols,
        )
    return state.happened(event)


def on_set_alert(state: State, wish: wishes.SetAlert) -> Step:
    if state.alerts.get(wish.alert.id) is not None:
        return NOTHING
    return state.happened(facts.AlertSet(wish.alert, wish.at))


def on_remove_alert(state: State, wish: wishes.RemoveAlert) -> Step:
    if state.alerts.get(wish.alert_id) is None:
        return NOTHING
    return state.happened(facts.AlertRemoved(wish.alert_id, wish.at))


def on_snooze_alert(state: State, wish: wishes.SnoozeAlert) -> Step:
    if state.alerts.get(wish.alert_id) is None:
        return NOTHING
    return state.happened(facts.AlertSnoozed(wish.alert_id, wish.until, wish.at))

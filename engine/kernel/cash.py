"""Cash that moves without a trade: as a venue tells it, or between accounts of the desk."""

from __future__ import annotations

from engine.domain import requests as wishes
from engine.domain.account import CashEntry, CashReason
from engine.domain.difference import Difference, DifferenceKind, Settlement
from engine.domain.events import CashMoved
from engine.domain.identifiers import THE_DESK, DifferenceId, EntryId, IntentKey, PersonId
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.money import ZERO, Price
from engine.domain.values import changed
from engine.kernel.reconciling import size_taken
from engine.kernel.state import State
from engine.kernel.step import NOTHING, Step

_PATIENCE_MS = 3_600_000


def on_book_cash(state: State, wish: wishes.BookCash) -> Step:
    """Each movement once, whatever the venue repeats.

    A coin that is traded here is a position: its worth is put in, and it is bought with that. One
    that has no price yet waits, for the venue tells of it again, and so does other money put in or
    taken out while what it is a share of is not known.
    """
    state.watched_since = state.watched_since or wish.at
    book = state.accounts[wish.account]
    new = {each.id: each for each in wish.entries if not book.has_entered(each)}
    is_unpriced = bool(new) and state.awaits_price(wish.account)
    step = NOTHING
    for entry in new.values():
        traded = _traded(state, entry)
        if traded is None:
            waits = is_unpriced or state.awaits_rate(entry.account, entry.currency)
            if not waits or _is_overdue(state, entry, wish.at):
                step = step.then(state.happened(_moved(state, entry, wish.at)))
        elif traded.symbol in state.quotes:
            step = step.then(_in_kind(state, entry, traded, wish.at))
    return step


def _is_overdue(state: State, entry: CashEntry, at: int) -> bool:
    """Whether it waits for no price any more: it is no flow, or a market may be closed for days.

    An hour after its time, or after the desk's own beginning.
    """
    since = max(entry.at, state.watched_since)
    return not entry.reason.is_flow or at - since >= _PATIENCE_MS


def _traded(state: State, entry: CashEntry) -> Instrument | None:
    """What a coin that came or went is a position of."""
    if not entry.amount:
        return None
    quote = state.accounts[entry.account].account.currency
    named = (each for each in state.instruments.values() if each.base == entry.currency)
    spot = (each for each in named if each.kind is InstrumentKind.SPOT and each.quote == quote)
    return next(spot, None)


def _in_kind(state: State, entry: CashEntry, traded: Instrument, at: int) -> Step:
    price = Price(state.quotes[traded.symbol].last)
    worth = changed(entry, currency=traded.quote, amount=entry.amount * price, symbol=traded.symbol)
    held = state.accounts[entry.account].held(traded.symbol)
    name = DifferenceId(f"{entry.account}:{entry.id}")
    drift = DifferenceKind.SIZE_DRIFT
    difference = Difference(name, drift, entry.account, traded.symbol, held, held + entry.amount)
    key = IntentKey(f"cash:{name}")
    settle = wishes.SettleDifference(key, difference, Settlement.ADOPTED, THE_DESK, at)
    _, events = size_taken(state, settle, price)
    return state.happened(_moved(state, worth, at), *events)


def on_transfer(state: State, wish: wishes.TransferCash) -> Step:
    """Both sides at once; nothing where the cash is not free."""
    is_free = ZERO < wish.amount <= state.free_cash(wish.source, wish.currency)
    if not is_free or wish.source == wish.target:
        return NOTHING
    sides = ((wish.source, -wish.amount, wish.target), (wish.target, wish.amount, wish.source))
    entries = [
        CashEntry(
            id=EntryId(wish.key),
            account=account,
            reason=CashReason.TRANSFER,
            currency=wish.currency,
            amount=amount,
            at=wish.at,
            other=other,
        )
        for account, amount, other in sides
    ]
    return state.happened(*(_moved(state, entry, wish.at, wish.by) for entry in entries))


def _moved(state: State, entry: CashEntry, at: int, by: PersonId | None = None) -> CashMoved:
    worth = state.worth(entry.account, entry.currency, entry.amount)
    is_known = entry.reason.is_flow and not state.awaits_price(entry.account)
    equity = state.valuation(entry.account).equity if is_known else None
    return CashMoved(entry, worth, at, by, equity)

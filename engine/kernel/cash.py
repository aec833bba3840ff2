"""Cash that moves without a trade: as a venue tells it, or between accounts of the desk."""

from __future__ import annotations

from engine.domain import requests as wishes
from engine.domain.account import CashEntry, CashReason
from engine.domain.events import CashMoved
from engine.domain.identifiers import EntryId, PersonId
from engine.domain.money import ZERO
from engine.kernel.state import State
from engine.kernel.step import NOTHING, Step


def on_book_cash(state: State, wish: wishes.BookCash) -> Step:
    """Each movement once, whatever the venue repeats."""
    book = state.accounts[wish.account]
    new = {each.id: each for each in wish.entries if not book.has_entered(each)}
    if not new:
        return NOTHING
    return state.happened(*(_moved(state, entry, wish.at) for entry in new.values()))


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
    return CashMoved(entry, state.worth(entry.account, entry.currency, entry.amount), at, by)

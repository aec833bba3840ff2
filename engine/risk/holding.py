"""What is not held cannot be sold: spot accounts do not go short."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.money import ZERO
from engine.domain.order import OrderType, Side
from engine.risk.breach import Breach
from engine.risk.proposal import Proposal


def holding(proposal: Proposal) -> Breach | None:
    """Refuse a sale beyond the holding that other sales have not promised already.

    What only reduces promises nothing and is not held back: whichever fills first, the rest is
    swept. Where what rests sets coins aside, nothing else can sell those.
    """
    if proposal.terms.side is Side.BUY:
        return None
    free = proposal.held - _held_back(proposal)
    if proposal.terms.quantity <= free:
        return None
    facts = {
        "symbol": proposal.terms.symbol,
        "held": f"{proposal.held:f}",
        "free": f"{max(free, ZERO):f}",
        "quantity": f"{proposal.terms.quantity:f}",
        "base": proposal.instrument.base,
    }
    return Breach("holding", facts)


def _held_back(proposal: Proposal) -> Decimal:
    """Base units that other sales have; protection makes room for what takes the market."""
    book, terms = proposal.book, proposal.terms
    promised = book.promised.get(terms.symbol, ZERO)
    if not proposal.instrument.sets_aside or proposal.halted:
        return ZERO if terms.reduce_only else promised
    makes_room = terms.type is OrderType.MARKET
    reducing = (
        each.remaining
        for each in book.reducing_orders(terms.symbol)
        if each.twap is None and not (makes_room and each.is_protection)
    )
    return promised + sum(reducing, ZERO)

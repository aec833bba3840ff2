"""What is not held cannot be sold, except on margin: spot accounts do not go short."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.money import ZERO
from engine.domain.order import Order, OrderType, Side
from engine.risk.breach import Breach
from engine.risk.proposal import Proposal

SHORT_ID = 6
"""How much of an order's id people are shown."""


def holding(proposal: Proposal) -> Breach | None:
    """Refuse a sale beyond the holding that other sales have not promised already.

    What only reduces promises nothing and is not held back: whichever fills first, the rest is
    swept. Where what rests sets coins aside, nothing else can sell those.
    """
    if proposal.terms.side is Side.BUY or proposal.instrument.kind.is_margined:
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
    protecting = _protecting(proposal)
    aside = sum((each.remaining for each in protecting), ZERO)
    if protecting and proposal.terms.quantity <= free + aside:
        # It could rest only where the stop now does, and might never fill.
        facts |= {"aside": f"{aside:f}", "order": protecting[0].client_order_id[:SHORT_ID]}
        return Breach("set_aside", facts)
    return Breach("holding", facts)


def _protecting(proposal: Proposal) -> list[Order]:
    """What protects the holding and has set coins of it aside, which a market order would get."""
    if not proposal.instrument.sets_aside or proposal.terms.type is OrderType.MARKET:
        return []
    resting = proposal.book.reducing_orders(proposal.terms.symbol)
    return [each for each in resting if each.is_protection]


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

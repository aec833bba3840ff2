"""A buy, and on margin whatever opens, needs cash that nothing has set aside already."""

from __future__ import annotations

from engine.domain.order import OrderType, Side
from engine.risk.breach import Breach
from engine.risk.proposal import Proposal


def cash(proposal: Proposal) -> Breach | None:
    """Refuse what the account cannot pay for or back; a short is bought back in any case."""
    is_paid = proposal.instrument.kind.is_margined or proposal.terms.side is Side.BUY
    if proposal.reduces or not is_paid:
        return None
    quote = proposal.instrument.quote
    free = proposal.standing.free_cash(quote) - proposal.cash_beside
    is_market = proposal.terms.type is OrderType.MARKET
    if free >= (proposal.cash_needed if is_market else proposal.cash_set_aside):
        return None
    facts = {
        "needed": f"{proposal.cash_needed:f}",
        "free": f"{free:f}",
        "currency": quote,
        "symbol": proposal.terms.symbol,
    }
    return Breach("cash", facts)

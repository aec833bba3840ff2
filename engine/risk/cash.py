"""A buy needs the cash that open buys have not set aside already."""

from __future__ import annotations

from engine.domain.order import OrderType, Side
from engine.risk.breach import Breach
from engine.risk.proposal import Proposal


def cash(proposal: Proposal) -> Breach | None:
    """Refuse a buy that the account cannot pay for; a short is bought back in any case."""
    if proposal.terms.side is Side.SELL or proposal.reduces:
        return None
    quote = proposal.instrument.quote
    free = proposal.book.free_cash(quote)
    is_market = proposal.terms.type is OrderType.MARKET
    if free >= (proposal.cash_needed if is_market else proposal.notional):
        return None
    facts = {
        "needed": f"{proposal.cash_needed:f}",
        "free": f"{free:f}",
        "currency": quote,
        "symbol": proposal.terms.symbol,
    }
    return Breach("cash", facts)

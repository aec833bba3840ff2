"""Steps, minimums and signs that the instrument insists on."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.money import on_step
from engine.risk.breach import Breach
from engine.risk.proposal import Proposal


def sane_terms(proposal: Proposal) -> Breach | None:
    """Refuse what the venue could only reject."""
    terms, instrument = proposal.terms, proposal.instrument
    if terms.quantity <= 0 or not on_step(terms.quantity, instrument.quantity_step):
        return _breach(proposal, "quantity_step", instrument.quantity_step)
    if terms.quantity < instrument.minimum_quantity:
        return _breach(proposal, "minimum_quantity", instrument.minimum_quantity)
    for price in (terms.price, terms.stop_price):
        if price is not None and (price <= 0 or not on_step(price, instrument.price_step)):
            return _breach(proposal, "price_step", instrument.price_step)
    if proposal.notional < instrument.minimum_notional and not proposal.reduces:
        return _breach(proposal, "minimum_notional", instrument.minimum_notional)
    return None


def _breach(proposal: Proposal, rule: str, limit: Decimal) -> Breach:
    return Breach(
        rule,
        {
            "symbol": proposal.terms.symbol,
            "limit": f"{limit:f}",
            "quantity": f"{proposal.terms.quantity:f}",
            "value": f"{proposal.notional:f}",
            "currency": proposal.instrument.quote,
        },
    )

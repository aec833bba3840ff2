"""No order against a price that is missing or too old."""

from __future__ import annotations

from engine.risk.proposal import Breach, Proposal

MAXIMUM_AGE_MS = 15_000


def fresh_quote(proposal: Proposal) -> Breach | None:
    """Refuse what would add risk on a stale price; a way out is always open."""
    tick = proposal.tick
    if proposal.reduces:
        return None
    if tick is None:
        return Breach("no_quote", {"symbol": proposal.terms.symbol})
    age = proposal.at - tick.at
    if age > MAXIMUM_AGE_MS:
        facts = {"symbol": proposal.terms.symbol, "age": str(age // 1000)}
        return Breach("stale_quote", facts)
    return None

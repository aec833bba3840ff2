"""What is held on margin opens only where its leverage is known at its venue."""

from __future__ import annotations

from engine.risk.breach import Breach
from engine.risk.proposal import Proposal


def margin(proposal: Proposal) -> Breach | None:
    """Refuse to open on a leverage that nobody has confirmed and the venue has not read back."""
    symbol = proposal.terms.symbol
    if proposal.reduces or not proposal.instrument.kind.is_margined:
        return None
    if symbol in proposal.book.leverage:
        return None
    return Breach("no_leverage", {"symbol": symbol, "account": proposal.book.account.argument})

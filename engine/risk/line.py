"""What trades for real trades only while its venue is reached and its books were compared."""

from __future__ import annotations

from engine.risk.breach import Breach
from engine.risk.proposal import Proposal


def line(proposal: Proposal) -> Breach | None:
    """Refuse what does not reduce, and whatever is listed elsewhere than the account is."""
    account, instrument = proposal.book.account, proposal.instrument
    if account.is_paper:
        return None
    facts = {"symbol": instrument.symbol, "venue": account.venue}
    if instrument.venue not in {account.venue, ""}:
        return Breach("elsewhere", {**facts, "other": instrument.venue})
    if proposal.line and not proposal.reduces:
        return Breach("line", {**facts, "why": proposal.line})
    return None

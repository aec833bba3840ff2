"""What a rule is: a figure with a name, a unit, and what reaching its limit means."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from engine.domain.limits import Limit, Scope, ScopeKind
from engine.risk.breach import Breach
from engine.risk.proposal import Proposal
from engine.risk.standing import Standing

WARN_AT = Decimal("0.8")
"""The share of a limit from which on an order is warned of it."""
EVERYWHERE = frozenset(ScopeKind)
BY_ACCOUNT = frozenset({ScopeKind.DESK, ScopeKind.ACCOUNT})
BY_OWNER = EVERYWHERE - {ScopeKind.INSTRUMENT}


class Unit(StrEnum):
    """What a rule's figure is counted in."""

    QUOTE = "quote"
    ACCOUNT = "account"
    BASE = "base"
    COUNT = "count"
    RATIO = "ratio"
    TIMES = "times"
    SECONDS = "seconds"
    SYMBOLS = "symbols"


class Rule:
    """One rule that a manager sets; a file a rule, its docstring says what it holds down.

    `scopes` are what it may be set for; a limit set for an instrument concerns that one alone.
    """

    name: ClassVar[str]
    unit: ClassVar[Unit]
    scopes: ClassVar[frozenset[ScopeKind]] = BY_OWNER
    stops_losses: ClassVar[bool] = False

    def now(self, standing: Standing, scope: Scope) -> Decimal | None:
        """The figure without any new order; None where it is of single orders, or not known."""
        del standing, scope
        return None

    def before(self, proposal: Proposal, scope: Scope) -> Decimal | None:
        """The figure without this order, of what it concerns."""
        return self.now(proposal.standing, scope)

    def after(self, proposal: Proposal, scope: Scope) -> Decimal | None:
        """The figure with this order; never less for a larger one. None where it is not known."""
        return self.now(proposal.standing, scope)

    def breach(self, proposal: Proposal, scope: Scope, limit: Limit) -> Breach | None:
        """The two steps: warn at four fifths, refuse beyond the whole."""
        return self.judged(proposal, scope, limit, self.after(proposal, scope))

    def judged(
        self, proposal: Proposal, scope: Scope, limit: Limit, used: Decimal | None
    ) -> Breach | None:
        """What the two steps say of a figure; one that is not known refuses."""
        if used is None:
            facts = {"rule": self.name, "symbol": proposal.terms.symbol}
            return Breach("no_figure", facts)
        if used < limit.value * WARN_AT:
            return None
        return self.reached(proposal, scope, limit, used, is_warning=used <= limit.value)

    def reached(
        self, proposal: Proposal, scope: Scope, limit: Limit, used: Decimal, *, is_warning: bool
    ) -> Breach:
        """The breach with what its text needs."""
        facts = {
            "rule": self.name,
            "used": f"{used:f}",
            "limit": f"{limit.value:f}",
            "symbol": proposal.terms.symbol,
            "currency": self._currency(proposal),
            "scope": "" if scope.kind is ScopeKind.DESK else f" scope={scope}",
        }
        share = used / limit.value if limit.value else Decimal(1)
        return Breach(self.name, facts, is_warning, share)

    def _currency(self, proposal: Proposal) -> str:
        if self.unit is Unit.QUOTE:
            return proposal.instrument.quote
        return proposal.book.account.currency if self.unit is Unit.ACCOUNT else ""

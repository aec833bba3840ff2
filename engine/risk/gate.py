"""Every rule, in order, before every order."""

from __future__ import annotations

from engine.risk import daily_loss as _daily_loss
from engine.risk import order_value as _order_value
from engine.risk import position_value as _position_value
from engine.risk.cash import cash
from engine.risk.fresh_quote import fresh_quote
from engine.risk.halted import halted
from engine.risk.holding import holding
from engine.risk.in_doubt import in_doubt
from engine.risk.proposal import Breach, Proposal, Rule
from engine.risk.reduce_only import reduce_only
from engine.risk.sane_terms import sane_terms

# What the instrument and the account's own means demand of every order.
_ALWAYS: tuple[Rule, ...] = (
    halted,
    in_doubt,
    fresh_quote,
    sane_terms,
    reduce_only,
    holding,
    cash,
)

# What a manager sets; orders that reduce risk pass these in every state.
_LIMITS: dict[str, Rule] = {
    _order_value.NAME: _order_value.order_value,
    _position_value.NAME: _position_value.position_value,
    _daily_loss.NAME: _daily_loss.daily_loss,
}

LIMIT_NAMES = tuple(_LIMITS)


def judged(proposal: Proposal) -> tuple[Breach | None, tuple[str, ...]]:
    """The first breach that refuses, or None with the names of limits that are close."""
    for rule in _ALWAYS:
        breach = rule(proposal)
        if breach is not None:
            return breach, ()
    if proposal.reduces:
        return None, ()
    warnings = []
    for name, rule in _LIMITS.items():
        breach = rule(proposal)
        if breach is not None and not breach.is_warning:
            return breach, ()
        if breach is not None:
            warnings.append(name)
    return None, tuple(warnings)

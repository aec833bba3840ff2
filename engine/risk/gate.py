"""Every rule, in order, before every order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from engine.domain.limits import DESK, Limit, Scope, ScopeKind
from engine.risk.allowed import AllowedInstruments
from engine.risk.breach import Breach
from engine.risk.cash import cash
from engine.risk.daily_loss import DailyLoss
from engine.risk.drawdown import Drawdown
from engine.risk.duplicate import Duplicate
from engine.risk.exposure import Exposure
from engine.risk.fresh_quote import QUOTE_AGE, fresh_quote
from engine.risk.halted import halted
from engine.risk.holding import holding
from engine.risk.in_doubt import in_doubt
from engine.risk.leverage import Leverage
from engine.risk.line import line
from engine.risk.losing_streak import LosingStreak
from engine.risk.margin import margin
from engine.risk.open_orders import OpenOrders
from engine.risk.order_rate import OrderRate
from engine.risk.order_size import OrderSize
from engine.risk.order_value import OrderValue
from engine.risk.position_value import PositionValue
from engine.risk.price_collar import PriceCollar
from engine.risk.proposal import Proposal
from engine.risk.reduce_only import reduce_only
from engine.risk.rule import Rule, Unit
from engine.risk.sane_terms import sane_terms
from engine.risk.stale_data import DataAge
from engine.risk.standing import Standing

# What the instrument and the account's own means demand of every order.
_ALWAYS: tuple[Callable[[Proposal], Breach | None], ...] = (
    halted,
    line,
    in_doubt,
    fresh_quote,
    sane_terms,
    reduce_only,
    holding,
    margin,
    cash,
)

# What a manager sets; orders that reduce risk pass these in every state.
_JUDGED: tuple[Rule, ...] = (
    AllowedInstruments(),
    OrderValue(),
    OrderSize(),
    PriceCollar(),
    Duplicate(),
    PositionValue(),
    Exposure(),
    Leverage(),
    OpenOrders(),
    OrderRate(),
    DailyLoss(),
    Drawdown(),
    LosingStreak(),
)

RULES: dict[str, Rule] = {rule.name: rule for rule in (*_JUDGED, QUOTE_AGE, DataAge())}
"""All that can be set, by name."""


@dataclass(frozen=True, slots=True)
class Use:
    """A limit and how much of it is used, without and with an order; None where not known."""

    rule: str
    unit: Unit
    scope: Scope
    limit: Limit | None
    before: Decimal | None
    after: Decimal | None

    @property
    def share(self) -> Decimal | None:
        """Of the limit, with the order."""
        if self.limit is None or self.after is None or not self.limit.value:
            return None
        return self.after / self.limit.value


def judged(proposal: Proposal) -> tuple[Breach | None, tuple[str, ...]]:
    """The first rule's breach that refuses, or None with the names of limits that are close.

    Of a rule's limits the strictest judges: the one of which most is used.
    """
    for check in _ALWAYS:
        breach = check(proposal)
        if breach is not None:
            return breach, ()
    if proposal.reduces:
        return None, ()
    warnings = []
    scopes, limits = proposal.scopes, proposal.standing.limits
    for rule in _JUDGED:
        worst: Breach | None = None
        for scope, limit in limits.applying(rule.name, scopes):
            breach = rule.breach(proposal, scope, limit)
            if breach is not None and (worst is None or _severity(breach) > _severity(worst)):
                worst = breach
        if worst is None:
            continue
        if not worst.is_warning:
            return worst, ()
        warnings.append(rule.name)
    return None, tuple(warnings)


def _severity(breach: Breach) -> tuple[bool, Decimal]:
    return not breach.is_warning, breach.share


def uses_with(proposal: Proposal, before: Proposal) -> tuple[Use, ...]:
    """Each limit that concerns an order, with its use before and after; the strictest of a rule.

    `before` is the same with nothing set aside for it.
    """
    standing = proposal.standing
    found = []
    for rule in _JUDGED:
        of_rule = [
            Use(rule.name, rule.unit, scope, limit, rule.before(before, scope), after)
            for scope, limit in standing.limits.applying(rule.name, proposal.scopes)
            if (after := rule.after(proposal, scope)) is not None
        ]
        if of_rule:
            found.append(max(of_rule, key=lambda use: use.share or Decimal(0)))
    return tuple(found)


def uses(standing: Standing) -> tuple[Use, ...]:
    """Every rule with each of its limits that concerns the account; without one, as it would be."""
    return tuple(use for rule in RULES.values() for use in _uses_of(rule, standing))


def _uses_of(rule: Rule, standing: Standing) -> Iterator[Use]:
    mine = [s for s in standing.limits.scopes(rule.name) if _concerns(s, standing)]
    for scope in sorted(mine or [DESK], key=lambda scope: (scope != DESK, str(scope))):
        figure = rule.now(standing, scope)
        limit = standing.limits.at(rule.name, scope)
        yield Use(rule.name, rule.unit, scope, limit, figure, figure)


def _concerns(scope: Scope, standing: Standing) -> bool:
    return scope.kind is not ScopeKind.ACCOUNT or scope == standing.account_scope

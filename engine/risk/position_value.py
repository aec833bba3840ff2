"""The largest value one position may reach, open orders included, in quote currency."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.identifiers import Symbol
from engine.domain.limits import Scope, ScopeKind
from engine.domain.money import ZERO
from engine.risk.proposal import Proposal
from engine.risk.rule import EVERYWHERE, Rule, Unit
from engine.risk.standing import Standing


class PositionValue(Rule):
    """What would be held if every open order of its side were filled."""

    name = "max_position_value"
    unit = Unit.QUOTE
    scopes = EVERYWHERE

    def now(self, standing: Standing, scope: Scope) -> Decimal | None:
        """The largest position's value at the last price."""
        values = [
            standing.value(symbol, position.quantity) or ZERO
            for symbol, position in standing.tally(scope).positions.items()
            if position.quantity and _is_of(symbol, scope)
        ]
        return max(values, default=ZERO)

    def before(self, proposal: Proposal, scope: Scope) -> Decimal | None:
        """The value at the last price of what is held of the order's instrument."""
        symbol, standing = proposal.terms.symbol, proposal.standing
        held = standing.tally(scope).positions.get(symbol)
        return standing.value(symbol, held.quantity) if held else ZERO

    def after(self, proposal: Proposal, scope: Scope) -> Decimal:
        """The position's value at the last price, or at the order's where that adds at a higher."""
        terms, tally = proposal.terms, proposal.standing.tally(scope)
        held = tally.positions.get(terms.symbol)
        waiting = proposal.waiting(scope).quantity
        before = held.quantity if held else ZERO
        after = before + terms.side.sign * (waiting + terms.quantity)
        last = proposal.tick.last if proposal.tick is not None else proposal.price
        worst = max(last, proposal.price, proposal.price_beside)
        price = worst if abs(after) > abs(before) else last
        return abs(after) * price


def _is_of(symbol: Symbol, scope: Scope) -> bool:
    return scope.kind is not ScopeKind.INSTRUMENT or symbol == scope.name

"""How much worse than the market an order's price may be, as a ratio of the fresh quote."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.limits import Scope
from engine.domain.money import ZERO
from engine.domain.order import OrderType
from engine.risk.proposal import Proposal
from engine.risk.rule import EVERYWHERE, Rule, Unit


class PriceCollar(Rule):
    """A buy above the ask, a sale below the bid, a stop's limit beyond its trigger.

    A price that only waits for a better market is not held back. What goes at market is set
    against the last trade. That there is a fresh quote at all, `fresh_quote` has seen to.
    """

    name = "max_price_deviation"
    unit = Unit.RATIO
    scopes = EVERYWHERE

    def after(self, proposal: Proposal, scope: Scope) -> Decimal | None:
        """The distance on the worse side, none below zero."""
        del scope
        terms, tick = proposal.terms, proposal.tick
        if tick is None:
            return None
        touch = tick.ask if terms.side.sign > 0 else tick.bid
        asked: Decimal | None
        reference: Decimal | None
        match terms.type:
            case OrderType.LIMIT:
                asked, reference = terms.price, touch
            case OrderType.STOP_LIMIT:
                asked, reference = terms.price, terms.stop_price
            case OrderType.MARKET:
                asked, reference = touch, tick.last
            case OrderType.STOP | OrderType.TRAILING_STOP:
                return ZERO
        if asked is None or not reference:
            return None
        return max(ZERO, (asked - reference) * terms.side.sign / reference)

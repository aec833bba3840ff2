"""What can be traded, and the steps a venue insists on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from engine.domain.identifiers import Symbol, VenueName
from engine.domain.money import ZERO, Currency, Price, Quantity, round_down, round_to


class InstrumentKind(StrEnum):
    """What sort of thing it is."""

    SPOT = "spot"
    STOCK = "stock"
    PERPETUAL = "perpetual"
    """A linear perpetual: counted in base units, paid for and settled in the quote currency."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument at one venue; steps and minimums in base units and quote currency."""

    symbol: Symbol
    venue: VenueName
    kind: InstrumentKind
    base: Currency
    quote: Currency
    price_step: Decimal
    quantity_step: Decimal
    minimum_quantity: Decimal = ZERO
    minimum_notional: Decimal = ZERO
    name: str = ""

    def price(self, value: Decimal) -> Price:
        """A price on the step, rounded to the nearest."""
        return Price(round_to(value, self.price_step))

    def quantity(self, value: Decimal) -> Quantity:
        """A quantity on the step, rounded down so that nothing is overspent."""
        return Quantity(round_down(value, self.quantity_step))

"""What the customer of an exchange holds on margin: entry prices, leverage, tiers of risk."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from engine.domain.account import Position
from engine.domain.events import OrderFilled
from engine.domain.identifiers import AccountId, Symbol
from engine.domain.margin import Leverage, liquidation_price
from engine.domain.order import Side
from engine.portfolio.positions import booked

LEAST = Decimal("0.005")
"""The ratio of a position's value that must be left of its margin, up to `TIER` of value."""
TIER = Decimal(2_000_000)
MORE = Decimal("0.01")
"""The same beyond it."""


@dataclass
class Margin:
    """All of them; `is_apart`: long and short of one instrument are two positions."""

    leverage: dict[str, int] = field(default_factory=dict)
    modes: dict[str, str] = field(default_factory=dict)
    is_apart: bool = False
    refuses: bool = False
    """No other leverage is taken."""
    tops_up: bool = False
    """The exchange adds to a margin by itself."""
    held: dict[Symbol, Position] = field(default_factory=dict)

    def fill(self, symbol: Symbol, side: Side, fill: OrderFilled) -> Decimal:
        """Take an execution in; gives the profit that it settled."""
        before = self.held.get(symbol) or Position(AccountId("owner"), symbol)
        after, profit = booked(
            before, side, fill.quantity, fill.price, Decimal(0), fill.at, Decimal(0)
        )
        self.held[symbol] = after
        return profit

    def open(self) -> list[Position]:
        """All that is not flat."""
        return [each for each in self.held.values() if each.quantity]

    def backing(self, position: Position, name: str) -> Decimal:
        """Its margin."""
        return abs(position.cost) / self.leverage.get(name, 1)

    def ends_at(self, position: Position, name: str) -> str:
        """Where it is liquidated, empty where that is never."""
        if position.average_price is None:
            return ""
        times = Leverage(Decimal(self.leverage.get(name, 1)))
        price = liquidation_price(position.quantity, position.average_price, times, LEAST)
        return "" if price is None else f"{price:.2f}"

"""The money of a backtest in plain Python: what is held, and what each fill does to it."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.backtest.result import Reason
from engine.backtest.settings import Settings
from engine.strategies.entries import Entry, trailing_level

# A whole position is bought to the last digit, and rounding may ask for one digit more.
TOLERANCE = 1e-9


@dataclass(slots=True)
class Held:
    """An open position: `side` 1 or -1; `stop` and `target` infinite where there is none.

    `trail` is what the trailing stop keeps from the extreme, 0 for none: a share of it where
    `trail_is_percent`, else an amount.
    """

    side: int
    bar: int
    price: float
    quantity: float
    fee: float
    stop: float
    target: float
    trail: float
    trail_is_percent: bool
    extreme: float

    @classmethod
    def entered(cls, entry: Entry, bar: int, price: float) -> Held:
        """What an entry becomes that fills at a price."""
        return cls(
            entry.side,
            bar,
            price,
            entry.quantity,
            0.0,
            entry.stop,
            entry.target,
            entry.trail,
            entry.trail_is_percent,
            price,
        )

    @property
    def trailing(self) -> float:
        """Where the trailing stop stands, infinite where there is none."""
        return trailing_level(self.side, self.extreme, self.trail, is_percent=self.trail_is_percent)

    @property
    def trails(self) -> bool:
        """Whether the trailing stop is the nearer one."""
        return self.side * self.trailing > self.side * self.stop

    def reach(self, high: float, low: float) -> None:
        """Let a bar move the extreme."""
        self.extreme = max(self.extreme, high) if self.side > 0 else min(self.extreme, low)


@dataclass(slots=True)
class Cash:
    """Cash, the position, and the trades so far, rows as in `engine.backtest.result.COLUMNS`."""

    settings: Settings
    amount: float = 0.0
    held: Held | None = None
    trades: list[tuple[float, ...]] = field(default_factory=list)
    denied: int = 0

    @property
    def side(self) -> int:
        """1 long, -1 short, 0 flat."""
        return self.held.side if self.held else 0

    @property
    def position(self) -> float:
        """Base units, below 0 when short."""
        return self.held.side * self.held.quantity if self.held else 0.0

    def worth(self, close: float) -> float:
        """Equity at a price."""
        return self.amount + self.position * close

    def enter(self, wanted: Held) -> None:
        """Take a position whose quantity is known, or deny it."""
        notional = wanted.quantity * wanted.price
        wanted.fee = notional * self.settings.fee
        if not notional + wanted.fee <= self.amount * (1 + TOLERANCE):
            self.denied += 1
            return
        self.amount = self.amount - wanted.side * notional - wanted.fee
        self.held = wanted

    def leave(self, bar: int, price: float, reason: Reason) -> None:
        """Close the position."""
        held = self.held
        if held is None:
            return
        notional = held.quantity * price
        fee = notional * self.settings.fee
        self.amount = self.amount + held.side * notional - fee
        fees = held.fee + fee
        profit = held.side * (price - held.price) * held.quantity - fees
        row = (held.bar, held.price, bar, price, held.quantity, held.side, fees, profit, reason)
        self.trades.append(tuple(float(value) for value in row))
        self.held = None

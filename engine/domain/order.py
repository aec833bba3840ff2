"""An order and the one state machine that every mode and venue shares."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from engine.domain.identifiers import AccountId, ClientOrderId, PersonId, Symbol, VenueOrderId
from engine.domain.money import NO_QUANTITY, ZERO, Price, Quantity


class Side(StrEnum):
    """Which way."""

    BUY = "buy"
    SELL = "sell"

    @property
    def sign(self) -> int:
        """+1 for buy, -1 for sell."""
        return 1 if self is Side.BUY else -1

    @property
    def opposite(self) -> Side:
        """The other way."""
        return Side.SELL if self is Side.BUY else Side.BUY


class OrderType(StrEnum):
    """How it is priced."""

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop_limit"
    TRAILING_STOP = "trailing_stop"


class TimeInForce(StrEnum):
    """How long it stands."""

    GTC = "gtc"
    IOC = "ioc"
    FOK = "fok"
    DAY = "day"


class OrderState(StrEnum):
    """Where it is in its life; denied is ours, rejected the venue's."""

    INITIALIZED = "initialized"
    DENIED = "denied"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    TRIGGERED = "triggered"
    PARTIALLY_FILLED = "partially_filled"
    PENDING_CANCEL = "pending_cancel"
    FILLED = "filled"
    CANCELED = "canceled"
    EXPIRED = "expired"
    REJECTED = "rejected"


CLOSED = frozenset(
    {
        OrderState.DENIED,
        OrderState.FILLED,
        OrderState.CANCELED,
        OrderState.EXPIRED,
        OrderState.REJECTED,
    }
)


class Purpose(StrEnum):
    """Why it exists: to open or close by wish, or to protect another order's position."""

    ENTRY = "entry"
    STOP_LOSS = "stop_loss"
    TAKE_PROFIT = "take_profit"


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """What is asked of the venue; prices in quote currency, quantity in base units.

    `trail` is a distance in quote currency, or a share of the price where `trail_is_percent`.
    """

    symbol: Symbol
    side: Side
    type: OrderType
    quantity: Quantity
    price: Price | None = None
    stop_price: Price | None = None
    trail: Decimal | None = None
    trail_is_percent: bool = False
    time_in_force: TimeInForce = TimeInForce.GTC
    reduce_only: bool = False
    post_only: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """An order as it stands; `unknown` is a flag beside the state."""

    client_order_id: ClientOrderId
    account: AccountId
    terms: OrderTerms
    placed_by: PersonId
    placed_at: int
    expires_to_send_at: int
    state: OrderState = OrderState.INITIALIZED
    venue_order_id: VenueOrderId | None = None
    filled: Quantity = NO_QUANTITY
    filled_value: Decimal = ZERO
    updated_at: int = 0
    unknown: bool = False
    reason: str = ""
    purpose: Purpose = Purpose.ENTRY
    parent: ClientOrderId | None = None
    stop_loss: Price | None = None
    take_profit: Price | None = None

    @property
    def remaining(self) -> Quantity:
        """What is left to fill, in base units."""
        return Quantity(self.terms.quantity - self.filled)

    @property
    def average_price(self) -> Decimal | None:
        """The mean price of its fills."""
        return self.filled_value / self.filled if self.filled else None

    @property
    def is_open(self) -> bool:
        """Whether something may still come of it."""
        return self.state not in CLOSED

"""An order and the one state machine that every mode and venue shares."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from engine.domain.identifiers import AccountId, ClientOrderId, PersonId, Symbol, VenueOrderId
from engine.domain.limits import Scope
from engine.domain.money import NO_QUANTITY, ZERO, Price, Quantity
from engine.domain.values import changed, quick


class Side(StrEnum):
    """Which way; `sign` is 1 for buy, -1 for sell."""

    BUY = "buy"
    SELL = "sell"

    sign: int

    def __init__(self, word: str) -> None:
        self.sign = 1 if word == "buy" else -1

    @property
    def opposite(self) -> Side:
        """The other way."""
        return SELL if self is BUY else BUY


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
    """Why it exists: by wish, to protect what another order filled, as a part, or in a halt."""

    ENTRY = "entry"
    STOP_LOSS = "stop_loss"
    TAKE_PROFIT = "take_profit"
    EXIT = "exit"
    """Closes at market what no stop could be placed for."""
    SLICE = "slice"
    """One of the orders that an execution algorithm makes of its parent."""
    FLATTEN = "flatten"
    """Closes what is held because of a halt."""
    LIQUIDATION = "liquidation"
    """The venue closed what its margin did not carry any more."""
    DELEVERAGING = "deleveraging"
    """The venue closed what stood against somebody else's loss."""


# Python 3.11 finds a member anew, and slowly, each time it is named: what every order meets on its
# way is named once.
BUY: Final = Side.BUY
SELL: Final = Side.SELL
MARKET: Final = OrderType.MARKET
TRAILING_STOP: Final = OrderType.TRAILING_STOP
DAY: Final = TimeInForce.DAY
INITIALIZED: Final = OrderState.INITIALIZED
SUBMITTED: Final = OrderState.SUBMITTED
ACCEPTED: Final = OrderState.ACCEPTED
FILLED: Final = OrderState.FILLED
ENTRY: Final = Purpose.ENTRY
STOP_LOSS: Final = Purpose.STOP_LOSS
SLICE: Final = Purpose.SLICE

PROTECTING = frozenset({Purpose.STOP_LOSS, Purpose.TAKE_PROFIT, Purpose.EXIT})
FORCED = frozenset({Purpose.LIQUIDATION, Purpose.DELEVERAGING})
"""Nobody of the desk asked for it: the venue did it by its own rules."""


@quick
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
class Target:
    """A take profit: so many base units of each `of` that the entry fills close at this price."""

    price: Price
    quantity: Quantity
    of: Quantity


@dataclass(frozen=True, slots=True)
class Twap:
    """Equal slices at equal distances in time, the first at once; times in UTC ms."""

    slices: int
    starts_at: int
    ends_at: int

    def place_at(self, at: int) -> int:
        """The slice whose turn a moment is, from 0; `slices` once the time is over."""
        if at >= self.ends_at:
            return self.slices
        return max(0, (at - self.starts_at) * self.slices // (self.ends_at - self.starts_at))


@dataclass(frozen=True, slots=True)
class Contingent:
    """An order that another one triggers: what that filled of its whole is this one's share.

    `of` is that whole as it was confirmed; 0 where it was not kept.
    """

    terms: OrderTerms
    stop_loss: Price | None = None
    targets: tuple[Target, ...] = ()
    of: Quantity = NO_QUANTITY


@quick
@dataclass(frozen=True, slots=True)
class Order:
    """An order as it stands; `unknown` is a flag beside the state.

    `parent` is the order that it serves, `leg` which of several of the same purpose it is and
    `attempt` how often it was tried before. `linked` is the other one of a pair of which one
    cancels the other, `triggers` what is placed once it has ended, `replaces` the one whose place
    it takes where orders cannot be changed. `asked` are other terms that the venue was asked for
    and has not answered about. `earlier_numbers` are those that the venue had for it before this
    one. `canceled_by` asked for its end. `origin` is the strategy or the
    followed leader it came from, None for a person's own.
    """

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
    targets: tuple[Target, ...] = ()
    leg: int = 0
    attempt: int = 0
    linked: ClientOrderId | None = None
    triggers: Contingent | None = None
    twap: Twap | None = None
    canceled_by: PersonId | None = None
    origin: Scope | None = None
    replaces: ClientOrderId | None = None
    asked: OrderTerms | None = None
    earlier_numbers: tuple[VenueOrderId, ...] = ()

    @property
    def aimed(self) -> OrderTerms:
        """Its terms once the change that was asked for is made."""
        if self.asked is None:
            return self.terms
        return changed(self.asked, quantity=self.terms.quantity) if self.is_sized else self.asked

    @property
    def most(self) -> tuple[Quantity, Decimal | None]:
        """The most that it may still take, in base units, and the worth of it at its own price.

        While a change is under way it may be filled on either terms. None without a price.
        """
        quantity, price = self.remaining, self.terms.price or self.terms.stop_price
        if self.asked is None:
            return quantity, None if price is None else quantity * price
        aimed = self.aimed
        changed_to = Quantity(max(ZERO, aimed.quantity - self.filled))
        most, then = max(quantity, changed_to), aimed.price or aimed.stop_price
        if price is None or then is None:
            return most, None
        return most, max(quantity * price, changed_to * then)

    @property
    def is_sized(self) -> bool:
        """Whether its quantity follows that of others, as the desk sees to."""
        return self.is_protection or self.linked is not None

    @property
    def is_protection(self) -> bool:
        """Whether it closes what another order opened, by a rule confirmed with it."""
        return self.purpose in PROTECTING

    def is_part_of(self, wholes: Container[ClientOrderId]) -> bool:
        """Whether it is a slice of one of these, which asks for what it asks for."""
        return self.parent is not None and self.purpose is SLICE and self.parent in wholes

    @property
    def is_alone(self) -> bool:
        """Whether it has nothing to do with another order, nor with a halt."""
        return (
            self.parent is None
            and self.stop_loss is None
            and not self.targets
            and self.linked is None
            and self.twap is None
            and self.replaces is None
            and self.purpose is ENTRY
        )

    @property
    def remaining(self) -> Quantity:
        """What is left to fill, in base units."""
        return Quantity(self.terms.quantity - self.filled)

    def asks_as(self, other: Order) -> bool:
        """Whether both are open, and for the same: the same terms, as much of them filled."""
        return (
            self.terms is other.terms
            and self.asked is other.asked
            and self.filled is other.filled
            and self.state not in CLOSED
            and other.state not in CLOSED
        )

    @property
    def average_price(self) -> Decimal | None:
        """The mean price of its fills."""
        return self.filled_value / self.filled if self.filled else None

    @property
    def is_open(self) -> bool:
        """Whether something may still come of it."""
        return self.state not in CLOSED

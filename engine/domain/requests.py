"""What people ask of the kernel, already cleared.

A request that can move money carries its intent's key.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.domain.account import Account, CashEntry
from engine.domain.alert import Alert
from engine.domain.candles import Candles
from engine.domain.difference import Difference, Settlement
from engine.domain.events import HaltCause, OrderFilled
from engine.domain.identifiers import (
    AccountId,
    AlertId,
    ClientOrderId,
    IntentKey,
    PersonId,
    Symbol,
    VenueOrderId,
)
from engine.domain.limits import Limit, Scope
from engine.domain.margin import Leverage
from engine.domain.money import Currency, Price, Quantity
from engine.domain.order import Contingent, Order, OrderTerms, Purpose, Target, Twap
from engine.domain.timeframe import Timeframe
from engine.domain.values import quick


@quick
@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """Send one order; with `stop_loss` (a price) or `targets` its fills are protected.

    It is never sent after `expires_to_send_at` (UTC ms). With `oco` two orders are sent, of which
    one cancels the other; `triggers` follows once it has filled; with `twap` it goes in slices.
    `repeats`: the person was told that they placed the very same order a moment ago, and said yes
    to another.
    """

    key: IntentKey
    account: AccountId
    terms: OrderTerms
    by: PersonId
    at: int
    expires_to_send_at: int
    stop_loss: Price | None = None
    targets: tuple[Target, ...] = ()
    oco: OrderTerms | None = None
    triggers: Contingent | None = None
    twap: Twap | None = None
    parent: ClientOrderId | None = None
    origin: Scope | None = None
    purpose: Purpose = Purpose.ENTRY
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class CancelOrders:
    """Cancel these orders."""

    account: AccountId
    orders: tuple[ClientOrderId, ...]
    by: PersonId
    at: int


@dataclass(frozen=True, slots=True)
class ReplaceOrder:
    """Change a resting order's price or quantity."""

    key: IntentKey
    account: AccountId
    order: ClientOrderId
    by: PersonId
    at: int
    price: Price | None = None
    quantity: Quantity | None = None


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """A new account with cash by currency, and base units `held` of instruments.

    What is held begins at the price of the moment; what has none is left to be compared.
    """

    account: Account
    cash: tuple[tuple[Currency, Decimal], ...]
    at: int
    held: tuple[tuple[Symbol, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class NoteLeverage:
    """How the venue holds an instrument on margin from now on; None while that is not known."""

    account: AccountId
    symbol: Symbol
    leverage: Leverage | None
    by: PersonId
    at: int


@dataclass(frozen=True, slots=True)
class BookCash:
    """What a venue says has moved cash of an account apart from trades; repeats are harmless."""

    account: AccountId
    entries: tuple[CashEntry, ...]
    at: int


@dataclass(frozen=True, slots=True)
class TransferCash:
    """Move cash from one account of the desk to another, once for its key."""

    key: IntentKey
    source: AccountId
    target: AccountId
    currency: Currency
    amount: Decimal
    by: PersonId
    at: int


@dataclass(frozen=True, slots=True)
class SetAlert:
    """Watch a formula."""

    alert: Alert
    at: int


@dataclass(frozen=True, slots=True)
class RemoveAlert:
    """Forget it."""

    alert_id: AlertId
    at: int


@dataclass(frozen=True, slots=True)
class SnoozeAlert:
    """Keep quiet until `until` (UTC ms)."""

    alert_id: AlertId
    until: int
    at: int


@dataclass(frozen=True, slots=True)
class HaltTrading:
    """Refuse what adds risk and cancel what rests; with `flatten` close what is held.

    On one account, or on all with None.
    """

    key: IntentKey
    by: PersonId
    reason: str
    flatten: bool
    at: int
    cause: HaltCause = HaltCause.PERSON
    facts: tuple[tuple[str, str], ...] = ()
    account: AccountId | None = None


@dataclass(frozen=True, slots=True)
class ResumeTrading:
    """Lift the latch."""

    by: PersonId
    at: int


@dataclass(frozen=True, slots=True)
class SetRiskLimit:
    """Set a rule's limit at a scope, or take it away with None."""

    rule: str
    scope: Scope
    limit: Limit | None
    by: PersonId
    at: int


@dataclass(frozen=True, slots=True)
class WatchAccount:
    """Look after an account: losses, old prices, and what a halt has still to close."""

    account: AccountId
    at: int


@dataclass(frozen=True, slots=True)
class OpenDay:
    """The desk's calendar day began, for these accounts; for all where it is None."""

    day: str
    at: int
    accounts: tuple[AccountId, ...] | None = None


@dataclass(frozen=True, slots=True)
class PassTime:
    """So late it is (UTC ms): what waits for its time, or has waited too long, is seen to."""

    at: int


@dataclass(frozen=True, slots=True)
class LoadHistory:
    """Closed candles from before the kernel was watching, for formulas that look back."""

    symbol: Symbol
    timeframe: Timeframe
    candles: Candles


@quick
@dataclass(frozen=True, slots=True)
class SendOrder:
    """The runtime is about to hand an initialized order to its venue."""

    client_order_id: ClientOrderId
    at: int


@dataclass(frozen=True, slots=True)
class BookForced:
    """A venue closed a part of a position by itself: `order`, under its number, filled whole."""

    order: Order
    venue_order_id: VenueOrderId
    fill: OrderFilled
    at: int


@dataclass(frozen=True, slots=True)
class NoteDifferences:
    """All that an account's books and its venue's disagree on now; `mended` are over already."""

    account: AccountId
    differences: tuple[Difference, ...]
    mended: tuple[Difference, ...]
    at: int


@dataclass(frozen=True, slots=True)
class NoteLine:
    """Why an account's books cannot be compared with its venue's; empty: they were, just now."""

    account: AccountId
    problem: str


@dataclass(frozen=True, slots=True)
class SettleDifference:
    """End a difference: `fills` are all that an unknown order has had.

    `entry_price` is what its venue says that a position on margin was opened at.
    """

    key: IntentKey
    difference: Difference
    how: Settlement
    by: PersonId
    at: int
    venue_order_id: VenueOrderId | None = None
    fills: tuple[OrderFilled, ...] = ()
    entry_price: Price | None = None


Request = (
    OpenAccount
    | NoteLeverage
    | BookCash
    | TransferCash
    | PlaceOrder
    | CancelOrders
    | ReplaceOrder
    | SetAlert
    | RemoveAlert
    | SnoozeAlert
    | HaltTrading
    | ResumeTrading
    | SetRiskLimit
    | WatchAccount
    | OpenDay
    | PassTime
    | LoadHistory
    | SendOrder
    | BookForced
    | NoteDifferences
    | NoteLine
    | SettleDifference
)

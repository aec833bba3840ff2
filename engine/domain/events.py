"""What happened: the journal's entries, past tense, the only way state changes.

`at` is UTC epoch milliseconds throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from engine.domain.account import Account, CashEntry
from engine.domain.alert import Alert
from engine.domain.difference import Difference, Settlement
from engine.domain.identifiers import (
    AccountId,
    AlertId,
    ClientOrderId,
    IntentKey,
    PersonId,
    Symbol,
    TradeId,
    VenueOrderId,
)
from engine.domain.limits import DESK, Limit, OnBreach, Scope
from engine.domain.margin import Leverage
from engine.domain.money import Currency, Price, Quantity
from engine.domain.order import Order, OrderTerms, Purpose
from engine.domain.values import quick


class Remedy(StrEnum):
    """What is done about protection that is not there."""

    WAIT = "wait"
    RETRY = "retry"
    CLOSE = "close"
    NONE = "none"


class HaltCause(StrEnum):
    """Why trading stopped: somebody asked, or a watch found a reason."""

    PERSON = "person"
    LOSS_LIMIT = "loss_limit"
    STALE_DATA = "stale_data"


@dataclass(frozen=True, slots=True)
class AccountOpened:
    """An account exists, with this much cash by currency."""

    account: Account
    cash: tuple[tuple[Currency, Decimal], ...]
    at: int


@dataclass(frozen=True, slots=True)
class AccountRenamed:
    """What people call an account is another word from now on."""

    account: AccountId
    name: str
    at: int


@dataclass(frozen=True, slots=True)
class LeverageSet:
    """How an instrument is held on margin at the account's venue; None while that is not known."""

    account: AccountId
    symbol: Symbol
    leverage: Leverage | None
    by: PersonId
    at: int


@dataclass(frozen=True, slots=True)
class CashMoved:
    """Cash came or went without a trade; `worth` is that in account currency, None if not known.

    `by` is who asked for it, None where the venue tells of it. `equity` is what the account was
    worth before, in its currency, None if not known.
    """

    entry: CashEntry
    worth: Decimal | None
    at: int
    by: PersonId | None = None
    equity: Decimal | None = None


@quick
@dataclass(frozen=True, slots=True)
class OrderInitialized:
    """A confirmed wish became an order; risk has passed it and nothing has left yet."""

    order: Order
    warnings: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True)
class OrderDenied:
    """We refused. `rule` names the text, `facts` fill it."""

    order: Order
    rule: str
    facts: tuple[tuple[str, str], ...]
    at: int


@quick
@dataclass(frozen=True, slots=True)
class OrderSubmitted:
    """It is about to leave: from here on its fate may be unknown."""

    client_order_id: ClientOrderId
    at: int


@quick
@dataclass(frozen=True, slots=True)
class OrderAccepted:
    """The venue has it."""

    client_order_id: ClientOrderId
    venue_order_id: VenueOrderId
    at: int


@dataclass(frozen=True, slots=True)
class OrderRejected:
    """The venue refused, for good."""

    client_order_id: ClientOrderId
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class OrderTriggered:
    """A stop's level was reached."""

    client_order_id: ClientOrderId
    at: int


@quick
@dataclass(frozen=True, slots=True)
class OrderFilled:
    """One execution, price in quote currency; the fee in its own currency."""

    client_order_id: ClientOrderId
    trade_id: TradeId
    quantity: Quantity
    price: Price
    fee: Decimal
    fee_currency: Currency
    at: int


@dataclass(frozen=True, slots=True)
class OrderCancelRequested:
    """A cancel is about to leave; `successor` is the order that takes its place."""

    client_order_id: ClientOrderId
    by: PersonId
    at: int
    successor: ClientOrderId | None = None


@dataclass(frozen=True, slots=True)
class OrderCanceled:
    """It rests no more; `by` where a person took back what had not left yet."""

    client_order_id: ClientOrderId
    reason: str
    at: int
    by: PersonId | None = None


@dataclass(frozen=True, slots=True)
class OrderCancelRejected:
    """The venue did not cancel it, most often because it had filled."""

    client_order_id: ClientOrderId
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class OrderExpired:
    """Its time in force, or our time to send it, ran out."""

    client_order_id: ClientOrderId
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class OrderReplaced:
    """It rests with other terms."""

    client_order_id: ClientOrderId
    terms: OrderTerms
    at: int


BEING_CHANGED = "being_changed"


@dataclass(frozen=True, slots=True)
class OrderReplaceRequested:
    """The venue is being asked to let it rest with other terms, for the person who confirmed it."""

    client_order_id: ClientOrderId
    terms: OrderTerms
    by: PersonId
    at: int


@dataclass(frozen=True, slots=True)
class OrderReplaceRejected:
    """It was not changed and rests as it did, or has ended meanwhile.

    Where the reason is BEING_CHANGED an earlier change is still under way, and this is no answer to
    that.
    """

    client_order_id: ClientOrderId
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class OrderBecameUnknown:
    """The venue gave no answer that can be relied on."""

    client_order_id: ClientOrderId
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class OrderNeverArrived:
    """The venue, asked after all could have reached it, does not know it: it did not happen."""

    client_order_id: ClientOrderId
    at: int


@dataclass(frozen=True, slots=True)
class ExecutionEnded:
    """An order that went in slices is over; `reason` where something of it was not traded.

    `fee` is what its fills cost, in the currency of the last one.
    """

    client_order_id: ClientOrderId
    reason: str
    slices: int
    fee: Decimal
    fee_currency: Currency
    at: int


@dataclass(frozen=True, slots=True)
class ProtectionDiffers:
    """What an entry filled (`wanted` base units) is not what its children cover (`standing`).

    `purpose` is the child that is missing, `remedy` what is done: wait, retry, close or nothing.
    """

    client_order_id: ClientOrderId
    purpose: Purpose
    wanted: Quantity
    standing: Quantity
    remedy: Remedy
    at: int


@dataclass(frozen=True, slots=True)
class ProtectionRestored:
    """The children of an entry cover again what it filled."""

    client_order_id: ClientOrderId
    at: int


@dataclass(frozen=True, slots=True)
class ProtectionEnded:
    """What an entry bought was sold otherwise: nothing of it is left to protect."""

    client_order_id: ClientOrderId
    at: int


@dataclass(frozen=True, slots=True)
class AlertSet:
    """A person asked to be told."""

    alert: Alert
    at: int


@dataclass(frozen=True, slots=True)
class AlertFired:
    """It became true at this price."""

    alert: Alert
    price: Decimal
    at: int


@dataclass(frozen=True, slots=True)
class AlertRemoved:
    """Its owner took it back."""

    alert_id: AlertId
    at: int


@dataclass(frozen=True, slots=True)
class AlertSnoozed:
    """It keeps quiet until then."""

    alert_id: AlertId
    until: int
    at: int


@dataclass(frozen=True, slots=True)
class TradingHalted:
    """No order that adds risk until a person resumes; on one account, or on all with None.

    `facts` fill the text of the cause; `key` names the closing orders of a `flatten`.
    """

    by: PersonId
    reason: str
    at: int
    cause: HaltCause = HaltCause.PERSON
    facts: tuple[tuple[str, str], ...] = ()
    account: AccountId | None = None
    flatten: bool = False
    key: IntentKey | None = None


@dataclass(frozen=True, slots=True)
class FlattenChecked:
    """What a halt that closes everything has left on an account: nothing, once it is verified.

    With something left, as (symbol, base units), it goes on trying.
    """

    account: AccountId
    left: tuple[tuple[Symbol, Decimal], ...]
    at: int


@dataclass(frozen=True, slots=True)
class TradingResumed:
    """The latch is lifted."""

    by: PersonId
    at: int


@dataclass(frozen=True, slots=True)
class RiskLimitSet:
    """A manager set a rule's parameters at a scope; a value of None takes the limit away."""

    rule: str
    value: Decimal | None
    by: PersonId
    at: int
    scope: Scope = DESK
    on_breach: OnBreach = OnBreach.REFUSE
    pause_minutes: int = 0
    symbols: tuple[Symbol, ...] = ()

    @property
    def limit(self) -> Limit | None:
        """What is in force from then on."""
        if self.value is None:
            return None
        return Limit(self.value, self.on_breach, self.pause_minutes, self.symbols)


@dataclass(frozen=True, slots=True)
class DayOpened:
    """The desk's day changed; daily limits count from this equity in account currency.

    `uncounted` are instruments and currencies of the account that nothing prices: it counts what is
    held of the first at cost, and the second as nothing.
    """

    account: AccountId
    day: str
    equity: Decimal
    at: int
    uncounted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderAdopted:
    """A person took an order that the desk never placed for the desk's own."""

    order: Order
    at: int


@dataclass(frozen=True, slots=True)
class EquityPeaked:
    """An account's equity, in its currency, stands higher than before on this desk's day.

    `uncounted` is as when the day opened.
    """

    account: AccountId
    equity: Decimal
    at: int
    uncounted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DifferenceFound:
    """The venue's books and ours do not agree, twice in a row."""

    difference: Difference
    at: int


@dataclass(frozen=True, slots=True)
class DifferenceSettled:
    """It is over: mended, or as a person decided."""

    difference: Difference
    how: Settlement
    by: PersonId
    at: int


OrderEvent = (
    OrderSubmitted
    | OrderAccepted
    | OrderRejected
    | OrderTriggered
    | OrderFilled
    | OrderCancelRequested
    | OrderCanceled
    | OrderCancelRejected
    | OrderExpired
    | OrderReplaced
    | OrderReplaceRequested
    | OrderReplaceRejected
    | OrderBecameUnknown
    | OrderNeverArrived
    | ExecutionEnded
)
Event = (
    AccountOpened
    | AccountRenamed
    | LeverageSet
    | CashMoved
    | OrderInitialized
    | OrderDenied
    | OrderAdopted
    | OrderEvent
    | ProtectionDiffers
    | ProtectionEnded
    | ProtectionRestored
    | AlertSet
    | AlertFired
    | AlertRemoved
    | AlertSnoozed
    | TradingHalted
    | FlattenChecked
    | TradingResumed
    | RiskLimitSet
    | DayOpened
    | EquityPeaked
    | DifferenceFound
    | DifferenceSettled
)
VenueReport = (
    OrderAccepted
    | OrderRejected
    | OrderTriggered
    | OrderFilled
    | OrderCanceled
    | OrderCancelRejected
    | OrderExpired
    | OrderReplaced
    | OrderReplaceRejected
    | OrderBecameUnknown
    | OrderNeverArrived
)
"""What a venue's connector may say: the same facts, told from outside."""

"""What a server says of orders, fills and accounts, as values; figures in its own units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from connectors.dtc.messages import Kind, Reason, Status
from connectors.dtc.wire import Message, NotUnderstood, number
from engine.domain.money import ZERO

_LONGEST_TEXT = 160

IS_THERE = frozenset(
    {
        Status.OPEN,
        Status.PENDING_CANCEL_REPLACE,
        Status.PENDING_CANCEL,
        Status.FILLED,
        Status.CANCELED,
        Status.PARTIALLY_FILLED,
    }
)
"""What shows that the market, or what simulates it, has the order, and not only the server."""
CANCELING = frozenset({Status.PENDING_CANCEL, Status.CANCELED})
ENDED = frozenset({Status.FILLED, Status.CANCELED, Status.REJECTED})
_KEPT = frozenset({Reason.CANCEL_REJECTED, Reason.CANCEL_REPLACE_REJECTED})
NO_WORDS = "refused without a reason"


@dataclass(frozen=True, slots=True)
class OrderSaid:
    """An order as the server shows it; None where it says nothing of a figure.

    `number` is its own name of the order, which a change may replace: the one before is `previous`
    then. `name` is ours, or that of whichever client placed it; empty for what was placed by hand.
    """

    number: str
    previous: str
    name: str
    account: str
    symbol: str
    status: int
    reason: int
    kind: int
    way: int
    price1: Decimal | None
    price2: Decimal | None
    quantity: Decimal
    filled: Decimal
    standing: int
    received_at: int
    """UTC ms; 0 where it is not said."""
    text: str

    @property
    def key(self) -> str:
        """What it goes by: its name, or the server's number of it."""
        return self.name or self.number

    @property
    def is_refusal(self) -> bool:
        """Whether it was turned down, so that nothing was done and nothing will be."""
        return self.reason == Reason.NEW_ORDER_REJECTED or self.status == Status.REJECTED


@dataclass(frozen=True, slots=True)
class FillSaid:
    """One fill of an order that goes by the server's number alone; `at` in UTC ms."""

    id: str
    number: str
    symbol: str
    way: int
    price: Decimal
    quantity: Decimal
    at: int


def order_said(said: Message, secrets: Iterable[str]) -> OrderSaid:
    """Out of an ORDER_UPDATE; its text without secrets. Raises NotUnderstood."""
    status, reason = _whole(said, "OrderStatus"), _whole(said, "OrderUpdateReason")
    if reason in _KEPT and status == Status.REJECTED:
        status = 0  # what is rejected is the change, not the order
    return OrderSaid(
        number=_text(said, "ServerOrderID"),
        previous=_text(said, "PreviousServerOrderID"),
        name=_text(said, "ClientOrderID"),
        account=_text(said, "TradeAccount"),
        symbol=_text(said, "Symbol"),
        status=status,
        reason=reason,
        kind=_whole(said, "OrderType"),
        way=_whole(said, "BuySell"),
        price1=number(said, "Price1"),
        price2=number(said, "Price2"),
        quantity=number(said, "OrderQuantity") or ZERO,
        filled=number(said, "FilledQuantity") or ZERO,
        standing=_whole(said, "TimeInForce"),
        received_at=_whole(said, "OrderReceivedDateTime") * 1000,
        text=words(_text(said, "InfoText"), secrets),
    )


def fills_said(answer: Iterable[Message]) -> list[FillSaid]:
    """Out of HISTORICAL_ORDER_FILL_RESPONSEs, oldest first. Raises NotUnderstood.

    Where the server gives a fill no id of its own, what is in it makes one.
    """
    found: dict[str, FillSaid] = {}
    for said in answer:
        price, quantity = number(said, "Price"), number(said, "Quantity")
        if not price or not quantity:
            continue
        seconds = number(said, "DateTime") or ZERO
        order = _text(said, "ServerOrderID")
        own = _text(said, "UniqueExecutionID")
        name = own or f"{order}:{seconds}:{price}:{quantity}"
        while not own and name in found:
            name += "+"
        at = int(seconds * 1000)
        symbol, way = _text(said, "Symbol"), _whole(said, "BuySell")
        found[name] = FillSaid(name, order, symbol, way, price, quantity, at)
    return sorted(found.values(), key=lambda each: each.at)


def is_last(said: Message) -> bool:
    """Whether a part of an answer is its last; a refusal is, and so is that there is nothing."""
    if said["Type"] in _REFUSALS or any(said.get(each) for each in _NOTHING):
        return True
    # The header has both spellings, each in some of the messages.
    total = said.get("TotalNumMessages") or said.get("TotalNumberMessages") or 0
    return bool(said.get("MessageNumber", 0) >= total)


def is_refused(said: Message) -> bool:
    """Whether a question is refused."""
    return said["Type"] in _REFUSALS


def is_nothing(said: Message) -> bool:
    """Whether it says that there is none of what was asked for."""
    return any(said.get(each) for each in _NOTHING)


_REFUSALS = frozenset(
    {
        Kind.OPEN_ORDERS_REJECT,
        Kind.HISTORICAL_ORDER_FILLS_REJECT,
        Kind.CURRENT_POSITIONS_REJECT,
        Kind.ACCOUNT_BALANCE_REJECT,
    }
)
_NOTHING = ("NoOrders", "NoOrderFills", "NoPositions", "NoAccountBalances")


def words(text: str, secrets: Iterable[str]) -> str:
    """The server's own words, short, without what must not be said."""
    for secret in secrets:
        text = text.replace(secret, "***") if secret else text
    return " ".join(text.split())[:_LONGEST_TEXT]


def _text(said: Message, field: str) -> str:
    value = said.get(field, "")
    if not isinstance(value, str):
        raise NotUnderstood(f"{field} is no text")
    return value


def _whole(said: Message, field: str) -> int:
    return int(number(said, field) or 0)

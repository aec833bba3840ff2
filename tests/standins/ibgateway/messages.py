"""What a gateway of server version 176 says of orders and executions, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from engine.domain.events import OrderFilled
from engine.domain.order import OrderState, OrderTerms, OrderType
from tests.standins.exchange.core import Placed
from tests.standins.ibgateway.listed import Listed

OPEN_ORDER, ORDER_STATUS, EXECUTION, COMMISSION, COMPLETED = 5, 3, 11, 59, 101
KINDS = {
    "MKT": OrderType.MARKET,
    "LMT": OrderType.LIMIT,
    "STP": OrderType.STOP,
    "STP LMT": OrderType.STOP_LIMIT,
    "TRAIL": OrderType.TRAILING_STOP,
}
_NAMES = {kind: name for name, kind in KINDS.items()}
_STATES = {
    OrderState.ACCEPTED: "Submitted",
    OrderState.TRIGGERED: "Submitted",
    OrderState.PARTIALLY_FILLED: "Submitted",
    OrderState.FILLED: "Filled",
}
_CONDITIONAL = (OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP)


@dataclass(frozen=True)
class Owned:
    """Whose an order is: the client and its number there, and the text that it goes by."""

    client_id: int
    order_id: int
    ref: str


def status(placed: Placed) -> str:
    """The word for how an order stands."""
    if placed.state is OrderState.ACCEPTED and placed.terms.type in _CONDITIONAL:
        return "PreSubmitted"
    return _STATES.get(placed.state, "Cancelled")


def open_order(placed: Placed, owned: Owned, listed: Listed, account: str) -> list[object]:
    """Message 5."""
    return [
        *(OPEN_ORDER, owned.order_id, *_contract(listed), *_asked(placed.terms, listed, account)),
        *(owned.ref, owned.client_id, placed.number, 0, 0, 0, "", "", "", "", "", ""),
        *_until_legs(placed.terms, auction=True),
        *("", "", ""),  # scale
        *("", 0, "", "", 0, 0, "", 0, 0, status(placed)),
        *[""] * 14,  # margins and commissions
        *(0, 0, 0, "", "", _trail_stop(placed.terms), *[""] * 5, "", "", "", ""),
        *(0, 0, "", "", "", "", 0, "", "", "", "", ""),
    ]


def completed(placed: Placed, owned: Owned, listed: Listed, account: str) -> list[object]:
    """Message 101: it knows no number of any client's."""
    return [
        *(COMPLETED, *_contract(listed), *_asked(placed.terms, listed, account), owned.ref),
        *(placed.number, 0, 0, 0, "", "", "", "", ""),
        *_until_legs(placed.terms, auction=False),
        *("", "", ""),  # scale
        *("", "", "", 0, 0, "", 0, status(placed), 0, 0, 0),
        *(_trail_stop(placed.terms), "", "", 0, 0, "", placed.order.filled / _size(listed), 0),
        *(0, "", 0, 0, 0, _moment(placed.updated), _ending(placed), "", "", "", "", ""),
    ]


def order_status(placed: Placed, owned: Owned, listed: Listed, last: Decimal) -> list[object]:
    """Message 3."""
    order, size = placed.order, _size(listed)
    return [
        *(ORDER_STATUS, owned.order_id, status(placed), order.filled / size),
        *(order.remaining / size, order.average_price or 0, placed.number, 0, last),
        *(owned.client_id, "", 0),
    ]


def execution(
    request: int, placed: Placed, owned: Owned, listed: Listed, fill: OrderFilled, account: str
) -> list[object]:
    """Message 11."""
    size, bought = _size(listed), placed.terms.side.sign > 0
    return [
        *(EXECUTION, request, owned.order_id, *_contract(listed), exec_id(placed, fill)),
        *(_moment(fill.at), account, listed.primary, "BOT" if bought else "SLD"),
        *(fill.quantity / size, fill.price, placed.number, owned.client_id, 0),
        *(placed.order.filled / size, placed.order.average_price or 0, owned.ref, "", "", "", 1),
    ]


def commission(placed: Placed, fill: OrderFilled) -> list[object]:
    """Message 59."""
    unset = "1.7976931348623157E308"
    return [COMMISSION, 1, exec_id(placed, fill), fill.fee, fill.fee_currency, unset, unset, ""]


def exec_id(placed: Placed, fill: OrderFilled) -> str:
    """An execution's name; the last part counts its corrections."""
    number = int(fill.trade_id.rpartition("-")[2])
    return f"0000e1a7.{placed.number:08x}.{number:02}.01"


def _contract(listed: Listed) -> list[object]:
    return listed.short


def _asked(terms: OrderTerms, listed: Listed, account: str) -> list[object]:
    kind = terms.type
    aux = terms.trail if kind is OrderType.TRAILING_STOP else terms.stop_price
    return [
        *(terms.side.value.upper(), terms.quantity / _size(listed), _NAMES[kind]),
        *(terms.price or 0, "" if terms.trail_is_percent else aux or 0),
        *(terms.time_in_force.value.upper(), "", account, "O", 0),
    ]


def _until_legs(terms: OrderTerms, *, auction: bool) -> list[object]:
    trails = terms.type is OrderType.TRAILING_STOP and terms.trail_is_percent
    percent = (terms.trail or 0) * 100 if trails else ""
    if auction:
        return [
            *("", "", "", "", "", 0, "", -1, 0, "", "", "", "", "", 0, 0, 0, 0, "", 3, 0, 0, ""),
            *(0, 0, "", 0, "", "", 0, 0, _trail_stop(terms), percent, "", "", "", 0, 0, 0),
        ]
    return [
        *("", "", "", "", "", 0, "", -1, "", "", "", "", "", 0, 0, 0, "", 3, 0, "", 0, "", ""),
        *(0, 0, _trail_stop(terms), percent, "", 0, 0, 0),
    ]


def _trail_stop(terms: OrderTerms) -> object:
    return terms.stop_price if terms.type is OrderType.TRAILING_STOP else ""


def _ending(placed: Placed) -> str:
    return "Filled Size: 1" if placed.state is OrderState.FILLED else "Cancelled by Trader"


def _size(listed: Listed) -> Decimal:
    return Decimal(listed.multiplier or 1)


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y%m%d %H:%M:%S UTC")

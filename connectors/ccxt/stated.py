"""What ccxt says of orders and trades, read into the desk's own values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from connectors.ccxt.contract import VenueContract
from connectors.ccxt.refusals import kind_of, words_of
from connectors.ccxt.refusals import reason as reason_of
from engine.domain.events import OrderFilled
from engine.domain.identifiers import (
    AccountId,
    ClientOrderId,
    PersonId,
    Symbol,
    TradeId,
    VenueOrderId,
)
from engine.domain.money import NO_QUANTITY, ZERO, Currency, Price, Quantity
from engine.domain.order import (
    Order,
    OrderState,
    OrderTerms,
    OrderType,
    Purpose,
    Side,
    TimeInForce,
)
from engine.ports.venue import VenueOrder

Raw = Mapping[str, Any]
"""ccxt's unified structure of an order or a trade."""

_STATES = {
    "open": OrderState.ACCEPTED,
    "closed": OrderState.FILLED,
    "canceled": OrderState.CANCELED,
    "canceling": OrderState.CANCELED,
    "expired": OrderState.EXPIRED,
    "rejected": OrderState.REJECTED,
}
_IMMEDIATE = {"IOC", "FOK"}
NOT_ALL_AT_ONCE = "not all of it could be filled at once"
REFUSED_LATE = "the exchange refused it when it triggered"


@dataclass(frozen=True, slots=True)
class Seen:
    """An order as the exchange shows it now; `filled` in base units, None where it is not said."""

    id: VenueOrderId
    name: ClientOrderId | None
    symbol: Symbol
    state: OrderState
    filled: Decimal | None
    reason: str
    raw: Raw
    child: VenueOrderId | None = None
    """What a stop that triggered has become, where that has a number of its own."""
    is_stop: bool = False
    """Whether it is a stop as it is shown apart, and not what it has become."""

    @property
    def trades_as(self) -> VenueOrderId:
        """The number under which its fills are."""
        return self.child or self.id


def seen(raw: Raw, contract: VenueContract, size: Decimal) -> Seen:
    """An order out of ccxt's; `size` is the base units of one contract."""
    is_stop = is_apart(raw, contract)
    raw = _plain(raw, contract) if is_stop else raw
    state = _state(raw, contract)
    filled = _exact(raw.get("filled"))
    filled = None if filled is None else filled * size
    reason = ""
    waits = raw.get("stopLossPrice") or raw.get("triggerPrice") or raw.get("stopPrice")
    takes = raw.get("type") == "market" and not waits
    at_once = takes or str(raw.get("timeInForce")) in _IMMEDIATE
    if state is OrderState.EXPIRED and at_once:
        state, reason = OrderState.CANCELED, NOT_ALL_AT_ONCE
    elif state is OrderState.CANCELED:
        reason = raw.get("refused") or (NOT_ALL_AT_ONCE if at_once else "canceled on request")
    if state is OrderState.ACCEPTED and filled:
        state = OrderState.PARTIALLY_FILLED
    number = str(raw.get("id") or "")
    if is_stop and contract.apart is not None and number:
        number = contract.apart.series + number
    return Seen(
        id=VenueOrderId(number),
        name=name_of(raw, contract),
        symbol=Symbol(str(raw.get("symbol") or "")),
        state=state,
        filled=filled,
        reason=reason,
        raw=raw,
        child=child_of(raw, contract),
        is_stop=is_stop,
    )


def _state(raw: Raw, contract: VenueContract) -> OrderState:
    field, partly = contract.ends_partly
    if field and (raw.get("info") or {}).get(field) == partly:
        return OrderState.CANCELED
    return _STATES.get(str(raw.get("status") or "open"), OrderState.ACCEPTED)


def is_apart(raw: Raw, contract: VenueContract) -> bool:
    """Whether it is a stop of a list of its own, and not what it has become."""
    info = raw.get("info") or {}
    marks = contract.apart.marks if contract.apart is not None else ()
    return any(info.get(field) == value for field, value in marks)


def child_of(raw: Raw, contract: VenueContract) -> VenueOrderId | None:
    """The number of the order that a stop apart has become, None while it has not."""
    info, apart = raw.get("info") or {}, contract.apart
    if raw.get("child"):
        return VenueOrderId(str(raw["child"]))
    if apart is None or not any(info.get(field) for field in apart.numbers):
        return None
    for field in apart.becomes:
        said = info.get(field)
        number = next(iter(said), "") if isinstance(said, list) else said
        if number and str(number) != "0":
            return VenueOrderId(str(number))
    return None


def become(stop: Raw, child: Raw, contract: VenueContract) -> Raw:
    """A stop that triggered, as the order that it has become: its name, its number, its price."""
    shown = seen(stop, contract, Decimal(1))
    kept = {name: stop.get(name) for name in ("clientOrderId", "stopLossPrice", "triggerPrice")}
    return {**child, **kept, "id": shown.id, "child": shown.child}


def _plain(raw: Raw, contract: VenueContract) -> Raw:
    """A stop apart in the words of any other stop: what it becomes, at which limit, what filled.

    That it has triggered ends nothing, and how much is filled of what it has become it does not
    say; where that is refused, it has ended without a fill.
    """
    info, status = raw.get("info") or {}, raw.get("status")
    limit = info.get("slOrdPx")
    if limit in ("", "-1"):
        raw = {**raw, "type": "market"}
    elif limit is not None:
        raw = {**raw, "type": "limit", "price": limit}
    if child_of(raw, contract) is not None or status == "closed":
        return {**raw, "status": "open", "filled": None}
    if status == "rejected":
        words = words_of(str(info.get("rm") or REFUSED_LATE))
        raw = {**raw, "status": "canceled", "refused": reason_of(kind_of(words), words)}
    return {**raw, "filled": "0"}


def name_of(raw: Raw, contract: VenueContract) -> ClientOrderId | None:
    """Our name of an order, from the exchange's own field where ccxt reads another one."""
    info = raw.get("info") or {}
    for key in contract.id_fields:
        if info.get(key):
            return ClientOrderId(str(info[key]))
    name = raw.get("clientOrderId")
    return ClientOrderId(str(name)) if name else None


def fill(
    raw: Raw, name: ClientOrderId, size: Decimal, now_ms: int, fee_coin: str = ""
) -> OrderFilled | None:
    """A trade as a fill; None where it does not say all that the books need."""
    number, price, amount = raw.get("id"), _exact(raw.get("price")), _exact(raw.get("amount"))
    fee, currency = _fee(raw, fee_coin)
    if not number or not price or not amount or fee is None or not currency:
        return None
    return OrderFilled(
        client_order_id=name,
        trade_id=TradeId(str(number)),
        quantity=Quantity(amount * size),
        price=Price(price),
        fee=fee,
        fee_currency=Currency(currency),
        at=int(raw.get("timestamp") or now_ms),
    )


def is_whole(trades: Iterable[Raw], order: Raw) -> bool:
    """Whether trades of an order come to what is filled of it, as far as that is said."""
    filled = _exact(order.get("filled"))
    return filled is not None and sum((_exact(t["amount"]) or ZERO for t in trades), ZERO) >= filled


def forced(raw: Raw, contract: VenueContract) -> Purpose | None:
    """Why the exchange made an order or trade by itself; None where it does not say so."""
    info, margin = raw.get("info") or {}, contract.margin
    if margin is None:
        return None
    name = str(info.get("c") or info.get("clientOrderId") or "")
    named = (why for begins, why in margin.forced_names if name.startswith(begins))
    found = (why for field, values, why in margin.forced if str(info.get(field)) in values)
    return next(named, None) or next(found, None)


def stated(
    order: Seen, fills: Iterable[OrderFilled], account: AccountId, size: Decimal
) -> VenueOrder:
    """The same as the port states it."""
    raw, trades = order.raw, tuple(fills)
    filled = sum((each.quantity for each in trades), ZERO)
    value = sum((each.quantity * each.price for each in trades), ZERO)
    stop = _exact(raw.get("stopLossPrice") or raw.get("triggerPrice") or raw.get("stopPrice"))
    price = _exact(raw.get("price"))
    at = int(raw.get("timestamp") or 0)
    terms = OrderTerms(
        symbol=order.symbol,
        side=Side(str(raw.get("side") or "buy")),
        type=_type(raw, stop),
        quantity=Quantity((_exact(raw.get("amount")) or filled / size) * size),
        price=Price(price) if price and raw.get("type") != "market" else None,
        stop_price=Price(stop) if stop else None,
        time_in_force=_time_in_force(raw),
        reduce_only=bool(raw.get("reduceOnly")),
        post_only=bool(raw.get("postOnly")),
    )
    state = order.state
    if filled and state is OrderState.ACCEPTED:
        state = OrderState.PARTIALLY_FILLED
    return VenueOrder(
        order=Order(
            client_order_id=order.name or ClientOrderId(order.id),
            account=account,
            terms=terms,
            placed_by=PersonId(""),
            placed_at=at,
            expires_to_send_at=0,
            state=state,
            venue_order_id=order.id,
            filled=Quantity(filled) if filled else NO_QUANTITY,
            filled_value=value,
            updated_at=int(raw.get("lastUpdateTimestamp") or at),
            reason=order.reason,
        ),
        venue_order_id=order.id,
        fills=trades,
    )


def _type(raw: Raw, stop: Decimal | None) -> OrderType:
    is_limit = "limit" in str(raw.get("type") or "").lower()
    if stop:
        return OrderType.STOP_LIMIT if is_limit else OrderType.STOP
    return OrderType.LIMIT if is_limit else OrderType.MARKET


def _time_in_force(raw: Raw) -> TimeInForce:
    said = str(raw.get("timeInForce") or "GTC").lower()
    return TimeInForce(said) if said in {"ioc", "fok"} else TimeInForce.GTC


def _fee(raw: Raw, coin: str) -> tuple[Decimal | None, str]:
    said = (raw.get("info") or {}).get(coin) if coin else None
    fee = raw.get("fee") or next(iter(raw.get("fees") or ()), None) or {}
    cost = _exact(fee.get("cost"))
    return cost, str(said or fee.get("currency") or "")


def _exact(value: object) -> Decimal | None:
    return None if value is None or value == "" else Decimal(str(value))

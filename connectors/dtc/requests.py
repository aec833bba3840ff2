"""An order in the protocol's words, and back."""

from __future__ import annotations

from decimal import Decimal

from connectors.dtc.listing import Listed
from connectors.dtc.messages import Ordered, Standing, Way
from connectors.dtc.said import OrderSaid
from engine.domain.instrument import InstrumentKind
from engine.domain.money import Price, Quantity
from engine.domain.order import Order, OrderTerms, OrderType, Side, TimeInForce
from engine.matching.checks import OF_TERMS, refusal

KINDS = {
    OrderType.MARKET: Ordered.MARKET,
    OrderType.LIMIT: Ordered.LIMIT,
    OrderType.STOP: Ordered.STOP,
    OrderType.STOP_LIMIT: Ordered.STOP_LIMIT,
}
WAYS = {Side.BUY: Way.BUY, Side.SELL: Way.SELL}
STANDINGS = {
    TimeInForce.DAY: Standing.DAY,
    TimeInForce.GTC: Standing.GOOD_TILL_CANCELED,
    TimeInForce.IOC: Standing.IMMEDIATE_OR_CANCEL,
    TimeInForce.FOK: Standing.FILL_OR_KILL,
}
LONGEST_NAME = 31
"""Characters of a client's name of an order."""

Fields = dict[str, object]


def fields_of(order: Order, listed: Listed, account: str) -> Fields:
    """What a new order says."""
    terms = order.terms
    return {
        "Symbol": listed.instrument.symbol,
        "Exchange": listed.exchange,
        "TradeAccount": account,
        "ClientOrderID": order.client_order_id,
        "OrderType": KINDS[terms.type],
        "BuySell": WAYS[terms.side],
        **_prices(terms),
        "Quantity": float(terms.quantity / listed.size),
        "TimeInForce": STANDINGS[terms.time_in_force],
        # What a strategy or a rule places, no hand does; exchanges want that told apart.
        "IsAutomatedOrder": int(order.origin is not None or order.is_protection),
    }


def fields_of_change(name: str, number: str, terms: OrderTerms, listed: Listed) -> Fields:
    """What makes an order stand on other terms."""
    return {
        "ServerOrderID": number,
        "ClientOrderID": name,
        **_prices(terms),
        "Price1IsSet": 1,
        "Price2IsSet": int(terms.type is OrderType.STOP_LIMIT),
        "Quantity": float(terms.quantity / listed.size),
        "TimeInForce": STANDINGS[terms.time_in_force],
    }


def reason_against(terms: OrderTerms, listed: Listed) -> str:
    """What is certain before anything is sent; nothing where it can go."""
    if terms.type not in KINDS:
        return "not_supported: the protocol has no trailing stop; use a stop and move it"
    if terms.post_only:
        return "not_supported: the protocol has no post only; use a limit without it"
    if listed.instrument.kind is InstrumentKind.FUTURE and not terms.reduce_only:
        return "not_supported: a future's margin is not in the desk's books yet, so none is opened"
    return refusal(terms, listed.instrument, None, checks=OF_TERMS)


def terms_of(said: OrderSaid, listed: Listed) -> OrderTerms:
    """The terms that an order stands on at the server, prices on the instrument's step."""
    kind = _TYPES.get(said.kind, OrderType.MARKET)
    first, second = _price(said.price1, listed), _price(said.price2, listed)
    limit = {OrderType.LIMIT: first, OrderType.STOP_LIMIT: second}.get(kind)
    stops = kind in (OrderType.STOP, OrderType.STOP_LIMIT)
    return OrderTerms(
        symbol=listed.instrument.symbol,
        side=Side.SELL if said.way == Way.SELL else Side.BUY,
        type=kind,
        quantity=Quantity(said.quantity * listed.size),
        price=limit,
        stop_price=first if stops else None,
        time_in_force=_TIMES.get(said.standing, TimeInForce.GTC),
    )


_TYPES: dict[int, OrderType] = {number: kind for kind, number in KINDS.items()}
_TIMES: dict[int, TimeInForce] = {number: each for each, number in STANDINGS.items()}


def _prices(terms: OrderTerms) -> Fields:
    """The price of the order is the first one; a stop's limit, where it has one, the second."""
    first = terms.stop_price if terms.stop_price is not None else terms.price
    second = terms.price if terms.type is OrderType.STOP_LIMIT else None
    return {"Price1": float(first or 0), "Price2": float(second or 0)}


def _price(value: Decimal | None, listed: Listed) -> Price | None:
    return listed.instrument.price(value) if value else None

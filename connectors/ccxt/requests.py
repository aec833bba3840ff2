"""An order in the words that ccxt takes to the exchange."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from connectors.ccxt.contract import Stops, VenueContract
from engine.domain.identifiers import ClientOrderId
from engine.domain.instrument import Instrument
from engine.domain.order import Order, OrderTerms, OrderType, Side, TimeInForce
from engine.errors import OrderRejected

STOPS = frozenset({OrderType.STOP, OrderType.STOP_LIMIT})


@dataclass(frozen=True, slots=True)
class Request:
    """The arguments of ccxt's `create_order`; figures as text, so that no digit is lost."""

    symbol: str
    kind: str
    side: str
    amount: str
    price: str | None
    params: dict[str, object]


def request_of(
    order: Order, contract: VenueContract, instrument: Instrument, size: Decimal, now_ms: int
) -> Request:
    """What to send; `size` is the base units of one contract. Raises OrderRejected."""
    terms = order.terms
    reason = _refusal(order, contract, instrument)
    if reason:
        raise OrderRejected(reason, reason=reason, why=reason.partition(":")[0])
    kind, price = _kind_and_price(terms, contract, instrument)
    params: dict[str, object] = {contract.id_parameter: order.client_order_id}
    if contract.deadline:
        until = datetime.fromtimestamp(now_ms / 1000 + contract.expires_seconds, UTC)
        params[contract.deadline] = until.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if terms.stop_price is not None and terms.type in STOPS:
        params["stopLossPrice"] = f"{terms.stop_price:f}"
        params |= dict(contract.stop_parameters)
        if contract.stop_id_parameter:  # a name of its own there
            params[contract.stop_id_parameter] = order.client_order_id
    if terms.post_only:
        params["postOnly"] = True
    if terms.time_in_force is not TimeInForce.GTC and kind == "limit":
        params["timeInForce"] = terms.time_in_force.value.upper()
    if instrument.kind.is_margined and contract.margin is not None:
        params |= dict(contract.margin.order)
        if contract.margin.stop_says_way and "stopLossPrice" in params:
            params["triggerPrice"] = params.pop("stopLossPrice")
            params["triggerDirection"] = "above" if terms.side is Side.BUY else "below"
        if terms.reduce_only:
            params["reduceOnly"] = True
    amount = f"{terms.quantity / size:f}"
    if contract.buys_by_value and kind == "market" and terms.side is Side.BUY:
        # Left alone, ccxt would spend an amount; the exchange takes base units as well.
        params["order_configuration"] = {"market_market_ioc": {"base_size": amount}}
    return Request(terms.symbol, kind, terms.side.value, amount, price, params)


def id_params(contract: VenueContract, name: ClientOrderId) -> dict[str, object]:
    """The parameter by which a single order is named in a cancel or a question."""
    return {contract.lookup_parameter: name}


def _kind_and_price(
    terms: OrderTerms, contract: VenueContract, instrument: Instrument
) -> tuple[str, str | None]:
    if terms.type is OrderType.MARKET:
        return "market", None
    if terms.type is OrderType.STOP and terms.stop_price is not None:
        if contract.stops is not Stops.LIMIT_ONLY:
            return "market", None
        room = 1 + terms.side.sign * contract.stop_room
        return "limit", f"{instrument.price(terms.stop_price * room):f}"
    return "limit", f"{terms.price:f}"


def _refusal(order: Order, contract: VenueContract, instrument: Instrument) -> str:
    """What is certain before anything is sent: the exchange could only refuse it, or misread it.

    Its kind, and what is wrong in figures.
    """
    terms = order.terms
    if instrument.kind.is_margined and contract.margin is None:
        return f"not_supported: {contract.exchange} is traded on margin by nobody here; use spot"
    if len(order.client_order_id) > contract.id_length:
        return f"not_supported: an order's name may have {contract.id_length} characters here"
    if terms.type is OrderType.TRAILING_STOP:
        return f"not_supported: {contract.exchange} holds no trailing stop for the desk; use a stop"
    if terms.type in STOPS and contract.stops is Stops.NONE:
        way_out = "use an alert and a market order"
        return f"not_supported: {contract.exchange} holds no stop for the desk; {way_out}"
    if terms.time_in_force is TimeInForce.DAY:
        return f"not_supported: {contract.exchange} knows no trading day; use gtc"
    return off_step(terms, instrument)


def off_step(terms: OrderTerms, instrument: Instrument) -> str:
    """Why the figures cannot be sent as they are; nothing where they can."""
    # ccxt would round in silence, and the order would not be the one that was confirmed.
    if terms.quantity <= 0:
        return f"quantity must be above zero, not {terms.quantity}"
    if terms.type in (OrderType.LIMIT, OrderType.STOP_LIMIT) and terms.price is None:
        return f"a {terms.type} order needs a price"
    if terms.type in STOPS and terms.stop_price is None:
        return f"a {terms.type} order needs a stop price"
    if terms.quantity % instrument.quantity_step:
        return f"off_step: quantity {terms.quantity} is not on the step {instrument.quantity_step}"
    for price in (terms.price, terms.stop_price):
        if price is not None and price % instrument.price_step:
            return f"off_step: price {price} is not on the step {instrument.price_step}"
    if terms.quantity < instrument.minimum_quantity:
        least = instrument.minimum_quantity
        return f"below_minimum: quantity {terms.quantity} is below the minimum {least}"
    price = terms.price or terms.stop_price
    # What reduces is the exchange's to judge: refused here, a position would stand naked.
    if price is None or terms.reduce_only:
        return ""
    value = terms.quantity * price
    if value < instrument.minimum_notional:
        return (
            f"below_minimum: notional {value:f} is below the minimum {instrument.minimum_notional}"
        )
    return ""

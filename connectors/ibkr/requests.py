"""An order in Interactive Brokers' words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ib_async.order import Order as IbOrder

from connectors.ibkr.listing import Listed
from engine.domain.identifiers import ClientOrderId
from engine.domain.instrument import InstrumentKind
from engine.domain.order import OrderTerms, OrderType
from engine.matching.checks import OF_TERMS, refusal

KINDS = {
    OrderType.MARKET: "MKT",
    OrderType.LIMIT: "LMT",
    OrderType.STOP: "STP",
    OrderType.STOP_LIMIT: "STP LMT",
    OrderType.TRAILING_STOP: "TRAIL",
}


def request_of(name: ClientOrderId, terms: OrderTerms, listed: Listed, account: str) -> IbOrder:
    """What to send. The order's name travels as its reference, which comes back with each fill."""
    request = IbOrder(
        orderRef=name,
        account=account,
        action=terms.side.value.upper(),
        totalQuantity=_plain(terms.quantity / listed.size),
        orderType=KINDS[terms.type],
        tif=terms.time_in_force.value.upper(),
    )
    if terms.price is not None:
        request.lmtPrice = _plain(terms.price)
    if terms.type is OrderType.TRAILING_STOP and terms.trail is not None:
        if terms.trail_is_percent:
            request.trailingPercent = _plain(terms.trail * 100)
        else:
            request.auxPrice = _plain(terms.trail)
        if terms.stop_price is not None:
            request.trailStopPrice = _plain(terms.stop_price)
    elif terms.stop_price is not None:
        request.auxPrice = _plain(terms.stop_price)
    return request


def reason_against(terms: OrderTerms, listed: Listed) -> str:
    """What is certain before anything is sent; nothing where it can go."""
    if terms.post_only:
        return "no order is post only at Interactive Brokers; use a limit without it"
    if listed.instrument.kind is InstrumentKind.FUTURE and not terms.reduce_only:
        return "a future's margin is not in the desk's books yet, so none is opened"
    return refusal(terms, listed.instrument, None, checks=OF_TERMS)


def _plain(figure: Decimal) -> Any:
    """The same without an exponent: as text, it goes out as it is."""
    return Decimal(f"{figure:f}")

"""What the gateway shows of an order, as the port states it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from connectors.ibkr.ledger import BY_THE_BROKER, Told
from connectors.ibkr.listing import Listed
from connectors.ibkr.requests import KINDS
from connectors.ibkr.said import OrderSaid
from connectors.ibkr.states import state_of
from engine.domain.events import OrderFilled
from engine.domain.identifiers import AccountId, ClientOrderId, PersonId, VenueOrderId
from engine.domain.money import NO_QUANTITY, ZERO, Price, Quantity
from engine.domain.order import Order, OrderState, OrderTerms, OrderType, Side, TimeInForce
from engine.ports.venue import VenueOrder

_TYPES = {text: kind for kind, text in KINDS.items()}
_TIMES = {each.value for each in TimeInForce}


def stated(
    said: OrderSaid,
    fills: Iterable[OrderFilled],
    listed: Listed,
    account: AccountId,
    told: Told | None = None,
) -> VenueOrder:
    """An order with its fills; what was told of it knows best how it ended."""
    trades = tuple(sorted(fills, key=lambda each: each.at))
    filled = sum((each.quantity for each in trades), ZERO)
    number = VenueOrderId(str(said.perm_id))
    return VenueOrder(
        order=Order(
            client_order_id=ClientOrderId(said.ref or str(said.perm_id)),
            account=account,
            terms=_terms(said, listed),
            placed_by=PersonId(""),
            placed_at=0,
            expires_to_send_at=0,
            state=_state(said, filled, listed, told),
            venue_order_id=number,
            filled=Quantity(filled) if filled else NO_QUANTITY,
            filled_value=sum((each.quantity * each.price for each in trades), ZERO),
            reason=(told.why if told is not None else "") or BY_THE_BROKER,
        ),
        venue_order_id=number,
        fills=trades,
    )


def _state(said: OrderSaid, filled: Decimal, listed: Listed, told: Told | None) -> OrderState:
    if told is not None and told.closed and told.ending is not None:
        return told.ending
    state = state_of(said.status)
    if filled and state is OrderState.ACCEPTED:
        whole = filled >= said.quantity * listed.size
        return OrderState.FILLED if whole else OrderState.PARTIALLY_FILLED
    return state


def _terms(said: OrderSaid, listed: Listed) -> OrderTerms:
    kind = _TYPES.get(said.kind, OrderType.MARKET)
    trails = kind is OrderType.TRAILING_STOP
    trail = said.aux if trails else None
    if trails and said.trailing_percent is not None:
        trail = said.trailing_percent / 100
    tif = said.tif.lower()
    has_limit = kind in (OrderType.LIMIT, OrderType.STOP_LIMIT)
    return OrderTerms(
        symbol=listed.instrument.symbol,
        side=Side(said.action.lower()),
        type=kind,
        quantity=Quantity(said.quantity * listed.size),
        price=Price(said.limit) if has_limit and said.limit is not None else None,
        stop_price=Price(said.aux) if said.aux is not None and not trails else None,
        trail=trail,
        trail_is_percent=trails and said.trailing_percent is not None,
        time_in_force=TimeInForce(tif) if tif in _TIMES else TimeInForce.GTC,
    )

"""Differences with a venue: noted when they last, settled as a person decides."""

from __future__ import annotations

from engine.domain import requests as wishes
from engine.domain.difference import Difference, DifferenceKind, Settlement
from engine.domain.events import (
    DifferenceFound,
    DifferenceSettled,
    Event,
    OrderAccepted,
    OrderAdopted,
    OrderFilled,
)
from engine.domain.identifiers import THE_DESK, IntentKey, PersonId, TradeId, VenueOrderId
from engine.domain.instrument import Instrument
from engine.domain.money import ZERO, Price, Quantity
from engine.domain.order import Order, OrderTerms, OrderType, Side
from engine.domain.values import changed
from engine.execution.cancelling import cancelling
from engine.execution.naming import client_order_id
from engine.kernel.orders import on_place
from engine.kernel.state import State
from engine.kernel.step import NOTHING, Step


def on_note(state: State, wish: wishes.NoteDifferences) -> Step:
    """What is new or has changed is found; what is no longer there is gone."""
    happened: list[Event] = []
    for difference in wish.mended:
        happened.append(DifferenceFound(difference, wish.at))
        happened.append(_settled(difference, Settlement.MENDED, wish))
    seen = {difference.id for difference in wish.differences}
    known = {**state.differences, **state.ignored}
    happened.extend(
        _settled(difference, Settlement.GONE, wish)
        for difference in known.values()
        if difference.account == wish.account and difference.id not in seen
    )
    happened.extend(
        DifferenceFound(difference, wish.at)
        for difference in wish.differences
        if not _is_known(state, difference)
    )
    return state.happened(*happened) if happened else NOTHING


def _is_known(state: State, found: Difference) -> bool:
    """Whether it is the one that was told; one to be ignored is the same for as long as both sides
    move alike.
    """
    ignored = state.ignored.get(found.id)
    if ignored is None:
        return state.differences.get(found.id) == found
    return (ignored.kind, ignored.excess, ignored.order) == (found.kind, found.excess, found.order)


def on_line(state: State, wish: wishes.NoteLine) -> Step:
    """Remember it for as long as this process runs."""
    state.lines[wish.account] = wish.problem
    return NOTHING


def _settled(
    difference: Difference, how: Settlement, wish: wishes.NoteDifferences
) -> DifferenceSettled:
    return DifferenceSettled(difference, how, THE_DESK, wish.at)


def on_settle(state: State, wish: wishes.SettleDifference) -> Step:
    """Ignore it, take it into our books, or take it in and end it at the venue.

    Of an order that has ended here the cancel was asked for before, and nothing is taken in.
    """
    difference = wish.difference
    if state.differences.get(difference.id) != difference:
        return NOTHING
    if wish.how is Settlement.ADOPTED and not difference.may_be_adopted:
        return NOTHING
    if wish.how is Settlement.IGNORED or not difference.may_be_adopted:
        return state.happened(DifferenceSettled(difference, wish.how, wish.by, wish.at))
    if difference.kind is DifferenceKind.UNKNOWN_ORDER:
        return _take_order(state, wish)
    return _take_size(state, wish)


def _take_order(state: State, wish: wishes.SettleDifference) -> Step:
    stated = wish.difference.order
    if stated is None or wish.venue_order_id is None:
        return NOTHING
    order = _ours(stated, wish.by, wish.at)
    step = state.happened(
        OrderAdopted(order, wish.at),
        OrderAccepted(order.client_order_id, wish.venue_order_id, wish.at),
        *wish.fills,
        DifferenceSettled(wish.difference, wish.how, wish.by, wish.at),
    )
    resting = state.orders.open.get(order.client_order_id)
    if wish.how is not Settlement.CLOSED or resting is None:
        return step
    event, commands = cancelling(resting, wish.by, wish.at)
    return step.then(state.happened(event, commands=commands))


def _ours(stated: Order, by: PersonId, at: int) -> Order:
    """As the desk would hold it before its first fill, in the name of who took it."""
    return Order(
        client_order_id=stated.client_order_id,
        account=stated.account,
        terms=stated.terms,
        placed_by=by,
        placed_at=stated.placed_at,
        expires_to_send_at=0,
        updated_at=at,
    )


def _take_size(state: State, wish: wishes.SettleDifference) -> Step:
    """Book what the venue has more or less as a trade without a fee, at the last price or where
    its venue says that it was opened.
    """
    difference = wish.difference
    tick = state.quotes.get(difference.symbol)
    if tick is None:
        return NOTHING
    order, events = size_taken(state, wish, wish.entry_price or Price(tick.last))
    step = state.happened(*events, DifferenceSettled(difference, wish.how, wish.by, wish.at))
    if wish.how is not Settlement.CLOSED:
        return step
    return step.then(on_place(state, _closing(order, wish)))


def size_taken(
    state: State, wish: wishes.SettleDifference, price: Price
) -> tuple[Order, tuple[Event, ...]]:
    """What the venue has more or less, as an order that filled at a price without a fee."""
    order = _made_good(wish.difference, wish)
    instrument = state.instruments[wish.difference.symbol]
    return order, (
        OrderAdopted(order, wish.at),
        OrderAccepted(order.client_order_id, VenueOrderId("adopted"), wish.at),
        _booked(order, price, instrument, wish.at),
    )


def _made_good(difference: Difference, wish: wishes.SettleDifference) -> Order:
    excess = difference.excess
    return Order(
        client_order_id=client_order_id(wish.key, "adopted"),
        account=difference.account,
        terms=OrderTerms(
            symbol=difference.symbol,
            side=Side.BUY if excess > ZERO else Side.SELL,
            type=OrderType.MARKET,
            quantity=Quantity(abs(excess)),
        ),
        placed_by=wish.by,
        placed_at=wish.at,
        expires_to_send_at=0,
        updated_at=wish.at,
    )


def _booked(order: Order, price: Price, instrument: Instrument, at: int) -> OrderFilled:
    return OrderFilled(
        client_order_id=order.client_order_id,
        trade_id=TradeId(f"adopted:{order.client_order_id}"),
        quantity=order.terms.quantity,
        price=price,
        fee=ZERO,
        fee_currency=instrument.quote,
        at=at,
    )


def _closing(taken: Order, wish: wishes.SettleDifference) -> wishes.PlaceOrder:
    terms = changed(taken.terms, side=taken.terms.side.opposite, reduce_only=True)
    return wishes.PlaceOrder(
        key=IntentKey(f"{wish.key}:close"),
        account=taken.account,
        terms=terms,
        by=wish.by,
        at=wish.at,
        expires_to_send_at=0,
    )

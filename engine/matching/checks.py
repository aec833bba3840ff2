"""Why an order is refused: each check gives a reason, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from engine.domain.instrument import Instrument
from engine.domain.market import Tick
from engine.domain.money import ZERO, on_step
from engine.domain.order import (
    BUY,
    MARKET,
    TRAILING_STOP,
    Order,
    OrderState,
    OrderTerms,
    OrderType,
    Side,
    TimeInForce,
)

NO_PRICE = "no price"
DUPLICATE = "duplicate client order id"
"""The order exists here already: the remedy is to look it up, not to fail it."""

LARGEST_EXPONENT = 15
"""Figures of 10^15 and more are refused: beyond them the arithmetic would round."""

IMMEDIATE = frozenset({TimeInForce.IOC, TimeInForce.FOK})
LIMITS = frozenset({OrderType.LIMIT, OrderType.STOP_LIMIT})

NEEDED = {
    MARKET: (),
    OrderType.LIMIT: ("price",),
    OrderType.STOP: ("stop_price",),
    OrderType.STOP_LIMIT: ("price", "stop_price"),
    TRAILING_STOP: ("trail",),
}

Check = Callable[[OrderTerms, Instrument, Tick | None], str]


def refusal(
    terms: OrderTerms,
    instrument: Instrument,
    quote: Tick | None,
    *,
    checks: tuple[Check, ...] | None = None,
) -> str:
    """The first reason to refuse these terms, or an empty string.

    `quote` is the last tick of the symbol, None before the first one.
    """
    for check in checks or CHECKS:
        reason = check(terms, instrument, quote)
        if reason:
            return reason
    return ""


def crosses(side: Side, limit: Decimal, tick: Tick) -> bool:
    """Whether the other side of the book has reached a limit."""
    return tick.ask <= limit if side is BUY else tick.bid >= limit


def _figures(terms: OrderTerms, instrument: Instrument, quote: Tick | None) -> str:
    del instrument, quote
    return (
        _figure("quantity", terms.quantity)
        or (terms.price is not None and _figure("price", terms.price))
        or (terms.stop_price is not None and _figure("stop price", terms.stop_price))
        or (terms.trail is not None and _figure("trail", terms.trail))
        or ""
    )


def _figure(name: str, value: Decimal) -> str:
    if not value.is_finite() or value <= ZERO:
        return f"{name} must be above zero, not {value}"
    return f"{name} {value} is too large" if value.adjusted() >= LARGEST_EXPONENT else ""


def _fields(terms: OrderTerms, instrument: Instrument, quote: Tick | None) -> str:
    del instrument, quote
    for name in NEEDED[terms.type]:
        if getattr(terms, name) is None:
            return f"a {terms.type} order needs a {name.replace('_', ' ')}"
    return ""


def _trail(terms: OrderTerms, instrument: Instrument, quote: Tick | None) -> str:
    del instrument
    if terms.trail is None:
        return ""
    if terms.trail_is_percent and terms.trail >= 1:
        return f"trail {terms.trail} is a share of the price and must be below 1"
    if not terms.trail_is_percent and quote is not None and terms.trail >= quote.last:
        return f"trail {terms.trail} is not below the price {quote.last}"
    return ""


def _steps(terms: OrderTerms, instrument: Instrument, quote: Tick | None) -> str:
    del quote
    if not on_step(terms.quantity, instrument.quantity_step):
        return f"quantity {terms.quantity} is not on the step {instrument.quantity_step}"
    step = instrument.price_step
    if terms.price is not None and not on_step(terms.price, step):
        return f"price {terms.price} is not on the step {step}"
    if terms.stop_price is not None and not on_step(terms.stop_price, step):
        return f"stop price {terms.stop_price} is not on the step {step}"
    return ""


def _minimums(terms: OrderTerms, instrument: Instrument, quote: Tick | None) -> str:
    if terms.quantity < instrument.minimum_quantity:
        return f"quantity {terms.quantity} is below the minimum {instrument.minimum_quantity}"
    price = terms.price or terms.stop_price or (quote.last if quote else None)
    too_small = price is not None and terms.quantity * price < instrument.minimum_notional
    if price is not None and too_small and not terms.reduce_only:
        value = f"{terms.quantity * price:f}"
        return f"notional {value} is below the minimum {instrument.minimum_notional}"
    return ""


def _price_known(terms: OrderTerms, instrument: Instrument, quote: Tick | None) -> str:
    del instrument
    trails = terms.type is TRAILING_STOP and terms.stop_price is None
    return NO_PRICE if quote is None and (trails or terms.type is MARKET) else ""


def _post_only(terms: OrderTerms, instrument: Instrument, quote: Tick | None) -> str:
    del instrument
    if not terms.post_only:
        return ""
    if terms.price is None or terms.type is not OrderType.LIMIT:
        return f"post only is for limit orders, not for {terms.type}"
    if terms.time_in_force in IMMEDIATE:
        return f"post only rests, {terms.time_in_force} does not"
    if quote is not None and crosses(terms.side, terms.price, quote):
        return "post only: it would cross the spread"
    return ""


CHECKS: tuple[Check, ...] = (
    _figures,
    _fields,
    _trail,
    _steps,
    _price_known,
    _minimums,
    _post_only,
)
OF_TERMS = tuple(check for check in CHECKS if check is not _price_known)
"""Those that can be made before anything is known of the market."""


def replacement_refusal(
    order: Order, terms: OrderTerms, instrument: Instrument, quote: Tick | None
) -> str:
    """The first reason not to change an open order's terms to these, or an empty string."""
    held = order.terms
    if (terms.symbol, terms.side, terms.type) != (held.symbol, held.side, held.type):
        return "symbol, side and type of an order stay"
    if order.state is not OrderState.ACCEPTED and terms.type not in LIMITS:
        return f"already {order.state}, it takes the market"
    if reason := refusal(terms, instrument, quote):
        return reason
    if terms.quantity <= order.filled:
        return f"quantity {terms.quantity} is not above the {order.filled} already filled"
    return ""

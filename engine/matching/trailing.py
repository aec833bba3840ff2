"""Where a stop stands: its trigger, and the level that a trailing one draws behind the price."""

from __future__ import annotations

from decimal import Decimal

from engine.domain.instrument import Instrument
from engine.domain.market import Tick
from engine.domain.money import ZERO, Price
from engine.domain.order import BUY, TRAILING_STOP, OrderTerms, Side
from engine.domain.values import changed
from engine.matching.model import round_off, round_up


def is_reached(side: Side, stop_price: Decimal, last: Decimal) -> bool:
    """Whether the last trade triggers: at or above a buy stop, at or below a sell stop."""
    return last >= stop_price if side is BUY else last <= stop_price


def level(terms: OrderTerms, last: Decimal, instrument: Instrument) -> Price:
    """The level that lies `trail` behind a price, rounded away from it, never below one step."""
    trail = terms.trail or ZERO
    distance = last * trail if terms.trail_is_percent else trail
    if terms.side is BUY:
        return round_up(last + distance, instrument.price_step)
    return max(round_off(last - distance, instrument.price_step), Price(instrument.price_step))


def tighter(side: Side, held: Price, drawn: Price) -> Price:
    """A trailing level never moves back: the nearer of the held and the newly drawn one."""
    return min(held, drawn) if side is BUY else max(held, drawn)


def standing(
    terms: OrderTerms, quote: Tick | None, instrument: Instrument, before: OrderTerms | None = None
) -> OrderTerms:
    """Terms whose trailing stop has a level: the one given, else the one held, else a new one.

    A level is held over where `before`, the terms replaced, trails by as much.
    """
    if terms.type is not TRAILING_STOP or terms.stop_price is not None:
        return terms
    if before is not None and _same_trail(before, terms):
        return changed(terms, stop_price=before.stop_price)
    if quote is None:
        return terms
    return changed(terms, stop_price=level(terms, quote.last, instrument))


def _same_trail(before: OrderTerms, terms: OrderTerms) -> bool:
    trails = (before.trail, before.trail_is_percent)
    return trails == (terms.trail, terms.trail_is_percent)

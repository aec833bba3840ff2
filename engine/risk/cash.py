"""A buy needs the cash that open buys have not set aside already."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from engine.domain.identifiers import Symbol
from engine.domain.instrument import Instrument
from engine.domain.money import ZERO, Currency
from engine.domain.order import Order, OrderType, Side
from engine.portfolio.book import AccountBook
from engine.risk.proposal import Breach, Proposal


def reserved(
    book: AccountBook, quote: Currency, instruments: Mapping[Symbol, Instrument]
) -> Decimal:
    """Cash of one currency that open buys will need, in that currency."""
    buys = (order for order in book.orders.values() if order.terms.side is Side.BUY)
    return sum((_needs(o) for o in buys if instruments[o.terms.symbol].quote == quote), ZERO)


def _needs(order: Order) -> Decimal:
    price = order.terms.price or order.terms.stop_price or ZERO
    return order.remaining * price


def cash(proposal: Proposal) -> Breach | None:
    """Refuse a buy that the account cannot pay for; a short is bought back in any case."""
    if proposal.terms.side is Side.SELL or proposal.reduces:
        return None
    quote = proposal.instrument.quote
    free = proposal.book.cash.get(quote, ZERO) - reserved(
        proposal.book, quote, proposal.instruments
    )
    if proposal.terms.type is OrderType.MARKET and free >= proposal.cash_needed:
        return None
    if proposal.terms.type is not OrderType.MARKET and free >= proposal.notional:
        return None
    facts = {
        "needed": f"{proposal.cash_needed:f}",
        "free": f"{free:f}",
        "currency": quote,
        "symbol": proposal.terms.symbol,
    }
    return Breach("cash", facts)

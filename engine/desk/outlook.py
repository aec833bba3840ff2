"""What an order would change: slippage in the book, free cash, exposure, the use of limits."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.desk.margin import Backing
from engine.domain.account import Position
from engine.domain.limits import DESK
from engine.domain.market import OrderBook
from engine.domain.money import ZERO, Currency, Price
from engine.domain.order import OrderTerms, OrderType, Side
from engine.portfolio.positions import booked
from engine.risk.gate import Use, uses_with
from engine.risk.proposal import Proposal

BOOK_DEPTH = 50
"""Levels a side that are looked at."""
_WAITING = (OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP)


@dataclass(frozen=True, slots=True)
class Slippage:
    """What taking from the book would cost beyond its best price.

    `cost` in quote currency, `ratio` of the value at the best price; `beyond` base units that the
    book, as far as it was looked at, does not hold at an acceptable price.
    """

    cost: Decimal
    ratio: Decimal
    beyond: Decimal


@dataclass(frozen=True, slots=True)
class Outlook:
    """Before and after an order; free cash in quote, the rest in account currency.

    `slippage` is None where the order would wait or where there is no book; exposure is None where
    a price that it needs is not known.
    """

    currency: Currency
    slippage: Slippage | None
    takes: bool
    free_before: Decimal
    free_after: Decimal
    exposure_before: Decimal | None
    exposure_after: Decimal | None
    equity: Decimal
    uses: tuple[Use, ...]
    backing: tuple[Backing, Backing] | None = None
    """What stands for the position before and after, where it is held on margin."""


def outlook(
    proposal: Proposal,
    fee: Decimal,
    book: OrderBook | None,
    backing: tuple[Backing, Backing] | None = None,
    before: Proposal | None = None,
) -> Outlook:
    """Reckon it; `fee` in quote currency. `before`, where it differs, is how things stand now."""
    account, terms, before = proposal.book, proposal.terms, before or proposal
    free = proposal.standing.free_cash(proposal.instrument.quote)
    is_now = takes(proposal)
    if backing is not None:
        after = _free_on_margin(proposal, free, fee, backing)
    else:
        after = free - _paid(proposal, fee)
    return Outlook(
        currency=account.account.currency,
        slippage=slippage(terms, book) if is_now and book is not None else None,
        takes=is_now,
        free_before=free,
        free_after=after,
        exposure_before=before.standing.exposure(DESK),
        exposure_after=proposal.exposure_after(DESK),
        equity=proposal.standing.valuation.equity,
        uses=uses_with(proposal, before),
        backing=backing,
    )


def _paid(proposal: Proposal, fee: Decimal) -> Decimal:
    """What it takes of free cash, the other one of its pair with it."""
    if takes(proposal):
        return proposal.terms.side.sign * proposal.notional + fee + _beside(proposal)
    # A sale that waits sets nothing aside and brings nothing yet.
    return ZERO if proposal.terms.side is Side.SELL else _set_aside(proposal)


def _set_aside(proposal: Proposal) -> Decimal:
    """What it keeps while it waits, the other one of its pair with it."""
    terms = proposal.terms
    if terms.price is None and terms.stop_price is None:
        return proposal.cash_needed + _beside(proposal)
    # The book sets aside the whole of it, also what would close a position.
    mine = proposal.book.sets_aside(terms, terms.quantity, proposal.instrument)
    return mine + _beside(proposal)


def _beside(proposal: Proposal) -> Decimal:
    other = proposal.beside
    if other is None:
        return ZERO
    return proposal.book.sets_aside(other, other.quantity, proposal.instrument)


def _free_on_margin(
    proposal: Proposal, free: Decimal, fee: Decimal, backing: tuple[Backing, Backing]
) -> Decimal:
    """Its margin goes, the profit that it closes comes; while it waits, what it sets aside."""
    before, after = backing
    if takes(proposal):
        return free - (after.margin - before.margin) + after_fill(proposal)[1] - fee
    return free if proposal.reduces else free - _set_aside(proposal)


def after_fill(proposal: Proposal) -> tuple[Position, Decimal]:
    """The account's position with the order filled as expected, and the profit that closes."""
    terms = proposal.terms
    position = proposal.book.position(terms.symbol)
    price = Price(proposal.price)
    return booked(position, terms.side, terms.quantity, price, ZERO, proposal.at)


def takes(proposal: Proposal) -> bool:
    """Whether it would meet the book at once."""
    terms, tick = proposal.terms, proposal.tick
    if terms.type is OrderType.MARKET or tick is None or terms.price is None:
        return terms.type not in _WAITING
    touch = tick.ask if terms.side is Side.BUY else tick.bid
    return terms.type is OrderType.LIMIT and (terms.price - touch) * terms.side.sign >= ZERO


def slippage(terms: OrderTerms, book: OrderBook) -> Slippage | None:
    """Walk the other side of the book, as far as a limit price lets it."""
    levels = book.asks if terms.side is Side.BUY else book.bids
    if not levels:
        return None
    best, left, paid = levels[0].price, Decimal(terms.quantity), ZERO
    for level in levels:
        if terms.price is not None and (terms.price - level.price) * terms.side.sign < ZERO:
            break
        taken = min(left, level.size)
        paid += taken * level.price
        left -= taken
        if not left:
            break
    value = (terms.quantity - left) * best
    cost = abs(paid - value)
    return Slippage(cost, cost / value if value else ZERO, left)

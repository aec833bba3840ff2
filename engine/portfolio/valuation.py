"""What an account is worth at the last prices seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.domain.account import Position
from engine.domain.identifiers import Symbol
from engine.domain.instrument import Instrument
from engine.domain.market import Tick
from engine.domain.money import ZERO, Currency
from engine.portfolio.book import AccountBook

# A tether is counted as one dollar: the desk shows one figure for both, and says so.
_DOLLARS = frozenset({Currency("USD"), Currency("USDT"), Currency("USDC")})


@dataclass(frozen=True, slots=True)
class Valuation:
    """Equity in the account's currency; `missing` names what no price was known for.

    `positions` is what is held at its price, of what is held on margin the profit alone.
    `oldest_mark` is the moment (UTC ms) of the oldest price that positions are valued at.
    """

    equity: Decimal
    cash: Decimal
    positions: Decimal
    unrealized: Decimal
    missing: tuple[str, ...]
    oldest_mark: int | None = None


def unrealized(position: Position, price: Decimal) -> Decimal:
    """Profit if it were closed at `price`, in quote currency, before fees."""
    return position.quantity * price - position.cost


def rate(source: Currency, target: Currency, quotes: Mapping[Symbol, Tick]) -> Decimal | None:
    """How many `target` one `source` is, by a direct pair or across BTC; None if unknown."""
    if source == target or {source, target} <= _DOLLARS:
        return Decimal(1)
    direct = quotes.get(Symbol(f"{source}/{target}"))
    if direct is not None:
        return direct.last
    above, below = quotes.get(_bitcoin(target, quotes)), quotes.get(_bitcoin(source, quotes))
    if above is None or below is None or not below.last:
        return None
    return above.last / below.last


def is_told_by(source: Currency, target: Currency, symbols: Iterable[Symbol]) -> bool:
    """Whether prices of these would say how many `target` one `source` is."""
    one = Decimal(1)
    return rate(source, target, {s: Tick(s, one, one, one, one, 0) for s in symbols}) is not None


def _bitcoin(currency: Currency, quotes: Mapping[Symbol, Tick]) -> Symbol:
    names = sorted(_DOLLARS) if currency in _DOLLARS else [currency]
    pairs = [Symbol(f"BTC/{name}") for name in names]
    return next((pair for pair in pairs if pair in quotes), pairs[0])


def valued(
    book: AccountBook, instruments: Mapping[Symbol, Instrument], quotes: Mapping[Symbol, Tick]
) -> Valuation:
    """The account's worth; a held position without a price counts at cost and is named."""
    target = book.account.currency
    missing: list[str] = []

    def converted(amount: Decimal, currency: Currency) -> Decimal:
        factor = rate(currency, target, quotes)
        if factor is None:
            missing.append(currency)
            return ZERO
        return amount * factor

    cash = sum((converted(amount, c) for c, amount in book.cash.items() if amount), ZERO)
    held = open_profit = ZERO
    oldest: int | None = None
    for symbol, position in book.positions.items():
        if not position.quantity:
            continue
        instrument, tick = instruments[symbol], quotes.get(symbol)
        if tick is None:
            missing.append(symbol)
        elif oldest is None or tick.at < oldest:
            oldest = tick.at
        worth = position.cost if tick is None else position.quantity * tick.last
        profit = converted(worth - position.cost, instrument.quote)
        # What is held on margin was not paid for: of it the account has the profit alone.
        held += profit if instrument.kind.is_margined else converted(worth, instrument.quote)
        open_profit += profit
    return Valuation(cash + held, cash, held, open_profit, tuple(missing), oldest)

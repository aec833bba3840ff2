"""What an account is worth at the last prices seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from engine.domain.account import Position
from engine.domain.identifiers import Symbol
from engine.domain.instrument import Instrument
from engine.domain.market import Tick
from engine.domain.money import ZERO, Currency
from engine.portfolio.book import AccountBook

# A tether is counted as one dollar: the desk shows one figure for both, and says so.
_DOLLARS = frozenset({Currency("USD"), Currency("USDT"), Currency("USDC")})
_BITCOIN = Currency("BTC")
_Ratio = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Valuation:
    """Equity in the account's currency; `missing` names what no price was known for.

    `may_be_more` is whether any of that is worth something, rather than owed, too little to be
    closed or left out of the day's figures as well. `positions` is what is held at its price, of
    what is held on margin the profit alone. `oldest_mark` is the moment (UTC ms) of the oldest
    price that positions are valued at.
    """

    equity: Decimal
    cash: Decimal
    positions: Decimal
    unrealized: Decimal
    missing: tuple[str, ...]
    oldest_mark: int | None = None
    may_be_more: bool = False


def unrealized(position: Position, price: Decimal) -> Decimal:
    """Profit if it were closed at `price`, in quote currency, before fees."""
    return position.quantity * price - position.cost


def rate(source: Currency, target: Currency, quotes: Mapping[Symbol, Tick]) -> Decimal | None:
    """How many `target` one `source` is, by a pair of both or across a third; None if unknown."""
    if _is_same(source, target):
        return Decimal(1)
    found = _pair(source, target, quotes) or _across(_BITCOIN, source, target, quotes)
    if found is None:
        sides = {side for symbol in quotes for side in symbol.split("/")}
        each = (_across(Currency(side), source, target, quotes) for side in sorted(sides))
        found = next((ratio for ratio in each if ratio is not None), None)
    return None if found is None else found[0] / found[1]


def is_told_by(source: Currency, target: Currency, symbols: Iterable[Symbol]) -> bool:
    """Whether prices of these would say how many `target` one `source` is."""
    one = Decimal(1)
    return rate(source, target, {s: Tick(s, one, one, one, one, 0) for s in symbols}) is not None


def telling(source: Currency, target: Currency, symbols: Iterable[Symbol]) -> set[Symbol]:
    """Those of these pairs that `rate` may reckon by."""
    listed = frozenset(symbols)
    found = _listed(source, target, listed)
    for middle in {Currency(side) for symbol in listed for side in symbol.split("/")}:
        if _is_same(middle, source) or _is_same(middle, target):
            continue
        first, second = _listed(source, middle, listed), _listed(middle, target, listed)
        if first and second:
            found |= first | second
    return found


def _listed(source: Currency, target: Currency, symbols: frozenset[Symbol]) -> set[Symbol]:
    return {name for way in _ways(source, target) for name in way if name in symbols}


def _is_same(one: Currency, other: Currency) -> bool:
    return one == other or {one, other} <= _DOLLARS


def _pair(source: Currency, target: Currency, quotes: Mapping[Symbol, Tick]) -> _Ratio | None:
    """Their rate by a pair of both, whichever way it is quoted."""
    for straight, inverse in _ways(source, target):
        told = quotes.get(straight)
        if told is not None:
            return told.last, Decimal(1)
        told = quotes.get(inverse)
        if told is not None and told.last:
            return Decimal(1), told.last
    return None


def _ways(source: Currency, target: Currency) -> Iterator[tuple[Symbol, Symbol]]:
    """The names of a pair of both, straight and inverse; any dollar serves for another."""
    for one, other in product(_names(source), _names(target)):
        yield Symbol(f"{one}/{other}"), Symbol(f"{other}/{one}")


def _across(
    middle: Currency, source: Currency, target: Currency, quotes: Mapping[Symbol, Tick]
) -> _Ratio | None:
    if _is_same(middle, source) or _is_same(middle, target):
        return None
    first, second = _pair(source, middle, quotes), _pair(middle, target, quotes)
    if first is None or second is None:
        return None
    return first[0] * second[0], first[1] * second[1]


def _names(currency: Currency) -> Sequence[Currency]:
    """It, and after it whatever is counted as the same."""
    if currency not in _DOLLARS:
        return (currency,)
    return sorted(_DOLLARS, key=lambda each: (each != currency, each))


def valued(
    book: AccountBook, instruments: Mapping[Symbol, Instrument], quotes: Mapping[Symbol, Tick]
) -> Valuation:
    """The account's worth; a held position without a price counts at cost and is named."""
    target = book.account.currency
    unpriced: list[Symbol] = []
    unrated: dict[Currency, Decimal] = {}

    def converted(amount: Decimal, currency: Currency) -> Decimal:
        factor = rate(currency, target, quotes)
        if factor is None:
            unrated[currency] = unrated.get(currency, ZERO) + amount
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
            unpriced.append(symbol)
        elif oldest is None or tick.at < oldest:
            oldest = tick.at
        worth = position.cost if tick is None else position.quantity * tick.last
        # What is held on margin was not paid for: of it the account has the profit alone.
        profit = worth - position.cost
        held += converted(profit if instrument.kind.is_margined else worth, instrument.quote)
        open_profit += ZERO if instrument.quote in unrated else converted(profit, instrument.quote)
    missing = (*unrated, *unpriced)
    worthy = {name for name, amount in unrated.items() if amount > ZERO} | {
        symbol for symbol in unpriced if instruments[symbol].closable(book.held(symbol))
    }
    may_be_more = not worthy <= book.uncounted
    return Valuation(cash + held, cash, held, open_profit, missing, oldest, may_be_more)

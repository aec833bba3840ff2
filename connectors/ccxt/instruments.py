"""What an exchange lists, with the steps and least sizes that it insists on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from connectors.ccxt.client import Exchange
from connectors.ccxt.failures import Failures
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.money import ZERO, Currency
from engine.errors import VenueError

_TICK_SIZE = 4
_DEFAULT_STEP = Decimal("0.00000001")


class Listing:
    """The instruments of one exchange, and which of its names are not clear."""

    def __init__(
        self,
        venue: VenueName,
        client: Exchange,
        failures: Failures,
        *,
        holds_stops: bool = True,
        amends: bool = True,
    ) -> None:
        """`holds_stops` and `amends`: as of all instruments there."""
        self._holds_stops, self._amends = holds_stops, amends
        self._venue = venue
        self._client = client
        self._failures = failures
        self._by_symbol: dict[Symbol, Instrument] = {}
        self._known: dict[str, Mapping[str, Any]] = {}
        self.ambiguous: frozenset[Symbol] = frozenset()
        """Symbols that stand for more than one market there; none of them is traded."""

    async def load(self) -> None:
        """Ask the exchange anew. Raises VenueError."""
        with self._failures.asking():
            listed = await self._client.fetch_markets()
        self._known |= {market["symbol"]: market for market in listed}
        # What is listed no more is still asked about, for there may be orders of it.
        self._client.set_markets(list(self._known.values()))
        found, self.ambiguous = read(self._venue, listed, self._client.precisionMode)
        held, amends = self._holds_stops, self._amends
        self._by_symbol = {
            symbol: replace(each, holds_stops=held, amends=amends) for symbol, each in found.items()
        }

    def all(self) -> Sequence[Instrument]:
        """All that can be traded now."""
        return tuple(self._by_symbol.values())

    def get(self, symbol: Symbol) -> Instrument | None:
        """One of them."""
        return self._by_symbol.get(symbol)

    @property
    def has_perpetuals(self) -> bool:
        """Whether there are any."""
        return any(each.kind is InstrumentKind.PERPETUAL for each in self._by_symbol.values())

    def market(self, symbol: Symbol) -> Mapping[str, Any]:
        """All that ccxt says of it; nothing where it is not listed."""
        return self._known.get(symbol, {})

    def contract_size(self, symbol: Symbol) -> Decimal:
        """Base units that one contract is; 1 where it is traded in base units."""
        return _number(self._known.get(symbol, {}).get("contractSize")) or Decimal(1)


def read(
    venue: VenueName, listed: Sequence[Mapping[str, Any]], mode: int = _TICK_SIZE
) -> tuple[dict[Symbol, Instrument], frozenset[Symbol]]:
    """Instruments by symbol out of ccxt's markets, and the symbols that occur twice.

    Steps and minimums are in base units, also where the exchange counts contracts.
    """
    if mode != _TICK_SIZE:
        raise VenueError("the exchange tells precision in digits", why="not_supported")
    markets = [market for market in listed if _is_traded(market)]
    times = Counter(market["symbol"] for market in markets)
    twice = frozenset(Symbol(symbol) for symbol, count in times.items() if count > 1)
    return {
        Symbol(market["symbol"]): _instrument(venue, market)
        for market in markets
        if market["symbol"] not in twice
    }, twice


def _is_traded(market: Mapping[str, Any]) -> bool:
    is_ours = market.get("spot") or (market.get("swap") and market.get("linear"))
    return bool(is_ours) and market.get("active") is not False


def _instrument(venue: VenueName, market: Mapping[str, Any]) -> Instrument:
    size = _number(market.get("contractSize")) or Decimal(1)
    limits = market.get("limits") or {}
    step = _number(market["precision"].get("amount")) or _DEFAULT_STEP
    return Instrument(
        symbol=Symbol(market["symbol"]),
        venue=venue,
        kind=InstrumentKind.SPOT if market.get("spot") else InstrumentKind.PERPETUAL,
        base=Currency(market["base"]),
        quote=Currency(market["quote"]),
        price_step=_number(market["precision"].get("price")) or _DEFAULT_STEP,
        quantity_step=step * size,
        minimum_quantity=(_least(limits, "amount") or step) * size,
        minimum_notional=_least(limits, "cost"),
        sets_aside=bool(market.get("spot")),
    )


def _least(limits: Mapping[str, Any], of: str) -> Decimal:
    return _number((limits.get(of) or {}).get("min")) or ZERO


def _number(value: object) -> Decimal | None:
    """An exact figure: a float is read by its shortest digits, which are the exchange's own."""
    return None if value is None else Decimal(str(value)).normalize() + ZERO

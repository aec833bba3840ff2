"""Perpetuals at an exchange: their leverage, what is held of them, and where that would end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any

from connectors.ccxt.access import Access
from connectors.ccxt.contract import Margined
from engine.domain.identifiers import Symbol
from engine.domain.margin import Leverage, MarginMode
from engine.domain.money import ZERO, Currency
from engine.errors import OrderRejected, OrderStateUnknown, VenueUnavailable
from engine.ports.venue import HeldOnMargin

_DAY_MS = 86_400_000
Tiers = tuple[tuple[Decimal, Decimal], ...]
"""From which size on which ratio of its value must be left as margin; rising."""


class Margins:
    """Of one account; everything is quoted in one currency."""

    def __init__(self, at: Access, quote: Currency) -> None:
        self._at = at
        self._quote = quote
        self._tiers: dict[Symbol, tuple[int, Tiers]] = {}

    # -- leverage -----------------------------------------------------------------------------

    async def stated(self, symbol: Symbol) -> Leverage | None:
        """What the exchange says of it, None where it holds long and short apart.

        Raises VenueUnavailable, RateLimited.
        """
        terms, client = self._terms(symbol), self._at.client
        with self._at.failures.asking():
            answer = await client.fetch_leverage(symbol, dict(terms.asked))
            mode = answer
            if terms.of_account:
                mode = await client.fetch_margin_mode(symbol)
        field, one_way = terms.one_way
        is_apart = any(str(raw[field]) != one_way for raw in _raw(answer["info"]) if field in raw)
        if terms.asks_sides:
            with self._at.failures.asking():
                is_apart = (await client.fetch_position_mode(symbol))["hedged"] is not False
        times = {str(answer.get(f"{side}Leverage") or "") for side in ("long", "short")}
        if is_apart or len(times) != 1 or "" in times:
            return None
        tops_up = any(str(raw.get(terms.tops_up)).lower() == "true" for raw in _raw(answer["info"]))
        is_isolated = str(mode.get("marginMode")) == MarginMode.ISOLATED and not tops_up
        kind = MarginMode.ISOLATED if is_isolated else MarginMode.CROSS
        return Leverage(Decimal(times.pop()), kind)

    async def set(self, symbol: Symbol, leverage: Leverage) -> None:
        """Ask for it; what is then read back decides, whatever was answered.

        Raises OrderRejected, VenueUnavailable, RateLimited.
        """
        terms, client = self._terms(symbol), self._at.client
        refusal: OrderRejected | None = None
        if terms.sets_mode:
            # What is so already is refused as no change.
            with suppress(OrderRejected, OrderStateUnknown), self._at.failures.sending():
                await client.set_margin_mode(leverage.mode.value, symbol)
        try:
            with self._at.failures.sending():
                await client.set_leverage(int(leverage.times), symbol, dict(terms.asked))
        except OrderStateUnknown:
            pass
        except OrderRejected as error:
            refusal = error
        found = await self.stated(symbol)
        if found == leverage:
            return
        if refusal is not None:
            raise refusal
        if found is None:
            raise OrderRejected("hedged", reason="hedged", why="hedged")
        if found.mode is not leverage.mode:
            raise OrderRejected("crossed", reason="crossed", why="crossed")
        reason = f"it reads back {found.times}"
        raise OrderRejected(reason, reason=reason, why="not_taken")

    def _terms(self, symbol: Symbol) -> Margined:
        listed = self._at.listing.get(symbol)
        terms = self._at.contract.margin
        if terms is None or listed is None or listed.quote != self._quote:
            raise VenueUnavailable(f"{symbol} is not traded on margin here", why="not_supported")
        return terms

    # -- positions ----------------------------------------------------------------------------

    async def held(self) -> Mapping[Symbol, HeldOnMargin]:
        """Each perpetual that is held. Raises VenueUnavailable, RateLimited."""
        held: dict[Symbol, HeldOnMargin] = {}
        terms = self._at.contract.margin
        for raw in await self._positions():
            symbol = Symbol(raw["symbol"])
            quantity = self._quantity(raw)
            before = held.get(symbol)
            if before is None:
                held[symbol] = HeldOnMargin(
                    quantity,
                    _figure(raw, "entryPrice"),
                    _figure(raw, "initialMargin" if terms is None else terms.backing),
                    _figure(raw, "liquidationPrice"),
                )
            else:  # held apart, long and short: no single price says what the sum is
                held[symbol] = HeldOnMargin(before.quantity + quantity)
        return held

    async def open_profit(self) -> Decimal:
        """What all of them would bring. Raises VenueUnavailable, RateLimited."""
        profits = [_figure(raw, "unrealizedPnl") for raw in await self._positions()]
        return sum((profit for profit in profits if profit is not None), ZERO)

    async def _positions(self) -> list[Mapping[str, Any]]:
        if not self._at.listing.has_perpetuals:
            return []
        # Where an exchange asks for one, it takes another currency's for granted.
        self._at.client.options["defaultSettle"] = str(self._quote)
        with self._at.failures.asking():
            answer = await self._at.client.fetch_positions()
        listed = (self._at.listing.get(Symbol(each["symbol"])) for each in answer)
        pairs = zip(answer, listed, strict=True)
        return [
            raw
            for raw, instrument in pairs
            if instrument is not None
            and instrument.quote == self._quote
            and Decimal(str(raw.get("contracts") or 0))
        ]

    def _quantity(self, raw: Mapping[str, Any]) -> Decimal:
        sign = -1 if raw.get("side") == "short" else 1
        contracts = Decimal(str(raw["contracts"]))
        return sign * contracts * self._at.listing.contract_size(Symbol(raw["symbol"]))

    # -- risk ---------------------------------------------------------------------------------

    async def maintenance(
        self, symbol: Symbol, quantity: Decimal, price: Decimal
    ) -> Decimal | None:
        """The ratio that holds for a position of that size; tiers are asked for once a day.

        Raises VenueUnavailable, RateLimited.
        """
        terms, now = self._terms(symbol), self._at.clock.now_ms()
        asked_at, tiers = self._tiers.get(symbol, (0, ()))
        if now - asked_at >= _DAY_MS:
            with self._at.failures.asking():
                said = await self._at.client.fetch_market_leverage_tiers(symbol, dict(terms.asked))
            tiers = read_tiers(said)
            self._tiers[symbol] = now, tiers
        size = abs(quantity) * price
        if terms.tiers_of_contracts:
            size = abs(quantity) / self._at.listing.contract_size(symbol)
        fitting = [ratio for floor, ratio in tiers if floor <= size]
        return fitting[-1] if fitting else None


def read_tiers(said: Sequence[Mapping[str, Any]]) -> Tiers:
    """Out of ccxt's tiers."""
    rows = ((_figure(each, "minNotional") or ZERO, _ratio(each)) for each in said)
    return tuple(sorted((floor, ratio) for floor, ratio in rows if ratio is not None))


def _ratio(tier: Mapping[str, Any]) -> Decimal | None:
    """A ratio, also where it is told in percent: it is less than what must be there at first."""
    ratio, most = _figure(tier, "maintenanceMarginRate"), _figure(tier, "maxLeverage")
    if ratio is None or most is None:
        return None
    ratio = ratio / 100 if ratio * most >= 1 else ratio
    return ratio if ratio * most < 1 else None


def _figure(raw: Mapping[str, Any], name: str) -> Decimal | None:
    said = raw.get(name)
    return None if said in (None, "") else Decimal(str(said))


def _raw(info: object) -> Iterator[Mapping[str, Any]]:
    """The exchange's own rows, however deep ccxt keeps them."""
    if isinstance(info, list):
        for each in info:
            yield from _raw(each)
    elif isinstance(info, dict):
        yield info
        yield from _raw(info.get("info"))

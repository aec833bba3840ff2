"""Asking the exchange: one order by its client id, its fills, and all that rests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from connectors.ccxt.access import Access
from connectors.ccxt.contract import Lookup, Pages, Stops
from connectors.ccxt.requests import id_params
from connectors.ccxt.stated import (
    Raw,
    Seen,
    become,
    child_of,
    fill,
    forced,
    is_apart,
    is_whole,
    name_of,
    seen,
)
from engine.domain.events import OrderFilled
from engine.domain.identifiers import ClientOrderId, Symbol, VenueOrderId
from engine.domain.order import Side
from engine.errors import VenueUnavailable
from engine.ports.shared import Shared
from engine.ports.venue import ForcedTrade

_NOT_THERE = {"OrderNotFound"}
_PAGE = 100
_WEEK_MS = 7 * 86_400_000
_KEPT_MS = 90 * 86_400_000
"""How far back orders of an exchange's own making are asked for; Binance keeps them so long."""
_FORGOTTEN_MS = 86_400_000
"""What a stop has become and is not found so long after it triggered, is there no more."""
_BEFORE_MS = 1_000
"""An answer may bear the time of an order's last change, and its fills came before that."""
_LEEWAY_MS = 60_000
"""How much earlier than by our clock an order may have been placed by the exchange's."""
_MOST_PAGES = 100
_NUMBERS_AT_ONCE = 19
_PERPETUALS: dict[str, object] = {"type": "swap", "subType": "linear"}
_Lists = tuple[Callable[[], Awaitable[list[Raw]]], Callable[[], Awaitable[list[Raw]]]]
"""The open orders of a symbol, and those that ended."""


class Questions:
    """Reads only; whatever goes wrong leaves as VenueUnavailable or RateLimited."""

    def __init__(self, at: Access) -> None:
        self._at = at
        self._shared: dict[Symbol, _Lists] = {}

    async def order(
        self,
        name: ClientOrderId,
        symbol: Symbol,
        number: VenueOrderId | None = None,
        since: int | None = None,
    ) -> Seen | None:
        """The order as the exchange shows it, by the route of its contract row.

        Lists go back to when it was placed (UTC ms), unless its number is known there.
        """
        match self._at.contract.lookup:
            case Lookup.ORDER:
                raw = await self._one(name, symbol)
            case Lookup.OPEN_THEN_CLOSED:
                raw = await self._listed(name, self._lists(symbol, self._id_of(name)))
            case Lookup.LISTS:
                raw = await self._listed(name, self._all_of(symbol))
                if raw is None and number and self._at.client.has.get("fetchOrder"):
                    raw = await self._numbered(number, symbol)
                elif raw is None and since is not None:
                    raw = await self._further_back(name, symbol, since)
        return None if raw is None else replace(self.seen(raw), name=name)

    async def fills(self, order: Seen) -> list[OrderFilled]:
        """Every fill that it has had."""
        if order.name is None or not order.id:
            return []
        size, now = self._size(order.symbol), self._at.clock.now_ms()
        coin = self._at.contract.fee_coin
        read = [fill(each, order.name, size, now, coin) for each in await self._of(order)]
        return sorted((each for each in read if each is not None), key=lambda each: each.at)

    async def forced(self, symbol: Symbol, since: int) -> list[ForcedTrade]:
        """What the exchange closed of a perpetual by itself, since a moment (UTC ms)."""
        margin, found = self._at.contract.margin, dict[str, ForcedTrade]()
        if margin is not None and margin.forced_orders:
            return await self._forced_by_order(margin.forced_orders, symbol, since)
        for params in margin.forced_asked if margin is not None and margin.forced else ():
            with self._at.failures.asking():
                raws = await self._at.client.fetch_my_trades(symbol, since, _PAGE, dict(params))
            read = (self._forced(raw, symbol) for raw in raws)
            found |= {each.fill.trade_id: each for each in read if each is not None}
        return sorted(found.values(), key=lambda each: each.fill.at)

    def _forced(self, raw: Raw, symbol: Symbol) -> ForcedTrade | None:
        why, now = forced(raw, self._at.contract), self._at.clock.now_ms()
        number = str(raw.get("order") or "")
        coin, size = self._at.contract.fee_coin, self._size(symbol)
        booked = fill(raw, ClientOrderId(number), size, now, coin)
        if why is None or booked is None or raw.get("symbol") != symbol:
            return None
        return ForcedTrade(why, VenueOrderId(number), Side(str(raw["side"])), booked)

    async def _forced_by_order(self, method: str, symbol: Symbol, since: int) -> list[ForcedTrade]:
        """The same where the exchange lists orders of its own making, week by week."""
        client, now = self._at.client, self._at.clock.now_ms()
        market, found = client.market(symbol), dict[str, ForcedTrade]()
        for begin in range(max(since, now - _KEPT_MS), now + 1, _WEEK_MS):
            span = {"symbol": market["id"], "startTime": begin, "endTime": begin + _WEEK_MS}
            with self._at.failures.asking():
                raws = await getattr(client, method)({**span, "limit": _PAGE})
                orders = [client.parse_order(raw, market) for raw in raws]
            for raw in orders:
                why, made, side = forced(raw, self._at.contract), self.seen(raw), Side(raw["side"])
                if why is not None:
                    fills = await self.fills(replace(made, name=ClientOrderId(made.id)))
                    found |= {
                        each.trade_id: ForcedTrade(why, made.id, side, each) for each in fills
                    }
        return sorted(found.values(), key=lambda each: each.fill.at)

    async def open_orders(self) -> list[Seen]:
        """All that rests; a stop that has become an order of its own is shown by that one."""
        contract, asked = self._at.contract, list[dict[str, object]]()
        if contract.stops is Stops.APART:
            # First: one that triggers meanwhile is among the others by then.
            asked.append(dict(contract.stop_route + contract.stop_listing))
        asked.append(dict(contract.lists_asked))
        if contract.spot and contract.perpetuals and self._at.listing.has_perpetuals:
            asked.append(_PERPETUALS)
        found: dict[str, Seen] = {}
        for params in asked:
            with self._at.failures.asking():
                raws = await self._at.client.fetch_open_orders(None, None, None, params)
            if contract.spot and contract.perpetuals:
                kind = "contract" if params is _PERPETUALS else "spot"
                raws = [self._of_kind(raw, kind) for raw in raws]
            read = (self.seen(raw) for raw in raws if raw.get("symbol"))
            found |= {each.id: each for each in read if not (each.is_stop and each.child)}
        listed = (each for each in found.values() if self._at.listing.get(each.symbol) is not None)
        return sorted(listed, key=lambda each: int(each.raw.get("timestamp") or 0))

    def _of_kind(self, raw: Raw, kind: str) -> Raw:
        """Spot and perpetual may have one name at an exchange; ccxt then guesses which it is."""
        name = (raw.get("info") or {}).get("symbol")
        if not name:
            return raw
        market = self._at.client.safe_market(str(name), None, None, kind)
        if market["symbol"] == raw["symbol"]:
            return raw
        again: Raw = self._at.client.parse_order(raw["info"], market)
        return again

    async def balances(self) -> dict[str, Decimal]:
        """What is there of each currency, set aside or not."""
        with self._at.failures.asking():
            answer = await self._at.client.fetch_balance(dict(self._at.contract.balance_route))
        field = self._at.contract.balance_field
        if field:
            rows = ((str(row["asset"]), Decimal(row[field])) for row in answer["info"]["assets"])
            return {name: held for name, held in rows if held}
        total = defaultdict[str, Decimal](Decimal)
        for name, held in answer["total"].items():
            total[self._at.coin(name)] += Decimal(str(held or 0))
        return {name: held for name, held in total.items() if held}

    async def clock_error_seconds(self) -> float:
        """How far the exchange's clock is ahead of ours for certain: whatever the way there and
        back, which took its own time, may explain is left out.
        """
        before = self._at.clock.now_ms()
        with self._at.failures.asking():
            there = await self._at.client.fetch_time()
        after = self._at.clock.now_ms()
        error, doubt = int(there) - (before + after) / 2, (after - before) / 2
        return (max(0.0, error - doubt) + min(0.0, error + doubt)) / 1000

    def seen(self, raw: Raw) -> Seen:
        """An order out of ccxt's."""
        return seen(raw, self._at.contract, self._size(Symbol(str(raw.get("symbol") or ""))))

    def _size(self, symbol: Symbol) -> Decimal:
        return self._at.listing.contract_size(symbol)

    async def _one(self, name: ClientOrderId, symbol: Symbol) -> Raw | None:
        params = self._id_of(name)
        tries: list[dict[str, Any]] = [params]
        if self._at.contract.stops is Stops.APART:
            # First, since what a stop has become may bear its name.
            tries.insert(0, {**params, **dict(self._at.contract.stop_route)})
        for each in tries:
            with self._at.failures.asking():
                try:
                    raw: Raw = await self._at.client.fetch_order(None, symbol, each)
                except Exception as error:
                    if not _is_absence(error):
                        raise
                else:
                    return await self._become(raw, symbol)
        return None

    async def _become(self, raw: Raw, symbol: Symbol) -> Raw:
        """A stop that triggered, as the order that it has become."""
        child = child_of(raw, self._at.contract)
        if child is None or not is_apart(raw, self._at.contract):
            return raw
        with self._at.failures.asking():
            try:
                found: Raw = await self._at.client.fetch_order(child, symbol)
            except Exception as error:
                if not _is_absence(error) or not self._is_long_ago(raw):
                    raise
                # Exchanges keep what has filled for months: this was canceled, and forgotten since.
                found = {**raw, "info": {}, "status": "canceled", "filled": "0"}
        return become(raw, found, self._at.contract)

    def _is_long_ago(self, raw: Raw) -> bool:
        now = self._at.clock.now_ms()
        return now - int(raw.get("lastUpdateTimestamp") or now) > _FORGOTTEN_MS

    def _id_of(self, name: ClientOrderId) -> dict[str, Any]:
        return id_params(self._at.contract, name)

    def _lists(self, symbol: Symbol, params: dict[str, Any]) -> _Lists:
        params = {**params, **dict(self._at.contract.lists_asked)}
        return partial(self._open, symbol, params), partial(self._closed, symbol, params)

    def _all_of(self, symbol: Symbol) -> _Lists:
        """Lists of everything, which serve all who look for an order in them at the same time."""
        if symbol not in self._shared:
            resting, ended = self._lists(symbol, {})
            self._shared[symbol] = Shared(resting), Shared(ended)
        return self._shared[symbol]

    async def _listed(self, name: ClientOrderId, lists: _Lists) -> Raw | None:
        resting, ended = lists
        # Open orders last: one that ends while they are asked for is in the closed ones by then.
        for ask in (resting, ended, resting):
            for raw in await ask():
                if name_of(raw, self._at.contract) == name:
                    return raw
        return None

    async def _numbered(self, number: VenueOrderId, symbol: Symbol) -> Raw | None:
        """One that so many came after that lists do not show it."""
        with self._at.failures.asking():
            try:
                raw: Raw = await self._at.client.fetch_order(number, symbol)
            except Exception as error:
                if not _is_absence(error):
                    raise
                return None
        return raw

    async def _further_back(self, name: ClientOrderId, symbol: Symbol, since: int) -> Raw | None:
        """The same where its number was never heard: page by page."""
        asked, oldest = dict[str, Any](), 0
        while page := await self._closed(symbol, asked):
            for raw in page:
                if name_of(raw, self._at.contract) == name:
                    return raw
            begin = min(int(raw.get("timestamp") or 0) for raw in page)
            if begin < since - _LEEWAY_MS:
                break
            if oldest and begin >= oldest:
                if len(page) < _PAGE:
                    break
                raise VenueUnavailable("its lists go back no further", why="no_answer")
            # Those of the same millisecond again: not all of them may have had room.
            oldest, asked = begin, {"until": begin + 1}
        return None

    async def _open(self, symbol: Symbol, params: dict[str, Any]) -> list[Raw]:
        with self._at.failures.asking():
            raws: list[Raw] = await self._at.client.fetch_open_orders(symbol, None, None, params)
        return raws

    async def _closed(self, symbol: Symbol, params: dict[str, Any]) -> list[Raw]:
        has = self._at.client.has
        for method, known in (
            ("fetch_canceled_and_closed_orders", "fetchCanceledAndClosedOrders"),
            ("fetch_orders", "fetchOrders"),
            ("fetch_closed_orders", "fetchClosedOrders"),
        ):
            if has.get(known) is True:
                with self._at.failures.asking():
                    ask = getattr(self._at.client, method)
                    raws: list[Raw] = await ask(symbol, None, _PAGE, params)
                return raws
        return []

    async def _of(self, order: Seen) -> Sequence[Raw]:
        """Its trades, page by page until they come to what the exchange says is filled."""
        if self._at.contract.trades_by_id:
            return await self._numbered_trades(order)
        found = dict[str, Raw]()
        for since in self._spans(order.raw):
            await self._read(order, since, found)
            if is_whole(_its(order, found), order.raw):
                break
        return _its(order, found)

    async def _read(self, order: Seen, since: int | None, found: dict[str, Raw]) -> None:
        """The pages of one span, as far as they are wanted."""
        more: dict[str, object] = {}
        for _ in range(_MOST_PAGES):
            page, known = await self._page(order, since, more), len(found)
            found |= {str(each["id"]): each for each in page}
            further = self._next(page, more, order) if page else None
            nothing_new = self._at.contract.trades_paged is Pages.UNTIL and len(found) == known
            if further is None or nothing_new or is_whole(_its(order, found), order.raw):
                return
            more = further

    async def _numbered_trades(self, order: Seen) -> list[Raw]:
        """By their own numbers, fewer at once than would let ccxt ask for none at the end."""
        numbers, found = list(order.raw["trades"] or ()), list[Raw]()
        for begin in range(0, len(numbers), _NUMBERS_AT_ONCE):
            params = {"trades": numbers[begin : begin + _NUMBERS_AT_ONCE]}
            with self._at.failures.asking():
                found += await self._at.client.fetch_order_trades(
                    order.trades_as, order.symbol, None, None, params
                )
        return found

    async def _page(self, order: Seen, since: int | None, more: dict[str, object]) -> list[Raw]:
        contract, client = self._at.contract, self._at.client
        with self._at.failures.asking():
            if not contract.trades_of and client.has.get("fetchOrderTrades"):
                number = order.trades_as
                raws: list[Raw] = await client.fetch_order_trades(
                    number, order.symbol, None, None, more
                )
                return [{**each, "order": number} for each in raws]
            named = {contract.trades_of: order.trades_as} if contract.trades_of else {}
            begin = None if "fromId" in more else since
            raws = await client.fetch_my_trades(
                order.symbol, begin, contract.trades_a_page, {**named, **more}
            )
            return list(raws)

    def _next(
        self, page: list[Raw], asked: dict[str, object], order: Seen
    ) -> dict[str, object] | None:
        """What asks for the page after this one; None where there is none."""
        match self._at.contract.trades_paged:
            case Pages.CURSOR:
                said = [(each.get("info") or {}) for each in page]
                cursors = (each.get("nextPageCursor") or each.get("cursor") for each in said)
                cursor = next((each for each in cursors if each), None)
                return None if cursor is None else {"cursor": cursor}
            case Pages.FROM_NUMBER:
                newest = max(int(each["id"]) for each in page)
                return {"fromId": newest + 1 if asked else 0}
            case Pages.UNTIL:
                # Those of the same millisecond again: not all of them may have had room.
                oldest = min(int(each.get("timestamp") or 0) for each in page)
                placed = int(order.raw.get("timestamp") or 0)
                return None if oldest < placed - _LEEWAY_MS else {"until": oldest + 1}

    def _spans(self, raw: Raw) -> Sequence[int | None]:
        """Since when an order's fills are asked for, in as many questions as its life takes."""
        step, begin = self._at.contract.trades_span_ms, int(raw.get("timestamp") or 0)
        if not step or not begin:
            return (None,)
        last = int(raw.get("lastUpdateTimestamp") or begin)
        return range(begin - _BEFORE_MS, last + 1, step)


def _its(order: Seen, found: dict[str, Raw]) -> list[Raw]:
    return [each for each in found.values() if str(each.get("order")) == order.trades_as]


def _is_absence(error: Exception) -> bool:
    return any(kind.__name__ in _NOT_THERE for kind in type(error).__mro__)

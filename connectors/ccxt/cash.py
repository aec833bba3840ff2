"""Cash that moved at an exchange apart from trades, by the calls that its contract row names."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import structlog

from connectors.ccxt.access import Access
from connectors.ccxt.cash_calls import CashCall
from connectors.ccxt.stated import Raw
from engine.domain.account import CashEntry, CashReason
from engine.domain.identifiers import AccountId, EntryId, Symbol
from engine.domain.money import ZERO, Currency
from engine.errors import VenueUnavailable

_log = structlog.get_logger(__name__)

_DAY_MS = 86_400_000
_LATE_MS = 7 * _DAY_MS
"""How long what is dated by its beginning may take until it is final."""
_SHORTEST_MS = 1_000
_MOST_PAGES = 50
_NOT_FOR_US = {"not_supported", "key_lacks_right"}
"""Why a call may be left out: a test network knows no deposits, a key may not read them."""
_CHARGE = ":fee"

_DEPOSITS = CashCall("fetch_deposits", is_late=True, until="until", page=100, limit=100)
_WITHDRAWALS = replace(_DEPOSITS, method="fetch_withdrawals", fee_apart=True)
ANYWHERE = (
    replace(_WITHDRAWALS, method="fetch_deposits_withdrawals"),
    _DEPOSITS,
    _WITHDRAWALS,
)
"""For an exchange without a row: the first, or the two others, as far as it has them."""


class CashQuestions:
    """Reads only; whatever goes wrong leaves as VenueUnavailable or RateLimited."""

    def __init__(self, at: Access, account: AccountId, quote: Currency) -> None:
        self._at = at
        self._account = account
        self._quote = quote
        self._coins: dict[str, None] = {quote: None}
        """What has its own books where an exchange keeps them by the coin."""
        self._left_out: set[str] = set()

    async def entries(self, since: int) -> list[CashEntry]:
        """All that is final and began at or after a moment (UTC ms), oldest first."""
        found: dict[EntryId, CashEntry] = {}
        for call in self._calls():
            begin = max(0, since - _LATE_MS) if call.is_late else since
            async for raw in self._rows(call, begin):
                coin = self._at.coin(str(raw.get("currency") or raw.get("code") or ""))
                symbol = raw.get("symbol") or self._market(raw)
                named = {**raw, "symbol": symbol, "currency": coin}
                found |= {each.id: each for each in read(call, named, self._account)}
        return sorted(found.values(), key=lambda each: each.at)

    def _market(self, raw: Raw) -> str | None:
        """Of which perpetual a row of an exchange's books is, where ccxt leaves that out."""
        name = (raw.get("info") or {}).get("symbol")
        if not name:
            return None
        symbol: str = self._at.client.safe_symbol(str(name), None, None, "contract")
        return symbol

    def _calls(self) -> Sequence[CashCall]:
        if self._at.contract.cash:
            return self._at.contract.cash
        both, *each = ANYWHERE
        has = self._at.client.has
        if has.get(_known(both)) is True:
            return (both,)
        return [call for call in each if has.get(_known(call)) is True]

    async def _rows(self, call: CashCall, since: int) -> AsyncIterator[Raw]:
        until = self._at.clock.now_ms()
        try:
            for code in await self._codes(call):
                step = call.longest_ms or max(until - since, 1)
                for begin in range(since, until, step):
                    end = min(begin + step, until)
                    for raw in await self._between(call, code, begin, end):
                        yield raw
        except VenueUnavailable as error:
            if error.facts.get("why") not in _NOT_FOR_US:
                raise
            if call.name not in self._left_out:
                self._left_out.add(call.name)
                _log.warning("cash_not_told", venue=self._at.venue, of=call.name, why=str(error))

    async def _codes(self, call: CashCall) -> Sequence[str | None]:
        if call.fiat:
            is_fiat = self._quote in self._at.client.options.get("legalMoney", ())
            return (self._quote,) if is_fiat else ()
        if not call.by_currency:
            return (None,)
        with self._at.failures.asking():
            answer = await self._at.client.fetch_balance(dict(self._at.contract.balance_route))
        self._coins |= dict.fromkeys(name for name, held in answer["total"].items() if held)
        held_here = {str(name) for name in answer["total"]}
        return [code for code in self._coins if code in held_here]

    async def _between(
        self, call: CashCall, code: str | None, begin: int, end: int, *, is_part: bool = False
    ) -> Sequence[Raw]:
        """All of a span; where one answer does not hold it, of each of its halves."""
        if call.cursor is not None:
            return await self._by_cursor(call, code, begin, *call.cursor)
        rows = await self._asked(
            call, code, begin, {call.until: end} if call.longest_ms or is_part else {}
        )
        if len(rows) < call.page:
            return rows
        is_beyond = is_part and any(int(each.get("timestamp") or 0) > end for each in rows)
        if end - begin <= _SHORTEST_MS or is_beyond:
            _log.error("cash_cut_short", venue=self._at.venue, of=call.name, at=begin)
            return rows
        middle = (begin + end) // 2
        earlier = await self._between(call, code, begin, middle, is_part=True)
        return [*earlier, *await self._between(call, code, middle, end, is_part=True)]

    async def _by_cursor(
        self, call: CashCall, code: str | None, begin: int, parameter: str, field: str
    ) -> Sequence[Raw]:
        """Newest first, each page naming the next."""
        rows = list(await self._asked(call, code, begin, {}))
        page: Sequence[Raw] = rows
        for _ in range(_MOST_PAGES):
            named = (each["info"].get(field) for each in page)
            after = next((cursor for cursor in named if cursor), None)
            if after is None:
                break
            page = await self._asked(call, code, begin, {parameter: after})
            rows.extend(page)
        return rows

    async def _asked(
        self, call: CashCall, code: str | None, begin: int, more: dict[str, Any]
    ) -> Sequence[Raw]:
        params = {**dict(call.params), **more}
        if call.since:
            params[call.since] = begin
        with self._at.failures.asking():
            ask = getattr(self._at.client, call.method)
            rows: Sequence[Raw] = await ask(code, begin, call.limit, params)
        return rows


def read(call: CashCall, raw: Raw, account: AccountId) -> list[CashEntry]:
    """What one row of an answer comes to: nothing while it is not final; a fee is one of its own.

    Money that was sent or came is put in or taken out; what a withdrawal cost is a charge.
    """
    reason = _reason(call, raw)
    currency = raw.get("currency") or raw.get("code")
    if reason is None or not currency or (raw.get("status") or "ok") != "ok":
        return []
    amount, at = _amount(call, raw), _moment(raw)
    if amount is None or not at:
        return []
    if reason is CashReason.DEPOSIT and amount < ZERO:
        reason = CashReason.WITHDRAWAL
    kind = f"{raw['info'][call.kind]}:" if call.numbered_by_kind else ""
    name = f"{call.name}:{kind}{_number(raw)}"
    moved = CashEntry(
        EntryId(name), account, reason, Currency(currency), amount, at, _symbol(raw, reason)
    )
    fee = raw.get("fee") or {}
    cost = Decimal(str(fee.get("cost") or 0))
    if not call.fee_apart or not cost or raw.get("type") == "deposit":
        return [moved] if amount else []
    paid_in = Currency(fee.get("currency") or currency)
    charge = CashEntry(EntryId(name + _CHARGE), account, CashReason.CHARGE, paid_in, -cost, at)
    return [moved, charge] if amount else [charge]


def _reason(call: CashCall, raw: Raw) -> CashReason | None:
    info = raw.get("info") or {}
    if call.wallet and str(info.get(call.wallet[0], call.wallet[1])) != call.wallet[1]:
        return None
    if not call.kinds:
        return CashReason.DEPOSIT
    return dict(call.kinds).get(str(info.get(call.kind)))


def _amount(call: CashCall, raw: Raw) -> Decimal | None:
    """What the balance changed by."""
    if call.change:
        said = (raw.get("info") or {}).get(call.change)
        return None if said in (None, "") else Decimal(str(said))
    if raw.get("amount") in (None, ""):
        return None
    amount = Decimal(str(raw["amount"]))
    left = raw.get("direction") == "out" or raw.get("type") == "withdrawal"
    if call.home:
        left = raw.get("toAccount") != call.home
    return -amount if left else amount


def _moment(raw: Raw) -> int:
    """When the balance changed: a deposit is there at its end, a withdrawal gone at its start."""
    if raw.get("type") == "deposit" and raw.get("updated"):
        return int(raw["updated"])
    return int(raw.get("timestamp") or 0)


def _number(raw: Raw) -> str:
    """What it is called at the exchange, or else what tells it from all others."""
    name = raw.get("id") or raw.get("txid")
    return str(name) if name else f"{raw.get('currency')}:{raw.get('amount')}:{_moment(raw)}"


def _symbol(raw: Raw, reason: CashReason) -> Symbol | None:
    symbol = raw.get("symbol")
    return Symbol(str(symbol)) if symbol and reason is CashReason.FUNDING else None


def _known(call: CashCall) -> str:
    """Its name in what ccxt says that an exchange has."""
    return re.sub("_(.)", lambda found: found[1].upper(), call.method)

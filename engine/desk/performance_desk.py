"""An account's performance over any period, read from journal, fills and candles."""

from __future__ import annotations

from engine.desk.ledger import Ledger, read_ledger
from engine.desk.marks import (
    Marks,
    Moments,
    conversion_pairs,
    fitting_timeframe,
    marked,
    moments,
)
from engine.desk.performance import Performance, Reckoning
from engine.domain.candles import Floats
from engine.domain.identifiers import AccountId, Symbol
from engine.domain.timeframe import Timeframe
from engine.ports.journal import TradeHistory
from engine.ports.system import Worker
from engine.runtime.live import LiveRuntime

MOST_POINTS = 2_000
"""Of a curve, at most."""
_BARS_BEFORE = 10


class PerformanceDesk:
    """Read-only, one account; times are the market's."""

    def __init__(
        self,
        runtime: LiveRuntime,
        history: TradeHistory,
        worker: Worker,
        account: AccountId,
    ) -> None:
        self._runtime = runtime
        self._history = history
        self._worker = worker
        self._account = account

    async def over(self, start: int, end: int, symbol: Symbol | None = None) -> Performance | None:
        """The account in `[start, end)` (UTC ms); None where it did not exist then.

        With a symbol the fills, trades and results are its own and it is the benchmark; equity is
        the whole account's. An end in the future is now, at the prices of now.
        It is reckoned by the worker. Raises InstrumentNotFound, StoreUnavailable, OSError.
        """
        kernel = self._runtime.kernel
        book = kernel.accounts[self._account]
        ledger = await read_ledger(book, self._history, kernel.instruments)
        start = max(start, ledger.opened.at)
        if end <= start:
            return None
        now = self._runtime.clock.now_ms()
        is_past = end <= now
        if not is_past:
            # What was filled while this was read counts, as its price in cash does.
            end = max([now, *(fill.at for fill in ledger.fills[-1:])]) + 1
        first, last = start // 1_000, max(start // 1_000 + 1, -(-end // 1_000))
        frame = fitting_timeframe(first, last, MOST_POINTS)
        marks = await self._marks(ledger, symbol, moments(first, last, frame), frame)
        quotes = marks.quotes(-1) if is_past else dict(self._runtime.kernel.quotes)
        reckoning = Reckoning(ledger, marks, start, end, frame, quotes, symbol)
        return await self._worker.run(Reckoning.performance, reckoning)

    async def _marks(
        self, ledger: Ledger, symbol: Symbol | None, times: Moments, frame: Timeframe
    ) -> Marks:
        traded = {fill.symbol for fill in ledger.fills} | ({symbol} if symbol else set())
        currencies = {currency for currency, _ in ledger.opened.cash}
        currencies |= {ledger.instruments[name].quote for name in traded}
        currencies |= {fill.fee_currency for fill in ledger.fills}
        currencies |= {entry.currency for entry in ledger.entries}
        target = ledger.opened.account.currency
        wanted = traded | conversion_pairs(currencies, target, ledger.instruments)
        return Marks.of(
            times, {name: await self._closes(ledger, name, times, frame) for name in sorted(wanted)}
        )

    async def _closes(
        self, ledger: Ledger, symbol: Symbol, times: Moments, frame: Timeframe
    ) -> Floats:
        """From candles; where there are none at all, from the account's own fills."""
        start = frame.open_of(int(times[0])) - _BARS_BEFORE * frame.seconds
        if symbol not in self._runtime.kernel.instruments:
            return ledger.prices(symbol, times * 1_000)  # delisted
        candles = await self._runtime.markets.candles(symbol, frame, start, int(times[-1]))
        if len(candles):
            return marked(candles, frame, times)
        return ledger.prices(symbol, times * 1_000)

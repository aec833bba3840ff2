"""Strategies in Python at work: each object hears every bar and every fill of its run.

What an object remembers is in memory only. After a restart, or a bar that was missed, a new one
hears all of it again, from its warm-up before the run began; so it is as if it had never gone.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

from engine.desk.decided import decided
from engine.domain.account import Fill
from engine.domain.candles import Candle, Candles
from engine.domain.identifiers import ClientOrderId, TradeId
from engine.domain.order import Order, Purpose, Side
from engine.execution.naming import client_order_id
from engine.ports.journal import TradeHistory
from engine.ports.runs import Run
from engine.runtime.live import LiveRuntime
from engine.strategies import Strategy
from engine.strategies.plugged import Plugged
from engine.strategies.runner import intent
from engine.strategy import NOTHING, Decision, Execution

_REASONS = {Purpose.STOP_LOSS: "stop", Purpose.TAKE_PROFIT: "target"}
_LEAST = 1e-12
_BARS_A_TURN = 2_000
"""Then the loop has a turn, so that the desk answers while a long run is heard again."""

_LEAST = 1e-12


@dataclass(slots=True)
class _Heard:
    """An object, the bar it hears next, the fills it was told of, and what it holds by them.

    `since` is the last fill's moment in UTC ms; `entries` are the bars whose close asked for one.
    """

    plugged: Plugged
    next_bar: int
    since: int
    told: set[tuple[ClientOrderId, TradeId]] = field(default_factory=set)
    position: float = 0.0
    entries: set[int] = field(default_factory=set)


class PluggedRuns:
    """The objects of all runs, by run."""

    def __init__(self, runtime: LiveRuntime, history: TradeHistory) -> None:
        self._runtime = runtime
        self._history = history
        self._heard: dict[str, _Heard] = {}

    async def decide(self, run: Run, strategy: Strategy, candle: Candle) -> Decision:
        """What a run's object wants at the close of a bar. Raises StrategyInvalid."""
        heard = self._heard.pop(run.id, None)
        if heard is None or heard.next_bar > candle.time:
            heard = self._anew(run, strategy)
        bars = await self._bars(run, heard.next_bar, candle)
        fills = await self._fills(run, heard)
        decision = NOTHING
        for at in range(len(bars)):
            decision = _hear(run, heard, bars.row(at), fills)
            if at % _BARS_A_TURN == _BARS_A_TURN - 1:
                await asyncio.sleep(0)  # noqa: TID251 -- no time passes, the others have a turn
        self._heard[run.id] = heard  # one that raised is gone, and made anew at the next bar
        return decision

    def forget(self, run: Run) -> None:
        """A run has ended."""
        self._heard.pop(run.id, None)

    @staticmethod
    def _anew(run: Run, strategy: Strategy) -> _Heard:
        plug_in, frame = strategy.plug_in, run.timeframe
        if plug_in is None:
            raise ValueError(run.reference)
        warmup = strategy.warmup(frame, strategy.values({}))
        first = frame.open_of(run.started_at // 1000) - warmup * frame.seconds
        return _Heard(Plugged(plug_in, strategy.values({})), max(0, first), run.started_at)

    async def _bars(self, run: Run, start: int, candle: Candle) -> Candles:
        if start == candle.time:
            return Candles.of([candle])
        end = candle.time + run.timeframe.seconds
        known = await self._runtime.markets.candles(run.symbol, run.timeframe, start, end)
        return Candles.joined(known.between(start, candle.time), Candles.of([candle]))

    async def _fills(self, run: Run, heard: _Heard) -> deque[tuple[Fill, Order]]:
        """The run's own fills that it was not told of yet, oldest first."""
        found = await self._history.fills(run.account, symbol=run.symbol, start=heard.since)
        mine: deque[tuple[Fill, Order]] = deque()
        for fill in found:
            order = await self._of_run(run, heard, fill.client_order_id)
            if order is not None and fill.key not in heard.told:
                mine.append((fill, order))
        return mine

    async def _of_run(self, run: Run, heard: _Heard, name: ClientOrderId) -> Order | None:
        """The order, where it or the one that it serves is a wish of the run."""
        order = await self._order(run, name)
        root = order
        while root is not None and root.parent is not None:
            root = await self._order(run, root.parent)
        if order is None or root is None:
            return None
        found = decided((run,), root.client_order_id, root.placed_at)
        if found is not None:
            heard.entries |= {found.bar} if found.what == "enter" else set()
            return order
        trails = {client_order_id(intent(run.id, bar, "trail")) for bar in heard.entries}
        return order if root.client_order_id in trails else None

    async def _order(self, run: Run, name: ClientOrderId) -> Order | None:
        for client_id, order in await self._history.order(run.account, name):
            if client_id == name:
                return order
        return None


def _hear(run: Run, heard: _Heard, candle: Candle, fills: deque[tuple[Fill, Order]]) -> Decision:
    """One bar, after the fills before its close."""
    heard.next_bar = candle.time + run.timeframe.seconds
    while fills and fills[0][0].at < heard.next_bar * 1000:
        fill, order = fills.popleft()
        heard.plugged.fill(_execution(run, fill, order))
        heard.position += fill.side.sign * float(fill.quantity)
        heard.told.add(fill.key)
        heard.since = fill.at
    if abs(heard.position) < _LEAST:
        heard.position = 0.0
    return heard.plugged.bar(candle, heard.position)


def _execution(run: Run, fill: Fill, order: Order) -> Execution:
    is_entry = fill.side is Side.BUY
    usual = "enter" if is_entry else "trail" if order.terms.trail is not None else "exit"
    return Execution(
        side=fill.side,
        quantity=float(fill.quantity),
        price=float(fill.price),
        reason=_REASONS.get(order.purpose, usual),
        at=run.timeframe.open_of(fill.at // 1000),
    )

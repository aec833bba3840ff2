"""The slow engine, which is the truth: the kernel's own loop, driven by recorded bars.

A strategy's wishes become orders of the kernel, its protection children of those orders, and the
matcher fills them at the prices that the contract lets a bar pass through. Bars on which nothing
can happen are not told to it: without an order and an alert a price changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal

import numpy as np

from engine.backtest.account import TOLERANCE, Held
from engine.backtest.conventions import Anchor, FillTime
from engine.backtest.deciding import Decider, decider_for
from engine.backtest.exact import Exact, finest, finest_fee
from engine.backtest.exchange import NOBODYS, Exchange, Mandate
from engine.backtest.inside import Hit, hit
from engine.backtest.judge import Judge
from engine.backtest.program import levels_of
from engine.backtest.result import COLUMNS, Backtest, Reason, Trades
from engine.backtest.settings import Settings
from engine.domain.account import Fill
from engine.domain.candles import Candles, Floats
from engine.domain.events import Event
from engine.domain.instrument import Instrument
from engine.domain.order import Order, Purpose, Side
from engine.domain.timeframe import Timeframe
from engine.domain.values import constructor
from engine.matching.model import FEE_STEP, FillModel
from engine.strategies.entries import Entry, Means, trailing_level
from engine.strategies.rules import Strategy
from engine.strategies.runner import Runner, intent
from engine.strategy import NOTHING, Decision, Execution

_means = constructor(Means)
_LEAVE = Decision(leave=True)
_REASONS = {Purpose.STOP_LOSS: Reason.STOP, Purpose.TAKE_PROFIT: Reason.TARGET}
Journal = Callable[[tuple[Event, ...]], None]


def run(
    strategy: Strategy,
    candles: Candles,
    timeframe: Timeframe,
    settings: Settings,
    given: Mapping[str, float] | None = None,
    *,
    instrument: Instrument | None = None,
    mandate: Mandate = NOBODYS,
    journal: Journal | None = None,
) -> Backtest:
    """The same as `engine.backtest.compiled.run`, to 1e-9; runs plug-ins in Python, too.

    With an `instrument` prices and quantities lie on its steps. `journal` is told all that happens
    to the account, in the order in which it does. Raises StrategyInvalid where a plug-in fails, and
    as the compiled run does.
    """
    walk = _Walk(strategy, candles, timeframe, settings, strategy.values(given or {}))
    fee_step = finest_fee(settings) if instrument is None else FEE_STEP
    walk.open(instrument or finest(candles, settings), fee_step, mandate, journal)
    bar = 0
    while bar < len(candles):
        walk.bar(bar)
        bar = walk.following(bar)
    table = np.array(walk.trades, np.float64).reshape(-1, len(COLUMNS))
    equity = walk.equity()
    return Backtest(candles, timeframe.seconds, settings, Trades(table), equity, walk.denied)


class _Walk:
    def __init__(
        self,
        strategy: Strategy,
        candles: Candles,
        timeframe: Timeframe,
        settings: Settings,
        values: Mapping[str, float],
    ) -> None:
        self._strategy = strategy
        self._candles = candles
        self._settings = settings
        self._seconds = timeframe.seconds
        self._runner = Runner(strategy, values)
        self._judge = Judge(strategy, candles, timeframe, values)
        self._decider: Decider = decider_for(self._runner, self._judge, candles)
        self._awake = {side: self._decider.wakes(side).tobytes() for side in (-1, 0, 1)}
        self._awake_now = self._awake[0]
        self._at_close = settings.convention.fill is FillTime.SIGNAL_CLOSE
        self._by_fill = settings.convention.anchor is Anchor.FILL
        self._last = len(candles) - 1
        self._is_protected = any(level is not None for level in levels_of(strategy))
        self._pending = NOTHING
        self._left_at = -math.inf
        self._bar = 0
        self._held: Held | None = None
        self._fee = 0.0
        self._entry: Entry | None = None
        self._why = Reason.EXIT
        self._marks: list[tuple[int, float, float]] = [(0, settings.cash, 0.0)]
        """Since which bar there is so much cash, and so much held."""
        self.trades: list[tuple[float, ...]] = []
        self.denied = 0

    def open(
        self, instrument: Instrument, fee_step: Decimal, mandate: Mandate, journal: Journal | None
    ) -> None:
        """Open the account."""
        self._run = mandate.run
        self._exact = Exact.of(instrument, self._candles)
        fee, cash = (Decimal(repr(each)) for each in (self._settings.fee, self._settings.cash))
        model = FillModel(fee, fee, improves=True, fee_step=fee_step)
        self._exchange = Exchange(instrument, model, cash, mandate, self._on_fill, journal)

    def equity(self) -> Floats:
        """Marked at each close."""
        marked = np.array(self._marks, np.float64)
        lasts = np.diff(marked[:, 0], append=len(self._candles)).astype(np.int64)
        cash, position = (np.repeat(marked[:, column], lasts) for column in (1, 2))
        equity: Floats = cash + position * self._candles.close
        return equity

    def bar(self, bar: int) -> None:
        """Live through one bar."""
        self._bar = bar
        if self._pending is not NOTHING and not self._at_close:
            self._execute(self._pending, self._opens(bar), self._candles.open.item(bar), bar - 1)
        self._pending = NOTHING
        if self._held is not None and self._is_protected:
            self._inside(self._held, bar)
        if self._awake_now[bar]:
            self._pending = self._decided(bar)
        if self._pending is not NOTHING and self._at_close:
            self._execute(self._pending, self._closes(bar), self._candles.close.item(bar), bar)
            self._pending = NOTHING
        if bar == self._last and self._held is not None:
            self._exchange.mark(self._closes(bar), self._candles.close.item(bar))
            self._leave(bar, "end", Reason.END)

    def following(self, bar: int) -> int:
        """The next bar on which something can happen, the last one among them."""
        if self._pending is not NOTHING or (self._held is not None and self._is_protected):
            return bar + 1
        awake = self._awake_now.find(1, bar + 1)
        return awake if awake >= 0 else max(self._last, bar + 1)

    def _opens(self, bar: int) -> int:
        return self._candles.time.item(bar) * 1_000

    def _closes(self, bar: int) -> int:
        return (self._candles.time.item(bar) + self._seconds) * 1_000

    # -- deciding -----------------------------------------------------------------------------

    def _decided(self, bar: int) -> Decision:
        held = self._held
        if held is None:
            self._judge.note(bar, 0.0, math.nan, math.nan, math.nan)
        else:
            profit = held.side * (self._candles.close.item(bar) - held.price) / held.price
            self._judge.note(bar, held.side * held.quantity, held.price, bar - held.bar, profit)
        decision = self._decider.decide(bar, held)
        if decision.enter is not None and self._may_enter(decision, bar):
            return decision
        return _LEAVE if decision.leave else NOTHING

    def _may_enter(self, decision: Decision, bar: int) -> bool:
        """A pause after an exit, and no entry on the last close, hold it back."""
        pause = self._strategy.limits.cooldown
        over = pause == 0 if decision.leave else bar >= self._left_at + pause
        return over and bar < self._last

    # -- orders -------------------------------------------------------------------------------

    def _execute(self, decision: Decision, at: int, price: float, signal: int) -> None:
        self._exchange.mark(at, price, self._settings.slippage)
        if decision.leave and self._held is not None:
            self._leave(signal, "exit", Reason.EXIT)
            self._left_at = self._bar
        if decision.enter is not None:
            slipped = price * (1 + self._settings.slippage * decision.enter.sign)
            self._enter(decision.enter, slipped, signal)

    def _leave(self, signal: int, what: str, why: Reason) -> None:
        self._why = why
        self._exchange.leave(intent(self._run, self._candles.time.item(signal), what))

    def _enter(self, side: Side, price: float, signal: int) -> None:
        base = None if self._by_fill else self._candles.close.item(signal)
        cash, fee = self._exchange.cash, self._settings.fee
        means = _means(cash, fee, self._settings.quantity_step)
        sign = side.sign
        entry = self._runner.entry(self._judge, sign, price, means, base)
        if entry is None or not entry.quantity * price * (1 + fee) <= cash * (1 + TOLERANCE):
            self.denied += 1
            return
        quantity = self._exact.quantity(entry.quantity)
        if not quantity:
            self.denied += 1
            return
        entry = self._entry = self._exact.levelled(entry)
        trailing = trailing_level(sign, price, entry.trail, is_percent=entry.trail_is_percent)
        stop = max(sign * entry.stop, sign * trailing) * sign
        self._exchange.enter(
            intent(self._run, self._candles.time.item(signal), "enter"),
            side,
            quantity,
            None if math.isinf(stop) else self._exact.level(stop),
            None if math.isinf(entry.target) else self._exact.level(entry.target),
        )

    def _inside(self, held: Held, bar: int) -> None:
        """What rests meets the prices of the bar at which it fills, and the trail is drawn."""
        if self._is_out_of_reach(held, bar):
            return
        row, convention = self._candles.row(bar), self._settings.convention
        if bar != held.bar or convention.stops_on_entry_bar:
            found = hit(held, row, convention)
            if self._exchange.is_waiting:
                self._release(held, row.open, found)
            if found is not None and self._held is not None:
                self._exchange.meet(self._opens(bar), found.price)
        if self._held is not None and held.trail:
            before = held.trailing
            held.reach(row.high, row.low)
            if held.trailing != before:
                self._draw(held)

    def _is_out_of_reach(self, held: Held, bar: int) -> bool:
        """Whether the bar touches neither level, which is the most frequent case."""
        if held.trail or self._exchange.is_waiting:
            return False
        low, high = self._candles.low[bar], self._candles.high[bar]
        if held.side > 0:
            return bool(low > held.stop and high < held.target)
        return bool(high < held.stop and low > held.target)

    def _release(self, held: Held, opened: float, found: Hit | None) -> None:
        """Protection leaves at the bar's open, or where it will fill if it lies beyond that."""
        side = held.side
        stop = max(side * held.stop, side * held.trailing)
        target = side * held.target
        is_beyond = side * opened <= stop or side * opened >= target
        price = found.price if found is not None and is_beyond else opened
        if found is not None and stop >= target:
            is_target = found.reason is Reason.TARGET
            self._exchange.drop(Purpose.STOP_LOSS if is_target else Purpose.TAKE_PROFIT)
        self._exchange.mark(self._opens(self._bar), price)
        self._exchange.release()
        if self._held is not None and held.trail:
            self._draw(held)

    def _draw(self, held: Held) -> None:
        """Let the stop follow the trail, where that is nearer."""
        nearer = max(held.side * held.stop, held.side * held.trailing) * held.side
        key = intent(self._run, self._candles.time.item(self._bar), "trail")
        if not math.isinf(nearer):
            self._exchange.move_stop(key, self._exact.level(nearer))

    # -- what came of it ----------------------------------------------------------------------

    def _on_fill(self, order: Order, fill: Fill) -> None:
        exchange, price, held, why = self._exchange, float(fill.price), self._held, None
        if held is None and self._entry is not None:
            held = self._held = Held.entered(self._entry, self._bar, price)
            held.quantity, held.fee = float(fill.quantity), float(fill.fee)
            self._entry = None
        elif held is not None:
            why = _REASONS.get(order.purpose, self._why)
            if why is Reason.STOP and held.trails:
                why = Reason.TRAIL
            self._close(held, price, float(fill.fee), why)
        left = exchange.held
        self._marks.append((self._bar, exchange.cash, float(left) if left else 0.0))
        self._awake_now = self._awake[self._held.side if self._held is not None else 0]
        if self._decider.hears:
            reason = "enter" if why is None else why.name.lower()
            opened = self._candles.time.item(self._bar)
            heard = Execution(fill.side, float(fill.quantity), price, reason, opened)
            self._decider.heard(heard)

    def _close(self, held: Held, price: float, fee: float, why: Reason) -> None:
        fees = held.fee + fee
        profit = held.side * (price - held.price) * held.quantity - fees
        row = (
            held.bar, held.price, self._bar, price, held.quantity, held.side, fees, profit, why,
        )  # fmt: skip
        self.trades.append(row)
        self._held = None
        if why is not Reason.END:
            self._left_at = self._bar

"""Strategies at work: each judged when a bar closes, its orders placed as a person's would be.

An order's intent is the run, the bar and what was wanted, so that whatever dies, a bar makes at
most one order. What a run holds is read from the kernel, never remembered beside it.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import structlog

from engine.desk.conditions import Refused
from engine.desk.decided import Decided, decided
from engine.desk.orders import OrderAccepted, OrderDesk
from engine.desk.plugged_runs import PluggedRuns
from engine.desk.strategies import Costs
from engine.desk.wish import OrderWish, TargetWish
from engine.documents import read_document
from engine.domain.candles import Candle, Candles
from engine.domain.identifiers import AccountId, IntentKey, PersonId, Symbol
from engine.domain.limits import Scope, ScopeKind
from engine.domain.market import BarClosed
from engine.domain.money import ZERO
from engine.domain.order import Order, Side
from engine.domain.timeframe import Timeframe
from engine.errors import EngineError
from engine.execution.naming import client_order_id
from engine.formula import Formula, PositionState, Workspace
from engine.ports.journal import TradeHistory
from engine.ports.runs import Run, RunStore
from engine.runtime.live import LiveRuntime
from engine.strategies import Strategy
from engine.strategies.entries import Means
from engine.strategies.runner import Runner, intent

_log = structlog.get_logger(__name__)

MOST_RUNS = 10
"""On one account at a time."""
_BEAT_SECONDS = 5.0
_DAY = 86_400
_LEAST_STEP = Decimal("1e-12")


@dataclass(frozen=True, slots=True, eq=False)
class _Moment:
    """What is known when a bar closes."""

    candles: Candles
    timeframe: Timeframe
    values: Mapping[str, float]
    position: PositionState

    def value(self, formula: Formula, position: PositionState | None = None) -> float:
        """A formula's newest value, NaN where unknown."""
        here = position or self.position
        workspace = Workspace(
            self.candles, timeframe=self.timeframe, parameters=self.values, position=here
        )
        return float(workspace.evaluate(formula)[-1])

    def holds(self, formula: Formula | None) -> bool:
        """Whether a rule is true; unknown is not."""
        return formula is not None and self.value(formula) == 1

    def level(self, formula: Formula, price: float, side: int) -> float:
        """A level's value for an entry at a price."""
        return self.value(formula, PositionState(float(side), price, 0.0, 0.0))


class RunKeeper:
    """Every run of the desk, in one supervised loop that outlives any one failure."""

    def __init__(
        self, runtime: LiveRuntime, history: TradeHistory, store: RunStore, costs: Costs
    ) -> None:
        self._runtime = runtime
        self._history = history
        self._store = store
        self._costs = costs
        self._plugged = PluggedRuns(runtime, history)
        self._runs: dict[str, Run] = {}
        self._bars: asyncio.Queue[BarClosed | None] = asyncio.Queue()
        self.beat_at = 0
        """When the loop last had its turn, in UTC ms."""
        runtime.bar_listeners.append(self._hear)

    async def run(self) -> None:
        """Judge closed bars until canceled."""
        for run in await self._store.running():
            self._runs[run.id] = run
        async with asyncio.TaskGroup() as group:
            group.create_task(self._beat())
            group.create_task(self._catch_up())
            while True:
                bar = await self._bars.get()
                self.beat_at = self._runtime.clock.now_ms()
                if bar is not None:
                    await self._on_bar(bar)
                self._bars.task_done()

    async def settled(self) -> None:
        """Wait until every bar so far has been judged."""
        await self._bars.join()

    async def start(self, run: Run) -> Run:
        """Let one loose; the same id again changes nothing. Raises StoreUnavailable."""
        earlier = [each for each in await self._store.of(run.account) if each.id == run.id]
        if earlier:
            return earlier[0]
        await self._store.save(run)
        self._runs[run.id] = run
        return run

    async def stop(self, run: Run) -> Run:
        """It places nothing more; what it holds stays, with its stops. Raises StoreUnavailable."""
        stopped = replace(self._runs.get(run.id, run), stopped_at=self._runtime.clock.now_ms())
        self._runs.pop(run.id, None)
        self._plugged.forget(run)
        await self._store.save(stopped)
        return stopped

    def running(self, account: AccountId) -> Sequence[Run]:
        """What runs on an account, oldest first."""
        mine = [run for run in self._runs.values() if run.account == account]
        return sorted(mine, key=lambda run: (run.started_at, run.id))

    async def all(self, account: AccountId) -> Sequence[Run]:
        """All that ever ran on it, oldest first."""
        return await self._store.of(account)

    async def paper_days(self, reference: str, document: str, symbol: Symbol) -> int:
        """On how many days a version has judged bars of an instrument with play money.

        A run with other numbers than the document's is no evidence for it. Of several paper
        accounts the one with most counts, for the days would be the same ones.
        """
        books = self._runtime.kernel.accounts.items()
        papers = [await self._store.of(name) for name, book in books if book.account.is_paper]
        asked = reference, document, symbol
        mine = [[r for r in of if (r.reference, r.document, r.symbol) == asked] for of in papers]
        return max((sum(run.days for run in runs) for runs in mine), default=0)

    async def decided(self, order: Order) -> Decided | None:
        """The decision that an order came of, or None where no run placed it."""
        runs = await self._store.of(order.account)
        return decided(runs, order.client_order_id, order.placed_at)

    async def held(self, run: Run) -> Decimal:
        """What the run's own entry bought that is still there, base units."""
        entry = await self._order(run, run.entry_order)
        if entry is None:
            return ZERO
        book = self._runtime.kernel.accounts[run.account]
        return min(entry.filled, max(book.held(run.symbol), ZERO))

    # -- the loop -------------------------------------------------------------------------

    def _hear(self, bar: BarClosed) -> None:
        if any(_is_for(run, bar) for run in self._runs.values()):
            self._bars.put_nowait(bar)

    async def _beat(self) -> None:
        while True:
            self._bars.put_nowait(None)
            await self._runtime.clock.sleep(_BEAT_SECONDS)

    async def _catch_up(self) -> None:
        """After a restart: the newest closed bar, where nobody judged it while we were away."""
        await self._runtime.priced()
        now = self._runtime.clock.now_ms() // 1000
        for run in tuple(self._runs.values()):
            frame = run.timeframe
            start = frame.open_of(now) - frame.seconds
            try:
                bars = await self._runtime.markets.candles(run.symbol, frame, start, now)
            except EngineError as error:
                _log.warning("run_not_caught_up", run=run.id, error=str(error))
                continue
            closed = bars.between(start, now - frame.seconds + 1)
            if len(closed) and run.last_bar:
                end = (start + frame.seconds) * 1000
                self._hear(BarClosed(run.symbol, frame, closed.row(-1), end))

    async def _on_bar(self, bar: BarClosed) -> None:
        for run in tuple(self._runs.values()):
            if not _is_for(run, bar):
                continue
            try:
                after = await self._judged(run, bar.candle)
            except EngineError as error:
                _log.warning("run_troubled", run=run.id, error=str(error))
                after = replace(run, trouble=str(error))
            except Exception as error:  # noqa: BLE001 -- one run's failure spares the others
                _log.exception("run_failed", run=run.id)
                after = replace(run, trouble=f"{type(error).__name__}: {error}")
            await self._remember(after, bar)

    async def _remember(self, run: Run, bar: BarClosed) -> None:
        is_new_day = bar.candle.time // _DAY > run.last_bar // _DAY
        after = replace(run, last_bar=bar.candle.time, days=run.days + is_new_day)
        if run.id not in self._runs:
            return  # it was stopped meanwhile
        self._runs[run.id] = after
        try:
            await self._store.save(after)
        except EngineError as error:
            _log.error("run_not_saved", run=run.id, error=str(error))

    # -- one bar of one run -----------------------------------------------------------------

    async def _judged(self, run: Run, candle: Candle) -> Run:
        run = await self._settled(run, candle)
        strategy = read_document(run.document)
        held, entry = await self.held(run), await self._order(run, run.entry_order)
        moment = _Moment(
            await self._candles(run, strategy, candle),
            run.timeframe,
            strategy.values({}),
            _position(run, entry, held, candle),
        )
        if (strategy.long is None and strategy.plug_in is None) or await self._is_busy(run):
            return run
        if strategy.plug_in is not None:
            decision = await self._plugged.decide(run, strategy, candle)
        else:
            runner = Runner(replace(strategy, short=None), moment.values)
            decision = runner.decide(moment, 1 if held else 0)
        if decision.leave and held:
            return await self._leave(run, candle, held)
        if held:
            return await self._trailed(run, strategy, held, moment)
        if decision.enter is Side.BUY and _is_rested(run, strategy, candle):
            return await self._enter(run, strategy, candle, moment)
        return run

    async def _settled(self, run: Run, candle: Candle) -> Run:
        """Forget an entry whose position is gone: closed by a stop, by hand, or never made."""
        if run.entry_order is None:
            return run
        entry = await self._order(run, run.entry_order)
        if (entry is not None and entry.is_open) or await self.held(run) > _LEAST_STEP:
            return run
        return replace(run, entry_order=None, exit_order=None, left_bar=candle.time)

    async def _is_busy(self, run: Run) -> bool:
        """Whether an order of its own is still on its way."""
        for name in (run.entry_order, run.exit_order):
            order = await self._order(run, name)
            if order is not None and order.is_open:
                return True
        return False

    async def _leave(self, run: Run, candle: Candle, held: Decimal) -> Run:
        wish = OrderWish(run.symbol, Side.SELL, quantity=held, reduce_only=True)
        key = _key(run, candle, "exit")
        noted = replace(run, exit_order=client_order_id(key))
        return await self._placed(noted, candle, wish, key, "exit")

    async def _enter(self, run: Run, strategy: Strategy, candle: Candle, moment: _Moment) -> Run:
        instrument = self._runtime.markets.find(run.symbol)
        tick = self._runtime.kernel.quotes.get(run.symbol)
        price = float(tick.ask if tick else candle.close)
        fee, cash = float(self._costs.taker_fee), float(run.amount)
        cash /= 1 + float(self._costs.slippage)
        means = Means(cash, fee, float(instrument.quantity_step))
        entry = Runner(strategy, moment.values).entry(moment, 1, price, means)
        if entry is None or -math.inf < entry.stop <= 0 or entry.target <= 0:
            return replace(run, trouble="level_unknown")
        most = cash / (price * (1 + fee))
        quantity = instrument.quantity(Decimal(repr(min(entry.quantity, most))))
        if quantity <= ZERO:
            return replace(run, trouble="too_little")
        wish = OrderWish(
            run.symbol,
            Side.BUY,
            quantity=quantity,
            stop_loss=None if math.isinf(entry.stop) else Decimal(repr(entry.stop)),
            targets=() if math.isinf(entry.target) else (TargetWish(Decimal(repr(entry.target))),),
        )
        key = _key(run, candle, "enter")
        noted = replace(
            run, entry_order=client_order_id(key), entry_bar=candle.time, exit_order=None
        )
        return await self._placed(noted, candle, wish, key, "enter")

    async def _trailed(self, run: Run, strategy: Strategy, held: Decimal, moment: _Moment) -> Run:
        """Its trailing stop, once for each position: asked for again, it is the same order."""
        level = strategy.trailing_stop
        if level is None:
            return run
        distance = moment.value(level.formula)
        if not distance > 0:
            return run
        wish = OrderWish(
            run.symbol,
            Side.SELL,
            quantity=held,
            trail=Decimal(repr(distance)),
            trail_is_ratio=level.is_percent,
        )
        key = IntentKey(f"run:{run.id}:{run.entry_bar}:trail")
        desk = self._desk(run)
        outcome = await desk.place(desk.draft(wish), key, key)
        return replace(run, trouble=_trouble(outcome))

    async def _placed(
        self, run: Run, candle: Candle, wish: OrderWish, key: IntentKey, signal: str
    ) -> Run:
        """The order is remembered before it is placed, so that no crash can lose sight of it."""
        run = replace(run, signal=signal, signal_bar=candle.time)
        await self._store.save(run)
        desk = self._desk(run)
        draft = desk.draft(wish)
        if draft.refusal is not None:
            return replace(run, trouble=_trouble(draft.refusal))
        return replace(run, trouble=_trouble(await desk.place(draft, key, key)))

    async def _candles(self, run: Run, strategy: Strategy, candle: Candle) -> Candles:
        """The bars up to the one that closed, enough for every rule to have settled."""
        frame = run.timeframe
        start = candle.time - strategy.history(frame, strategy.values({})) * frame.seconds
        end = candle.time + frame.seconds
        known = await self._runtime.markets.candles(run.symbol, frame, max(0, start), end)
        return Candles.joined(known.between(start, end), Candles.of([candle]))

    async def _order(self, run: Run, name: str | None) -> Order | None:
        if not name:
            return None
        for client_id, order in await self._history.order(run.account, name):
            if client_id == name:
                return self._runtime.kernel.orders.open.get(client_id, order)
        return None

    def _desk(self, run: Run) -> OrderDesk:
        return OrderDesk(
            self._runtime,
            self._history,
            (run.account,),
            run.person,
            self._costs.taker_fee,
            Scope(ScopeKind.STRATEGY, run.name),
        )


class RunDesk:
    """The runs of one account, for one person."""

    def __init__(
        self, keeper: RunKeeper, runtime: LiveRuntime, account: AccountId, person: PersonId
    ) -> None:
        self._keeper = keeper
        self._runtime = runtime
        self._account = account
        self._person = person

    @property
    def running(self) -> Sequence[Run]:
        """What runs now, oldest first."""
        return self._keeper.running(self._account)

    @property
    def beat_at(self) -> int:
        """When the loop that keeps them last had its turn, UTC ms."""
        return self._keeper.beat_at

    async def all(self) -> Sequence[Run]:
        """All that ever ran here, oldest first."""
        return await self._keeper.all(self._account)

    async def paper_days(self, reference: str, document: str, symbol: Symbol) -> int:
        """On how many days the desk has seen a version judge an instrument's bars on paper."""
        return await self._keeper.paper_days(reference, document, symbol)

    async def decided(self, order: Order) -> Decided | None:
        """The decision behind an order of a run, or None for any other."""
        return await self._keeper.decided(order)

    async def held(self, run: Run) -> Decimal:
        """What a run holds, base units."""
        return await self._keeper.held(run)

    async def start(self, run: Run) -> Run:
        """Let one loose on this account, in this person's name; once for its id."""
        mine = replace(run, account=self._account, person=self._person)
        return await self._keeper.start(mine)

    async def stop(self, run: Run) -> Run:
        """End one."""
        return await self._keeper.stop(run)


def _is_for(run: Run, bar: BarClosed) -> bool:
    is_its = run.symbol == bar.symbol and run.timeframe is bar.timeframe
    return is_its and bar.candle.time > run.last_bar and bar.at > run.started_at


def _is_rested(run: Run, strategy: Strategy, candle: Candle) -> bool:
    pause = strategy.limits.cooldown * run.timeframe.seconds
    return candle.time >= run.left_bar + pause


def _key(run: Run, candle: Candle, what: str) -> IntentKey:
    return intent(run.id, candle.time, what)


def _position(run: Run, entry: Order | None, held: Decimal, candle: Candle) -> PositionState:
    price = entry.average_price if entry is not None else None
    if not held or price is None:
        return PositionState()
    bars = max(0, (candle.time - run.entry_bar) // run.timeframe.seconds - 1)
    profit = candle.close / float(price) - 1
    return PositionState(float(held), float(price), float(bars), profit)


def _trouble(outcome: OrderAccepted | Refused) -> str:
    return outcome.rule if isinstance(outcome, Refused) else ""

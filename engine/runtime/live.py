"""The live shell: feeds and venues in, the kernel's turns, commands out, all under one roof.

`run` holds every task; when it ends, nothing of it goes on. It starts from the journal, settles
with the venues what a crash left open, and only then lets anything new leave.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import structlog

from engine.bars import BarBuilder
from engine.domain.account import Account
from engine.domain.alert import Alert
from engine.domain.events import Event
from engine.domain.identifiers import AccountId, IntentKey, Symbol, VenueName
from engine.domain.instrument import Instrument
from engine.domain.market import BarClosed, DataKind, Tick
from engine.domain.money import Currency
from engine.domain.requests import (
    LoadHistory,
    NoteLine,
    OpenAccount,
    OpenDay,
    PassTime,
    Request,
    WatchAccount,
)
from engine.domain.timeframe import Timeframe
from engine.errors import EngineError, StoreUnavailable, VenueUnavailable
from engine.kernel import NOT_CONNECTED, Arrival, Kernel
from engine.ports.journal import Journal, Snapshots
from engine.ports.listings import Listings
from engine.ports.market_data import CandleStore, MarketData
from engine.ports.system import Clock
from engine.ports.venue import FeeRates, TellsFees, Venue
from engine.ports.waiting import happened_within
from engine.runtime.cash import CashWatch
from engine.runtime.downloads import Downloader
from engine.runtime.forced import ForcedTrades
from engine.runtime.leverage import Leverages
from engine.runtime.markets import Markets
from engine.runtime.reconcile import Reconciler
from engine.runtime.resuming import Resuming
from engine.runtime.sender import Sender
from engine.runtime.snapshots import EVERY, SnapshotKeeper, fingerprint
from engine.runtime.turns import Turns
from engine.runtime.venues import Venues

_log = structlog.get_logger(__name__)

_HOUSEKEEPING_SECONDS = 1.0
_STORE_PAUSE_SECONDS = 5.0
"""A turn that could not be written costs a kernel built anew."""
_FLUSH_EVERY = 30
_PRICE_PATIENCE_SECONDS = 10.0
_VENUE_PATIENCE_SECONDS = 10.0
_LOOK_SECONDS = 0.25

TickListener = Callable[[Tick], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class OpeningAccount:
    """An account that the configuration names, with its first cash by currency.

    `held` are base units of what is there besides.
    """

    account: Account
    cash: tuple[tuple[Currency, Decimal], ...]
    held: tuple[tuple[Symbol, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """The journal, snapshots of what it comes to, and the instruments that it speaks of.

    A snapshot is made each `snapshot_every` entries.
    """

    journal: Journal
    snapshots: Snapshots
    listings: Listings
    snapshot_every: int = EVERY


class LiveRuntime:
    """One kernel with its journal, feeds and venues, on the running event loop."""

    def __init__(
        self,
        *,
        limits: Mapping[str, Decimal],
        accounts: Sequence[OpeningAccount],
        record: Record,
        feeds: Sequence[MarketData],
        venues: Mapping[AccountId, Venue],
        listeners: Sequence[TickListener],
        candles: CandleStore,
        builder: BarBuilder,
        clock: Clock,
        timezone: str,
    ) -> None:
        self.markets = Markets(feeds, candles, builder, clock)
        self._listings = record.listings
        self._past: Sequence[Instrument] = ()
        self.downloader = Downloader(candles, clock)
        self.snapshots = SnapshotKeeper(
            record.journal,
            record.snapshots,
            lambda: self._kernel(limits),
            fingerprint(limits),
            record.snapshot_every,
        )
        self.turns = Turns(
            lambda: self._kernel(limits), record.journal, self._furnish, self.snapshots
        )
        self._accounts = accounts
        self._feeds = feeds
        self._venues = Venues(venues)
        self._listeners = listeners
        self._candles = candles
        self._builder = builder
        self._clock = clock
        self._timezone = ZoneInfo(timezone)
        self._sender = Sender(self.turns, self._venues, clock, self._spawn)
        self._resuming = Resuming(self.turns, self._sender, self.priced, self._spawn)
        self.cash = CashWatch(self.turns, self._venues, clock)
        self.leverages = Leverages(self.turns, self._venues, clock)
        self.reconciler = Reconciler(
            self.turns,
            self._venues,
            self._sender,
            clock,
            self._resuming.is_caught_up,
            cash=self.cash,
            leverages=self.leverages,
            forced=ForcedTrades(self.turns, self._venues, self._sender, clock),
        )
        self._group: asyncio.TaskGroup | None = None
        self._hearing: dict[Venue, asyncio.Task[None]] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        self._unpriced = {
            instrument.symbol
            for feed in feeds
            if feed.kind is not DataKind.RECORDED
            for instrument in feed.instruments()
        }
        self._all_priced = asyncio.Event()
        self.started = asyncio.Event()
        self.listing_listeners: list[Callable[[Sequence[Instrument]], None]] = []
        """Told of all that is listed, when a feed begins to speak that could not be reached."""
        self.bar_listeners: list[Callable[[BarClosed], None]] = []
        """Told of each closed bar once the kernel has it; they must not wait."""

    @property
    def kernel(self) -> Kernel:
        """What is known now; to be read, never changed, from outside."""
        return self.turns.kernel

    @property
    def clock(self) -> Clock:
        """The time all of it goes by."""
        return self._clock

    async def run(self) -> None:
        """Serve until canceled; the bars that closed are then on disk."""
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                await self._start()
                for account, venue in self._venues.items():
                    self._take_up(group, account, venue)
                for feed in self._feeds:
                    group.create_task(self._follow(feed))
                group.create_task(self._keep_house())
                group.create_task(self.reconciler.run())
                group.create_task(self.cash.run())
                group.create_task(self.snapshots.run(self._clock, lambda: self.turns.written))
                self.started.set()
        finally:
            with suppress(StoreUnavailable):
                await self._candles.flush()

    async def ask(
        self, request: Request, key: IntentKey | None = None, correlation: str = ""
    ) -> tuple[Event, ...]:
        """Take a wish in; gives what happened, committed. Raises StoreUnavailable."""
        step = await self.turns.take(request, key, correlation)
        self._sender.follow(step)
        return step.events

    async def open(self, opening: OpeningAccount, venue: Venue) -> None:
        """Trade on an account at its venue from now on; what is there counts the first time only.

        Raises StoreUnavailable, AccountDiffers.
        """
        account = opening.account.id
        if self._group is None or account in self._venues:
            raise RuntimeError(f"{account} cannot be opened now")
        now = self._clock.now_ms()
        await self.turns.take(OpenAccount(opening.account, opening.cash, now, opening.held))
        self._venues[account] = venue
        self._take_up(self._group, account, venue)

    async def close(self, account: AccountId) -> None:
        """Let go of an account's venue, which serves no other; nothing leaves for it any more."""
        venue = self._venues.pop(account)
        tasks = (self._resuming.drop(account), self._hearing.pop(venue))
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await self.turns.take(NoteLine(account, NOT_CONNECTED))

    async def settled(self) -> None:
        """Wait until every command given so far has been carried out, but not for ever.

        A venue that does not answer is left to its time.
        """
        patience = asyncio.ensure_future(self._clock.sleep(_VENUE_PATIENCE_SECONDS))
        try:
            if self._all_priced.is_set():
                await self._ended(patience, self._resuming.tasks)
            await self.turns.idle()
            await self._ended(patience, lambda: self._under_way)
        finally:
            patience.cancel()
            await asyncio.wait([patience])

    async def _ended(
        self, patience: asyncio.Future[None], tasks: Callable[[], Iterable[asyncio.Task[None]]]
    ) -> None:
        while not patience.done() and (left := [task for task in tasks() if not task.done()]):
            await asyncio.wait([patience, *left], return_when=asyncio.FIRST_COMPLETED)
            await self.turns.idle()

    async def priced(self) -> None:
        """Wait until every instrument that has live prices has had one, or long enough."""
        await happened_within(self._all_priced, _PRICE_PATIENCE_SECONDS, self._clock)

    async def ready(self) -> None:
        """Wait until orders can be judged: prices seen, books compared; or long enough."""
        await self.priced()
        tries = int(_VENUE_PATIENCE_SECONDS / _LOOK_SECONDS)
        while tries and any(self._is_apart(account) for account in self._venues):
            await self._clock.sleep(_LOOK_SECONDS)
            tries -= 1

    def _is_apart(self, account: AccountId) -> bool:
        is_paper = self.kernel.accounts[account].account.is_paper
        return not is_paper and bool(self.kernel.lines.get(account, NOT_CONNECTED))

    def fees(self, account: AccountId, symbol: Symbol) -> FeeRates | None:
        """What a trade costs on the account; None where its venue does not say."""
        venue: object = self._venues.get(account)
        return venue.fees(symbol) if isinstance(venue, TellsFees) else None

    @property
    def _today(self) -> str:
        now = datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC)
        return now.astimezone(self._timezone).date().isoformat()

    def day_equity(self, account: AccountId) -> Decimal | None:
        """What its profit of today is measured from; None until its day has begun."""
        book = self.kernel.accounts[account]
        return book.day_equity if book.day == self._today else None

    async def load_history_for(self, alert: Alert) -> None:
        """Past candles for an alert, so that it need not wait for them to pass again."""
        await self._load(self.kernel, alert)

    # -- starting -------------------------------------------------------------------------

    async def _start(self) -> None:
        self._past = await self._listings.known()
        await self.turns.rebuild()
        await self._listings.keep(tuple(self.markets.instruments()))
        for opening in self._accounts:
            now = self._clock.now_ms()
            await self.turns.take(OpenAccount(opening.account, opening.cash, now))
        await self._resume_bars()

    def _take_up(self, group: asyncio.TaskGroup, account: AccountId, venue: Venue) -> None:
        """Hear the venue's reports, and settle what the account left open there."""
        if venue not in self._hearing:
            self._hearing[venue] = group.create_task(self._hear(venue))
        self._resuming.begin(group, account, self.reconciler.soon)

    async def _resume_bars(self) -> None:
        """Give the builder what its first bars missed while nobody was watching."""
        now = self._clock.now_ms() // 1000
        week = Timeframe.W1.open_of(now)
        for instrument in self.markets.instruments():
            if self.markets.kind(instrument.symbol) is DataKind.RECORDED:
                continue  # the past has no bar under way
            try:
                candles = await self.markets.candles(instrument.symbol, Timeframe.M1, week, now)
            except EngineError as error:
                _log.warning("bars_begin_anew", symbol=instrument.symbol, error=str(error))
                continue
            self._builder.resume(instrument.symbol, candles)

    def _kernel(self, limits: Mapping[str, Decimal]) -> Kernel:
        return Kernel(self.markets.instruments(), limits, self._past, self.markets.sources)

    async def _furnish(self, kernel: Kernel) -> None:
        for alert in tuple(kernel.alerts):
            await self._load(kernel, alert)

    async def _load(self, kernel: Kernel, alert: Alert) -> None:
        timeframe, bars = kernel.alerts.history_needed(alert)
        end = self._clock.now_ms() // 1000
        start = timeframe.open_of(end) - (bars + 1) * timeframe.seconds
        try:
            candles = await self.markets.candles(alert.symbol, timeframe, start, end)
        except EngineError as error:
            _log.warning("alert_history_missing", alert=alert.id, error=str(error))
            return
        kernel.step(LoadHistory(alert.symbol, timeframe, candles))

    # -- the tasks ------------------------------------------------------------------------

    async def _follow(self, feed: MarketData) -> None:
        async for tick in feed.ticks():
            try:
                await self._on_tick(feed, tick)
            except (StoreUnavailable, VenueUnavailable) as error:
                _log.error("tick_not_taken", symbol=tick.symbol, error=str(error))

    async def _on_tick(self, feed: MarketData, tick: Tick) -> None:
        if tick.symbol not in self.kernel.instruments:
            self._list(feed)
        for bar in self._builder.on_tick(tick):
            await self._on_bar(feed.venue, bar)
        await self._take(tick)
        if self._unpriced:
            self._unpriced.discard(tick.symbol)
            if not self._unpriced:
                self._all_priced.set()
        for listener in self._listeners:
            await listener(tick)

    def _list(self, feed: MarketData) -> None:
        """A feed that could not be reached at the start has begun to speak."""
        self.markets.add(feed)
        listed = {each.symbol: each for each in self.markets.instruments()}
        self.kernel.instruments.update(listed)
        for hear in self.listing_listeners:
            hear(tuple(listed.values()))
        self._spawn(self._remember(tuple(listed.values())))

    async def _remember(self, listed: Sequence[Instrument]) -> None:
        try:
            await self._listings.keep(listed)
        except StoreUnavailable as error:
            _log.warning("listing_not_kept", error=str(error))

    async def _on_bar(self, venue: VenueName, bar: BarClosed) -> None:
        self._candles.append(venue, bar.symbol, bar.timeframe, [bar.candle])
        await self._take(bar)
        for hear in self.bar_listeners:
            hear(bar)

    async def _take(self, arrival: Arrival) -> None:
        self._sender.follow(await self.turns.take(arrival))

    async def _hear(self, venue: Venue) -> None:
        async for report in venue.reports():
            await self._sender.report(report)
            self.reconciler.heard(report)

    async def _keep_house(self) -> None:
        rounds = 0
        while True:
            pause = _HOUSEKEEPING_SECONDS
            try:
                known = dict.fromkeys(filter(self._resuming.is_caught_up, self.kernel.accounts))
                await self._open_day(known)
                await self._take(PassTime(self._clock.now_ms()))
                await self._watch(known)
                for bar in self._builder.on_time(self._clock.now_ms()):
                    await self._on_bar(self.markets.find(bar.symbol).venue, bar)
                if rounds % _FLUSH_EVERY == 0:
                    await self._candles.flush()
            except (EngineError, OSError) as error:
                _log.error("housekeeping_failed", error=str(error))
                if isinstance(error, StoreUnavailable):
                    pause = _STORE_PAUSE_SECONDS
            rounds += 1
            await self._clock.sleep(pause)

    async def _open_day(self, known: Collection[AccountId]) -> None:
        """Of what is caught up with: what filled during an absence is no loss of today."""
        kernel, day = self.kernel, self._today
        if any(kernel.accounts[n].day != day and not kernel.awaits_price(n) for n in known):
            await self.turns.take(OpenDay(day, self._clock.now_ms(), tuple(known)))

    async def _watch(self, known: Collection[AccountId]) -> None:
        """Look after what is held and what is halted, once caught up with."""
        self.reconciler.watch()
        for account in self.kernel.watched():
            if account in known:
                await self._take(WatchAccount(account, self._clock.now_ms()))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        if self._group is None:
            raise RuntimeError("the runtime is not running")
        task = self._group.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

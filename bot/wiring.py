"""The composition root: from a configuration to a running desk. No decisions are made here."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Container, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bot.command import Catalogue
from bot.config import AccountSection, Config, MarketSection, TokenSection, account_keys, vault_keys
from bot.confirmation.desk import Confirmation
from bot.credentials import LiveAccount
from bot.designs import Designer
from bot.errors import ConfigInvalid
from bot.homes import DATABASE
from bot.hooks import HookDoor
from bot.identity.credentials import Credentials
from bot.identity.directory import Directory, Membership
from bot.identity.linking import Linker
from bot.identity.live_accounts import Connect, LiveAccounts, LiveVenue
from bot.identity.second_factor import SecondFactorGuard
from bot.identity.vault import Vault, VaultKeys
from bot.interpreter.designs.designer import WordsDesigner
from bot.interpreter.designs.model import ModelDesigner
from bot.interpreter.interpreter import Interpreter
from bot.interpreter.language_model import LanguageModel
from bot.message import Role
from bot.models import Budget, ChatModel, ModelTurns
from bot.ports import Equipment, HttpRoute
from bot.presenters.studio import Studio
from bot.presenters.workshop import Workshop
from bot.remote.keyring import Keyring, Scope, Token
from bot.seal import Seal
from bot.signals.registry import HookRegistry
from bot.vault_file import read_vault_keys
from bot.web.listening import Listening, listen
from connectors.ccxt.access import AT_THE_EXCHANGE, open_access
from connectors.ccxt.client import Keys, Line
from connectors.ccxt.contract import VERIFIED
from connectors.ccxt.feed import CcxtFeed
from connectors.ccxt.market_data import CcxtMarket
from connectors.ccxt.probe import WITH_PASSPHRASE, CcxtKeyProbe
from connectors.ccxt.venue import CcxtVenue
from connectors.ibkr.door import LoginProbe, open_feed, open_venue
from connectors.ibkr.gateway import IBKR, Gateway
from connectors.models.chat import Endpoint, OpenAiChat
from connectors.paper.venue import PaperVenue
from connectors.recorded.market import RecordedMarket
from connectors.replay import ReplayMarket, read_candle_file
from connectors.simulated.market import SimulatedMarket
from connectors.storage.candles.store import ParquetCandleStore
from connectors.storage.driver import Creator
from connectors.storage.stores import Stores, open_stores
from connectors.tradingview.manifest import SignalSettings
from connectors.tradingview.routes import SignalRoutes
from engine.bars import BarBuilder
from engine.desk import Costs, DeskDoor
from engine.domain.account import Account
from engine.domain.identifiers import AccountId, DeskId, PersonId, Symbol, VenueName
from engine.domain.instrument import Instrument
from engine.domain.money import Currency
from engine.domain.timeframe import Timeframe
from engine.matching.model import FillModel
from engine.ports.credentials import KeyProbe, KeyRights, VenueKeys
from engine.ports.market_data import CandleStore, HistorySources, MarketData
from engine.ports.system import Clock, Identities
from engine.ports.venue import Venue
from engine.runtime.live import LiveRuntime, OpeningAccount, Record
from engine.runtime.market_clock import MarketClock

if TYPE_CHECKING:
    from bot.interpreter.phrases import PhraseInterpreter

_TICKET_KEY = "ticket.key"
_FAR = 253_402_300_800
"""The year 10000, in UTC epoch seconds."""
PAPER_TWIN = "-paper"
"""Ends the id of the paper account beside one that is meant for real money: two ledgers."""


@dataclass(frozen=True, slots=True)
class System:
    """Time, identities, and whether threads and processes may be used.

    `connections` makes the database's connections where they are not to be threads; a `durable`
    database waits for the disk at each commit.
    """

    clock: Clock
    identities: Identities
    workers: bool = True
    connections: Creator | None = None
    durable: bool = True


@dataclass(frozen=True, slots=True)
class Application:
    """Everything that runs, put together."""

    stores: Stores
    runtime: LiveRuntime
    venue: Venue
    door: DeskDoor
    catalogue: Catalogue
    confirmation: Confirmation
    directory: Directory
    linker: Linker
    guard: SecondFactorGuard
    has_open_groups: bool
    urgent_again_ms: int
    """After which urgent news is said again that was not acknowledged; 0 for never."""
    interpreter: Interpreter
    designer: Designer
    model_budget: Budget | None
    listening: Listening | None
    proxies: Sequence[str]
    keyring: Keyring
    credentials: Credentials
    live: LiveAccounts
    hooks: HookRegistry
    signal_routes: Callable[[HookDoor], Sequence[HttpRoute]]
    home: Path
    studio: Studio
    workshop: Workshop
    equipment: Equipment
    yard: Workshop
    system: System
    close_market: Callable[[], Awaitable[None]] | None

    @property
    def web_address(self) -> str:
        """Where the web server answers; empty where there is none."""
        return self.listening.address if self.listening else ""

    async def close(self) -> None:
        """Let lines, files and processes go."""
        await self.live.close()
        if self.close_market is not None:
            await self.close_market()
        if self.listening is not None:
            self.listening.bound.close()
        self.studio.close()
        self.workshop.close()
        self.yard.close()
        await self.stores.close()


Lines = Callable[[VenueName], Line]
"""Where exchanges are reached."""


class TimedFeed(MarketData, Protocol):
    """A feed that knows what time it is in its market."""

    def now_ms(self) -> int:
        """The market's moment in UTC ms."""
        ...


class ReachedFeed(TimedFeed, Protocol):
    """One that is somewhere else, and is tried until it is reached."""

    missing: dict[Symbol, str]

    async def start(self) -> None:
        """Reach it if it can be reached now."""
        ...

    async def close(self) -> None:
        """Let go of it."""
        ...


class ConfiguredFeed(TimedFeed, Protocol):
    """One that runs by its own time, and is told where that stood."""

    @property
    def timeframe(self) -> Timeframe:
        """The shortest bars that it is kept in."""
        ...

    def go_on_from(self, moment: int) -> None:
        """Begin at that moment (UTC epoch seconds) if it is later than the start."""
        ...


async def build(
    config: Config,
    home: Path,
    system: System,
    feed: TimedFeed | None = None,
    *,
    venue: Venue | None = None,
    candles: CandleStore | None = None,
    studio: Studio | None = None,
    probe: KeyProbe | None = None,
    line: Lines = lambda _: AT_THE_EXCHANGE,
) -> Application:
    """Open a home's stores and put a desk together on them, on the configured feed or this one.

    Paper accounts trade at `venue`, or on paper; `probe` asks venues what keys are worth, `line`
    says where exchanges are reached. Raises ConfigInvalid, StoreUnavailable, StateCorrupt,
    CandlesInvalid, VaultClosed, VenueUnavailable for an exchange that is not known.
    """
    candles = candles or candle_store(home, system)
    exchange = None if feed else await _exchange(config, system.clock, line)
    live = feed or exchange or await _going_on(_feed(config.market, system), candles)
    opening = [_opening(section, config, live) for section in config.accounts]
    accounts = tuple(each.account.id for each in opening)
    database = home / DATABASE
    stores = await open_stores(database, creator=system.connections, durable=system.durable)
    clock = MarketClock(live.now_ms, system.clock)
    paper = PaperVenue(live.venue, live.instruments(), stores.paper_book, clock, _fills(config))
    await paper.start()
    venue = venue or paper
    runtime = LiveRuntime(
        limits=config.risk.limits(),
        accounts=opening,
        record=Record(stores.journal, stores.snapshots, stores.listings),
        feeds=[live, RecordedMarket()],
        venues=dict.fromkeys(accounts, venue),
        listeners=[paper.on_tick],
        candles=candles,
        builder=BarBuilder(tuple(Timeframe)),
        clock=clock,
        timezone=config.desk.timezone,
    )
    runtime.listing_listeners.append(paper.add)
    if exchange is not None:
        runtime.markets.missing = exchange.missing
    catalogue = Catalogue.discover()
    chat = chat_model(config, system.clock)
    secret = _secret(home)
    vault = Vault(read_vault_keys(home, vault_keys(), secrets.token_bytes), secrets.token_bytes)
    asks = probe or _probe(config, system.clock, line)
    credentials = _credentials(config, stores, vault, system, asks, live.venue)
    listening = _listening(config)
    membership = _membership(config, credentials.running)
    studio = studio or Studio(home / "pictures", system.identities, workers=system.workers)
    door = DeskDoor(
        runtime,
        stores.history,
        stores.journal,
        stores.strategies,
        stores.runs,
        worker=studio,
        costs=_costs(config),
        histories=Histories([live, RecordedMarket()], system.clock, line),
    )
    return Application(
        stores=stores,
        runtime=runtime,
        venue=venue,
        door=door,
        catalogue=catalogue,
        confirmation=Confirmation(
            stores.tickets,
            catalogue,
            secret,
            wants_codes=config.security.second_factor == "required",
        ),
        directory=Directory(stores.people, membership),
        linker=Linker(
            stores.link_codes,
            stores.tries,
            stores.people,
            secret,
            clock=system.clock,
            identities=system.identities,
            membership=membership,
        ),
        has_open_groups=config.desk.groups == "open",
        urgent_again_ms=config.desk.urgent_again * 60_000,
        guard=SecondFactorGuard(
            stores.second_factors, stores.tries, secret, system.clock, secrets.token_bytes
        ),
        interpreter=Interpreter(
            catalogue,
            lambda: _phrases(runtime),
            language_model(config, catalogue, stores.model_turns, chat),
            offline_first=config.interpreter.kind == "offline_first",
        ),
        designer=_designer(config, runtime, stores.model_turns, chat, system.clock),
        model_budget=_budget(config),
        listening=listening,
        proxies=config.web.proxies,
        keyring=Keyring([_token(each) for each in config.tokens], system.clock),
        credentials=credentials,
        live=LiveAccounts(credentials, door, _connecting(config, system.clock, line), system.clock),
        hooks=HookRegistry(
            stores.hooks,
            vault,
            system.clock,
            secrets.token_bytes,
            config.web.public or (listening.address if listening else ""),
        ),
        signal_routes=lambda door: SignalRoutes(_signals(config), door, system.clock).routes,
        home=home,
        studio=studio,
        workshop=Workshop(workers=system.workers),
        equipment=Equipment(system.clock, Seal(secret), home / "received"),
        yard=Workshop(most=1, workers=system.workers),
        system=system,
        close_market=exchange.close if exchange is not None else None,
    )


async def sealed_anew(config: Config, home: Path, system: System, keys: VaultKeys) -> int:
    """Seal all that a home keeps sealed under the vault's current key; gives how much it is.

    Raises StoreUnavailable, StateCorrupt, VaultClosed.
    """
    stores = await open_stores(home / DATABASE)
    try:
        vault = Vault(keys, secrets.token_bytes)
        probe, nowhere = CcxtKeyProbe(system.clock), VenueName("")
        credentials = _credentials(config, stores, vault, system, probe, nowhere)
        hooks = HookRegistry(stores.hooks, vault, system.clock, secrets.token_bytes, "")
        return await credentials.renew() + await hooks.reseal()
    finally:
        await stores.close()


def _credentials(
    config: Config,
    stores: Stores,
    vault: Vault,
    system: System,
    probe: KeyProbe,
    prices_of: VenueName,
) -> Credentials:
    meant = [_meant(each, prices_of) for each in config.accounts if each.mode == "live"]
    own = _own_keys(config)
    return Credentials(stores.venue_keys, vault, probe, system.clock, meant, own)


def _connecting(config: Config, clock: Clock, line: Lines) -> Connect:
    def connect(keys: VenueKeys, quote: Currency) -> LiveVenue:
        if keys.venue == IBKR:
            gateway = _gateway(config, is_paper=keys.is_sandbox)
            return open_venue(keys.account, gateway, config.market.symbols, clock)
        signing = Keys(keys.key, keys.secret, keys.passphrase)
        at = open_access(str(keys.venue), clock, signing, line(keys.venue), is_test=keys.is_sandbox)
        return CcxtVenue(keys.account, quote, at)

    return connect


@dataclass(frozen=True, slots=True)
class Probes(KeyProbe):
    """One for exchanges, and one for the gateway of Interactive Brokers."""

    exchanges: KeyProbe
    gateway: KeyProbe

    async def probe(self, keys: VenueKeys) -> KeyRights:
        """Ask the venue of these. Raises KeysRefused, VenueUnavailable, RateLimited."""
        return await (self.gateway if keys.venue == IBKR else self.exchanges).probe(keys)


def _probe(config: Config, clock: Clock, line: Lines) -> KeyProbe:
    login = LoginProbe(_gateway(config, is_paper=True), clock)
    return Probes(CcxtKeyProbe(clock, line), login)


def _gateway(config: Config, *, is_paper: bool) -> Gateway:
    at = config.ibkr
    return Gateway(at.host, at.port, at.client_id, at.account, is_paper)


async def _exchange(config: Config, clock: Clock, line: Lines) -> ReachedFeed | None:
    """The exchange whose prices the desk follows, reached if it can be now."""
    market = config.market
    if market.source != "exchange":
        return None
    feed: ReachedFeed
    if market.venue == IBKR:
        gateway = _gateway(config, is_paper=market.test_network)
        feed = open_feed(gateway, market.symbols, clock)
    else:
        where = line(VenueName(market.venue))
        at = open_access(market.venue, clock, line=where, is_test=market.test_network)
        feed = CcxtFeed(at, [Symbol(each) for each in market.symbols])
    await feed.start()
    return feed


def instruments(config: Config, system: System) -> Sequence[Instrument]:
    """All that the configured feeds know without being asked. Raises CandlesInvalid."""
    return [each for feed in sources(config, system) for each in feed.instruments()]


def sources(config: Config, system: System) -> Sequence[MarketData]:
    """The configured feeds, but for exchanges. Raises CandlesInvalid."""
    if config.market.source == "exchange":
        return (RecordedMarket(),)
    return (_feed(config.market, system), RecordedMarket())


class Histories(HistorySources):
    """The desk's own feeds, and the exchanges whose rows are verified, opened when asked."""

    def __init__(
        self,
        feeds: Sequence[MarketData],
        clock: Clock,
        line: Lines = lambda _: AT_THE_EXCHANGE,
    ) -> None:
        """`line` says where exchanges are reached."""
        self._feeds = {feed.venue: feed for feed in feeds}
        self._clock = clock
        self._line = line

    def venues(self) -> Sequence[VenueName]:
        """By name."""
        return tuple({**self._feeds, **{VenueName(name): None for name in VERIFIED}})

    @asynccontextmanager
    async def open(self, venue: VenueName, symbol: Symbol) -> AsyncIterator[MarketData]:
        """One of them. Raises InstrumentNotFound, VenueUnavailable, RateLimited."""
        feed = self._feeds.get(venue)
        if feed is not None:
            yield feed
            return
        at = open_access(venue, self._clock, line=self._line(venue))
        try:
            await at.listing.load()
            yield CcxtMarket(at, [symbol])
        finally:
            await at.close()


def candle_store(home: Path, system: System) -> CandleStore:
    """Where a home keeps its candles; one process writes at a time."""
    return ParquetCandleStore(home / "candles", threads=system.workers)


async def _going_on(feed: ConfiguredFeed, candles: CandleStore) -> ConfiguredFeed:
    """The feed, from where its market stood when the desk was left: time never goes back."""
    symbol, timeframe, now = feed.instruments()[0].symbol, feed.timeframe, feed.now_ms() // 1000
    kept = await candles.read(feed.venue, symbol, timeframe, now, _FAR)
    if len(kept):
        feed.go_on_from(int(kept.time[-1]) + timeframe.seconds)
    return feed


def _feed(market: MarketSection, system: System) -> ConfiguredFeed:
    if market.source == "simulated":
        return SimulatedMarket(
            system.clock, market.seed, tick_seconds=market.tick_seconds, speed=market.speed
        )
    file = read_candle_file(Path(market.file).expanduser())
    return ReplayMarket(
        system.clock,
        Symbol(market.symbol or Path(market.file).stem.upper()),
        file,
        bars_per_second=market.speed / file.timeframe.seconds,
        starts_at=int(file.candles.time[min(market.start, len(file.candles) - 1)]),
    )


def _fills(config: Config) -> FillModel:
    paper = config.paper
    return FillModel(
        taker_fee=paper.taker_fee,
        maker_fee=paper.maker_fee,
        slippage=paper.slippage,
        participation=paper.participation,
        delay_ms=paper.delay_ms,
    )


def _costs(config: Config) -> Costs:
    return Costs(config.paper.taker_fee, config.paper.slippage)


def _opening(section: AccountSection, config: Config, feed: MarketData) -> OpeningAccount:
    """As play money; one that is meant for real money has a paper account of its own beside it.

    Raises ConfigInvalid for a venue that is not there.
    """
    is_meant_live = section.mode == "live"
    is_known = (
        bool(section.venue)
        if is_meant_live
        else section.venue in {"", feed.venue, config.market.venue}
    )
    if not is_known:
        raise ConfigInvalid(
            line="0",
            file=f"accounts: {section.id}",
            detail=f"no connector for {section.mode} trading at {section.venue or 'no venue'}",
            fix=f"known here: mode: paper, venue: {feed.venue}; mode: live needs its venue",
        )
    several = section.id if len(config.accounts) > 1 or is_meant_live else ""
    account = Account(
        id=AccountId(f"{section.id}{PAPER_TWIN}" if is_meant_live else section.id),
        venue=feed.venue,
        currency=Currency(section.currency),
        is_paper=True,
        data_kind=feed.kind,
        name=section.name or several,
    )
    return OpeningAccount(account, section.opening_cash())


def _meant(section: AccountSection, prices_of: VenueName) -> LiveAccount:
    return LiveAccount(
        account=AccountId(section.id),
        venue=VenueName(section.venue),
        wants_passphrase=section.venue in WITH_PASSPHRASE,
        currency=Currency(section.currency),
        prices_of=prices_of,
        name=section.name or section.id,
        is_sandbox=section.test_network,
        has_own_keys=section.venue == IBKR or account_keys(section.id) is not None,
        has_login=section.venue == IBKR,
    )


def _own_keys(config: Config) -> Mapping[AccountId, VenueKeys]:
    """Those of the environment, for accounts that are meant for real money; none at a gateway."""
    found: dict[AccountId, VenueKeys] = {}
    for each in config.accounts:
        keys = ("", "", "") if each.venue == IBKR else account_keys(each.id)
        if each.mode == "live" and keys is not None:
            account = AccountId(each.id)
            found[account] = VenueKeys(account, VenueName(each.venue), *keys, each.test_network)
    return found


def _membership(config: Config, running: Container[AccountId]) -> Membership:
    def accounts() -> tuple[AccountId, ...]:
        """All paper ones; one that trades for real stands before its paper twin."""
        ids = [AccountId(each.id) for each in config.accounts]
        twins = {
            AccountId(each.id): AccountId(f"{each.id}{PAPER_TWIN}")
            for each in config.accounts
            if each.mode == "live"
        }
        open_now = ((each, twins[each]) if each in twins else (each,) for each in ids)
        return tuple(
            name for group in open_now for name in group if name not in twins or name in running
        )

    return Membership(
        desk=DeskId(config.desk.name),
        accounts=accounts,
        roles={name: Role[role.upper()] for name, role in config.people.items()},
        walk_ins=Role.TRADER,
        language=config.desk.language,
        timezone=config.desk.timezone,
    )


def _phrases(runtime: LiveRuntime) -> PhraseInterpreter:
    return _reader(tuple(str(each.symbol) for each in runtime.markets.instruments()))


@cache
def _reader(symbols: tuple[str, ...]) -> PhraseInterpreter:
    from bot.interpreter.phrases import PhraseInterpreter  # noqa: PLC0415 -- loads its data

    return PhraseInterpreter(known_symbols=symbols)


def _listening(config: Config) -> Listening | None:
    if config.web.port is None:
        return None
    try:
        return listen(config.web.host, config.web.port)
    except OSError as error:
        where = f"{config.web.host}:{config.web.port}"
        raise ConfigInvalid(
            line="0", file="web.port", detail=f"{where}: {error}", fix="choose another port"
        ) from error


def _signals(config: Config) -> SignalSettings:
    return SignalSettings(config.signals.addresses, config.signals.max_age * 1000)


def _token(section: TokenSection) -> Token:
    scopes = frozenset(Scope(name) for name in section.scopes)
    return Token(section.name, PersonId(section.person), scopes, section.sha256)


def language_model(
    config: Config,
    catalogue: Catalogue,
    turns: ModelTurns,
    chat: ChatModel,
) -> LanguageModel | None:
    """The reader through the configured model, or None where none reads."""
    budget = _budget(config)
    return None if budget is None else LanguageModel(catalogue, chat, turns, budget)


def chat_model(config: Config, clock: Clock) -> ChatModel:
    """The configured model; nothing is loaded or asked before it is needed."""
    endpoint = Endpoint(
        base_url=config.model.base_url,
        name=config.model.name,
        key=config.model_key(),
        seconds=config.model.seconds_per_turn,
    )
    return OpenAiChat(endpoint, clock)


def _designer(
    config: Config, runtime: LiveRuntime, turns: ModelTurns, chat: ChatModel, clock: Clock
) -> Designer:
    budget = _budget(config)
    return WordsDesigner(
        lambda: _phrases(runtime),
        clock,
        None if budget is None else ModelDesigner(chat, turns, budget, clock),
        offline_first=config.interpreter.kind == "offline_first",
    )


def _budget(config: Config) -> Budget | None:
    if config.interpreter.kind == "offline":
        return None
    limits = config.model.model_dump(exclude={"base_url", "name", "key"})
    return Budget(**limits)


def _secret(home: Path) -> bytes:
    """The home's own key for tickets, made at the first start, readable by its owner only."""
    path = home / _TICKET_KEY
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(secrets.token_bytes(32))
    return path.read_bytes()

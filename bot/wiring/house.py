"""The composition root: from a configuration to a running desk. No decisions are made here."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.command import Catalogue
from bot.config import Config, vault_keys
from bot.confirmation.desk import Confirmation
from bot.designs import Designer
from bot.errors import ConfigInvalid
from bot.homes import DATABASE
from bot.hooks import HookDoor
from bot.identity.credentials import Credentials
from bot.identity.directory import Directory
from bot.identity.linking import Linker
from bot.identity.live_accounts import Connect, LiveAccounts
from bot.identity.second_factor import SecondFactorGuard
from bot.identity.vault import Vault, VaultKeys
from bot.interpreter.interpreter import Interpreter
from bot.models import Budget, ChatModel
from bot.ports.http import HttpRoute
from bot.ports.platforms import Equipment
from bot.presenters.studio import Studio
from bot.presenters.workshop import Workshop
from bot.remote.keyring import Keyring, Scope, Token
from bot.seal import Seal
from bot.sections import TokenSection
from bot.signals.registry import HookRegistry
from bot.vault_file import read_vault_keys
from bot.web.listening import Listening, listen
from bot.wiring.accounts import (
    connecting,
    credentials_of,
    key_probe,
    membership_of,
    opening_account,
)
from bot.wiring.markets import Histories, TimedFeed, candle_store, exchange_feed, going_on, own_feed
from bot.wiring.readers import chat_model, designer_of, language_model, model_budget, phrases
from bot.wiring.system import Lines, System
from connectors.ccxt.access import AT_THE_EXCHANGE
from connectors.ccxt.probe import CcxtKeyProbe
from connectors.paper.venue import PaperVenue
from connectors.recorded.market import RecordedMarket
from connectors.storage.stores import Stores, open_stores
from connectors.tradingview.manifest import SignalSettings
from connectors.tradingview.routes import SignalRoutes
from engine.bars import BarBuilder
from engine.desk import Costs, DeskDoor
from engine.domain.identifiers import PersonId, VenueName
from engine.domain.timeframe import Timeframe
from engine.matching.model import FillModel
from engine.ports.credentials import KeyProbe
from engine.ports.market_data import CandleStore
from engine.ports.venue import Venue
from engine.runtime.live import LiveRuntime, Record
from engine.runtime.market_clock import MarketClock

_TICKET_KEY = "ticket.key"


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
    chat: ChatModel
    close_market: Callable[[], Awaitable[None]] | None

    async def close(self) -> None:
        """Let lines, files and processes go."""
        await self.live.close()
        if self.close_market is not None:
            await self.close_market()
        await self.chat.close()
        if self.listening is not None:
            self.listening.bound.close()
        self.studio.close()
        self.workshop.close()
        self.yard.close()
        await self.stores.close()


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
    connect: Connect | None = None,
) -> Application:
    """Open a home's stores and put a desk together on them, on the configured feed or this one.

    Paper accounts trade at `venue`, or on paper; `probe` asks venues what keys are worth, `line`
    says where exchanges are reached, and `connect` makes another line of keys than to one. Raises
    ConfigInvalid, StoreUnavailable, StateCorrupt, CandlesInvalid, VaultClosed, VenueUnavailable for
    an exchange that is not known.
    """
    candles = candles or candle_store(home, system)
    exchange = None if feed else await exchange_feed(config, system.clock, line)
    live = feed or exchange or await going_on(own_feed(config.market, system), candles)
    opening = [opening_account(section, config, live) for section in config.accounts]
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
        record=Record(stores.journal, stores.snapshots, stores.listings, system.snapshot_every),
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
    asks = probe or key_probe(config, system.clock, line)
    credentials = credentials_of(config, stores, vault, system, asks, live.venue)
    listening = _listening(config)
    membership = membership_of(config, credentials.running)
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
            lambda: phrases(config, runtime),
            language_model(config, catalogue, stores.model_turns, chat),
            offline_first=config.interpreter.kind == "offline_first",
        ),
        designer=designer_of(config, runtime, stores.model_turns, chat, system.clock),
        model_budget=model_budget(config),
        listening=listening,
        proxies=config.web.proxies,
        keyring=Keyring([_token(each) for each in config.tokens], system.clock),
        credentials=credentials,
        live=LiveAccounts(
            credentials, door, connect or connecting(config, system.clock, line), system.clock
        ),
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
        chat=chat,
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
        credentials = credentials_of(config, stores, vault, system, probe, nowhere)
        hooks = HookRegistry(stores.hooks, vault, system.clock, secrets.token_bytes, "")
        return await credentials.renew() + await hooks.reseal()
    finally:
        await stores.close()


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


def _secret(home: Path) -> bytes:
    """The home's own key for tickets, made at the first start, readable by its owner only."""
    path = home / _TICKET_KEY
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(secrets.token_bytes(32))
    return path.read_bytes()

"""The composition root: from a configuration to a running desk. No decisions are made here."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Protocol

from bot.candle_files import read_candles
from bot.card import Card
from bot.command import Catalogue, Context, LongCommand
from bot.config import Config, MarketSection, TokenSection
from bot.confirmation.desk import Confirmation
from bot.errors import BotError, CodeRefused, ConfigInvalid, DeliveryFailed, NobodyThere
from bot.failures import failed
from bot.homes import DATABASE
from bot.hosting import hosted
from bot.identity.code_forms import CodeForms
from bot.identity.directory import Directory, Membership
from bot.identity.linking import Linker
from bot.identity.permissions import permit
from bot.identity.second_factor import SecondFactorGuard
from bot.intake.intake import Intake
from bot.interpreter.interpreter import Interpreter, PhraseReader
from bot.interpreter.language_model import LanguageModel
from bot.interpreter.slash import read_slash
from bot.jobs import JobRunner
from bot.message import InboundMessage, Job, OutgoingMessage, Principal, Priority, Role
from bot.models import Budget, ModelTurns
from bot.notifications.drafts import Drafts
from bot.notifications.follower import Follower
from bot.notifications.notices import Subject
from bot.notifications.sender import OutboxSender
from bot.notifications.wording import Wording
from bot.pipeline import Pipeline
from bot.ports import Adapter, Answer, Equipment, Routed
from bot.presenters.studio import Studio
from bot.presenters.workshop import Workshop
from bot.remote.door import RemoteDoor, Rooms
from bot.remote.keyring import Keyring, Scope, Token
from bot.schedules import next_due
from bot.schedules.runner import ScheduleRunner
from bot.seal import Seal
from bot.voice import LANGUAGES, Voice
from bot.web.listening import ADDRESS_FILE, Listening, listen
from connectors.models.chat import Endpoint, OpenAiChat
from connectors.paper.venue import PaperVenue
from connectors.recorded.market import RecordedMarket
from connectors.replay import ReplayMarket, read_candle_file
from connectors.simulated.market import SimulatedMarket
from connectors.storage.candles.store import ParquetCandleStore
from connectors.storage.driver import Creator
from connectors.storage.stores import Stores, open_stores
from engine.bars import BarBuilder
from engine.desk import Costs, DeskDoor
from engine.domain import events as facts
from engine.domain.account import Account, Fill
from engine.domain.events import Event
from engine.domain.identifiers import AccountId, DeskId, PersonId, Symbol
from engine.domain.instrument import Instrument
from engine.domain.money import Currency
from engine.domain.timeframe import Timeframe
from engine.errors import EngineError
from engine.matching.model import FillModel
from engine.ports.market_data import CandleStore, MarketData
from engine.ports.system import Clock, Identities
from engine.ports.venue import Venue
from engine.runtime.live import LiveRuntime, OpeningAccount, TickListener
from engine.runtime.market_clock import MarketClock

_TICKET_KEY = "ticket.key"
_WARM_AFTER_SECONDS = 0.5


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
    interpreter: Interpreter
    model_budget: Budget | None
    listening: Listening | None
    keyring: Keyring
    home: Path
    studio: Studio
    workshop: Workshop
    equipment: Equipment
    yard: Workshop
    system: System

    @property
    def web_address(self) -> str:
        """Where the web server answers; empty where there is none."""
        return self.listening.address if self.listening else ""

    async def close(self) -> None:
        """Let files and processes go."""
        self.studio.close()
        self.workshop.close()
        self.yard.close()
        await self.stores.close()


class TimedFeed(MarketData, Protocol):
    """A feed that knows what time it is in its market."""

    def now_ms(self) -> int:
        """The market's moment in UTC ms."""
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
) -> Application:
    """Open a home's stores and put a desk together on them, on the configured feed or this one.

    Without a `venue` it trades on paper. Raises StoreUnavailable, StateCorrupt, CandlesInvalid.
    """
    database = home / DATABASE
    stores = await open_stores(database, creator=system.connections, durable=system.durable)
    live = feed or _feed(config.market, system)
    clock = MarketClock(live.now_ms, system.clock)
    listeners: list[TickListener] = []
    if venue is None:
        paper = PaperVenue(live.venue, live.instruments(), stores.paper_book, clock, _fills(config))
        await paper.start()
        venue = paper
        listeners.append(paper.on_tick)
    account = AccountId(config.accounts[0].id)
    runtime = LiveRuntime(
        limits=config.risk.limits(),
        accounts=[_opening(config, live)],
        journal=stores.journal,
        feeds=[live, RecordedMarket()],
        venues={account: venue},
        listeners=listeners,
        candles=candles or ParquetCandleStore(home / "candles", threads=system.workers),
        builder=BarBuilder(tuple(Timeframe)),
        clock=clock,
        timezone=config.desk.timezone,
    )
    catalogue = Catalogue.discover()
    secret = _secret(home)
    membership = _membership(config, account)
    studio = studio or Studio(home / "pictures", system.identities, workers=system.workers)
    return Application(
        stores=stores,
        runtime=runtime,
        venue=venue,
        door=DeskDoor(
            runtime,
            stores.history,
            stores.journal,
            stores.strategies,
            stores.runs,
            worker=studio,
            costs=_costs(config),
        ),
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
        guard=SecondFactorGuard(
            stores.second_factors, stores.tries, secret, system.clock, secrets.token_bytes
        ),
        interpreter=Interpreter(
            catalogue,
            lambda: _phrases(runtime),
            language_model(config, catalogue, stores.model_turns, system.clock),
            offline_first=config.interpreter.kind == "offline_first",
        ),
        model_budget=_budget(config),
        listening=_listening(config),
        keyring=Keyring([_token(each) for each in config.tokens], system.clock),
        home=home,
        studio=studio,
        workshop=Workshop(workers=system.workers),
        equipment=Equipment(system.clock, Seal(secret), home / "received"),
        yard=Workshop(most=1, workers=system.workers),
        system=system,
    )


async def serve(
    app: Application,
    make_adapters: Callable[[Chat], Sequence[Adapter]],
    left: asyncio.Event | None = None,
) -> None:
    """Run the desk until `left` is set, somebody leaves its terminal, or no platform is left."""
    async with asyncio.TaskGroup() as group:
        running = group.create_task(app.runtime.run())
        await _first(app.runtime.started.wait(), running)
        chat = Chat(app, group)
        adapters = make_adapters(chat)
        tasks = chat.start({adapter.platform: adapter for adapter in adapters})
        await chat.intake.resume(app.runtime.priced)
        await chat.jobs.resume()
        menu = app.catalogue.menu({name: Voice(name) for name in LANGUAGES})
        if app.listening is not None:
            tasks.append(group.create_task(_web(app, chat, adapters, app.listening)))
        await hosted(adapters, chat.intake, menu, app.system.clock, left or asyncio.Event())
        await chat.settled()
        chat.jobs.close()
        for task in (*tasks, running):
            task.cancel()


class Chat:
    """What stands between the adapters and the desk, for as long as it runs."""

    def __init__(self, app: Application, group: asyncio.TaskGroup) -> None:
        stores, clock = app.stores, app.system.clock
        self._app = app
        self._since = clock.now_ms()
        self._group = group
        self._filled = asyncio.Event()
        self._adapters: Mapping[str, Adapter] = {}
        self._drafts = Drafts(clock)
        self._pipeline = Pipeline(
            stores.inbox,
            app.directory,
            app.interpreter,
            app.confirmation,
            self.open_context,
            show_draft=self._drafts.show,
            clock=clock,
            apologize=self.apologize,
            has_open_groups=app.has_open_groups,
        )
        self.intake = Intake(stores.inbox, self, clock, group)
        self._follower = Follower(
            stores.journal, stores.outbox, stores.people, app.door.order, clock
        )
        self._sender: OutboxSender | None = None
        self.jobs = JobRunner(
            stores.jobs, stores.outbox, clock, group, self._filled, self._open_job
        )

    def start(self, adapters: Mapping[str, Adapter]) -> list[asyncio.Task[None]]:
        """Begin to follow, send and schedule."""
        app = self._app
        stores, clock = app.stores, app.system.clock
        self._adapters = adapters
        self._drafts.adapters = adapters
        self._forms = CodeForms(app.guard, self.intake, app.system.identities, adapters)
        self._sender = OutboxSender(
            adapters,
            stores.outbox,
            stores.platform_notes,
            stores.people,
            Wording(stores.journal, stores.people, self._subject, clock),
            clock,
        )
        schedules = ScheduleRunner(stores.schedules, self.intake, clock)
        return [
            self._group.create_task(self._follower.run(app.runtime.turns.committed, self._filled)),
            self._group.create_task(self._sender.run(self._filled)),
            self._group.create_task(schedules.run()),
            self._group.create_task(app.door.keeper.run()),
            self._group.create_task(self._warmed()),
        ]

    def wake(self) -> None:
        """There is something new to send."""
        self._filled.set()

    async def _warmed(self) -> None:
        """Once the first prompt stands, have the worker ready for the first picture."""
        await self._app.system.clock.sleep(_WARM_AFTER_SECONDS)
        await self._app.studio.warm()

    async def settled(self) -> None:
        """Wait until all that has been said so far has had its effects, and they were told."""
        await self._app.door.settled()
        await asyncio.sleep(0)  # noqa: TID251 -- lets reports that are ready be taken in
        await self._app.door.settled()
        await self._follower.catch_up()
        if self._sender is not None:
            await self._sender.drain()

    async def answer(self, message: InboundMessage) -> None:
        """Handle one committed message."""
        await self._pipeline.answer(message)
        self.wake()
        self.jobs.begin(message.id)

    async def refuse(self, message: InboundMessage, error: BotError) -> None:
        """Commit a short answer to a message that is not handled, once for each update."""
        voice = await self._app.directory.voice_of(message)
        row = OutgoingMessage(
            platform=message.platform,
            conversation=message.conversation,
            person=PersonId(""),
            priority=Priority.ANSWER,
            key=f"refused:{message.platform}:{message.update_id}",
            created_at=self._app.system.clock.now_ms(),
            card=failed(error, voice),
            reply_to=message.reference,
        )
        await self._app.stores.inbox.answer(Answer(message, (row,)))
        self.wake()

    async def moved(self, platform: str, old: str, new: str) -> None:
        """Remember a conversation's other name."""
        if self._sender is not None:
            await self._sender.moved(platform, old, new)

    async def apologize(self, message: InboundMessage, error: Exception) -> None:
        """Say that it failed, straight to the platform: there may be no disk to write on."""
        adapter = self._adapters.get(message.platform)
        if adapter is None:
            return
        with suppress(DeliveryFailed, NobodyThere):
            await adapter.send(self._unsaved(message), complaint(error))

    async def _show_once(self, message: InboundMessage, card: Card) -> None:
        """Straight to the platform: no row keeps it."""
        adapter = self._adapters.get(message.platform)
        if adapter is None or not message.is_private:
            raise CodeRefused("not_shown")
        try:
            await adapter.send(self._unsaved(message), card)
        except (DeliveryFailed, NobodyThere) as error:
            raise CodeRefused("not_shown") from error

    def _unsaved(self, message: InboundMessage) -> OutgoingMessage:
        return OutgoingMessage(
            platform=message.platform,
            conversation=message.conversation,
            person=PersonId(""),
            priority=Priority.URGENT,
            key="",
            created_at=self._app.system.clock.now_ms(),
        )

    def open_context(self, principal: Principal, message: InboundMessage, intent: str) -> Context:
        """The desk as a person may use it, for one wish."""
        app, stores = self._app, self._app.stores
        return Context(
            desk=app.door.open(principal.person, principal.accounts[0]),
            principal=principal,
            voice=Voice(principal.language, principal.timezone),
            intent=intent,
            message=message,
            clock=app.system.clock,
            identities=app.system.identities,
            people=stores.people,
            linking=app.linker,
            guard=app.guard,
            ask_code=lambda purpose, line: self._forms.ask(principal, message, purpose, line),
            show_once=lambda card: self._show_once(message, card),
            watchlists=stores.watchlists,
            schedules=stores.schedules,
            audit=stores.audit,
            outbox=stores.outbox,
            pictures=app.studio,
            workers=app.workshop,
            jobs=self.jobs,
            catalogue=app.catalogue,
            model_turns=stores.model_turns,
            model_budget=app.model_budget,
            read_line=lambda line: read_slash(line, app.catalogue),
            next_due=next_due,
            read_candles=read_candles,
            since=self._since,
        )

    async def _open_job(self, job: Job) -> tuple[LongCommand, Context]:
        """As the message would be answered now: who says it, and whether they still may."""
        principal = await self._app.directory.principal(job.message)
        command = read_slash(job.line, self._app.catalogue)
        permit(principal, command)
        if not isinstance(command, LongCommand):
            raise TypeError(f"{job.line} is not carried out as a job")
        context = self.open_context(principal, job.message, f"job:{job.id}")
        return command, replace(context, workers=self._app.yard)

    async def _subject(self, event: Event) -> Subject | None:
        door = self._app.door
        if isinstance(event, facts.AlertFired):
            instrument, kind = door.instrument(event.alert.symbol)
            return Subject(instrument, kind)
        order = event.order if isinstance(event, facts.OrderDenied) else None
        order = order or await door.order(str(getattr(event, "client_order_id", "")))
        if order is None:
            return None
        instrument, kind = door.instrument(order.terms.symbol)
        fills: Sequence[Fill] = ()
        if isinstance(event, facts.OrderFilled) and order.filled > event.quantity:
            symbol, since = order.terms.symbol, order.placed_at
            found = await self._app.stores.history.fills(order.account, symbol=symbol, start=since)
            fills = [fill for fill in found if fill.client_order_id == order.client_order_id]
        return Subject(instrument, kind, order, door.is_paper(order.account), fills=fills)


def complaint(error: Exception, voice: Voice | None = None) -> Card:
    """A card for a failure of any kind; what nobody foresaw is called so."""
    voice = voice or Voice()
    if isinstance(error, BotError | EngineError):
        return failed(error, voice)
    return Card(voice.say("errors.unforeseen.title"), text=voice.say("errors.unforeseen.text"))


async def _first(started: Coroutine[None, None, bool], running: asyncio.Task[None]) -> None:
    """Wait for the start, or for what prevented it."""
    waiting = asyncio.ensure_future(started)
    await asyncio.wait((waiting, running), return_when=asyncio.FIRST_COMPLETED)
    if not waiting.done():
        waiting.cancel()
        await running


def instruments(config: Config, system: System) -> Sequence[Instrument]:
    """All that the configured feeds have prices of. Raises CandlesInvalid."""
    feeds = (_feed(config.market, system), RecordedMarket())
    return [instrument for feed in feeds for instrument in feed.instruments()]


def _feed(market: MarketSection, system: System) -> TimedFeed:
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


def _opening(config: Config, feed: MarketData) -> OpeningAccount:
    section = config.accounts[0]
    account = Account(
        id=AccountId(section.id),
        venue=feed.venue,
        currency=Currency(section.currency),
        is_paper=True,
        data_kind=feed.kind,
    )
    return OpeningAccount(account, config.opening_cash())


def _membership(config: Config, account: AccountId) -> Membership:
    return Membership(
        desk=DeskId(config.desk.name),
        accounts=(account,),
        roles={name: Role[role.upper()] for name, role in config.people.items()},
        walk_ins=Role.TRADER,
        language=config.desk.language,
        timezone=config.desk.timezone,
    )


def _phrases(runtime: LiveRuntime) -> PhraseReader:
    return _reader(tuple(str(each.symbol) for each in runtime.markets.instruments()))


@cache
def _reader(symbols: tuple[str, ...]) -> PhraseReader:
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


def _token(section: TokenSection) -> Token:
    scopes = frozenset(Scope(name) for name in section.scopes)
    return Token(section.name, PersonId(section.person), scopes, section.sha256)


async def _web(
    app: Application, chat: Chat, adapters: Sequence[Adapter], listening: Listening
) -> None:
    """Serve REST, MCP and the platforms' routes until cancelled."""
    from bot.mcp.http import McpEndpoint  # noqa: PLC0415 -- heavy, and only with a server
    from bot.web.app import web_app  # noqa: PLC0415
    from bot.web.server import serve_web  # noqa: PLC0415

    def woken() -> None:
        chat.wake()
        chat.jobs.begin(0)  # what a program set going belongs to no message

    door = RemoteDoor(
        Rooms(
            keyring=app.keyring,
            catalogue=app.catalogue,
            people=app.stores.people,
            directory=app.directory,
            confirmation=app.confirmation,
            inbox=app.stores.inbox,
            open_context=chat.open_context,
            is_paper=app.door.is_paper,
            wake=woken,
            clock=app.system.clock,
            identities=app.system.identities,
        )
    )
    endpoint = McpEndpoint(app.catalogue, door)
    routes = [route for each in adapters if isinstance(each, Routed) for route in each.routes]
    file = app.home / ADDRESS_FILE
    file.write_text(listening.address, "utf-8")
    try:
        async with endpoint.running():
            await serve_web(
                web_app(app.catalogue, door, routes, {"/mcp": endpoint}), listening.bound
            )
    finally:
        file.unlink(missing_ok=True)
        listening.bound.close()


def language_model(
    config: Config, catalogue: Catalogue, turns: ModelTurns, clock: Clock
) -> LanguageModel | None:
    """The configured model, or None where none reads."""
    budget = _budget(config)
    if budget is None:
        return None
    endpoint = Endpoint(
        base_url=config.model.base_url,
        name=config.model.name,
        key=config.model_key(),
        seconds=config.model.seconds_per_turn,
    )
    return LanguageModel(catalogue, OpenAiChat(endpoint, clock), turns, budget)


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

"""The running desk: what stands between the platforms and the engine for as long as it serves."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from bot.candle_files import read_candles
from bot.card import Card
from bot.command import Context, LongCommand
from bot.completions import completions
from bot.errors import BotError, CodeRefused, DeliveryFailed, NobodyThere, TryLater
from bot.failures import failed
from bot.glance import Glance
from bot.hosting import hosted
from bot.identity.code_forms import CodeForms
from bot.identity.key_forms import KeyForms
from bot.identity.permissions import permit
from bot.inline import Inline
from bot.intake.intake import Intake
from bot.interpreter.slash import read_slash
from bot.jobs import JobRunner
from bot.message import InboundMessage, Job, Menu, OutgoingMessage, Principal, Priority
from bot.notifications.digests import Digests
from bot.notifications.drafts import Drafts
from bot.notifications.follower import Follower
from bot.notifications.notices import Subject
from bot.notifications.readers import Readers
from bot.notifications.reminders import Reminders
from bot.notifications.sender import OutboxSender
from bot.notifications.wording import Wording
from bot.pipeline import Pipeline
from bot.ports.http import Routed
from bot.ports.messages import Answer
from bot.ports.platforms import Adapter, Erases, SecretForm, SecretRequest
from bot.remote.door import RemoteDoor, Rooms
from bot.schedules import next_due
from bot.schedules.runner import ScheduleRunner
from bot.signals.answering import SignalAnswering
from bot.signals.door import SignalDoor
from bot.signals.mandates import Mandates
from bot.voice import LANGUAGES, Voice
from bot.web.listening import ADDRESS_FILE, Listening
from bot.web.pages import SecretPages, reachable
from bot.wiring import Application
from engine.desk import Desk
from engine.domain import events as facts
from engine.domain.account import Fill
from engine.domain.events import Event
from engine.domain.identifiers import AccountId, PersonId
from engine.domain.order import FORCED
from engine.errors import EngineError, StoreUnavailable

_WARM_AFTER_SECONDS = 0.5
_UNSAVED_TRIES = 3


async def serve(
    app: Application,
    make_adapters: Callable[[Chat], Sequence[Adapter]],
    left: asyncio.Event | None = None,
) -> None:
    """Run the desk until `left` is set, somebody leaves its terminal, or no platform is left."""
    async with asyncio.TaskGroup() as group:
        running = group.create_task(app.runtime.run())
        await _first(app.runtime.started.wait(), running)
        await app.live.start()
        chat = Chat(app, group)
        adapters = make_adapters(chat)
        tasks = chat.start({adapter.platform: adapter for adapter in adapters})
        await chat.intake.resume(app.runtime.ready)
        await chat.jobs.resume()
        menu = chat.menu()
        if app.listening is not None:
            tasks.append(group.create_task(_web(app, chat, adapters, app.listening)))
        gc.freeze()  # an open desk stays: no answer waits while it is searched for garbage
        try:
            await hosted(adapters, chat.intake, menu, app.system.clock, left or asyncio.Event())
        finally:
            gc.unfreeze()
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
        self._drafts = Drafts(clock, self._may_say)
        readers = Readers(stores.hearings, has_open_groups=app.has_open_groups)
        self._pipeline = Pipeline(
            stores.inbox,
            app.directory,
            app.interpreter,
            app.confirmation,
            self.open_context,
            show_draft=self._drafts.show,
            readers=readers,
            clock=clock,
            speaker=self,
            has_open_groups=app.has_open_groups,
        )
        self._signals = SignalAnswering(
            Mandates(stores.hooks, stores.people, app.directory, app.catalogue),
            app.confirmation,
            self.open_context,
            self._pipeline.store,
            clock,
        )
        self._glance = Glance(app.directory, app.confirmation, self.open_context)
        markets = app.runtime.markets
        self._complete = completions(lambda: (str(each.symbol) for each in markets.instruments()))
        self._inline = Inline(app.directory, self.open_context, self._complete)
        self.intake = Intake(stores.inbox, self, clock, group)
        self.signal_door = SignalDoor(app.hooks, self.intake, stores.people, clock)
        self._follower = Follower(
            stores.journal,
            stores.outbox,
            stores.people,
            readers,
            app.door.order,
            stores.history.story,
            clock=clock,
        )
        self._digests = Digests(stores.outbox, stores.people, clock, self._filled)
        self._sender: OutboxSender | None = None
        address = reachable(app.hooks.address) if app.listening is not None else ""
        self.pages = (
            SecretPages(address, app.hooks.secret, self._show_page, clock) if address else None
        )
        self.jobs = JobRunner(
            stores.jobs, stores.outbox, clock, group, self._filled, self._open_job
        )

    def start(self, adapters: Mapping[str, Adapter]) -> list[asyncio.Task[None]]:
        """Begin to follow, send and schedule."""
        app = self._app
        stores, clock = app.stores, app.system.clock
        self._adapters = adapters
        self._drafts.adapters = adapters
        forms = self._secret_forms(adapters)
        self._forms = CodeForms(app.guard, self.intake, app.system.identities, forms)
        self._key_forms = KeyForms(app.live, self.intake, app.system.identities, forms)
        self._sender = OutboxSender(
            adapters,
            stores.outbox,
            stores.platform_notes,
            stores.people,
            Wording(
                stores.journal,
                stores.outbox,
                stores.people,
                stores.hearings,
                self._subject,
                clock=clock,
            ),
            clock,
        )
        reminders = Reminders(
            stores.outbox, stores.journal, adapters, app.urgent_again_ms, clock, self._filled
        )
        schedules = ScheduleRunner(stores.schedules, self.intake, clock)
        return [
            self._group.create_task(self._follower.run(app.runtime.turns.committed, self._filled)),
            self._group.create_task(self._sender.run(self._filled)),
            self._group.create_task(schedules.run()),
            self._group.create_task(self._digests.run()),
            *([self._group.create_task(reminders.run())] if app.urgent_again_ms else []),
            self._group.create_task(app.door.keeper.run()),
            self._group.create_task(app.live.run()),
            self._group.create_task(self._warmed()),
        ]

    def _secret_forms(self, adapters: Mapping[str, Adapter]) -> Mapping[str, SecretForm]:
        """A platform's own forms, else a page of the desk's, where it can be reached."""
        forms: dict[str, SecretForm] = {}
        for name, adapter in adapters.items():
            own: object = adapter
            if isinstance(own, SecretForm):
                forms[name] = own
            elif self.pages is not None:
                forms[name] = self.pages
        return forms

    def menu(self) -> Menu:
        """What can be asked here, as platforms show it."""
        app = self._app
        voices = {name: Voice(name) for name in LANGUAGES}
        menu = app.catalogue.menu(voices, has_open_groups=app.has_open_groups)
        return replace(menu, complete=self._complete)

    def _may_say(self, platform: str, conversation: str) -> bool:
        return self._sender is not None and self._sender.may_say(platform, conversation)

    def promise(self, row: OutgoingMessage) -> OutgoingMessage | None:
        """A row as it is to be committed where it leaves at once; else None."""
        return None if self._sender is None else self._sender.promise(row)

    def committed(self, rows: Sequence[OutgoingMessage], ids: Sequence[int]) -> None:
        """Have them sent: one that was promised and is alone is handed over.

        All else is read from the store, for what is more urgent goes first.
        """
        is_one = len(rows) == len(ids) == 1
        if not (is_one and self._sender and self._sender.leave(replace(rows[0], id=ids[0]))):
            self.wake()

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
        await self._digests.release()
        if self._sender is not None:
            await self._sender.drain()

    async def answer(self, message: InboundMessage) -> None:
        """Handle one committed message."""
        await (self._signals if message.hook else self._pipeline).answer(message)
        self.jobs.begin(message.id)

    async def refuse(self, message: InboundMessage, error: BotError | EngineError) -> None:
        """Commit a short answer to a message that is not handled, once for each update."""
        voice = await self._app.directory.voice_of(message)
        row = OutgoingMessage(
            platform=message.platform,
            conversation=message.aside or message.conversation,
            person=PersonId(""),
            priority=Priority.ANSWER,
            key=f"refused:{message.platform}:{message.update_id}",
            created_at=self._app.system.clock.now_ms(),
            card=failed(error, voice),
            reply_to=message.reference,
        )
        await self._app.stores.inbox.answer(Answer(message, (row,)))
        self.wake()

    async def erase(self, message: InboundMessage) -> bool:
        """Take a message away at its platform; False where that cannot be."""
        adapter: object = self._adapters.get(message.platform)
        return isinstance(adapter, Erases) and await adapter.erase(message)

    async def moved(self, platform: str, old: str, new: str) -> None:
        """Remember a conversation's other name."""
        if self._sender is not None:
            await self._sender.moved(platform, old, new)

    async def glance(self, message: InboundMessage) -> Sequence[Card]:
        """What its sender has before them now."""
        return await self._glance.cards(message)

    async def offer(self, message: InboundMessage) -> Sequence[Card]:
        """What its sender may put before others."""
        return await self._inline.cards(message)

    async def apologize(self, message: InboundMessage, error: Exception) -> None:
        """Say that it failed, straight to the platform: there may be no disk to write on."""
        adapter = self._adapters.get(message.platform)
        if adapter is None:
            return
        card = complaint(error, await self._voice_of(message))
        with suppress(DeliveryFailed, NobodyThere):
            await adapter.send(self._unsaved(message.platform, message.conversation), card)

    async def _voice_of(self, message: InboundMessage) -> Voice:
        """The sender's language, as far as the disk still knows it."""
        try:
            person = await self._app.stores.people.find(message.platform, message.sender)
        except StoreUnavailable:
            return Voice()
        return Voice(person.language, person.timezone) if person else Voice()

    async def _show_once(self, message: InboundMessage, card: Card) -> None:
        """Straight to the platform: no row keeps it."""
        if not message.is_private:
            raise CodeRefused("not_shown")
        await self._show_unsaved(message.platform, message.conversation, card)

    async def _show_page(self, request: SecretRequest, card: Card) -> None:
        await self._show_unsaved(request.conversation.partition(":")[0], request.conversation, card)

    async def _show_unsaved(self, platform: str, conversation: str, card: Card) -> None:
        adapter = self._adapters.get(platform)
        if adapter is None or self._sender is None or adapter.room(conversation).is_group:
            raise CodeRefused("not_shown")
        try:
            async with self._sender.turn(platform, conversation):
                await self._insisted(adapter, self._unsaved(platform, conversation), card)
        except (DeliveryFailed, NobodyThere) as error:
            raise CodeRefused("not_shown") from error

    async def _insisted(self, adapter: Adapter, message: OutgoingMessage, card: Card) -> None:
        """Send it, and again where the platform asks for a pause. Raises DeliveryFailed."""
        for _ in range(_UNSAVED_TRIES - 1):
            try:
                await adapter.send(message, card)
            except TryLater as error:
                await self._app.system.clock.sleep(max(1.0, error.seconds))
            else:
                return
        await adapter.send(message, card)

    def _unsaved(self, platform: str, conversation: str) -> OutgoingMessage:
        return OutgoingMessage(
            platform=platform,
            conversation=conversation,
            person=PersonId(""),
            priority=Priority.URGENT,
            key="",
            created_at=self._app.system.clock.now_ms(),
        )

    def open_context(self, principal: Principal, message: InboundMessage, intent: str) -> Context:
        """The desk as a person may use it, for one wish."""
        app, stores = self._app, self._app.stores

        def open_desk(account: AccountId) -> Desk:
            return app.door.open(principal.person, account, principal.accounts)

        return Context(
            desk=open_desk(principal.accounts[0]),
            open_desk=lambda said: open_desk(app.door.find_account(principal.accounts, said)),
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
            hooks=app.hooks,
            keys=app.live,
            ask_keys=lambda meant: self._key_forms.ask(principal, message, meant),
            watchlists=stores.watchlists,
            schedules=stores.schedules,
            audit=stores.audit,
            provenance=stores.provenance,
            outbox=stores.outbox,
            hearings=stores.hearings,
            acknowledgements=stores.acknowledgements,
            pictures=app.studio,
            workers=app.workshop,
            jobs=self.jobs,
            designer=app.designer,
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
        context = self.open_context(principal, job.message, f"job:{job.id}").on(command)
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
        is_forced = order.purpose in FORCED
        if isinstance(event, facts.OrderFilled) and (is_forced or order.filled > event.quantity):
            symbol, since = order.terms.symbol, order.placed_at
            found = await self._app.stores.history.fills(order.account, symbol=symbol, start=since)
            fills = [fill for fill in found if fill.client_order_id == order.client_order_id]
        return Subject(instrument, kind, order, door.account(order.account), fills=fills)


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


async def _web(
    app: Application, chat: Chat, adapters: Sequence[Adapter], listening: Listening
) -> None:
    """Serve REST, MCP and the platforms' routes until cancelled."""
    from bot.mcp.http import McpEndpoint  # noqa: PLC0415 -- heavy, and only with a server
    from bot.web.app import web_app  # noqa: PLC0415
    from bot.web.metrics import exposition  # noqa: PLC0415
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
            is_paper=lambda account: app.door.account(account).is_paper,
            wake=woken,
            clock=app.system.clock,
            identities=app.system.identities,
        )
    )

    async def figures() -> bytes:
        return exposition(app.door.vitals(), await app.stores.outbox.queues())

    endpoint = McpEndpoint(app.catalogue, door)
    routes = [route for each in adapters if isinstance(each, Routed) for route in each.routes]
    routes += app.signal_routes(chat.signal_door)
    routes += chat.pages.routes if chat.pages is not None else ()
    file = app.home / ADDRESS_FILE
    file.write_text(listening.address, "utf-8")
    try:
        async with endpoint.running():
            await serve_web(
                web_app(app.catalogue, door, routes, {"/mcp": endpoint}, figures),
                listening.bound,
                app.proxies,
            )
    finally:
        file.unlink(missing_ok=True)
        listening.bound.close()

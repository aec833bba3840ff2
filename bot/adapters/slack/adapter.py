"""Slack's adapter: what is received goes in, what is said goes out, by websocket or over HTTP."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from itertools import count
from typing import TypeVar
from weakref import WeakValueDictionary

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.adapters.slack.client import Absent, Client, Door, Line, Listener
from bot.adapters.slack.forms import command_form, opener, secret_form
from bot.adapters.slack.home import home
from bot.adapters.slack.manifest import (
    PLATFORM,
    WHISPER_MS,
    Place,
    SlackSettings,
    place_of,
    room_of,
)
from bot.adapters.slack.receive import (
    CommandWanted,
    Ended,
    FormFilled,
    FormWanted,
    HomeOpened,
    Reader,
    Refused,
    Said,
    Some,
    Wanted,
    genuine,
)
from bot.adapters.slack.render import Json, Payload, Upload, Words, rendered
from bot.card import Card
from bot.errors import (
    CodeRefused,
    DeliveryFailed,
    NotTaken,
    PlatformClosed,
    TryLater,
    Undeliverable,
)
from bot.message import InboundMessage, Menu, OutgoingMessage, Priority, ReceivedFile
from bot.ports.http import HttpReply, HttpRequest, HttpRoute
from bot.ports.platforms import Equipment, Incoming, Pacing, Receipt, Room, SecretRequest
from engine.errors import StoreUnavailable

_log = structlog.get_logger(__name__)

T = TypeVar("T")
_BACK_OFF_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_STORE_SECONDS = (0.5, 0.5, 0.5, 0.5)
"""How a store that is away is waited for: Slack takes what has no answer in 3 s for lost."""
_MOST_FORMS = 1_000
_DRAFTS = 1_000
_TRIES, _MOMENT_SECONDS = 3, 5.0
_NAME_LETTERS = 8


class SlackAdapter:
    """An app by its tokens."""

    def __init__(self, settings: SlackSettings, equipment: Equipment) -> None:
        self._settings = settings
        self._clock = equipment.clock
        self._seal = equipment.seal
        self._folder = equipment.folder
        self._client = Client(settings)
        # Another desk with the same app counts its rows too.
        self._name = equipment.seal.secret("slack rows")[:_NAME_LETTERS]
        self._app: AsyncApp | None = None
        self._menu = Menu(())
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._triggers: dict[str, tuple[str, int]] = {}
        self._forms: dict[str, SecretRequest] = {}
        self._numbers = count(1)
        self._drafts: dict[str, str] = {}
        """What shows an answer that is not whole yet may be edited by, by the key of its row."""
        self._over: asyncio.Future[str] | None = None
        self._group: asyncio.TaskGroup | None = None

    @property
    def platform(self) -> str:
        """`slack`."""
        return PLATFORM

    @property
    def pacing(self) -> Pacing:
        """Slack's own limits."""
        return self._settings.pacing

    def room(self, conversation: str) -> Room:
        """The channel, whatever the thread."""
        return room_of(conversation)

    @property
    def routes(self) -> Sequence[HttpRoute]:
        """Where Slack posts, if it does not send by websocket."""
        return [] if self._settings.app_token else [HttpRoute("POST", "/slack", self._posted)]

    # -- saying -----------------------------------------------------------------------------

    async def send(self, message: OutgoingMessage, card: Card) -> Receipt:
        """Send one of the messages that show a card, unless it is there already."""
        place = place_of(message.conversation)
        payloads = rendered(card, message.conversation, self._sealed(message.conversation))
        payload = payloads[min(message.part, len(payloads) - 1)]
        is_last = message.part >= len(payloads) - 1
        if place.is_aside and (isinstance(payload, Upload) or self._is_news(message)):
            place = Place(user=place.user)
        mark = f"{self._name}.{message.id}.{message.part}"
        if message.is_unsure and not place.is_aside:
            with suppress(Undeliverable):  # it may not look; then once more is better than never
                there = await self._client.found(place, mark, message.created_at)
                if there is not None:
                    return Receipt(there if len(payloads) == 1 else "", is_last=is_last)
        can_change = len(payloads) == 1 and isinstance(payload, Words)
        there = await self._in_place_of_draft(message.key, payload, mark)
        if there:
            return Receipt(there if can_change else "", is_last=is_last)
        say = partial(self._shown, payload, place, mark, message.reply_to)
        # What no row keeps is sent here or never.
        try:
            reference = await (say() if message.id else self._insisted(say))
        except PlatformClosed as error:
            self._end(str(error))
            raise
        return Receipt(reference if can_change else "", is_last=is_last)

    async def edit(self, message: OutgoingMessage, card: Card, reference: str) -> Receipt:
        """Put a card of one message in the place of another one."""
        sealed = self._sealed(message.conversation)
        payload, *more = rendered(card, message.conversation, sealed)
        if more or not isinstance(payload, Words):
            raise Undeliverable("a card of several messages takes no other one's place")
        await self._client.edit(payload, reference)
        return Receipt(reference)

    async def draft(self, conversation: str, key: str, card: Card) -> None:
        """Show an answer that is not whole yet, or change the one shown under this key."""
        place = place_of(conversation)
        payload, *more = rendered(card, conversation, self._sealed(conversation))
        # What one person alone sees can never be changed.
        if more or place.is_aside or not isinstance(payload, Words):
            return
        if reference := self._drafts.get(key):
            await self._client.edit(payload, reference)
            return
        if len(self._drafts) >= _DRAFTS:
            self._drafts.clear()
        self._drafts[key] = await self._client.say(payload, place, "")

    async def _in_place_of_draft(self, key: str, payload: Payload, mark: str) -> str:
        """Put words where their draft stands; else take it away and give ""."""
        reference = self._drafts.get(key, "")
        if not reference:
            return ""
        try:
            if isinstance(payload, Words):
                await self._client.edit(payload, reference, mark)
            else:
                await self._client.erase(reference)
        except Undeliverable:  # somebody took it away
            reference = ""
        self._drafts.pop(key, None)
        return reference if isinstance(payload, Words) else ""

    async def ask(self, request: SecretRequest) -> None:
        """Open a modal for a secret, or a button that does. Raises CodeRefused."""
        name = f"{self._clock.now_ms()}-{next(self._numbers)}"
        if len(self._forms) >= _MOST_FORMS:
            del self._forms[next(iter(self._forms))]
        self._forms[name] = request
        trigger, at = self._triggers.pop(request.sender, ("", 0))
        try:
            if trigger and self._clock.now_ms() - at < self._settings.trigger_seconds * 1_000:
                with suppress(Undeliverable):  # too late for it
                    await self._client.show(trigger, secret_form(name, request.label))
                    return
            place = place_of(request.conversation)
            words = opener(name, request.label)
            await self._insisted(lambda: self._client.say(words, place, ""))
        except DeliveryFailed as error:
            raise CodeRefused("not_shown") from error

    async def _shown(self, payload: Payload, place: Place, mark: str, reply_to: str) -> str:
        """Post it; where the app is no member, by the way that the question came."""
        try:
            if isinstance(payload, Upload):
                await self._client.upload(payload, place, mark)
                return ""
            return await self._client.say(payload, place, mark)
        except Absent:
            user, _, hook = reply_to.partition(" ")
            if hook and isinstance(payload, Words):
                await self._client.answer_at(hook, payload, to_all=not place.is_aside)
                return ""
            if not (place.user or user) or not place.channel:
                raise
            return await self._shown(payload, Place(user=place.user or user), mark, "")

    async def _insisted(self, call: Callable[[], Awaitable[T]]) -> T:
        """Call, and again where that is only a matter of a moment. Raises DeliveryFailed."""
        for _ in range(_TRIES):
            try:
                return await call()
            except TryLater as error:
                if not 0 < error.seconds <= _MOMENT_SECONDS:
                    raise
                await self._clock.sleep(error.seconds)
        return await call()

    def _is_news(self, message: OutgoingMessage) -> bool:
        """Whether it answers nothing that was asked just now, so that nobody may be looking."""
        age = self._clock.now_ms() - message.created_at
        return message.priority is not Priority.ANSWER or age > WHISPER_MS

    def _sealed(self, conversation: str) -> Callable[[str], str]:
        return lambda line: self._seal.closed(line, conversation)

    # -- receiving --------------------------------------------------------------------------

    async def run(self, incoming: Incoming, menu: Menu) -> None:
        """Receive for ever. Raises PlatformClosed when the token is not, or no more, known."""
        self._menu = menu
        await self._client.open()
        over = self._over = asyncio.get_running_loop().create_future()
        listener: Listener | None = None
        try:
            me = await self._patiently(self._client.me)
            words = frozenset(word for each in menu.entries for word in (each.name, *each.aliases))
            reader = Reader(me, self._seal, words)

            async def take(body: Json) -> BoltResponse:
                return await self._taken(body, reader, incoming)

            # Each request is verified before it is handed on, or came by our own line; and it is
            # taken before the library would ask who the app is and say 200 where it cannot.
            app = self._app = AsyncApp(
                name=PLATFORM,
                client=self._client.web,
                request_verification_enabled=False,
                before_authorize=Door(take),
            )
            if self._settings.app_token:
                listener = Listener(app, Line(self._settings, self._client.web, over))
                await listener.start()
            async with asyncio.TaskGroup() as self._group:
                reason = await over
            raise PlatformClosed(f"Slack has closed the app: {reason}")
        finally:
            self._app = self._over = self._group = None
            if listener is not None:
                await listener.stop()
            await self._client.close()

    async def _posted(self, request: HttpRequest) -> HttpReply:
        """401 for whoever cannot sign, 503 while nothing can be kept."""
        secret, now = self._settings.signing_secret, self._clock.now_ms()
        if not genuine(request.headers, request.body, secret, now):
            _log.warning("webhook_refused", path=request.path)
            return HttpReply(HTTPStatus.UNAUTHORIZED)
        if self._app is None:
            return HttpReply(HTTPStatus.SERVICE_UNAVAILABLE)
        try:
            headers: dict[str, str | Sequence[str]] = dict(request.headers)
            asked = AsyncBoltRequest(body=request.body.decode(), headers=headers)
        except (AttributeError, TypeError, ValueError):  # signed, and yet no form or object
            return HttpReply(HTTPStatus.BAD_REQUEST)
        said = await self._app.async_dispatch(asked)
        kind = said.first_headers().get("content-type", "text/plain")
        return HttpReply(said.status, said.body.encode(), kind)

    async def _taken(self, body: Json, reader: Reader, incoming: Incoming) -> BoltResponse:
        """Commit what came in; only then is it acknowledged."""
        if body.get("type") == "url_verification":
            return BoltResponse(status=200, body={"challenge": str(body.get("challenge"))})
        try:
            found = reader.read(body, self._clock.now_ms())
        except (AttributeError, LookupError, TypeError, ValueError):
            _log.exception("update_not_read", kind=str(body.get("type"))[:40])
            return _taken()
        if found is None or isinstance(found, Ended):
            if found is not None:
                await self._ask_whether_over()
            return _taken()
        # Requests come side by side; what one person said stays in its order.
        turn = self._turns.setdefault(found.message.conversation, asyncio.Lock())
        async with turn:
            for seconds in (*_STORE_SECONDS, 0.0):
                try:
                    await self._committed(found, incoming)
                except StoreUnavailable as error:
                    _log.warning("slack_waits_for_the_store", error=str(error))
                    if seconds:
                        await self._clock.sleep(seconds)
                else:
                    return _taken()
        return BoltResponse(status=HTTPStatus.SERVICE_UNAVAILABLE, body="")

    async def _ask_whether_over(self) -> None:
        """Somebody's right was taken away; the token tells whether it was ours."""
        try:
            await self._client.me()
        except PlatformClosed as error:
            self._end(str(error))
        except DeliveryFailed as error:
            _log.warning("slack_unreachable", error=str(error))

    def _end(self, reason: str) -> None:
        if self._over is not None and not self._over.done():
            self._over.set_result(reason)

    async def _committed(self, found: Some, incoming: Incoming) -> None:
        match found:
            case Said(message=message, files=files, trigger=trigger):
                if trigger:
                    self._triggered(message, trigger)
                message = await self._named(message)
                if files:
                    try:
                        message = replace(message, files=await self._fetched(message, files))
                    except DeliveryFailed as error:
                        _log.warning("file_not_fetched", error=str(error))
                        await incoming.refuse(message, NotTaken("fetch", file=files[0].name[:60]))
                        return
                await incoming.receive(message)
                if found.is_home:
                    self._later(self._published(message, incoming))
            case Refused(message=message, error=error):
                await incoming.refuse(message, error)
            case FormWanted():
                await self._opened(found, incoming)
            case FormFilled():
                await self._entered(found, incoming)
            case CommandWanted():
                await self._offered(found)
            case HomeOpened(message=message):
                self._later(self._published(message, incoming))

    def _triggered(self, message: InboundMessage, trigger: str) -> None:
        """For a moment, this person can be shown a modal."""
        now = self._clock.now_ms()
        if len(self._triggers) >= _MOST_FORMS:
            self._triggers.clear()
        self._triggers[message.sender] = (trigger, now)

    async def _named(self, message: InboundMessage) -> InboundMessage:
        """With what its sender is called, where that did not come with it."""
        if message.sender_name:
            return message
        with suppress(DeliveryFailed):
            return replace(message, sender_name=await self._client.name_of(message.sender))
        return message

    async def _fetched(
        self, message: InboundMessage, files: Sequence[Wanted]
    ) -> tuple[ReceivedFile, ...]:
        """Its files, under names that we made. Raises DeliveryFailed."""
        received = []
        for place, file in enumerate(files):
            ending = re.sub(r"[^\w.-]", "_", file.name)[-40:]
            event = re.sub(r"\W", "_", message.update_id)[-40:]
            path = self._folder / f"{PLATFORM}-{event}-{place}-{ending}"
            self._folder.mkdir(parents=True, exist_ok=True)
            await self._client.fetch(file.url, path)
            received.append(ReceivedFile(file.name, path))
        return tuple(received)

    async def _opened(self, found: FormWanted, incoming: Incoming) -> None:
        request = self._forms.get(found.form)
        if request is None or request.sender != found.message.sender:
            await incoming.refuse(found.message, NotTaken("button"))
            return
        with suppress(DeliveryFailed):  # the button is there to be pressed again
            await self._client.show(found.trigger, secret_form(found.form, request.label))

    async def _offered(self, found: CommandWanted) -> None:
        """Show the list of commands, or in its place the form of one."""
        with suppress(DeliveryFailed):  # whoever still wants it asks again
            language = await self._client.language_of(found.message.sender)
            view = command_form(self._menu, found.command, language)
            if found.view:
                await self._client.change(found.view, view)
            else:
                await self._client.show(found.trigger, view)

    async def _published(self, message: InboundMessage, incoming: Incoming) -> None:
        """Show somebody's home as things stand once all they said is answered."""
        await incoming.idle(message.conversation)
        try:
            cards = await incoming.glance(message)
            sealed = self._sealed(message.conversation)
            view = home(cards, message.conversation, sealed)
            await self._client.publish(message.sender, view)
        except (DeliveryFailed, StoreUnavailable) as error:
            _log.warning("home_not_shown", error=str(error))

    def _later(self, work: Coroutine[None, None, None]) -> None:
        """Go on with something once what came in is acknowledged."""
        if self._group is None:
            work.close()
        else:
            self._group.create_task(work)

    async def _entered(self, found: FormFilled, incoming: Incoming) -> None:
        request = self._forms.get(found.form)
        if request is None or request.sender != found.message.sender:
            await incoming.refuse(found.message, NotTaken("button"))
            return
        await request.enter(found.value)
        self._forms.pop(found.form, None)

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        """Call until there is an answer. Raises PlatformClosed."""
        failures = 0
        while True:
            try:
                return await call()
            except PlatformClosed:
                raise
            except DeliveryFailed as error:
                _log.warning("slack_unreachable", error=str(error))
                wait = _BACK_OFF_SECONDS[min(failures, len(_BACK_OFF_SECONDS) - 1)]
                failures += 1
                asked = error.seconds if isinstance(error, TryLater) else 0
                await self._clock.sleep(max(wait, asked))


def _taken() -> BoltResponse:
    return BoltResponse(status=HTTPStatus.OK, body="")

"""Discord's adapter: what is received goes in, what is said goes out, over the gateway."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import count
from typing import TypeVar
from weakref import WeakValueDictionary

import structlog
from discord import Message

from bot.adapters.discord.client import AlreadyAnswered, Client, Event, Gone
from bot.adapters.discord.manifest import (
    FORM_LETTERS,
    NONCE_LETTERS,
    PLATFORM,
    DiscordSettings,
    Place,
    Talk,
    made_at,
    place_of,
    room_of,
    talk_of,
)
from bot.adapters.discord.menu import commands
from bot.adapters.discord.receive import (
    FORM,
    FormFilled,
    FormWanted,
    Read,
    Refused,
    Said,
    Typing,
    Wanted,
    asked,
    heard,
)
from bot.adapters.discord.render import Payload, rendered
from bot.adapters.discord.render import asked as form_button
from bot.adapters.discord.session import Session
from bot.card import Card
from bot.errors import (
    CodeRefused,
    DeliveryFailed,
    NotTaken,
    PlatformClosed,
    TryLater,
    Undeliverable,
)
from bot.message import Menu, OutgoingMessage, ReceivedFile
from bot.ports import Equipment, Incoming, Pacing, Receipt, Room, SecretRequest
from engine.errors import StoreUnavailable

_log = structlog.get_logger(__name__)

T = TypeVar("T")
_BACK_OFF_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_AT_ONCE = 64
"""Events on their way in; the gateway waits when there are more."""
_FORMS = 1_000
_FETCH_SECONDS = 20.0
_TALK_FETCH_SECONDS = 2.0
"""An interaction is acknowledged within 3 s, and not before it is committed."""
_YOUNG_MS = 5_000
_SHOWN_LATER, _SHOWN_NOTHING, _OFFERED, _FORM_SHOWN = 5, 6, 8, 9
_EPHEMERAL = 64


class DiscordAdapter:
    """A bot by its token."""

    def __init__(self, settings: DiscordSettings, equipment: Equipment) -> None:
        self._settings = settings
        self._clock = equipment.clock
        self._seal = equipment.seal
        self._folder = equipment.folder
        session = Session.load(equipment.folder / "discord.session")
        self._client = Client(settings, session, self._clock.sleep, self._clock.now_ms)
        self._slots = asyncio.Semaphore(_AT_ONCE)
        # A turn is there for as long as somebody waits for it.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._underway: set[int] = set()
        self._answering: dict[int, asyncio.Event] = {}
        self._forms: dict[str, SecretRequest] = {}
        self._numbers = count(1)
        self._menu = Menu(())

    @property
    def platform(self) -> str:
        """`discord`."""
        return PLATFORM

    @property
    def pacing(self) -> Pacing:
        """Discord's own limits."""
        return self._settings.pacing

    def room(self, conversation: str) -> Room:
        """The channel, the thread, or the person."""
        return room_of(conversation)

    # -- saying ---------------------------------------------------------------------------

    async def send(self, message: OutgoingMessage, card: Card) -> Receipt:
        """Send one of the messages that show a card; the first answers what was asked."""
        place = place_of(message.conversation)
        payloads = self._payloads(card, place)
        payload = payloads[min(message.part, len(payloads) - 1)]
        is_last = message.part >= len(payloads) - 1
        can_change = len(payloads) == 1
        talk = talk_of(message.reply_to) if message.part == 0 else None
        if talk is not None and talk.is_open(self._clock.now_ms()):
            with suppress(Gone):
                number = await self._answered(payload, talk)
                # What one person alone sees is changed by its talk, all else by its number.
                reference = talk.reference if place.user else str(number)
                return Receipt(reference if can_change else "", is_last=is_last)
        reply = message.reply_to if message.part == 0 and message.reply_to.isdecimal() else ""
        nonce = self._nonce(message, card, reply)
        number = await self._client.say(
            payload, await self._channel(place), nonce, int(reply or 0) if place.channel else 0
        )
        return Receipt(str(number) if can_change else "", is_last=is_last)

    async def edit(self, message: OutgoingMessage, card: Card, reference: str) -> Receipt:
        """Put a card of one message in the place of another one."""
        place = place_of(message.conversation)
        payload, *more = self._payloads(card, place)
        if more:
            raise Undeliverable("a card of several messages takes no other one's place")
        talk = talk_of(reference)
        if talk is None:
            await self._client.edit(payload, await self._channel(place), int(reference))
        elif talk.is_open(self._clock.now_ms()):
            await self._client.answer(payload, talk)
        else:
            raise Undeliverable("what was shown to one person is changed no more")
        return Receipt(reference)

    async def ask(self, request: SecretRequest) -> None:
        """Show a button that opens a form, to that sender alone. Raises CodeRefused."""
        place = Place(user=int(request.sender))
        name = f"{self._clock.now_ms()}-{next(self._numbers)}"
        if len(self._forms) >= _FORMS:
            del self._forms[next(iter(self._forms))]
        self._forms[name] = request
        data = self._seal.closed(f"{FORM}{name}", place.room)
        try:
            channel = await self._channel(place)
            await self._client.say(form_button(request.label, data), channel, "", 0)
        except DeliveryFailed as error:
            raise CodeRefused("no_form") from error

    async def _answered(self, payload: Payload, talk: Talk) -> int:
        """Answer an interaction, once its acknowledgement is there. Raises Gone."""
        acknowledged = self._answering.get(talk.id)
        if acknowledged is not None:
            await acknowledged.wait()
        try:
            return await self._client.answer(payload, talk)
        except Gone as error:
            # An acknowledgement in the body of an HTTP reply may be on its way still.
            if acknowledged is not None and self._clock.now_ms() < made_at(talk.id) + _YOUNG_MS:
                raise TryLater(str(error)) from error
            raise

    async def _channel(self, place: Place) -> int:
        return await self._client.private(place.user) if place.user else place.channel

    def _payloads(self, card: Card, place: Place) -> Sequence[Payload]:
        return rendered(card, lambda line: self._seal.closed(line, place.room))

    def _nonce(self, message: OutgoingMessage, card: Card, reply: str) -> str:
        """Names what is said for ever, so that Discord shows it once however often it is sent.

        Two processes that answer the same message name their answers alike.
        """
        if not message.id:
            return ""
        if reply:
            said = f"reply {reply} {message.part}".encode()
            return hashlib.sha256(said).hexdigest()[:NONCE_LETTERS]
        secret = self._seal.secret("discord nonce").encode()
        said = f"{message.id} {message.part} {card.title}".encode("utf-8", "surrogatepass")
        return hmac.new(secret, said, "sha256").hexdigest()[:NONCE_LETTERS]

    # -- receiving ------------------------------------------------------------------------

    async def run(self, incoming: Incoming, menu: Menu) -> None:
        """Receive for ever. Raises PlatformClosed when the token is not, or no more, known."""
        self._menu = menu
        await self._patiently(self._client.open)
        try:
            await self._patiently(lambda: self._client.offer(commands(menu)))
            closed: PlatformClosed | None = None
            async with asyncio.TaskGroup() as group:

                async def hear(number: int, event: Event) -> None:
                    await self._slots.acquire()
                    self._underway.add(number)
                    group.create_task(self._taken(number, event, incoming))

                try:
                    await self._client.listen(hear)
                except PlatformClosed as error:
                    closed = error
            if closed is not None:
                raise closed
        finally:
            await self._client.close()

    async def _taken(self, number: int, event: Event, incoming: Incoming) -> None:
        """See to one event; then the session may go on behind it, also after a restart."""
        try:
            await self._seen_to(event, incoming)
        except DeliveryFailed as error:
            _log.info("not_answered", error=str(error))
        except Exception:  # noqa: BLE001 -- one event never stops the others
            _log.exception("event_failed", event=event.id)
        finally:
            self._slots.release()
        self._underway.discard(number)
        self._passed(number)

    async def _seen_to(self, event: Event, incoming: Incoming) -> None:
        match self._found(event):
            case (Said() | Refused()) as found:
                turn = self._turns.get(found.message.conversation) or asyncio.Lock()
                self._turns[found.message.conversation] = turn
                async with turn:
                    await self._taken_in(found, incoming)
            case Typing() as typing:
                await self._complete(typing)
            case FormWanted() as wanted:
                await self._show_form(wanted, incoming)
            case FormFilled() as filled:
                await self._fill_in(filled, incoming)

    def _passed(self, number: int) -> None:
        """All before the earliest that is under way is committed; the rest would come again."""
        session = self._client.session
        done = min(self._underway) - 1 if self._underway else number
        if done > session.sequence:
            session.sequence = done
            session.keep()

    def _found(self, event: Event) -> Read:
        """What an event says; one that is like no other is passed over."""
        now = self._clock.now_ms()
        try:
            if isinstance(event, Message):
                return heard(event, self._client.me, now)
            return asked(event, self._menu, self._seal, now)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            _log.exception("event_not_read", event=event.id)
            return None

    async def _taken_in(self, found: Said | Refused, incoming: Incoming) -> None:
        """Commit it, however long the store is away, and acknowledge it."""
        talk = found.talk
        if isinstance(found, Said) and found.files:
            found = await self._fetched(found)
        if talk is not None:
            self._answering[talk.id] = asyncio.Event()
        try:
            while not await self._committed(found, incoming):
                await self._clock.sleep(_BACK_OFF_SECONDS[0])
            if talk is not None:
                await self._acknowledge(talk)
        finally:
            if talk is not None:
                self._answering.pop(talk.id).set()

    async def _committed(self, found: Said | Refused, incoming: Incoming) -> bool:
        try:
            match found:
                case Said(message=message):
                    await incoming.receive(message)
                case Refused(message=message, error=error):
                    await incoming.refuse(message, error)
        except StoreUnavailable as error:
            _log.warning("discord_waits_for_the_store", error=str(error))
            return False
        return True

    async def _acknowledge(self, talk: Talk) -> None:
        try:
            await self._client.respond(talk, _SHOWN_LATER, _manner(talk))
        except AlreadyAnswered:
            # Redelivered after a restart; or else another process has this bot's token.
            _log.warning("discord_answered_elsewhere", interaction=talk.id)
        except DeliveryFailed as error:
            _log.info("too_late_to_acknowledge", error=str(error))

    async def _fetched(self, said: Said) -> Said | Refused:
        """The same with its files, under names that we made."""
        seconds = _FETCH_SECONDS if said.talk is None else _TALK_FETCH_SECONDS
        self._folder.mkdir(parents=True, exist_ok=True)
        files = []
        for place, wanted in enumerate(said.files):
            try:
                async with asyncio.timeout(seconds):
                    content = await self._client.fetch(wanted.url)
            except (DeliveryFailed, TimeoutError) as error:
                _log.warning("file_not_fetched", error=str(error))
                problem = NotTaken("fetch", file=wanted.name[:60])
                return Refused(said.message, problem, said.talk)
            files.append(self._stored(said, place, wanted, content))
        return Said(replace(said.message, files=tuple(files)), talk=said.talk)

    def _stored(self, said: Said, place: int, wanted: Wanted, content: bytes) -> ReceivedFile:
        ending = re.sub(r"[^\w.-]", "_", wanted.name)[-40:]
        path = self._folder / f"{PLATFORM}-{said.message.update_id}-{place}-{ending}"
        path.write_bytes(content)
        return ReceivedFile(wanted.name, path)

    # -- what is answered at once ------------------------------------------------------------

    async def _complete(self, typing: Typing) -> None:
        words = await self._menu.complete(typing.form, typing.typed)
        choices = [{"name": word, "value": word} for word in words if 0 < len(word) <= 100]
        await self._client.respond(typing.talk, _OFFERED, {"choices": choices[:25]})

    async def _show_form(self, wanted: FormWanted, incoming: Incoming) -> None:
        request = self._forms.get(wanted.name)
        if request is None or request.sender != wanted.message.sender:
            gone = Refused(wanted.message, NotTaken("button"), wanted.talk)
            await self._taken_in(gone, incoming)
            return
        await self._client.respond(wanted.talk, _FORM_SHOWN, _form(request.label, wanted.data))

    async def _fill_in(self, filled: FormFilled, incoming: Incoming) -> None:
        """Hand on what was entered; it is kept nowhere."""
        request = self._forms.get(filled.name)
        if request is None or request.sender != filled.message.sender:
            await self._taken_in(Refused(filled.message, NotTaken("button"), filled.talk), incoming)
            return
        try:
            await request.enter(filled.text.strip())
        except StoreUnavailable as error:  # without an answer, the form stays open there
            _log.warning("discord_waits_for_the_store", error=str(error))
            return
        self._forms.pop(filled.name, None)
        await self._client.respond(filled.talk, _SHOWN_NOTHING, {})

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        """Call until there is an answer. Raises PlatformClosed."""
        failures = 0
        while True:
            try:
                return await call()
            except PlatformClosed:
                raise
            except DeliveryFailed as error:
                _log.warning("discord_unreachable", error=str(error))
                wait = _BACK_OFF_SECONDS[min(failures, len(_BACK_OFF_SECONDS) - 1)]
                failures += 1
                wanted = error.seconds if isinstance(error, TryLater) else 0
                await self._clock.sleep(max(wait, wanted))


def _manner(talk: Talk) -> dict[str, object]:
    """Where others read too, what is for one person is shown to them alone."""
    return {"flags": _EPHEMERAL if talk.is_aside else 0}


def _form(label: str, data: str) -> dict[str, object]:
    field = {
        "type": 4,
        "custom_id": "secret",
        "style": 1,
        "label": label[:FORM_LETTERS],
        "min_length": 1,
        "max_length": 100,
        "required": True,
    }
    return {
        "custom_id": data,
        "title": label[:FORM_LETTERS],
        "components": [{"type": 1, "components": [field]}],
    }

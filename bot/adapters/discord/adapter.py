"""Discord's adapter: what is received goes in, what is said goes out."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from itertools import count
from typing import TypeVar

import structlog

from bot.adapters.discord.client import Client, Event, Gone
from bot.adapters.discord.endpoint import PATH
from bot.adapters.discord.manifest import (
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
from bot.adapters.discord.receive import FORM
from bot.adapters.discord.reception import Reception
from bot.adapters.discord.render import Payload, asked, rendered
from bot.adapters.discord.session import Session
from bot.card import Card
from bot.errors import CodeRefused, DeliveryFailed, PlatformClosed, TryLater, Undeliverable
from bot.message import Menu, OutgoingMessage
from bot.ports.http import HttpRoute
from bot.ports.platforms import Equipment, Incoming, Pacing, Receipt, Room, SecretRequest

_log = structlog.get_logger(__name__)

T = TypeVar("T")
_BACK_OFF_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_AT_ONCE = 64
"""Events on their way in; the gateway waits when there are more."""
_DRAFTS = 1_000
_YOUNG_MS = 5_000
_YOUNG_REST_SECONDS = 0.2


class DiscordAdapter:
    """A bot by its token."""

    def __init__(self, settings: DiscordSettings, equipment: Equipment) -> None:
        self._settings = settings
        self._clock = equipment.clock
        self._seal = equipment.seal
        session = Session.load(equipment.folder / "discord.session")
        self._client = Client(settings, session, self._clock.sleep, self._clock.now_ms)
        self._reception = Reception(self._client, equipment)
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._numbers = count(1)
        self._drafts: dict[str, int] = {}
        """Messages that show an answer which is not whole yet, by the key of its row."""

    @property
    def platform(self) -> str:
        """`discord`."""
        return PLATFORM

    @property
    def pacing(self) -> Pacing:
        """Discord's own limits."""
        return self._settings.pacing

    @property
    def routes(self) -> Sequence[HttpRoute]:
        """Where Discord posts interactions, once its portal names this address."""
        return (HttpRoute("POST", PATH, self._reception.posted),)

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
        shown = self._drafts.pop(message.key, 0)
        if talk is not None and talk.is_open(self._clock.now_ms()):
            with suppress(Gone):
                number = await self._answer(payload, talk)
                if shown:
                    with suppress(DeliveryFailed):
                        await self._client.erase(await self._channel(place), shown)
                # What one person alone sees is changed by its talk, all else by its number.
                reference = talk.reference if place.user else str(number)
                return Receipt(reference if can_change else "", is_last=is_last)
        if shown:
            with suppress(Undeliverable):  # somebody took it away
                await self._client.edit(payload, await self._channel(place), shown)
                return Receipt(str(shown) if can_change else "", is_last=is_last)
        reply = message.reply_to if message.part == 0 and message.reply_to.isdecimal() else ""
        nonce = self._nonce(message, card, reply)
        number = await self._client.say(
            payload,
            await self._channel(place),
            nonce,
            int(reply or 0) if place.channel else 0,
            is_silent=message.is_silent,
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

    async def draft(self, conversation: str, key: str, card: Card) -> None:
        """Show an answer that is not whole yet, or change the one shown under this key."""
        place = place_of(conversation)
        payload, *more = self._payloads(card, place)
        if more:
            return
        channel = await self._channel(place)
        if number := self._drafts.get(key):
            await self._client.edit(payload, channel, number)
            return
        if len(self._drafts) >= _DRAFTS:
            self._drafts.clear()
        self._drafts[key] = await self._client.say(payload, channel, "", 0)

    async def ask(self, request: SecretRequest) -> None:
        """Show a button that opens a form, to that sender alone. Raises CodeRefused."""
        place = Place(user=int(request.sender))
        name = f"{self._clock.now_ms()}-{next(self._numbers)}"
        self._reception.expect(name, request)
        button = asked(request.label, self._seal.closed(f"{FORM}{name}", place.room))
        try:
            await self._client.say(button, await self._channel(place), "", 0)
        except DeliveryFailed as error:
            raise CodeRefused("no_form") from error

    async def _answer(self, payload: Payload, talk: Talk) -> int:
        """Answer an interaction: at once, or in the place of what it shows. Raises Gone."""
        number = await self._reception.answered(talk, payload)
        if number is not None:
            return number
        while True:
            try:
                return await self._client.answer(payload, talk)
            except Gone:
                # An acknowledgement in the body of an HTTP reply may be on its way still.
                if self._clock.now_ms() > made_at(talk.id) + _YOUNG_MS:
                    raise
                await self._clock.sleep(_YOUNG_REST_SECONDS)

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
        closed: PlatformClosed | None = None
        try:
            await self._patiently(self._client.open)
            await self._patiently(lambda: self._offer(menu))
            self._reception.begin(incoming, menu)
            async with asyncio.TaskGroup() as group:

                async def hear(event: Event, passed: Callable[[], None]) -> None:
                    await self._slots.acquire()
                    group.create_task(self._taken(event, passed))

                try:
                    await self._client.listen(hear)
                except PlatformClosed as error:
                    closed = error
        except PlatformClosed as error:
            closed = error
        finally:
            await self._client.close(str(closed or ""))
        if closed is not None:
            raise closed

    async def _offer(self, menu: Menu) -> None:
        try:
            await self._client.offer(commands(menu))
        except Undeliverable as error:  # words and buttons do without them
            _log.error("commands_not_registered", error=str(error))

    async def _taken(self, event: Event, passed: Callable[[], None]) -> None:
        """See to one event; what is cut off on the way comes again after a restart."""
        try:
            await self._reception.take(event)
        except DeliveryFailed as error:
            _log.info("not_acknowledged", error=str(error))
        except Exception:  # noqa: BLE001 -- one event never stops the others
            _log.exception("event_failed", event=event.id)
        finally:
            self._slots.release()
        passed()

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

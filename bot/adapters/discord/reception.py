"""What comes in, by the gateway or by HTTP: read, committed, and only then acknowledged."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from weakref import WeakValueDictionary

import orjson
import structlog
from discord import Message

from bot.adapters.discord.client import AlreadyAnswered, Client, Event
from bot.adapters.discord.endpoint import genuine, parsed
from bot.adapters.discord.manifest import EPHEMERAL, FORM_LETTERS, OPTIONS, PLATFORM, Talk
from bot.adapters.discord.opening import Opening
from bot.adapters.discord.receive import (
    FormFilled,
    FormWanted,
    Found,
    Refused,
    Said,
    Typing,
    Wanted,
    asked,
    heard,
)
from bot.adapters.discord.render import Payload
from bot.errors import DeliveryFailed, NotTaken
from bot.message import Menu, ReceivedFile
from bot.ports.http import HttpReply, HttpRequest
from bot.ports.platforms import Equipment, Incoming, SecretRequest
from engine.errors import StoreUnavailable

_log = structlog.get_logger(__name__)

_STORE_RESTS_SECONDS = 1.0
_FORMS = 1_000
_FETCH_SECONDS = 20.0
_TALK_FETCH_SECONDS = 2.0
"""An interaction is acknowledged within 3 s, and not before it is committed."""
_SOON_SECONDS = 0.5
"""What it asked for is its first answer if it is there by then; else it is shown to be coming."""
_PATIENT = 32
"""Where more have no answer yet, all are shown to be coming at once: none is to come too late."""
_PONG, _SHOWN_LATER, _SHOWN_NOTHING, _OFFERED, _FORM_SHOWN = 1, 5, 6, 8, 9


@dataclass(frozen=True, slots=True)
class Reply:
    """The first answer to an interaction, by Discord's kinds."""

    kind: int
    data: Mapping[str, object] = field(default_factory=dict)


class Reception:
    """Takes events in: one conversation's in their order, several conversations' at once."""

    def __init__(self, client: Client, equipment: Equipment) -> None:
        self._client = client
        self._clock = equipment.clock
        self._seal = equipment.seal
        self._folder = equipment.folder
        self._forms: dict[str, SecretRequest] = {}
        self._openings: dict[int, Opening] = {}
        # A turn is there for as long as somebody waits for it.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._menu = Menu(())
        self._incoming: Incoming | None = None

    def begin(self, incoming: Incoming, menu: Menu) -> None:
        """From now on there is a desk behind it."""
        self._incoming, self._menu = incoming, menu

    def expect(self, name: str, request: SecretRequest) -> None:
        """A form of that name may come back; the oldest of too many is forgotten."""
        if len(self._forms) >= _FORMS:
            del self._forms[next(iter(self._forms))]
        self._forms[name] = request

    async def answered(self, talk: Talk, payload: Payload) -> int | None:
        """Answer an interaction that has no answer yet; gives the message's number.

        None where it has one: that can be changed now. Raises DeliveryFailed.
        """
        opening = self._openings.get(talk.id)
        if opening is None:
            return None
        return await opening.take(
            lambda: self._client.begin(payload, talk, is_aside=opening.is_aside)
        )

    async def take(self, event: Event) -> None:
        """Commit what an event says, however long the store is away, and acknowledge it.

        Raises DeliveryFailed where it could not be acknowledged.
        """
        found = self._found(event)
        if found is None:
            return
        with self._opened(found.talk) as opening:
            found = await self._whole(found)
            while True:
                try:
                    reply = await self._reply(found)
                    break
                except StoreUnavailable as error:
                    _log.warning("discord_waits_for_the_store", error=str(error))
                    await self._clock.sleep(_STORE_RESTS_SECONDS)
            if found.talk is None or reply is None:
                return
            may_wait = reply.kind == _SHOWN_LATER and len(self._openings) <= _PATIENT
            if may_wait and await opening.offered(_SOON_SECONDS):
                return
            await self._respond(found.talk, reply)

    async def posted(self, request: HttpRequest) -> HttpReply:
        """An interaction by HTTP: 401 for a stranger, 503 while it cannot be committed."""
        now = self._clock.now_ms()
        if not genuine(request.headers, request.body, self._client.key, now):
            _log.warning("interaction_refused")
            return HttpReply(401)
        payload = parsed(request.body) or {}
        if payload.get("type") == _PONG:
            return _in_body(Reply(_PONG))
        try:
            found = self._found(self._client.interaction(payload))
        except DeliveryFailed:
            return HttpReply(503)
        except (AttributeError, KeyError, TypeError, ValueError):
            found = None
        if found is None:
            return HttpReply(400)
        with self._opened(found.talk):
            try:
                reply = await self._reply(await self._whole(found))
            except StoreUnavailable as error:
                _log.warning("discord_waits_for_the_store", error=str(error))
                reply = None
        return _in_body(reply) if reply is not None else HttpReply(503)

    def _found(self, event: Event) -> Found | None:
        """What an event says; one that is like no other is passed over."""
        now = self._clock.now_ms()
        try:
            if isinstance(event, Message):
                return heard(event, self._client.me, now)
            return asked(event, self._menu, self._seal, now)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            _log.exception("event_not_read", event=event.id)
            return None

    @contextmanager
    def _opened(self, talk: Talk | None) -> Iterator[Opening]:
        """Until it has its first answer, an interaction's message is not there to be changed."""
        opening = Opening(is_aside=talk is not None and talk.is_aside)
        if talk is not None:
            self._openings[talk.id] = opening
        try:
            yield opening
        finally:
            if talk is not None:
                del self._openings[talk.id]
            opening.close()

    async def _reply(self, found: Found) -> Reply | None:
        """What is said back at once, when it is committed. Raises StoreUnavailable."""
        incoming = self._incoming
        if incoming is None:
            raise StoreUnavailable("the desk is not open yet")
        match found:
            case Said(message=message):
                async with self._turn(message.conversation):
                    await incoming.receive(message)
                return _shown_later(found.talk)
            case Refused(message=message, error=error):
                async with self._turn(message.conversation):
                    await incoming.refuse(message, error)
                return _shown_later(found.talk)
            case Typing(form=form, typed=typed):
                words = await self._menu.complete(form, typed)
                choices = [{"name": word, "value": word} for word in words if 0 < len(word) <= 100]
                return Reply(_OFFERED, {"choices": choices[:OPTIONS]})
            case FormWanted(data=data):
                request = self._expected(found)
                if request is None:
                    return await self._reply(_spent(found))
                return Reply(_FORM_SHOWN, _form(request.label, data))
            case FormFilled():
                return await self._entered(found)

    async def _entered(self, filled: FormFilled) -> Reply | None:
        """Hand on what was entered, which is kept nowhere; None leaves the form open there."""
        request = self._expected(filled)
        if request is None:
            return await self._reply(_spent(filled))
        try:
            await request.enter(filled.text.strip())
        except StoreUnavailable as error:
            _log.warning("discord_waits_for_the_store", error=str(error))
            return None
        self._forms.pop(filled.name, None)
        return Reply(_SHOWN_NOTHING)

    def _expected(self, form: FormWanted | FormFilled) -> SecretRequest | None:
        request = self._forms.get(form.name)
        is_theirs = request is not None and request.sender == form.message.sender
        return request if is_theirs else None

    def _turn(self, conversation: str) -> asyncio.Lock:
        turn = self._turns.get(conversation) or asyncio.Lock()
        self._turns[conversation] = turn
        return turn

    async def _respond(self, talk: Talk, reply: Reply) -> None:
        try:
            await self._client.respond(talk, reply.kind, reply.data)
        except AlreadyAnswered:
            # Redelivered after a restart; or else another process has this bot's token.
            _log.warning("discord_answered_elsewhere", interaction=talk.id)

    async def _whole(self, found: Found) -> Found:
        """The same with its files, under names that we made."""
        if not isinstance(found, Said) or not found.files:
            return found
        self._folder.mkdir(parents=True, exist_ok=True)
        files = []
        for place, wanted in enumerate(found.files):
            try:
                async with asyncio.timeout(_TALK_FETCH_SECONDS if found.talk else _FETCH_SECONDS):
                    content = await self._client.fetch(wanted.url)
            except (DeliveryFailed, TimeoutError) as error:
                _log.warning("file_not_fetched", error=str(error))
                problem = NotTaken("fetch", file=wanted.name[:60])
                return Refused(found.message, problem, found.talk)
            files.append(self._stored(found, place, wanted, content))
        return Said(replace(found.message, files=tuple(files)), talk=found.talk)

    def _stored(self, said: Said, place: int, wanted: Wanted, content: bytes) -> ReceivedFile:
        ending = re.sub(r"[^\w.-]", "_", wanted.name)[-40:]
        path = self._folder / f"{PLATFORM}-{said.message.update_id}-{place}-{ending}"
        path.write_bytes(content)
        return ReceivedFile(wanted.name, path)


def _shown_later(talk: Talk | None) -> Reply | None:
    """Where others read too, what is for one person will be shown to them alone."""
    if talk is None:
        return None
    return Reply(_SHOWN_LATER, {"flags": EPHEMERAL if talk.is_aside else 0})


def _spent(form: FormWanted | FormFilled) -> Refused:
    return Refused(form.message, NotTaken("button"), form.talk)


def _in_body(reply: Reply) -> HttpReply:
    return HttpReply(body=orjson.dumps({"type": reply.kind, "data": reply.data}))


def _form(label: str, data: str) -> dict[str, object]:
    field_ = {
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
        "components": [{"type": 1, "components": [field_]}],
    }

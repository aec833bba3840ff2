"""Telegram's adapter: what is received goes in, what is said goes out, by long polling."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TypeVar

import structlog
from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    InlineQueryResult,
    Update,
    User,
)

from bot.adapters.telegram.client import Client, Rival
from bot.adapters.telegram.inline import offered
from bot.adapters.telegram.manifest import (
    COMMANDS,
    DESCRIPTION_LETTERS,
    PLATFORM,
    TelegramSettings,
    conversation_of,
    place_of,
    room_of,
)
from bot.adapters.telegram.receive import Migrated, Read, Refused, Said, Typed, Wanted, read
from bot.adapters.telegram.render import Payload, Photo, Text, rendered
from bot.card import Card
from bot.errors import DeliveryFailed, NotTaken, PlatformClosed, TryLater, Undeliverable
from bot.message import InboundMessage, Menu, MenuEntry, OutgoingMessage, ReceivedFile
from bot.ports.platforms import Equipment, Incoming, Pacing, Receipt, Room
from engine.errors import StoreUnavailable

_log = structlog.get_logger(__name__)

T = TypeVar("T")
Then = Callable[[], Coroutine[None, None, None]]
"""What is left to do when an update is committed."""
_BACK_OFF_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_RIVAL_SECONDS = 15.0
_DRAFTS = 1_000
_LANGUAGES = ("", "fr")
"""Menus: English for everybody, French for those whose Telegram is French."""
_SCOPES = (BotCommandScopeAllPrivateChats, BotCommandScopeAllGroupChats)


class TelegramAdapter:
    """A bot by its token."""

    def __init__(self, settings: TelegramSettings, equipment: Equipment) -> None:
        self._settings = settings
        self._clock = equipment.clock
        self._seal = equipment.seal
        self._folder = equipment.folder
        self._client = Client(settings)
        self._drafts: dict[str, int] = {}
        """Messages that show an answer which is not whole yet, by the key of its row."""
        self._typing: dict[str, str] = {}
        """The newest words that somebody types inline, by their query."""

    @property
    def platform(self) -> str:
        """`telegram`."""
        return PLATFORM

    @property
    def pacing(self) -> Pacing:
        """Telegram's own limits."""
        return self._settings.pacing

    def room(self, conversation: str) -> Room:
        """The chat, whatever the topic."""
        return room_of(conversation)

    async def send(self, message: OutgoingMessage, card: Card) -> Receipt:
        """Send one of the messages that show a card."""
        chat, topic = place_of(message.conversation)
        payloads = self._payloads(card, chat)
        payload = payloads[min(message.part, len(payloads) - 1)]
        is_reply = chat < 0 and message.part == 0 and message.reply_to.isdecimal()
        number = await self._in_place_of_draft(message.key, payload, chat)
        number = number or await self._client.say(
            payload,
            chat,
            topic,
            int(message.reply_to) if is_reply else 0,
            is_silent=message.is_silent,
        )
        # Only a card that is one message of words can have another one take its place.
        can_change = len(payloads) == 1 and isinstance(payload, Text)
        is_last = message.part >= len(payloads) - 1
        return Receipt(str(number) if can_change else "", is_last=is_last)

    async def edit(self, message: OutgoingMessage, card: Card, reference: str) -> Receipt:
        """Put a card of one text in the place of another one."""
        chat, _ = place_of(message.conversation)
        payload, *more = self._payloads(card, chat)
        if more or not isinstance(payload, Text):
            raise Undeliverable("a card of several messages takes no other one's place")
        await self._client.edit(payload, chat, int(reference))
        return Receipt(reference)

    async def erase(self, message: InboundMessage) -> bool:
        """Take away what somebody wrote; False where Telegram does not let us."""
        chat, _ = place_of(message.conversation)
        try:
            await self._client.erase(chat, int(message.reference))
        except (DeliveryFailed, ValueError):
            return False
        return True

    async def draft(self, conversation: str, key: str, card: Card) -> None:
        """Show an answer that is not whole yet, or change the one shown under this key."""
        chat, topic = place_of(conversation)
        payload, *more = self._payloads(card, chat)
        if more or not isinstance(payload, Text):
            return
        if number := self._drafts.get(key):
            await self._client.edit(payload, chat, number)
            return
        if len(self._drafts) >= _DRAFTS:
            self._drafts.clear()
        self._drafts[key] = await self._client.say(payload, chat, topic)

    async def _in_place_of_draft(self, key: str, payload: Payload, chat: int) -> int:
        """Put words where their draft stands; else take it away and give 0."""
        number = self._drafts.get(key, 0)
        if not number:
            return 0
        try:
            if isinstance(payload, Text):
                await self._client.edit(payload, chat, number)
            else:
                await self._client.erase(chat, number)
        except Undeliverable:  # somebody took it away
            self._drafts.pop(key, None)
            return 0
        self._drafts.pop(key, None)
        return number if isinstance(payload, Text) else 0

    async def run(self, incoming: Incoming, menu: Menu) -> None:
        """Receive for ever. Raises PlatformClosed when the token is not, or no more, known."""
        await self._client.open()
        try:
            me = await self._patiently(self._client.me)
            await self._patiently(lambda: self._offer(menu))
            if self._settings.webhook:
                await self._listen(incoming, me)
            else:
                await self._patiently(lambda: self._client.listen_at("", ""))
                await self._poll(incoming, me)
        finally:
            await self._client.close()

    async def _listen(self, incoming: Incoming, me: User) -> None:
        """Have updates posted; one is acknowledged, by a 200, when it is committed."""
        from bot.adapters.telegram.webhook import Webhook  # noqa: PLC0415 -- a server few need

        secret = self._seal.secret("telegram webhook")
        async with asyncio.TaskGroup() as group:

            async def take(update: Update) -> bool:
                found = await self._found(update, me)
                if not await self._committed(found, incoming):
                    return False
                if (then := self._then(found, incoming)) is not None:
                    group.create_task(then())
                return True

            group.create_task(Webhook(self._settings.listen, secret, take).serve())
            url = self._settings.webhook
            await self._patiently(lambda: self._client.listen_at(url, secret))

    async def _poll(self, incoming: Incoming, me: User) -> None:
        """Telegram keeps updates until a higher offset is asked for: past what is committed."""
        closed: PlatformClosed | None = None
        offset = 0
        async with asyncio.TaskGroup() as acknowledging:
            while closed is None:
                try:
                    updates = await self._patiently(partial(self._client.updates, offset))
                except PlatformClosed as error:
                    closed = error
                    continue
                left = await asyncio.gather(
                    *(self._taken(theirs, incoming, me) for theirs in _by_chat(updates))
                )
                offset = max((offset, *(update.update_id + 1 for update in updates)))
                for then in (then for each in left for then in each):
                    acknowledging.create_task(then())
        raise closed

    async def _taken(
        self, updates: Sequence[Update], incoming: Incoming, me: User
    ) -> Sequence[Then]:
        """Commit what one chat says, in its order; gives what is left to do."""
        left = [await self._take(update, incoming, me) for update in updates]
        return [then for then in left if then is not None]

    async def _take(self, update: Update, incoming: Incoming, me: User) -> Then | None:
        """Commit what an update says, however long the store is away; gives what is left to do."""
        found = await self._found(update, me)
        while not await self._committed(found, incoming):
            await self._clock.sleep(_BACK_OFF_SECONDS[0])
        return self._then(found, incoming)

    def _then(self, found: Read, incoming: Incoming) -> Then | None:
        match found:
            case Said(press=press) | Refused(press=press) if press:
                return partial(self._acknowledge, press)
            case Typed():
                return partial(self._offered, found, incoming)
            case _:
                return None

    async def _found(self, update: Update, me: User) -> Read:
        """What an update says, with its file; one that is like no other is passed over."""
        try:
            found = read(update, me, self._seal, self._clock.now_ms())
        except (AttributeError, TypeError, ValueError):
            _log.exception("update_not_read", update=update.update_id)
            return None
        if isinstance(found, Said) and found.file is not None:
            return await self._fetched(found, found.file)
        return found

    async def _committed(self, found: Read, incoming: Incoming) -> bool:
        try:
            match found:
                case Said(message=message):
                    await incoming.receive(message)
                case Refused(message=message, error=error):
                    await incoming.refuse(message, error)
                case Migrated(old=old, new=new):
                    await incoming.moved(PLATFORM, conversation_of(old), conversation_of(new))
        except StoreUnavailable as error:
            _log.warning("telegram_waits_for_the_store", error=str(error))
            return False
        return True

    async def _fetched(self, said: Said, file: Wanted) -> Said | Refused:
        """The same with its file, under a name that we made."""
        ending = re.sub(r"[^\w.-]", "_", file.name)[-40:]
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{PLATFORM}-{said.message.update_id}-{ending}"
        try:
            await self._client.fetch(file.file_id, path)
        except DeliveryFailed as error:
            _log.warning("file_not_fetched", error=str(error))
            return Refused(said.message, NotTaken("fetch", file=file.name[:60]))
        received = ReceivedFile(file.name, path)
        return Said(replace(said.message, files=(received,)))

    async def _acknowledge(self, press: str) -> None:
        with suppress(DeliveryFailed):  # too late, or twice: the waiting sign is gone then anyway
            await self._client.acknowledge(press)

    async def _offered(self, typed: Typed, incoming: Incoming) -> None:
        """Show what fits what is typed; who goes on typing hears of the newest words alone."""
        sender, query = typed.message.sender, typed.query
        self._typing[sender] = query
        try:
            cards = await incoming.offer(typed.message)
            if self._typing.get(sender) != query:
                return
            found = [await self._result(str(n), card, int(sender)) for n, card in enumerate(cards)]
            await self._client.answer(query, [each for each in found if each is not None])
        except (DeliveryFailed, StoreUnavailable, OSError) as error:
            _log.info("nothing_offered", error=str(error))
        finally:
            if self._typing.get(sender) == query:
                del self._typing[sender]

    async def _result(self, name: str, card: Card, chat: int) -> InlineQueryResult | None:
        payload, *_ = rendered(card, lambda line: line)
        picture = ""
        if isinstance(payload, Photo):
            try:
                picture = await self._kept(payload, chat)
            except DeliveryFailed as error:  # they have never begun a chat with the bot
                _log.info("picture_not_kept", error=str(error))
                payload, *_ = rendered(replace(card, attachments=()), lambda line: line)
        return offered(name, card, payload, picture)

    async def _kept(self, photo: Photo, chat: int) -> str:
        """What a picture is called at Telegram; once more where the chat was just spoken to."""
        try:
            return await self._client.kept(photo.path, chat)
        except TryLater as error:
            await self._clock.sleep(max(1, error.seconds))
            return await self._client.kept(photo.path, chat)

    async def _offer(self, menu: Menu) -> None:
        for scope in _SCOPES:
            for language in _LANGUAGES:
                entries = menu.entries[:COMMANDS]
                commands = [_command(entry, language or "en") for entry in entries]
                await self._client.offer(commands, scope(), language)

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        """Call until there is an answer. Raises PlatformClosed."""
        failures = 0
        while True:
            try:
                return await call()
            except PlatformClosed:
                raise
            except Rival as error:
                _log.error("telegram_second_instance", error=str(error))
                await self._clock.sleep(_RIVAL_SECONDS)
            except DeliveryFailed as error:
                _log.warning("telegram_unreachable", error=str(error))
                wait = _BACK_OFF_SECONDS[min(failures, len(_BACK_OFF_SECONDS) - 1)]
                failures += 1
                asked = error.seconds if isinstance(error, TryLater) else 0
                await self._clock.sleep(max(wait, asked))

    def _payloads(self, card: Card, chat: int) -> Sequence[Payload]:
        return rendered(card, lambda line: self._seal.closed(line, str(chat)))


def _by_chat(updates: Sequence[Update]) -> Sequence[Sequence[Update]]:
    """Apart by chat, so that none waits for the commit of another."""
    chats: defaultdict[int, list[Update]] = defaultdict(list)
    for update in updates:
        chat = update.effective_chat
        chats[chat.id if chat is not None else 0].append(update)
    return list(chats.values())


def _command(entry: MenuEntry, language: str) -> BotCommand:
    text = entry.texts.get(language) or entry.texts["en"]
    return BotCommand(entry.name, text[:DESCRIPTION_LETTERS])

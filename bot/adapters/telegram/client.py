"""One bot at Telegram's servers: calls through python-telegram-bot, every failure by its remedy."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    InlineQueryResult,
    InputFile,
    InputMediaPhoto,
    ReplyParameters,
    Update,
    User,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)

from bot.adapters.telegram.manifest import (
    INLINE_SECONDS,
    UPDATES,
    TelegramSettings,
    conversation_of,
)
from bot.adapters.telegram.render import Album, File, Payload, Photo, Text
from bot.adapters.telegram.wire import NEVER_LEFT, Flooded, ServerTrouble, Wire
from bot.errors import Moved, PlatformClosed, TryLater, Undeliverable, Unsure

T = TypeVar("T")
_UNCHANGED = "message is not modified"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a message goes, as an answer to what, and whether it makes a sound."""

    chat: int
    topic: int | None
    reply: ReplyParameters | None
    is_silent: bool


class Rival(TryLater):
    """Another process asks for this bot's updates: Telegram lets only one of them."""


class Client:
    """Every method raises DeliveryFailed and nothing else of the network's."""

    def __init__(self, settings: TelegramSettings) -> None:
        wait, many = settings.answer_seconds, 2 * settings.pacing.at_once
        asking = Wire(settings.api, connections=1, seconds=wait)
        speaking = Wire(settings.api, connections=many, seconds=wait)
        self._requests = (asking, speaking)
        self._wait = settings.poll_seconds
        self._bot = Bot(
            settings.token,
            base_url=settings.api,
            base_file_url=settings.files,
            request=speaking,
            get_updates_request=asking,
        )

    async def open(self) -> None:
        """Be ready to call, again if need be."""
        for request in self._requests:
            await request.initialize()

    async def close(self) -> None:
        """Let the connections go."""
        for request in self._requests:
            await request.shutdown()

    async def me(self) -> User:
        """Who this bot is."""
        return await _mapped(self._bot.get_me)

    async def updates(self, offset: int) -> Sequence[Update]:
        """What came in from this number on; waits for it. All before it are forgotten there."""
        wait = self._wait
        return await _mapped(
            lambda: self._bot.get_updates(
                offset, timeout=wait, allowed_updates=UPDATES, read_timeout=wait + 10
            )
        )

    async def listen_at(self, url: str, secret: str) -> None:
        """Have updates posted there, or, where it is empty, kept until they are asked for."""
        if url:
            await _mapped(
                lambda: self._bot.set_webhook(url, secret_token=secret, allowed_updates=UPDATES)
            )
        else:
            await _mapped(self._bot.delete_webhook)

    async def fetch(self, file_id: str, path: Path) -> None:
        """Save a file that somebody sent."""
        remote = await _mapped(lambda: self._bot.get_file(file_id))
        await _mapped(lambda: remote.download_to_drive(path))

    async def acknowledge(self, press: str) -> None:
        """A press has arrived; stops the waiting sign on the button."""
        await _mapped(lambda: self._bot.answer_callback_query(press))

    async def answer(self, query: str, results: Sequence[InlineQueryResult]) -> None:
        """What may be put where somebody types; theirs alone, and for a moment."""
        await _mapped(
            lambda: self._bot.answer_inline_query(
                query, results, cache_time=INLINE_SECONDS, is_personal=True
            )
        )

    async def kept(self, path: Path, chat: int) -> str:
        """Leave a picture at Telegram and nothing in the chat; gives what it is called there."""
        picture = _picture(path)
        sent = await _mapped(lambda: self._bot.send_photo(chat, picture, disable_notification=True))
        await self.erase(chat, sent.id)
        return sent.photo[-1].file_id

    async def offer(
        self, commands: Sequence[BotCommand], scope: BotCommandScope, language: str
    ) -> None:
        """The command menu of a place in a language, if it is another one than before."""
        there = await _mapped(lambda: self._bot.get_my_commands(scope, language))
        if list(there) != list(commands):
            await _mapped(lambda: self._bot.set_my_commands(commands, scope, language))

    async def say(
        self,
        payload: Payload,
        chat: int,
        topic: int | None,
        reply_to: int = 0,
        *,
        is_silent: bool = False,
    ) -> int:
        """Send one message; gives its number, the first one's of an album."""
        reply = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None
        place = _Place(chat, topic, reply, is_silent)
        return await _mapped(lambda: self._said(payload, place))

    async def edit(self, payload: Text, chat: int, number: int) -> None:
        """Put words and buttons in the place of those of an earlier message."""
        try:
            await _mapped(
                lambda: self._bot.edit_message_text(
                    payload.words.text,
                    chat_id=chat,
                    message_id=number,
                    entities=payload.words.entities,
                    reply_markup=payload.keyboard,
                )
            )
        except Undeliverable as error:
            if _UNCHANGED not in str(error).lower():
                raise

    async def erase(self, chat: int, number: int) -> None:
        """Take a message away: anybody's in a private chat, in a group if we are its admin."""
        await _mapped(lambda: self._bot.delete_message(chat, number))

    async def _said(self, payload: Payload, place: _Place) -> int:
        bot, chat, topic = self._bot, place.chat, place.topic
        reply, is_silent = place.reply, place.is_silent
        match payload:
            case Text(words, keyboard):
                sent = await bot.send_message(
                    chat,
                    words.text,
                    entities=words.entities,
                    reply_markup=keyboard,
                    message_thread_id=topic,
                    reply_parameters=reply,
                    disable_notification=is_silent,
                    disable_web_page_preview=True,
                )
            case Photo(path, words, keyboard):
                sent = await bot.send_photo(
                    chat,
                    _picture(path),
                    caption=words.text,
                    caption_entities=words.entities,
                    reply_markup=keyboard,
                    message_thread_id=topic,
                    reply_parameters=reply,
                    disable_notification=is_silent,
                )
            case File(content, name, words, keyboard):
                data = content if isinstance(content, bytes) else content.read_bytes()
                sent = await bot.send_document(
                    chat,
                    InputFile(data, name),
                    caption=words.text,
                    caption_entities=words.entities,
                    reply_markup=keyboard,
                    message_thread_id=topic,
                    reply_parameters=reply,
                    disable_notification=is_silent,
                )
            case Album(paths):
                pictures = [
                    InputMediaPhoto(path.read_bytes(), filename=path.name) for path in paths
                ]
                sent, *_ = await bot.send_media_group(
                    chat,
                    pictures,
                    message_thread_id=topic,
                    reply_parameters=reply,
                    disable_notification=is_silent,
                )
        return sent.id


def _picture(path: Path) -> InputFile:
    return InputFile(path.read_bytes(), path.name)


async def _mapped(call: Callable[[], Awaitable[T]]) -> T:
    """One call; what the library raises becomes what is to be done about it."""
    try:
        return await call()
    except Flooded as error:
        raise TryLater(str(error), error.seconds) from error
    except InvalidToken as error:
        raise PlatformClosed(f"Telegram does not know the token: {error}") from error
    except Conflict as error:
        raise Rival(str(error)) from error
    except ChatMigrated as error:
        raise Moved(conversation_of(error.new_chat_id)) from error
    except (Forbidden, BadRequest) as error:
        raise Undeliverable(str(error)) from error
    except ServerTrouble as error:
        raise TryLater(str(error), everywhere=True) from error
    except NetworkError as error:
        if isinstance(error.__cause__, NEVER_LEFT):
            raise TryLater(str(error), everywhere=True) from error
        raise Unsure(str(error)) from error
    except TelegramError as error:  # an answer that is none
        raise Unsure(str(error)) from error

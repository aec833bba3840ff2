"""Updates become messages, or are passed over by rule; nothing here touches the network."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import orjson
from telegram import CallbackQuery, Chat, InlineQuery, Message, Update, User

from bot.adapters.telegram.manifest import PLATFORM, RECEIVED_BYTES, conversation_of
from bot.errors import NotTaken
from bot.message import InboundMessage, is_readable
from bot.seal import Seal

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 -- the header's name
_COMMAND = re.compile(r"/(\w+)(?:@(\w+))?(?=\s|$)")
_START = re.compile(r"/start(?:\s+([\w-]{1,64}))?\s*$")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that is still at Telegram."""

    file_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody's words, typed or pressed; `press` is the query that waits to be acknowledged."""

    message: InboundMessage
    file: Wanted | None = None
    press: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Words that are not acted on, and why the person hears so."""

    message: InboundMessage
    error: NotTaken
    press: str = ""


@dataclass(frozen=True, slots=True)
class Migrated:
    """A group became a supergroup: its chat has another number now."""

    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody types after the bot's name, in any chat, to put an answer there."""

    message: InboundMessage
    query: str


Read: TypeAlias = Said | Refused | Migrated | Typed | None


def read(update: Update, me: User, seal: Seal, now: int) -> Read:
    """What an update is to the desk; None is silence, for what is not said to it by a person."""
    if update.callback_query is not None:
        return _pressed(update, update.callback_query, seal, now)
    if update.inline_query is not None:
        return _typed(update, update.inline_query, now)
    message = update.message
    if message is None:
        return None
    if message.migrate_to_chat_id is not None:
        return Migrated(message.chat.id, message.migrate_to_chat_id)
    if message.from_user is None or message.from_user.is_bot:
        return None
    if message.sender_chat is not None or message.via_bot is not None:
        return None  # a channel, an anonymous admin, or what an inline answer has put here
    return _written(update, message, message.from_user, me, now)


def genuine(headers: Mapping[str, str], secret: str) -> bool:
    """Whether a webhook's request bears the secret; header names in lower case."""
    given = headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
    return bool(secret) and hmac.compare_digest(given, secret.encode())


def parsed(body: bytes) -> Update | None:
    """The update that a webhook's body holds, or None where it holds none."""
    try:
        raw = orjson.loads(body)
        return Update.de_json(raw) if isinstance(raw.get("update_id"), int) else None
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, ValueError):
        return None


def _pressed(update: Update, query: CallbackQuery, seal: Seal, now: int) -> Read:
    card = query.message
    if card is None or query.from_user.is_bot:
        return None
    topic = card.message_thread_id if isinstance(card, Message) and card.is_topic_message else None
    line = seal.opened(query.data or "", str(card.chat.id))
    message = _message(
        update, card.chat, query.from_user, line or "", now, topic=topic, reference=card.message_id
    )
    if line is None:
        return Refused(message, NotTaken("button"), query.id)
    return Said(message, press=query.id)


def _typed(update: Update, query: InlineQuery, now: int) -> Read:
    if query.from_user.is_bot:
        return None
    message = InboundMessage(
        platform=PLATFORM,
        update_id=str(update.update_id),
        conversation=conversation_of(query.from_user.id),
        sender=str(query.from_user.id),
        sender_name="",
        text=_INVISIBLE.sub("", query.query).strip(),
        received_at=now,
        is_private=False,
    )
    return Typed(message, query.id)


def _written(update: Update, message: Message, sender: User, me: User, now: int) -> Read:
    is_private = message.chat.type == Chat.PRIVATE
    topic = message.message_thread_id if message.is_topic_message else None
    text = _INVISIBLE.sub("", message.text or message.caption or "").strip()
    spoken = text if is_private else _addressed(text, message, me)
    if spoken is None:
        return None
    said = _message(
        update, message.chat, sender, _own(spoken, me), now, topic=topic, reference=message.id
    )
    if message.forward_origin is not None:
        return Refused(said, NotTaken("forward")) if is_private else None
    file, problem = _file(message)
    if problem is not None:
        return Refused(said, problem)
    if not said.text and file is None:
        return None
    return Said(said, file)


def _addressed(text: str, message: Message, me: User) -> str | None:
    """What a group's message says to this bot, or None where it is not meant."""
    command = _COMMAND.match(text)
    if command is not None:
        named = command[2]
        return text if named is None or named.lower() == (me.username or "").lower() else None
    mention = f"@{me.username}"
    if mention.lower() in text.lower():
        return re.sub(re.escape(mention), "", text, flags=re.IGNORECASE).strip()
    answered = message.reply_to_message
    is_reply = answered is not None and answered.from_user is not None
    return text if is_reply and answered.from_user.id == me.id else None  # type: ignore[union-attr]


def _own(text: str, me: User) -> str:
    """A slash line as the desk knows it: without the bot's name, and `/start` as what it means."""
    command = _COMMAND.match(text)
    if command is None:
        return text
    named = command[2]
    if named is not None and named.lower() == (me.username or "").lower():
        text = f"/{command[1]}{text[command.end() :]}"
    start = _START.fullmatch(text)
    if start is None:
        return text
    return f"/link {start[1]}" if start[1] else "/help"


def _file(message: Message) -> tuple[Wanted | None, NotTaken | None]:
    document = message.document
    if document is not None:
        name = document.file_name or ""
        if not is_readable(name):
            return None, NotTaken("file", file=name[:60] or "?")
        if (document.file_size or 0) > RECEIVED_BYTES:
            limit = f"{RECEIVED_BYTES // 1_000_000} MB"
            return None, NotTaken("size", file=name[:60], limit=limit)
        return Wanted(document.file_id, name), None
    if message.effective_attachment is not None:
        return None, NotTaken("file", file="?")
    return None, None


def _message(
    update: Update,
    chat: Chat,
    sender: User,
    text: str,
    now: int,
    *,
    topic: int | None,
    reference: int,
) -> InboundMessage:
    return InboundMessage(
        platform=PLATFORM,
        update_id=str(update.update_id),
        conversation=conversation_of(chat.id, topic),
        sender=str(sender.id),
        sender_name=_INVISIBLE.sub("", sender.full_name)[:64],
        text=text,
        received_at=now,
        is_private=chat.type == Chat.PRIVATE,
        reference=str(reference),
    )

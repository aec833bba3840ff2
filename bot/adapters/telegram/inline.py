"""Cards as what is offered to somebody who types the bot's name and some words in any chat."""

from __future__ import annotations

from telegram import (
    InlineQueryResult,
    InlineQueryResultArticle,
    InlineQueryResultCachedPhoto,
    InputTextMessageContent,
    LinkPreviewOptions,
)

from bot.adapters.telegram.render import Payload, Photo, Text
from bot.card import Card

_DETAILS = 3
"""Fields of a card that are seen before it is chosen."""


def offered(name: str, card: Card, payload: Payload, picture: str = "") -> InlineQueryResult | None:
    """One offer; a picture goes by what Telegram calls it. None for what cannot be put anywhere."""
    detail = " · ".join(f"{field} {value}" for field, value in card.fields[:_DETAILS])
    match payload:
        case Text(words):
            content = InputTextMessageContent(
                words.text,
                entities=words.entities,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
            return InlineQueryResultArticle(name, card.title, content, description=detail)
        case Photo(words=words) if picture:
            return InlineQueryResultCachedPhoto(
                name,
                picture,
                title=card.title,
                description=detail,
                caption=words.text,
                caption_entities=words.entities,
            )
        case _:
            return None

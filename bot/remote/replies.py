"""Results and failures as JSON that any protocol may carry."""

from __future__ import annotations

from typing import Any

from bot.card import Card
from bot.errors import BotError, CommandNotFound, NotPermitted, NotUnderstood, TooMuch
from bot.failures import failed
from bot.remote.door import Result
from bot.voice import Voice
from engine.errors import EngineError


def of_result(result: Result) -> dict[str, Any]:
    """`outcome` is done or ticket; a ticket is confirmed by its person in their own chat alone."""
    if result.ticket is not None:
        return {
            "outcome": "ticket",
            "ticket": result.ticket.id,
            "expires_at": result.ticket.expires_at,
            "card": of_card(result.card),
        }
    return {"outcome": "done", "card": of_card(result.card), "result": result.facts}


def of_error(error: BotError | EngineError, voice: Voice) -> dict[str, Any]:
    """The code of a failure and what a person would read."""
    return {"outcome": "error", "code": error.code, "card": of_card(failed(error, voice))}


def status_of(error: BotError | EngineError) -> int:
    """The HTTP status that says the same."""
    match error:
        case CommandNotFound():
            return 404
        case NotUnderstood():
            return 422
        case NotPermitted():
            return 403 if error.facts.get("command") else 401
        case TooMuch():
            return 429
        case _:
            return 409


def of_card(card: Card) -> dict[str, Any]:
    """A card as data; files stay on the desk's machine."""
    table = card.table
    return {
        "title": card.title,
        "text": card.text,
        "fields": dict(card.fields),
        "table": {"header": table.header, "rows": table.rows} if table else None,
        "badge": card.badge,
        "hint": card.hint,
        "files": [attachment.path.name for attachment in card.attachments],
    }

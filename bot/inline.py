"""What a person may put into any chat: prices and charts, and nothing that is their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.card import Card
from bot.command import Context
from bot.errors import BotError
from bot.identity.directory import Directory
from bot.identity.permissions import permit
from bot.message import Complete, InboundMessage, Principal
from engine.errors import EngineError, StoreUnavailable

_PRICE, _CHART = "price", "chart"
_MOST = 8

OpenContext = Callable[[Principal, InboundMessage, str], Context]


class Inline:
    """Reads for members only, and stores nothing."""

    def __init__(self, directory: Directory, open_context: OpenContext, complete: Complete) -> None:
        """`complete` finds instruments by what is typed of them."""
        self._directory = directory
        self._open_context = open_context
        self._complete = complete

    async def cards(self, message: InboundMessage) -> Sequence[Card]:
        """Cards that anybody may read, the best first. Raises StoreUnavailable."""
        principal = await self._directory.known(message)
        if principal is None:
            return ()
        context = self._open_context(
            principal, replace(message, is_public=True), f"inline:{message.update_id}"
        )
        cards = []
        for line in await self._lines(message.text):
            try:
                command = context.read_line(line)
                permit(principal, command)
                card = (await command.handle(context)).card(context.voice)
            except StoreUnavailable:
                raise
            except (BotError, EngineError):
                continue  # it is being typed: what cannot be read yet is not offered
            # What is pressed or typed next is for the chat with the desk.
            cards.append(replace(card, buttons=(), hint=""))
        return cards

    async def _lines(self, typed: str) -> Sequence[str]:
        name, _, rest = typed.lstrip("/ ").partition(" ")
        if name.casefold() not in {_PRICE, _CHART}:
            name, rest = _PRICE, typed
        sought, _, more = rest.strip().partition(" ")
        found = await self._complete("symbol", sought)
        if name.casefold() == _CHART:
            return [f"/{_CHART} {symbol} {more}".strip() for symbol in found[:1]]
        return [f"/{_PRICE} {symbol}" for symbol in found[:_MOST]]

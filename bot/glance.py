"""What a person has before them: what waits for their yes, what they hold, what they ordered."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.card import Card
from bot.command import Context
from bot.confirmation.desk import Confirmation
from bot.errors import BotError
from bot.failures import failed
from bot.identity.directory import Directory
from bot.identity.permissions import permit
from bot.message import InboundMessage, Principal
from engine.errors import EngineError, StoreUnavailable

_LINES = ("/positions", "/orders")

OpenContext = Callable[[Principal, InboundMessage, str], Context]


class Glance:
    """Reads as the person would, and stores nothing."""

    def __init__(
        self, directory: Directory, confirmation: Confirmation, open_context: OpenContext
    ) -> None:
        self._directory = directory
        self._confirmation = confirmation
        self._open_context = open_context

    async def cards(self, message: InboundMessage) -> Sequence[Card]:
        """Cards for the sender alone; a stranger's is the refusal. Raises StoreUnavailable."""
        try:
            principal = await self._directory.principal(message)
            context = self._open_context(principal, message, f"glance:{message.update_id}")
            voice = context.voice
            waiting = await self._confirmation.waiting(context)
            cards = [asked.card(voice) for asked in waiting]
            for line in _LINES:
                command = context.read_line(line)
                permit(principal, command)
                cards.append((await command.handle(context)).card(voice))
        except StoreUnavailable:
            raise
        except (BotError, EngineError) as error:
            return [failed(error, await self._directory.voice_of(message))]
        return cards

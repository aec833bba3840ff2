"""Answers that are not whole yet, shown where a platform can change what it has shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog

from bot.card import Card
from bot.errors import BotError, DeliveryFailed
from bot.message import InboundMessage
from bot.ports.platforms import Adapter, ShowsDrafts
from engine.errors import EngineError
from engine.ports.system import Clock

_log = structlog.get_logger(__name__)

_EVERY_MS = 1_200
"""Platforms allow about one change a second in a chat."""
_MOST_KEYS = 1_000

MaySay = Callable[[str, str], bool]
"""Whether a platform takes something that is no row, in a conversation, now; it counts then."""


class Drafts:
    """Paces changes by message; a draft that fails is only a draft."""

    def __init__(self, clock: Clock, may_say: MaySay) -> None:
        self._clock = clock
        self._may_say = may_say
        self._shown: dict[str, int] = {}
        self.adapters: Mapping[str, Adapter] = {}

    async def show(self, message: InboundMessage, key: str, card: Card) -> None:
        """Show it, unless the last change under this key was a moment ago."""
        adapter: object = self.adapters.get(message.platform)
        now = self._clock.now_ms()
        if not isinstance(adapter, ShowsDrafts) or now - self._shown.get(key, 0) < _EVERY_MS:
            return
        if not self._may_say(message.platform, message.conversation):
            return
        if len(self._shown) >= _MOST_KEYS:
            self._shown.clear()
        self._shown[key] = now
        try:
            await adapter.draft(message.conversation, key, card)
        except (OSError, BotError, EngineError, DeliveryFailed) as error:
            _log.info("draft_not_shown", error=str(error))

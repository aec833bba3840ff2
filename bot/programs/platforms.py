"""The chat platforms that the configuration has tokens for; each loads only when it is wanted."""

from __future__ import annotations

from bot.config import Config
from bot.ports import Adapter, Equipment


def platforms(config: Config, equipment: Equipment) -> list[Adapter]:
    """An adapter for each of them, to be served side by side."""
    return [*_telegram(config, equipment)]


def _telegram(config: Config, equipment: Equipment) -> list[Adapter]:
    token = config.telegram_token()
    if not token:
        return []
    from bot.adapters.telegram.adapter import TelegramAdapter  # noqa: PLC0415 -- loads the library
    from bot.adapters.telegram.manifest import TelegramSettings  # noqa: PLC0415

    section = config.telegram
    settings = TelegramSettings(token, section.messages_per_second, section.webhook, section.listen)
    return [TelegramAdapter(settings, equipment)]

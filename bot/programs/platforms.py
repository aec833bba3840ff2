"""The chat platforms that the configuration has tokens for; each loads only when it is wanted."""

from __future__ import annotations

from bot.config import Config
from bot.ports import Adapter, Equipment


def platforms(config: Config, equipment: Equipment) -> list[Adapter]:
    """An adapter for each of them, to be served side by side."""
    return [*_telegram(config, equipment), *_discord(config, equipment)]


def _telegram(config: Config, equipment: Equipment) -> list[Adapter]:
    token = config.telegram_token()
    if not token:
        return []
    from bot.adapters.telegram.adapter import TelegramAdapter  # noqa: PLC0415 -- loads the library
    from bot.adapters.telegram.manifest import TelegramSettings  # noqa: PLC0415

    section = config.telegram
    settings = TelegramSettings(token, section.messages_per_second, section.webhook, section.listen)
    return [TelegramAdapter(settings, equipment)]


def _discord(config: Config, equipment: Equipment) -> list[Adapter]:
    token = config.discord_token()
    if not token:
        return []
    from bot.adapters.discord.adapter import DiscordAdapter  # noqa: PLC0415 -- loads the library
    from bot.adapters.discord.manifest import DiscordSettings  # noqa: PLC0415

    return [DiscordAdapter(DiscordSettings(token), equipment)]

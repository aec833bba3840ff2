"""The chat platforms that the configuration has tokens for; each loads only when it is wanted."""

from __future__ import annotations

from bot.config import Config
from bot.errors import ConfigInvalid
from bot.ports.platforms import Adapter, Equipment


def platforms(config: Config, equipment: Equipment) -> list[Adapter]:
    """An adapter for each of them, to be served side by side. Raises ConfigInvalid."""
    return [
        *_telegram(config, equipment),
        *_discord(config, equipment),
        *_slack(config, equipment),
    ]


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


def _slack(config: Config, equipment: Equipment) -> list[Adapter]:
    token, webhook = config.slack_token(), config.slack.webhook
    if not token:
        return []
    app_token, secret = config.slack_app_token(), config.slack_signing_secret()
    if webhook and (not secret or config.web.port is None):
        raise _lacking("slack.webhook", "set slack.signing_secret and web.port, or leave it empty")
    if not webhook and not app_token:
        raise _lacking("slack.app_token", "make one with the scope connections:write")
    from bot.adapters.slack.adapter import SlackAdapter  # noqa: PLC0415 -- loads the library
    from bot.adapters.slack.manifest import SlackSettings  # noqa: PLC0415

    settings = SlackSettings(
        token,
        app_token="" if webhook else app_token,
        signing_secret=secret,
        messages_per_second=config.slack.messages_per_second,
    )
    return [SlackAdapter(settings, equipment)]


def _lacking(where: str, fix: str) -> ConfigInvalid:
    return ConfigInvalid(line="0", file=where, detail="what it needs is not there", fix=fix)

"""The app as Slack has it made: what it may do, hears and offers, in one document."""

from __future__ import annotations

from bot.adapters.slack.manifest import COMMAND
from bot.adapters.slack.receive import FORM_SHORTCUT, SHORTCUTS
from bot.adapters.slack.render import Json
from bot.voice import Voice

SCOPES = {
    "app_mentions:read": "hear who mentions it",
    "channels:history": "look whether a message whose answer was lost is there",
    "chat:write": "speak",
    "chat:write.public": "speak where it was not invited, once somebody asks it something there",
    "commands": "/outcry and the shortcuts",
    "files:read": "strategies and candles that people send it",
    "files:write": "charts and reports",
    "groups:history": "the same look, in private channels",
    "im:history": "hear what is written to it in private",
    "im:write": "write to people in private",
    "mpim:history": "the same look, in group chats",
    "users:read": "what people are called",
}
"""What the bot may do, and what for."""
EVENTS = ("app_home_opened", "app_mention", "app_uninstalled", "message.im", "tokens_revoked")


def app_manifest(voice: Voice, webhook: str = "") -> Json:
    """A manifest for "Create an app from a manifest", in one language.

    `webhook` is the public address that Slack posts to; where it is empty, the app connects.
    """
    url = {"request_url": webhook} if webhook else {}
    return {
        "display_information": {
            "name": "Outcry",
            "description": voice.say("slack.app.description"),
            "background_color": "#12233f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Outcry", "always_online": True},
            "shortcuts": [
                {
                    "name": voice.say(f"slack.shortcuts.{name}.name"),
                    "type": "global",
                    "callback_id": name,
                    "description": voice.say(f"slack.shortcuts.{name}.text"),
                }
                for name in (FORM_SHORTCUT, *SHORTCUTS)
            ],
            "slash_commands": [
                {
                    "command": COMMAND,
                    **({"url": webhook} if webhook else {}),
                    "description": voice.say("slack.app.command"),
                    "usage_hint": voice.say("slack.app.usage"),
                    "should_escape": False,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**url, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not webhook,
            "token_rotation_enabled": False,
        },
    }

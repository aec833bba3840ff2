"""How Outcry speaks: texts by key, numbers and times in the reader's language and zone."""

from bot.voice.voice import LANGUAGES, Voice

__all__ = ["LANGUAGES", "Voice"]

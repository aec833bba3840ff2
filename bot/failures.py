"""The one place where a failure becomes a card: the fact, and the way out."""

from __future__ import annotations

from bot.card import Card, Tone
from bot.errors import ArgumentInvalid, BotError, CommandNotFound, NotPermitted, TooMuch
from bot.interpreter.interpreter import Understood
from bot.voice import Voice
from engine.errors import EngineError, InstrumentNotFound, StrategyNotFound


def failed(error: BotError | EngineError, voice: Voice) -> Card:
    """What went wrong, in the reader's language, and what to do about it."""
    key = f"errors.{error.code}"
    facts = {**error.facts, **_worded(error, voice)}
    hint = voice.say(f"{key}.hint", **facts) if voice.knows(f"{key}.hint") else ""
    return Card(
        voice.say(f"{key}.title", **facts),
        text=voice.say(f"{key}.text", **facts),
        hint=hint,
        tone=Tone.BAD,
    )


def _worded(error: BotError | EngineError, voice: Voice) -> dict[str, str]:
    """Facts that are words of a language."""
    match error:
        case ArgumentInvalid():
            return {"problem": voice.say(f"errors.argument.{error.facts['kind']}", **error.facts)}
        case NotPermitted():
            roles = error.facts["needed"], error.facts["role"] or "none"
            needed, role = (voice.say(f"role.{name}") for name in roles)
            return {"needed": needed, "role": role}
        case InstrumentNotFound() | StrategyNotFound() | CommandNotFound() if error.facts.get(
            "nearest"
        ):
            nearest = voice.listed(error.facts["nearest"].split(", "))
            return {"suggestion": voice.say("errors.did_you_mean", nearest=nearest)}
        case StrategyNotFound():
            return {"suggestion": voice.say("errors.see_strategies")}
        case InstrumentNotFound():
            return {"suggestion": voice.say("errors.see_watchlist")}
        case TooMuch() if "kind" in error.facts:
            return {"what": voice.say(f"errors.too_much_of.{error.facts['kind']}", **error.facts)}
        case _:
            return {}


def unclear(understood: Understood, voice: Voice) -> Card:
    """A question back: which command it looks like, and what is missing."""
    missing = voice.listed(understood.missing)
    return Card(
        voice.say("errors.unclear.title", command=understood.about or "?"),
        text=voice.say("errors.unclear.text", missing=missing),
        hint=voice.say("errors.unclear.hint", command=understood.about or "help"),
        tone=Tone.ASK,
    )


def small_talk(voice: Voice) -> Card:
    """Words that ask for nothing that Outcry does."""
    return Card(voice.say("errors.nothing.title"), text=voice.say("errors.nothing.text"))

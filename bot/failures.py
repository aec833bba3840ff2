"""The one place where a failure becomes a card: the fact, and the way out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.card import Button, Card, Tone
from bot.command import Choices
from bot.errors import ArgumentInvalid, BotError, CommandNotFound, NotPermitted, TooMuch
from bot.families.lines import canonical_line
from bot.interpreter.clarify import fits_a_button
from bot.interpreter.understood import Understood
from bot.presenters.command_help import meaning
from bot.presenters.following import reason_words
from bot.presenters.meant import meant
from bot.voice import Voice
from engine.errors import (
    CandlesInvalid,
    EngineError,
    FormulaInvalid,
    InstrumentNotFound,
    StrategyInvalid,
    StrategyNotFound,
    VenueError,
)

_Mistake = ArgumentInvalid | CandlesInvalid | FormulaInvalid | StrategyInvalid

_LISTS = frozenset({"detail", "nearest"})
"""Facts that are several words, of which one is to be chosen."""
_DECISIONS = frozenset(
    {"yes", "y", "yep", "no", "ok", "okay", "oui", "non", "d’accord", "d'accord"}
)
"""Said alone they are meant for a card, and decide nothing: a stray word moves no money."""


def failed(error: BotError | EngineError, voice: Voice) -> Card:
    """What went wrong, in the reader's language, and what to do about it."""
    key = f"errors.{error.code}"
    if error.facts.get("why") and voice.knows(f"{key}_why.title"):
        key = f"{key}_why"
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
        case ArgumentInvalid() | FormulaInvalid() | CandlesInvalid():
            return {"problem": problem(error, voice)}
        case StrategyInvalid() if error.kind:
            said = problem(error, voice)
            place = error.place
            return {"detail": voice.say("errors.at", place=place, said=said) if place else said}
        case NotPermitted():
            roles = error.facts["needed"], error.facts["role"] or "none"
            needed, role = (voice.say(f"role.{name}") for name in roles)
            return {"needed": needed, "role": role}
        case InstrumentNotFound() if error.facts.get("why"):
            return {"reason": reason_words(error.facts["why"], voice)}
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
        case VenueError() if "why" in error.facts:
            return {"reason": reason_words(error.facts["why"], voice)}
        case _:
            return {}


def problem(error: _Mistake, voice: Voice) -> str:
    """What is wrong and what would be right, as the end of a sentence."""
    facts = error.facts
    key = f"errors.argument.{_kind(error)}"
    if facts.get("nearest"):
        key = f"{key}_near"
    worded = {
        name: voice.listed(fact.split(", ")) if name in _LISTS else fact
        for name, fact in facts.items()
    }
    if "example" in facts:
        worded["example"] = voice.say(f"errors.strategy_example.{facts['example']}")
    if "field" in facts:
        worded["field"] = voice.say(f"errors.cron_field.{facts['field']}")
    if "unit" in facts:
        worded["unit"] = voice.say(f"candles.unit.{facts['unit']}")
    worded["meaning"] = _meaning(facts.get("command", ""), facts.get("argument", ""), voice)
    said = voice.say(key, **worded)
    return said if said.endswith("?") else f"{said}."


def _kind(error: _Mistake) -> str:
    match error:
        case CandlesInvalid():
            return f"candles.{error.kind}"
        case FormulaInvalid():
            return f"formula.{error.kind}"
        case StrategyInvalid():
            return error.kind
        case _:
            return error.facts["kind"]


def _meaning(command: str, argument: str, voice: Voice) -> str:
    """What an argument is, to be said within a sentence."""
    text = meaning(command, argument, voice).rstrip(".")
    return f"{text[:1].lower()}{text[1:]}" or argument


def unclear(understood: Understood, choices: Choices | None, voice: Voice) -> Card:
    """A question back: which command it looks like, what is missing, and the ways on."""
    if understood.readings:
        return _torn(understood, voice)
    if understood.strange:
        return _strange(understood, voice)
    missing = voice.say("errors.also").join(
        _meaning(understood.about, name, voice) for name in understood.missing
    )
    return Card(
        voice.say("errors.unclear.title", command=understood.about or "?"),
        text=voice.say("errors.unclear.text", missing=missing),
        table=choices.things if choices else None,
        buttons=tuple(Button(line, line) for line in _ways(understood, choices)),
        badge=choices.badge if choices else "",
        hint=voice.say("errors.unclear.hint", command=understood.about or "help"),
        tone=Tone.ASK,
    )


def _ways(understood: Understood, choices: Choices | None) -> Sequence[str]:
    lines = map(canonical_line, choices.commands if choices else ())
    return tuple(filter(fits_a_button, lines)) or understood.ways


def _torn(understood: Understood, voice: Voice) -> Card:
    """Each reading as a button that says what it would do; pressed, it is as if it were typed."""
    lines = [(each, canonical_line(each)) for each in understood.readings]
    return Card(
        voice.say("meant.title"),
        text=voice.say("meant.text"),
        buttons=tuple(
            Button(meant(each.spec.name, each.canonical(), voice) or line, line)
            for each, line in lines
        ),
        hint=voice.say("meant.hint", command=understood.about),
        tone=Tone.ASK,
    )


def _strange(understood: Understood, voice: Voice) -> Card:
    """Words that an order has no place for may change it, so it is not taken without them."""
    return Card(
        voice.say("errors.strange.title", command=understood.about),
        text=voice.say("errors.strange.text", words=voice.listed(understood.strange)),
        hint=voice.say("errors.unclear.hint", command=understood.about),
        tone=Tone.ASK,
    )


def told_apart(name: str, voice: Voice) -> Card:
    """What a group is shown of an answer that went to one person."""
    return Card(voice.say("group.told_apart", name=name))


def small_talk(words: str, voice: Voice) -> Card:
    """Words that ask for nothing that Outcry does, a bare yes or no among them."""
    kind = "bare" if words.casefold().strip(" .!") in _DECISIONS else "nothing"
    return Card(voice.say(f"errors.{kind}.title"), text=voice.say(f"errors.{kind}.text"))

"""A command in the reader's language: its summary, its arguments, what it asks for."""

from __future__ import annotations

from rapidfuzz import process

from bot.command import Catalogue, Command, Effect, choices_of
from bot.voice import Voice

_NEAR_ENOUGH = 60
_SHOWN = 3


def summary(command: type[Command], voice: Voice) -> str:
    """What it does, in a line."""
    return voice.say(f"help.summary.{command.spec.name}")


def argument_rows(command: type[Command], voice: Voice) -> tuple[tuple[str, str, str], ...]:
    """Name, meaning and choices of each argument; what must be said bears a star."""
    return tuple(
        (
            f"{name}*" if field.is_required() else name,
            meaning(command.spec.name, name, voice) or field.description or "",
            ", ".join(choices_of(field)),
        )
        for name, field in command.arguments().items()
    )


def meaning(command: str, argument: str, voice: Voice) -> str:
    """What an argument is: of this command, or of all that have one of that name."""
    keys = (f"help.argument.{command}.{argument}", f"help.argument.any.{argument}")
    return next((voice.say(key) for key in keys if voice.knows(key)), "")


def rights(command: type[Command]) -> str:
    """Whether a yes is asked for: `always`, `sometimes` or `never`."""
    raised = ("consent", "consent_in")
    if any(getattr(command, name, None) is not getattr(Command, name, None) for name in raised):
        return "sometimes"
    asks = command.spec.effect in {Effect.MOVES_MONEY, Effect.ADMINISTERS}
    return "always" if asks else "never"


def nearest(word: str, catalogue: Catalogue) -> str:
    """Up to three commands whose names look alike, as slash words."""
    found = process.extract(word[:40], catalogue.words(), limit=_SHOWN, score_cutoff=_NEAR_ENOUGH)
    return ", ".join(f"/{name}" for name, _, _ in found) or "/help"

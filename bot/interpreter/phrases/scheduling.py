"""Commands to be run by the clock, and changes to when."""

from __future__ import annotations

from bot.arguments.folding import fold
from bot.arguments.schedules import find_time
from bot.interpreter.phrases.reading import CommandText, Json
from bot.interpreter.phrases.scenes import Scene
from bot.interpreter.phrases.tokens import Token
from bot.interpreter.phrases.vocabulary import wordset

# These cannot be put on a schedule, or speak of schedules and candles themselves.
NOT_SCHEDULED = wordset("""
    schedules unschedule alert halt resume schedule design screen backtest optimize review link mfa
""")


def timed(schedule: Token) -> bool:
    """Whether a time of day was said; days alone are `? ? * * 5`."""
    return not schedule.value.startswith("?")


def scheduled(command: CommandText, schedule: Token) -> CommandText:
    """The command wrapped in a schedule; without a time of day `when` stays open."""
    when: dict[str, Json] = {"when": schedule.value} if timed(schedule) else {}
    return CommandText("schedule", {"command": command.as_json(), **when})


def moved(before: CommandText, scene: Scene) -> CommandText | None:
    """`make it fridays`, `at 10am instead`: another day or hour for the same schedule."""
    said, old = scene.first("schedule"), str(before.args.get("when", "? ? * * *")).split()
    time = None if said is not None and timed(said) else find_time(fold(scene.text))
    if said is None and time is None:
        return None
    new = said.value.split() if said is not None else ["?", "?", *old[2:]]
    if time is not None:
        new[:2] = [str(time[1]), str(time[0])]
    when = " ".join(o if n == "?" else n for o, n in zip(old, new, strict=True))
    return None if "?" in when else CommandText("schedule", {**before.args, "when": when})

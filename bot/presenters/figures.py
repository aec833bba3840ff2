"""Statistics in words: each in its unit, a dash where it is not defined."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import assert_never

from bot.voice import Voice
from engine.desk import Figure, Unit

_HUNDREDTH, _TENTH = Decimal("0.01"), Decimal("0.1")


def exact(value: float, step: Decimal = _HUNDREDTH) -> Decimal:
    """A statistic as a decimal with so many places."""
    return Decimal(repr(value)).quantize(step, ROUND_HALF_EVEN)


def written(figure: Figure, currency: str, voice: Voice) -> str:
    """The value as people read it."""
    value = figure.value
    if value is None:
        return voice.say("common.none")
    match figure.unit:
        case Unit.FRACTION | Unit.PROBABILITY:
            return voice.percent(exact(value, Decimal("0.0001")))
        case Unit.NUMBER:
            return voice.number(exact(value))
        case Unit.AMOUNT:
            return voice.money(exact(value), currency)
        case Unit.COUNT:
            return voice.number(exact(value, Decimal(1)))
        case Unit.DAYS | Unit.HOURS:
            unit = "d" if figure.unit is Unit.DAYS else "h"
            return voice.say(f"units.{unit}", count=voice.number(exact(value, _TENTH)))
        case _:
            assert_never(figure.unit)


def name_of(figure: Figure, voice: Voice) -> str:
    """What it is called."""
    return voice.say(f"metric.{figure.name}.name")


def formula_of(figure: Figure, voice: Voice) -> str:
    """How it is reckoned."""
    return voice.say(f"metric.{figure.name}.formula")

"""The shape of a strategy document: its keys and the plain values under them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from engine.domain.timeframe import Timeframe

Text = Annotated[str, StringConstraints(max_length=2_000, min_length=1)]
Number = Annotated[float, Field(allow_inf_nan=False)]
# A level may be written as a number, and a percent is text to YAML.
Words = Text | int | Number


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ParameterPart(_Part):
    """One number that may be set."""

    default: Words
    range: Annotated[list[Words], Field(min_length=2, max_length=2)]


class SidePart(_Part):
    """The rules of one side."""

    enter: Text
    exit: Text | None = None


class LimitsPart(_Part):
    """What holds the strategy back."""

    max_positions: Annotated[int, Field(ge=1, le=100)] = 1
    cooldown: Text | int = 0


class StrategyDocument(_Part):
    """A whole document, formulas still being text."""

    strategy: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    version: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    about: Annotated[str, StringConstraints(max_length=2_000)] = ""
    timeframe: Annotated[Timeframe, Field(strict=False)]
    symbols: Annotated[
        list[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9./:_-]{1,40}$")]],
        Field(max_length=100),
    ] = []
    parameters: Annotated[dict[str, ParameterPart], Field(max_length=32)] = {}
    python: Text | None = None
    long: SidePart | None = None
    short: SidePart | None = None
    size: Text = "100% of equity"
    stop_loss: Words | None = None
    take_profit: Words | None = None
    trailing_stop: Words | None = None
    limits: LimitsPart = LimitsPart()

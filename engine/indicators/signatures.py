"""What an indicator takes and gives: the words in which the registry is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from engine.domain.candles import Floats


class Kind(Enum):
    """What a formula, or a part of one, is."""

    NUMBER = "number"
    CONDITION = "condition"
    DURATION = "duration"


class Needs(Enum):
    """What an indicator's function takes before the arguments written in the formula."""

    ARGUMENTS = "nothing"
    CANDLES = "the candles"
    CLOCK = "the candles and the seconds in a bar"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument: a series where `constant` is false, else a fixed value within its range.

    A constant condition does not exist; a duration is always constant, and counted in seconds.
    """

    name: str
    kind: Kind = Kind.NUMBER
    constant: bool = False
    whole: bool = False
    lowest: float = 0.0
    highest: float = 0.0

    def admits(self, value: float) -> bool:
        """Whether a constant is in its range, and whole where it has to be."""
        return self.lowest <= value <= self.highest and (not self.whole or value == int(value))


@dataclass(frozen=True, slots=True)
class Indicator:
    """A word of the formula language: its signature, its function, and its need of history.

    `warmup` counts the bars before its first known value, over inputs known throughout; it takes
    the seconds in a bar, then the constant arguments in order. A
    `recursive` one depends on where its history starts. A `bare` one is written without brackets.
    """

    name: str
    family: str
    parameters: tuple[Parameter, ...]
    result: Kind
    needs: Needs
    function: Callable[..., Floats]
    warmup: Callable[..., float]
    recursive: bool = False
    bare: bool = False

    @property
    def signature(self) -> str:
        """How it is written, such as `sma(x, n)`."""
        names = ", ".join(parameter.name for parameter in self.parameters)
        return self.name if self.bare else f"{self.name}({names})"

    @property
    def about(self) -> str:
        """Its formula, units and source."""
        return " ".join((self.function.__doc__ or "").split())

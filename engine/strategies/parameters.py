"""The numbers of a strategy that may be set: each with a default and a range."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import StrategyInvalid

NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


@dataclass(frozen=True, slots=True)
class StrategyParameter:
    """A named number between `lowest` and `highest`, both included.

    `is_percent` says that it was written as one: 2% is kept as 0.02, and a stop of this parameter
    alone is a percent of the entry.
    """

    name: str
    default: float
    lowest: float
    highest: float
    is_percent: bool = False

    def written(self, value: float) -> str:
        """A value as a document has it: 10, or 2% where it is a percent."""
        if not self.is_percent:
            return f"{value:g}"
        return f"{value:.4%}".rstrip("%").rstrip("0").rstrip(".") + "%"

    def checked(self, value: float) -> float:
        """The value, if it lies in the range; raises StrategyInvalid."""
        if not self.lowest <= value <= self.highest:
            detail = f"{self.name} is {value:g}, outside {self.lowest:g} to {self.highest:g}"
            raise StrategyInvalid(
                detail,
                f"parameters.{self.name}",
                "strategy.outside",
                word=f"{value:g}",
                lowest=f"{self.lowest:g}",
                highest=f"{self.highest:g}",
            )
        return value


def percent_or_number(text: str) -> tuple[float, bool]:
    """`2%` as 0.02 and that it is a percent, `2` as 2; raises ValueError on anything else."""
    match = re.fullmatch(r"\s*([-+]?[0-9]{1,18}(?:\.[0-9]{1,18})?)\s*(%?)\s*", text)
    if match is None:
        raise ValueError(text)
    number = float(match[1])
    return (number / 100, True) if match[2] else (whole(number), False)


def whole(number: float) -> float:
    """An int where it is one, so that 10 is written as 10."""
    return int(number) if number == int(number) else number


def values_of(
    parameters: tuple[StrategyParameter, ...], given: Mapping[str, float]
) -> dict[str, float]:
    """Every parameter's value: the one given, else its default.

    Raises StrategyInvalid on a name that the strategy has not, with those it has, and on a value
    out of its range.
    """
    known = {parameter.name: parameter for parameter in parameters}
    for name in given:
        if name not in known:
            names = ", ".join(known) or "none"
            detail = f"there is no parameter {name[:40]!r}; the strategy's parameters: {names}"
            kind = "strategy.no_parameter" if known else "strategy.no_parameters"
            raise StrategyInvalid(detail, "parameters", kind, word=name[:40], names=names)
    return {
        name: parameter.checked(given.get(name, parameter.default))
        for name, parameter in known.items()
    }

"""How much an entry trades."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.errors import StrategyInvalid

_AMOUNT = r"([0-9]{1,15}(?:\.[0-9]{1,15})?|[a-z][a-z0-9_]{0,31})"
_FORMS = "100% of equity, 0.5 units, 1000 quote or risk 1%"


class SizeKind(StrEnum):
    """What an amount is counted in; the value is its form in a document."""

    EQUITY = "{}% of equity"
    UNITS = "{} units"
    QUOTE = "{} quote"
    RISK = "risk {}%"


@dataclass(frozen=True, slots=True)
class Size:
    """`amount` as written: a number, or a parameter's name; percents in hundredths."""

    kind: SizeKind
    amount: str

    @property
    def text(self) -> str:
        """As it stands in a document."""
        return self.kind.value.format(self.amount)

    def value(self, parameters: Mapping[str, float]) -> float:
        """The amount: a ratio of equity, base units, or quote currency."""
        found = parameters.get(self.amount)
        number = float(self.amount) if found is None else float(found)
        value = number / 100 if self.kind in (SizeKind.EQUITY, SizeKind.RISK) else number
        _check(self.kind, value)
        return value


def read_size(text: str, parameters: Collection[str]) -> Size:
    """The size in words; raises StrategyInvalid with the forms there are."""
    words = " ".join(text.lower().split())
    for kind in SizeKind:
        match = re.fullmatch(re.escape(kind.value).replace(r"\{\}", _AMOUNT), words)
        if match is not None:
            return _checked(Size(kind, match[1]), parameters)
    detail = f"{text[:40]!r} is no size; write {_FORMS}"
    raise StrategyInvalid(detail, "size", "strategy.size", word=text[:40])


def _checked(size: Size, parameters: Collection[str]) -> Size:
    if size.amount[0].isalpha():
        if size.amount not in parameters:
            detail = f"{size.amount!r} is no parameter of the strategy"
            raise StrategyInvalid(detail, "size", "strategy.size_parameter", word=size.amount)
    else:
        size.value({})
    return size


def _check(kind: SizeKind, value: float) -> None:
    of_equity = kind in (SizeKind.EQUITY, SizeKind.RISK)
    if not 0 < value <= (1 if of_equity else 1e15):
        rule = "above 0% and at most 100%" if of_equity else "above 0"
        form = "size_share" if of_equity else "size_above_zero"
        raise StrategyInvalid(f"a size is {rule}", "size", f"strategy.{form}")

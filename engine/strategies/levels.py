"""Where a stop or a target stands: a percent of the entry, a price, or a formula."""

from __future__ import annotations

from dataclasses import dataclass

from engine.formula import Formula
from engine.formula.syntax import Node, Number, Parameter


@dataclass(frozen=True, slots=True)
class Level:
    """A level, measured once from the fill.

    With `is_percent` it lies that share of the entry price away (0.02 is 2%), against the position
    for a stop and with it for a target. Otherwise it is a price in quote currency, taken on the
    signal's bar, where `entry_price` is the fill and `position` is 1 for a long, -1 for a short
    entry. Of a trailing stop it is the distance behind the extreme: a share of it, or an amount.
    """

    formula: Formula
    is_percent: bool

    @property
    def text(self) -> str:
        """As it stands in a document."""
        return self.formula.text


def is_percent(root: Node, percent_parameters: frozenset[str]) -> bool:
    """Whether a formula is nothing but a percent, or a parameter that is one."""
    match root:
        case Number():
            return root.percent
        case Parameter():
            return root.name in percent_parameters
        case _:
            return False

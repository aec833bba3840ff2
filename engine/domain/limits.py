"""Risk limits as values: the figure, where it holds, what reaching it does."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from engine.domain.identifiers import Symbol


class ScopeKind(StrEnum):
    """What a limit may be set for."""

    DESK = "desk"
    ACCOUNT = "account"
    INSTRUMENT = "instrument"
    STRATEGY = "strategy"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class Scope:
    """Every account of the desk, one account, one instrument, a strategy or a followed leader."""

    kind: ScopeKind = ScopeKind.DESK
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.name}" if self.name else self.kind.value


DESK = Scope()


class OnBreach(StrEnum):
    """What reaching a loss limit does beyond halting the account."""

    REFUSE = "refuse"
    FLATTEN = "flatten"


@dataclass(frozen=True, slots=True)
class Limit:
    """A rule's parameters at one scope, in the unit of the rule.

    `pause_minutes` is how long the losing streak rule refuses, `symbols` what the allow-list lets
    through; other rules leave them alone.
    """

    value: Decimal
    on_breach: OnBreach = OnBreach.REFUSE
    pause_minutes: int = 0
    symbols: tuple[Symbol, ...] = ()

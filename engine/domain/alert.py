"""An alert: a formula watched for a person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.domain.identifiers import AlertId, PersonId, Symbol
from engine.domain.timeframe import Timeframe


class Repeat(StrEnum):
    """How often it may fire: the first time it is true, or each time it becomes true."""

    ONCE = "once"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Alert:
    """A standing question about one instrument; `formula` is canonical text, times in UTC ms.

    `held` says that it was true already when it was set.
    """

    id: AlertId
    owner: PersonId
    conversation: str
    symbol: Symbol
    formula: str
    timeframe: Timeframe
    repeat: Repeat
    note: str
    set_at: int
    snoozed_until: int = 0
    fired: int = 0
    held: bool = False

"""What a rule says against an order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule was reached: `facts` fill its text; a warning lets the order pass.

    `share` is how much of the limit would be used, of one.
    """

    rule: str
    facts: Mapping[str, str]
    is_warning: bool = False
    share: Decimal = Decimal(1)

"""Where the desk's books and the venue's do not agree."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from engine.domain.identifiers import AccountId, DifferenceId, Symbol
from engine.domain.order import Order


class DifferenceKind(StrEnum):
    """What does not agree; all but the last three are certain and are mended at once."""

    MISSED_FILL = "missed_fill"
    MISSED_ANSWER = "missed_answer"
    """An order that rests at the venue, which never said that it took it."""
    MISSED_CHANGE = "missed_change"
    """An order that rests at the venue on other terms than the desk knows."""
    MISSED_END = "missed_end"
    """An order of ours that the venue says has ended."""
    ORPHAN = "orphan"
    """An order of ours that the venue knows no more."""
    UNKNOWN_ORDER = "unknown_order"
    """An order that rests at the venue and that the desk never placed."""
    ENDED_ORDER = "ended_order"
    """An order of ours that has ended here and rests at the venue all the same."""
    SIZE_DRIFT = "size_drift"
    """Another quantity is held there than fills say."""

    @property
    def is_certain(self) -> bool:
        """Whether the venue's word is enough to mend it."""
        return self not in _UNCERTAIN


_UNCERTAIN = {
    DifferenceKind.UNKNOWN_ORDER,
    DifferenceKind.ENDED_ORDER,
    DifferenceKind.SIZE_DRIFT,
}


class Settlement(StrEnum):
    """How a difference ended."""

    MENDED = "mended"
    ADOPTED = "adopted"
    CLOSED = "closed"
    IGNORED = "ignored"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Difference:
    """`ours` and `theirs` in base units: filled of an order, or held of an instrument, signed; of a
    missed change the first term that differs, in its own unit.

    `order` is the venue's statement of an order the desk does not know, or holds to have ended.
    """

    id: DifferenceId
    kind: DifferenceKind
    account: AccountId
    symbol: Symbol
    ours: Decimal
    theirs: Decimal
    order: Order | None = None

    @property
    def short_id(self) -> str:
        """What a person types: the order's first letters, or the instrument's name."""
        if self.kind is DifferenceKind.SIZE_DRIFT:
            return self.symbol.casefold()
        return self.id[:6]

    @property
    def may_be_adopted(self) -> bool:
        """Whether it can be taken into the books."""
        # What followed its end, such as another order in its place, stands: open again it would
        # do twice what was confirmed once.
        return self.kind is not DifferenceKind.ENDED_ORDER

    @property
    def is_stated(self) -> bool:
        """Whether the venue states what we missed; what it does not show it may show later."""
        stated = {DifferenceKind.MISSED_ANSWER, DifferenceKind.MISSED_END}
        return self.kind in stated or (
            self.kind is DifferenceKind.MISSED_FILL and abs(self.theirs) > abs(self.ours)
        )

    @property
    def excess(self) -> Decimal:
        """What the venue has beyond ours, signed."""
        return self.theirs - self.ours

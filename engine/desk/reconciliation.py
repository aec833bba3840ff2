"""Where accounts and their venues disagree, and how a person ends it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from engine.domain.difference import Difference, Settlement
from engine.domain.events import DifferenceSettled
from engine.domain.identifiers import IntentKey, PersonId
from engine.runtime.live import LiveRuntime


class ReconciliationDesk:
    """Differences of all accounts, for those who may settle them."""

    def __init__(self, runtime: LiveRuntime, person: PersonId) -> None:
        self._runtime = runtime
        self._person = person

    def differences(self) -> Sequence[Difference]:
        """What nobody has settled, in the order it was found."""
        return tuple(self._runtime.kernel.differences.values())

    async def price(self, difference: Difference) -> Decimal | None:
        """What it would be booked at, in quote currency, or None: the last price, or on margin
        where it was opened.
        """
        entry = await self._runtime.reconciler.entry_price(difference)
        if entry is not None:
            return entry
        tick = self._runtime.kernel.quotes.get(difference.symbol)
        return tick.last if tick else None

    def may_close(self, difference: Difference) -> bool:
        """Whether there is something at the venue that could be ended."""
        if difference.order is not None:
            return True
        return abs(difference.theirs) > abs(difference.ours)

    @property
    def compared_at(self) -> int:
        """When all accounts were last compared, UTC ms; 0 before the first time."""
        return self._runtime.reconciler.compared_at

    def compare_soon(self) -> None:
        """Ask the venues now; what is found is told as it is."""
        self._runtime.reconciler.soon()

    async def settled(self, key: IntentKey) -> Difference | None:
        """What was ended under a key; None where nothing was. Raises StoreUnavailable."""
        events = await self._runtime.turns.came_of(key) or ()
        ended = (event.difference for event in events if isinstance(event, DifferenceSettled))
        return next(ended, None)

    async def settle(self, difference: Difference, how: Settlement, key: IntentKey) -> bool:
        """End it; False where it was over already or no price is known.

        Raises VenueError, StoreUnavailable.
        """
        events = await self._runtime.reconciler.settle(difference, how, key, self._person)
        return any(isinstance(event, DifferenceSettled) for event in events)

"""Mutants that take what is held for another one's."""

from __future__ import annotations

from tests.simulation.mutants.mutant import Mutant, on_margin, one

_MODULE = "engine.execution.attribution"

OF_ATTRIBUTION: tuple[Mutant, ...] = (
    on_margin(
        "protect what closed another one's position",
        _MODULE,
        "        opened = abs(move.quantity) - closed\n",
        "        opened = abs(move.quantity)\n",
        "protection_covers_no_more",
    ),
    one(
        "take what is sold by hand from what has a stop",
        _MODULE,
        "            excess = abs(sum(self.by_entry.values(), ZERO)) - (against - closed)\n",
        "            excess = closed if move.entry is None else ZERO\n",
        "protection_covers_the_position",
    ),
)

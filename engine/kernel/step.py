"""What one arrival comes to."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.account import Fill
from engine.domain.commands import VenueCommand
from engine.domain.events import Event
from engine.domain.values import constructor, quick


@quick
@dataclass(frozen=True, slots=True)
class Step:
    """What happened, to be written first, and what must then leave."""

    events: tuple[Event, ...] = ()
    commands: tuple[VenueCommand, ...] = ()
    fills: tuple[Fill, ...] = ()

    def then(self, later: Step) -> Step:
        """Both, in this order."""
        if later is NOTHING:
            return self
        return stepped(
            self.events + later.events, self.commands + later.commands, self.fills + later.fills
        )


stepped = constructor(Step)
NOTHING = Step()

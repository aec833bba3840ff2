"""Time for pauses: it goes on where the machine's clock is set back."""

from __future__ import annotations

from engine.ports.system import Clock


class SteadyTime:
    """The clock's own time until it is set back, from then on so much ahead of it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = 0
        self._latest = clock.now_ms()

    def now_ms(self) -> int:
        """A moment in ms that is never before an earlier one."""
        now = self._clock.now_ms() + self._ahead
        if now < self._latest:
            self._ahead += self._latest - now
            now = self._latest
        self._latest = now
        return now

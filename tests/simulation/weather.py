"""Which faults strike when: spells of trouble with calm between them, drawn from the seed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.simulation.timeline import Timeline

KINDS = (
    "venue.late",  # an order arrives after the caller gave up
    "venue.mute",  # it is executed, and the answer is lost
    "venue.lost",  # it never arrives, and no answer comes
    "venue.down",  # connections are refused
    "venue.flood",  # 429
    "venue.refusing",  # orders are rejected for no reason of ours
    "venue.stale_reads",  # questions are answered from the past
    "stream.cut",  # what the exchange says is lost
    "stream.shuffled",  # they come out of order
    "stream.twice",  # and again
    "chat.drops",  # deliveries fail and are made again
    "chat.silent",  # nothing can be sent
    "chat.unsure",  # it was sent, and nobody says so
    "chat.twice",  # they are made again though they arrived
    "feed.silent",  # no prices
    "store.locked",
    "store.full",
    "clock.jumps",
)
"""Every spell there is; the process being killed is no spell, it happens in any of them."""

SPELL_SECONDS = 20.0, 150.0
CALM_SECONDS = 60.0, 300.0


class Weather:
    """What is the matter now."""

    def __init__(self, timeline: Timeline, chance: Random, strike: Callable[[str], None]) -> None:
        """`strike` hears of each spell as it begins; ending is told by `over:`."""
        self._timeline = timeline
        self._chance = chance
        self._strike = strike
        self._queue: list[str] = []
        self._now: dict[str, int] = {}
        self.trouble_until = 0.0
        """Until when something was, or will be, the matter: nothing is owed before."""
        self.counts: dict[str, int] = {}
        self.is_calm = False

    def begin(self) -> None:
        self._timeline.after(self._chance.uniform(*CALM_SECONDS), self._next)

    def calm(self) -> None:
        """No more faults from now on."""
        self.is_calm = True
        for kind in tuple(self._now):
            self._end(kind)

    def __contains__(self, kind: str) -> bool:
        return kind in self._now

    def strikes(self, kind: str, share: float = 0.5) -> bool:
        """Whether the fault hits this time, where its spell is on."""
        return kind in self._now and self._chance.random() < share

    def trouble(self, seconds: float = 0.0) -> None:
        """Something went wrong, or will be for so long."""
        self.trouble_until = max(self.trouble_until, self._timeline.now + seconds)

    def _next(self) -> None:
        if self.is_calm:
            return
        for _ in range(self._chance.choice((1, 1, 2))):
            self._spell(self._drawn())
        self._timeline.after(self._chance.uniform(*CALM_SECONDS), self._next)

    def _drawn(self) -> str:
        """Each kind comes once before any comes again."""
        if not self._queue:
            self._queue = list(KINDS)
            self._chance.shuffle(self._queue)
        return self._queue.pop()

    def _spell(self, kind: str) -> None:
        seconds = self._chance.uniform(*SPELL_SECONDS)
        self._now[kind] = self._now.get(kind, 0) + 1
        self.counts[kind] = self.counts.get(kind, 0) + 1
        self.trouble(seconds)
        self._strike(kind)
        self._timeline.after(seconds, lambda: self._over(kind))

    def _over(self, kind: str) -> None:
        left = self._now.get(kind, 0) - 1
        if left > 0:
            self._now[kind] = left
        elif left == 0:
            self._end(kind)

    def _end(self, kind: str) -> None:
        del self._now[kind]
        self.trouble()
        self._strike(f"over:{kind}")

"""What happened, line by line: its hash tells two runs apart, its tail explains a failure."""

from __future__ import annotations

import hashlib
from collections import deque

from tests.simulation.timeline import Timeline

_TAIL = 60


class Trace:
    """Lines are hashed as they come; the last ones are kept, or all when asked for."""

    def __init__(self, timeline: Timeline, *, whole: bool = False) -> None:
        self._timeline = timeline
        self._hash = hashlib.sha256()
        self.lines: deque[str] = deque(maxlen=None if whole else _TAIL)

    def note(self, what: str) -> None:
        line = f"{self._timeline.now:12.3f}  {what}"
        self._hash.update(line.encode())
        self.lines.append(line)

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()[:16]

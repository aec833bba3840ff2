"""Every line that anything logs, however talkative: ours, and the libraries' down to debugging."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from structlog.testing import capture_logs


class _Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


class Heard:
    """What was logged so far."""

    def __init__(self, ear: _Ear, ours: list[dict[str, object]]) -> None:
        self._ear, self._ours = ear, ours

    def lines(self) -> list[str]:
        """All of it."""
        return [*self._ear.lines, *map(str, self._ours)]


@contextmanager
def all_logs() -> Iterator[Heard]:
    """Hear everything for a while."""
    root, ear = logging.getLogger(), _Ear()
    level = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    try:
        with capture_logs() as ours:
            yield Heard(ear, ours)
    finally:
        root.removeHandler(ear)
        root.setLevel(level)

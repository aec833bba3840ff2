"""Chance from one seed, a stream for each part, so that a new draw here shifts nothing there."""

from __future__ import annotations

from random import Random


class Chance:
    """Named streams."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def stream(self, name: str) -> Random:
        """Seeded by text, which Python hashes alike in every process."""
        return Random(f"{self._seed}:{name}")  # noqa: S311 -- to be repeated, not to be secret

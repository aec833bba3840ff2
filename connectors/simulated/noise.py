"""Chance that can be asked for at any place: a counter-based generator keyed by what is drawn.

Philox (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011). The draws repeat
for one version of numpy; its promise across versions is NEP 19.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np


@dataclass(frozen=True, slots=True)
class Noise:
    """The draws of one name, such as a symbol, under one seed."""

    seed: int
    name: str

    def at(self, purpose: str, index: int) -> np.random.Generator:
        """The generator of one place: the same for ever, unlike that of any other place."""
        words = f"{self.seed}/{self.name}/{purpose}".encode()
        stream = int.from_bytes(blake2b(words, digest_size=8).digest(), "big")
        return np.random.Generator(np.random.Philox(key=np.array([stream, index], np.uint64)))

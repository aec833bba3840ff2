"""The one door to TA-Lib, opened on first use because importing it costs half a second."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from types import ModuleType

import numpy as np

from engine.domain.candles import Floats
from engine.indicators.unknown import by_runs


@cache
def _library() -> ModuleType:
    return import_module("talib")


def talib(name: str, *columns: Floats, output: int = 0, **options: float) -> Floats:
    """One output of TA-Lib's `name` over columns of equal length, unknown values kept apart.

    TA-Lib lets a single NaN poison all that follows, so it is run on each unbroken run of bars.
    """
    function = getattr(_library(), name)

    def run(*known: Floats) -> Floats:
        answer: Floats | Sequence[Floats] = function(
            *(np.ascontiguousarray(column, np.float64) for column in known), **options
        )
        return answer if isinstance(answer, np.ndarray) else answer[output]

    return by_runs(run, *columns)

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


def run(name: str, *columns: Floats, output: int = 0, **options: float) -> Floats:
    """One output of TA-Lib's `name` over columns of equal length, known throughout."""
    answer: Floats | Sequence[Floats] = getattr(_library(), name)(
        *(np.ascontiguousarray(column, np.float64) for column in columns), **options
    )
    return answer if isinstance(answer, np.ndarray) else answer[output]


def talib(name: str, *columns: Floats, output: int = 0, **options: float) -> Floats:
    """The same, unknown values kept apart.

    TA-Lib lets a single NaN poison all that follows, so it is run on each unbroken run of bars.
    """

    def each(*known: Floats) -> Floats:
        return run(name, *known, output=output, **options)

    # No function of TA-Lib gives a value on fewer bars than its period.
    return by_runs(each, *columns, least=int(options.get("timeperiod", 1)))

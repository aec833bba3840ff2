"""Where a statistic ends: what is undefined or beyond the floating numbers is None."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import numpy as np

P = ParamSpec("P")


def bounded(measure: Callable[P, float | None]) -> Callable[P, float | None]:
    """The same statistic, giving None for infinities and what is not a number."""

    @wraps(measure)
    def within(*args: P.args, **kwargs: P.kwargs) -> float | None:
        try:
            with np.errstate(all="ignore"):
                value = measure(*args, **kwargs)
        except OverflowError:
            return None
        return float(value) if value is not None and math.isfinite(value) else None

    return within


def ratio(above: float, below: float) -> float | None:
    """A quotient, or None over nothing."""
    return above / below if below else None

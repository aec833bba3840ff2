"""The one door to numba: compiled once, kept beside the source, never stale."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba

from engine.backtest.passes.kept import kept

P = ParamSpec("P")
T = TypeVar("T")


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """The function in machine code: divisions as IEEE 754 has them, no fused arithmetic."""
    return _compiled(function, parallel=False)


def compiled_parallel(function: Callable[P, T]) -> Callable[P, T]:
    """The same, its `prange` loops on all cores."""
    return _compiled(function, parallel=True)


def _compiled(function: Callable[P, T], *, parallel: bool) -> Callable[P, T]:
    options: dict[str, Any] = {"error_model": "numpy", "nogil": True, "parallel": parallel}
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(kept())
    try:
        made = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # nowhere to write: compiled again in each process
        made = numba.njit(**options)(function)
    finally:
        numba.config.CACHE_DIR = before
    return cast("Callable[P, T]", made)

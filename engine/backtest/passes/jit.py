"""The one door to numba: compiled once, kept beside the source, never stale."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba
from numba import types
from numba.extending import intrinsic

from engine.backtest.passes.kept import kept

P = ParamSpec("P")
T = TypeVar("T")


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """The function in machine code: divisions as IEEE 754 has them, no fused arithmetic."""
    return _compiled(function)


def borrowing(function: Callable[P, T]) -> Callable[P, T]:
    """The same for a function that neither makes nor returns an array: its caller holds them all.

    References are not counted then, which for what runs for each block or each bar would cost more
    than what is done there.
    """
    return _compiled(function, _nrt=False)


def compiled_parallel(function: Callable[P, T]) -> Callable[P, T]:
    """The same, its `prange` loops on all cores."""
    return _compiled(function, parallel=True)


def _compiled(function: Callable[P, T], **more: bool) -> Callable[P, T]:
    options: dict[str, Any] = {"error_model": "numpy", "nogil": True, **more}
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(kept())
    try:
        made = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # nowhere to write: compiled again in each process
        made = numba.njit(**options)(function)
    finally:
        numba.config.CACHE_DIR = before
    return cast("Callable[P, T]", made)


def _fused(context: object, a: object, b: object, c: object) -> tuple[object, object]:
    """Of a call's types: what it is, and what makes its code."""
    del context, a, b, c

    def made(context: object, builder: Any, signature: object, arguments: list[object]) -> object:
        del context, signature
        return builder.fma(*arguments)

    return types.float64(types.float64, types.float64, types.float64), made


# a * b + c, rounded once.
fused: Callable[[float, float, float], float] = intrinsic(_fused)

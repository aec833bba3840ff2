"""The one door to numba: compiled once, kept beside the source, never stale.

numba keeps compiled code by the file of the function itself, and does not see when a function that
it calls has changed in another file. So the folder of the kept code bears a digest of all files of
this package.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
T = TypeVar("T")

_HERE = Path(__file__).parent


def _digest() -> str:
    sources = b"".join(path.read_bytes() for path in sorted(_HERE.glob("*.py")))
    return sha256(sources + numba.__version__.encode()).hexdigest()[:16]


KEPT = _HERE / "__pycache__" / f"numba-{_digest()}"
"""Where compiled code lies."""


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """The function in machine code: divisions as IEEE 754 has them, no fused arithmetic."""
    return _compiled(function, parallel=False)


def compiled_parallel(function: Callable[P, T]) -> Callable[P, T]:
    """The same, its `prange` loops on all cores."""
    return _compiled(function, parallel=True)


def _compiled(function: Callable[P, T], *, parallel: bool) -> Callable[P, T]:
    options: dict[str, Any] = {"error_model": "numpy", "nogil": True, "parallel": parallel}
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(KEPT)
    try:
        made = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # nowhere to write: compiled again in each process
        made = numba.njit(**options)(function)
    finally:
        numba.config.CACHE_DIR = before
    return cast("Callable[P, T]", made)

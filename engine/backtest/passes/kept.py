"""Where compiled code is kept, known without loading numba.

numba keeps compiled code by the file of the function itself, and does not see when a function that
it calls has changed in another file. So the folder of the kept code bears a digest of all files of
this package.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

_HERE = Path(__file__).parent


@cache
def kept() -> Path:
    """The folder of this source with this numba."""
    sources = b"".join(path.read_bytes() for path in sorted(_HERE.glob("*.py")))
    digest = sha256(sources + version("numba").encode()).hexdigest()[:16]
    return _HERE / "__pycache__" / f"numba-{digest}"


def is_prepared() -> bool:
    """Whether all of it has been compiled, so that loading it takes no half a minute."""
    return _mark().exists()


def note_prepared() -> None:
    """Remember that it has; where nothing can be written, it is compiled each time anyway."""
    if kept().is_dir():
        _mark().touch()


def _mark() -> Path:
    return kept() / "all"

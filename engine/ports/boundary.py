"""Named moments at which a crash matters: each commit and each network call passes one.

A test hands in a hook that counts or kills; in service the hook does nothing.
"""

from __future__ import annotations

from collections.abc import Callable

_hook: Callable[[str], None] | None = None


def boundary(name: str) -> None:
    """Pass the moment called `name`."""
    if _hook is not None:
        _hook(name)


def watch_boundaries(hook: Callable[[str], None] | None) -> None:
    """Call `hook` at every boundary from now on; None stops that."""
    global _hook
    _hook = hook

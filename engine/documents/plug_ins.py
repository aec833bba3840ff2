"""Strategies in Python, installed beside the house through an entry point.

A package declares its class under the group `outcry.strategies`, as the contract shows:

    [project.entry-points."outcry.strategies"]
    turn-of-month = "my_package:TurnOfMonth"

The class is called with the values of the parameters by name. It has a `document`, the text of its
strategy document, which names it under `python`; and a `warmup`, the bars it hears before it may
enter (0 where there is none).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib.metadata import EntryPoint, entry_points

from engine.errors import StrategyInvalid
from engine.strategy import PlugIn, PythonStrategy

GROUP = "outcry.strategies"
_LONGEST_WARMUP = 100_000


@cache
def installed() -> dict[str, EntryPoint]:
    """What is installed, by name; found once for the life of the process."""
    return {each.name: each for each in sorted(entry_points(group=GROUP), key=lambda e: e.name)}


def plug_in(words: str) -> PlugIn:
    """The plug-in of `name`, or of `name==release`.

    Where it cannot be used, for it is not installed, or in another release, its `make` raises
    StrategyInvalid with the reason: what a desk has kept stays readable whatever is uninstalled.
    """
    name, _, wanted = (part.strip() for part in words.partition("=="))
    try:
        found = _class(name)
        release, warmup = _release(name, wanted), _warmup(name, found)
    except StrategyInvalid as error:
        return PlugIn(name, wanted, 0, partial(_refused, error))
    return PlugIn(name, release, warmup, partial(_made, name, found))


def _made(
    name: str, found: Callable[..., PythonStrategy], values: Mapping[str, float]
) -> PythonStrategy:
    try:
        return found(values)
    except Exception as error:
        raise _broken(name, error) from error


def _refused(error: StrategyInvalid, values: Mapping[str, float]) -> PythonStrategy:
    del values
    raise error


def _release(name: str, wanted: str) -> str:
    distribution = installed()[name].dist
    there = "0" if distribution is None else distribution.version
    if wanted and wanted != there:
        detail = f"{name} {wanted[:40]} is wanted, {there} is installed"
        raise _invalid("release", detail, word=name, wanted=wanted[:40], there=there)
    return there


def _warmup(name: str, found: type) -> int:
    warmup = getattr(found, "warmup", 0)
    if not isinstance(warmup, int) or not 0 <= warmup <= _LONGEST_WARMUP:
        raise _broken(name, f"its warmup is no number of bars from 0 to {_LONGEST_WARMUP}")
    return warmup


def plug_in_text(name: str) -> str:
    """The document that a plug-in brings along. Raises StrategyInvalid."""
    text = getattr(_class(name), "document", None)
    if not isinstance(text, str):
        raise _broken(name, "its class has no document")
    return text


def _class(name: str) -> type:
    entry = installed().get(name)
    if entry is None:
        known = ", ".join(installed()) or "none"
        detail = f"there is no plug-in {name[:40]!r}; installed: {known}"
        kind = "missing" if installed() else "none"
        raise _invalid(kind, detail, word=name[:40], names=known)
    try:
        found = entry.load()
    except Exception as error:
        raise _broken(name, error) from error
    if not isinstance(found, type):
        raise _broken(name, "its entry point names no class")
    for method in ("on_bar", "on_fill"):
        if not callable(getattr(found, method, None)):
            raise _broken(name, f"its class has no {method}")
    return found


def _broken(name: str, why: Exception | str) -> StrategyInvalid:
    words = why if isinstance(why, str) else f"{type(why).__name__}: {why}"
    detail = f"the plug-in {name} cannot be used: {words[:200]}"
    return _invalid("broken", detail, word=name, why=words[:200])


def _invalid(kind: str, detail: str, **facts: str) -> StrategyInvalid:
    return StrategyInvalid(detail, "python", f"strategy.plug_in_{kind}", **facts)

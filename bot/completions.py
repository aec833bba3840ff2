"""What an argument may become while it is being typed: only what everybody may know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from zoneinfo import available_timezones

from bot.message import Complete
from engine.documents.library import library_names
from engine.domain.timeframe import Timeframe

_MOST = 25


def completions(symbols: Callable[[], Iterable[str]]) -> Complete:
    """Completes instruments, timeframes, zones and the library's strategies."""
    words: Mapping[str, Callable[[], Iterable[str]]] = {
        "symbol": symbols,
        "symbols": symbols,
        "timeframe": lambda: [str(each) for each in Timeframe],
        "zone": lambda: sorted(available_timezones()),
        "strategy": library_names,
    }

    async def complete(form: str, typed: str) -> Sequence[str]:
        known = words.get(form)
        if known is None:
            return ()
        *before, last = typed.split(" ") if form == "symbols" else [typed]
        return [" ".join((*before, word)) for word in _matching(known(), last.strip())][:_MOST]

    return complete


def _matching(words: Iterable[str], typed: str) -> list[str]:
    """Those that begin like it, then those that hold it, each in their order."""
    sought = typed.casefold()
    held = [word for word in words if sought in word.casefold()]
    return sorted(held, key=lambda word: not word.casefold().startswith(sought))

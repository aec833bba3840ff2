"""Names of the desk's accounts, said as the place of an order: `on main`, `du compte main`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.arguments.folding import fold
from bot.arguments.names import venue_names

_BEFORE = (
    r"(?:on|from|in|with|via|at|sur|depuis|dans|avec|account|compte|@)"
    r"(?: ?(?:my|the|mon|le|account|compte))*"
)


class Accounts:
    """Known by their ids; one that bears a venue's name is read as the venue."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._ids = {fold(each): each for each in ids if fold(each) not in venue_names()}
        names = "|".join(map(re.escape, sorted(self._ids, key=len, reverse=True)))
        behind = r"(?: (?:account|compte))?"
        self._pattern = (
            re.compile(rf"(?<!\w){_BEFORE} ?(?P<id>{names}){behind}(?![\w-])") if names else None
        )

    def find(self, folded: str) -> Iterator[tuple[int, int, str]]:
        """Where each is named, with its id."""
        if self._pattern is not None:
            for match in self._pattern.finditer(folded):
                yield *match.span("id"), self._ids[match["id"]]

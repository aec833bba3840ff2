"""Names of strategies: the desk's own, and unknown ones by their form."""

# ruff: noqa: E501 -- tables of words and patterns read best unbroken.

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.arguments.names import asset_names
from bot.arguments.number_words import NUMBER_WORDS
from bot.interpreter.phrases.tokens import Token
from bot.interpreter.phrases.vocabulary import words

LIBRARY = (
    *(
        "sma-cross",
        "ema-cross",
        "rsi-reversion",
        "macd-trend",
        "bollinger-reversion",
        "donchian-breakout",
    ),
    *("opening-range", "gap-fill"),
)
_HYPHENATED = re.compile(r"(?<![\w@/.-])[a-z][a-z0-9]*(?:[-_][a-z0-9]+)+(?![\w/@]|-\w|\.\w)")
_NOT_NAMES = words("hyphenated")
_PRONOUNS = frozenset(
    [
        "moi",
        "toi",
        "lui",
        "la",
        "le",
        "les",
        "tu",
        "vous",
        "je",
        "nous",
        "leur",
        "en",
        "y",
        "on",
        "il",
        "elle",
        "ce",
        "ci",
        "t",
        "ils",
        "elles",
    ]
)


class Strategies:
    """`names` are the desk's; each is also known by its words alone."""

    def __init__(self, names: Iterable[str]) -> None:
        known = {*LIBRARY, *names}
        self._known = {re.sub(r"[-_ ]+", " ", name.lower()): name for name in known}
        parts = (
            r"[-_ ]?".join(map(re.escape, name.split()))
            for name in sorted(self._known, key=len, reverse=True)
        )
        self._pattern = re.compile(
            rf"(?<![\w@/-])(?:{'|'.join(parts)})(?![\w/@]|-\w| (?:above|below|over|under|up|down|a la|au)\b)"
        )
        self._squeezed = {name.replace(" ", ""): said for name, said in self._known.items()}

    def find(self, folded: str) -> Iterator[tuple[int, int, str]]:
        """Known names first, then hyphenated words that can be one."""
        for match in self._pattern.finditer(folded):
            yield match.start(), match.end(), self._squeezed[re.sub(r"[-_ ]+", "", match[0])]
        for match in _HYPHENATED.finditer(folded):
            if _is_name(match[0]):
                yield (
                    match.start(),
                    match.end(),
                    match[0].replace("_", "-") if "-" in match[0] else match[0],
                )


def _is_name(word: str) -> bool:
    parts = re.split(r"[-_]", word)
    assets = asset_names().names
    return (
        word not in assets
        and " ".join(parts) not in assets
        and not NUMBER_WORDS.issuperset(parts)
        and word not in _NOT_NAMES
        and parts[-1] not in _PRONOUNS
        and parts[0] not in {"est", "n", "s", "re"}
        and 4 < len(word) <= 48
    )


def name_of(words: Sequence[Token]) -> str:
    """A name spoken as words: `turtle soup` → `turtle-soup`."""
    return "-".join(token.text.replace(" ", "-") for token in words)

"""Names of strategies: the desk's own, and unknown ones by their form."""

# ruff: noqa: E501 -- tables of words and patterns read best unbroken.

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.arguments.names import asset_names
from bot.arguments.number_words import NUMBER_WORDS
from bot.arguments.symbols import PERPETUAL_WORDS
from bot.interpreter.phrases.tokens import Token
from bot.interpreter.phrases.vocabulary import words, wordset

LIBRARY = wordset("""
    sma-cross ema-cross rsi-reversion macd-trend bollinger-reversion donchian-breakout opening-range
    gap-fill
""")
_HYPHENATED = re.compile(r"(?<![\w@/.-])[a-z][a-z0-9]*(?:[-_][a-z0-9]+)+(?![\w/@']|-\w|\.\w)")
# `a 10/30 cross`, `croisement de moyennes 10 et 30`: the library's cross, by its numbers.
_CROSS = re.compile(
    r"(?<![\w.,/])(?P<fast>\d{1,3}) ?[/x-] ?(?P<slow>\d{1,4})(?: (?:simple|moving|averages?|sma|ma|days?|bars?))* (?P<cross>cross(?:over|ing)?s?)\b"
    r"|(?<!ema )\b(?P<crossing>(?:sma[ -]|ma )?cross(?:over)?s?(?: of)?(?: the)?(?: averages)?|croisements?(?: des? moyennes?)?(?: mobiles?)?)"
    r" (?P<quick>\d{1,3}) ?(?:/|x|-|and|et) ?(?P<late>\d{1,4})(?![\w.,%])"
)
_OF_THE_PAST = re.compile(
    r"\b(?:back ?test\w*|bt|test\w*|would|aurai\w*|simul\w*|replay|rejou\w*|optimi\w*|how did|how has)\b"
)
_NOT_NAMES = words("hyphenated")
_PRONOUNS = wordset("""
    moi moe toi toe lui la le les tu vous je nous leur en y on il elle ce ci t ils elles
""")

# French words joined by hyphens begin or end like this: `ci-joint`, `grand-mère`, `sous-évalué`.
_BEFORE = wordset("""
    est n s re ci la celui celle ceux celles grand grands arriere sous quelque avant apres demi non
    ex quasi petit
""")
_BEHIND = wordset("""
    meme memes dessus dessous dedans dehors champ midi titres pere mere frere soeur monnaie feuille
    terme etre vous chose
""")


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

    def find(self, folded: str) -> Iterator[tuple[str, int, int, str]]:
        """Kind, stretch and value: known names first, then hyphenated words that can be one.

        Where the past is asked, averages that cross are a strategy and its two parameters.
        """
        if _OF_THE_PAST.search(folded):
            yield from _crosses(folded)
        for match in self._pattern.finditer(folded):
            yield "strategy", *match.span(), self._squeezed[re.sub(r"[-_ ]+", "", match[0])]
        for match in _HYPHENATED.finditer(folded):
            if _is_name(match[0]):
                yield "strategy", *match.span(), match[0].replace("_", "-")


def _crosses(folded: str) -> Iterator[tuple[str, int, int, str]]:
    for match in _CROSS.finditer(folded):
        names = ("cross", "fast", "slow") if match["cross"] else ("crossing", "quick", "late")
        fast, slow = match[names[1]], match[names[2]]
        if int(fast) < int(slow):
            yield "strategy", *match.span(names[0]), "sma-cross"
            yield "param", *match.span(names[1]), f"fast={fast}"
            yield "param", *match.span(names[2]), f"slow={slow}"


def _is_name(word: str) -> bool:
    parts = re.split(r"[-_]", word)
    assets = asset_names().names
    return (
        word not in assets
        and " ".join(parts) not in assets
        and not NUMBER_WORDS.issuperset(parts)
        and word not in _NOT_NAMES
        and parts[-1] not in _PRONOUNS | PERPETUAL_WORDS
        and parts[0] not in _BEFORE
        and parts[-1] not in _BEHIND
        and 4 < len(word) <= 48
    )


def name_of(words: Sequence[Token]) -> str:
    """A name spoken as words: `turtle soup` → `turtle-soup`."""
    return "-".join(token.text.replace(" ", "-") for token in words)

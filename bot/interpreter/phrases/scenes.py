"""A clause as the argument readers see it, with questions they all ask of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.arguments.names import asset_names, venue_names
from bot.arguments.times import period_of, timeframe_of
from bot.interpreter.phrases.reading import Json
from bot.interpreter.phrases.tokens import Token

Draft = dict[str, Json]
QUOTED_PAIR = ("/", "-", "usdt", "usdc", "eur")
_OVER = {"over", "across", "during", "sur", "pendant", "durant"}


@dataclass(slots=True)
class Scene:
    """`tokens` of the clause, the whole `text`, and where the utterance ends for free text."""

    tokens: list[Token]
    text: str
    end: int
    used: set[int] = field(default_factory=set)

    def all(self, *kinds: str) -> list[Token]:
        """Entities of some kinds, in order."""
        return [token for token in self.tokens if token.kind in kinds]

    def first(self, *kinds: str) -> Token | None:
        """The first of them."""
        return next(iter(self.all(*kinds)), None)

    def has(self, *concepts: str) -> bool:
        """Whether any token stands for one of the concepts."""
        return any(token.isa(*concepts) for token in self.tokens)

    def that(self, *concepts: str) -> Iterator[Token]:
        """The tokens that stand for one of the concepts."""
        return (token for token in self.tokens if token.isa(*concepts))

    def after(self, index: int, reach: int = 1) -> Sequence[Token]:
        """The next few tokens."""
        return self.tokens[index + 1 : index + 1 + reach]

    def before(self, index: int, reach: int = 1) -> Sequence[Token]:
        """The few tokens before, nearest first."""
        return list(reversed(self.tokens[max(0, index - reach) : index]))

    def tail(self, start: int) -> str:
        """The person's own words from a place to the end."""
        return self.text[start : self.end].strip(" ,:;.-–—«»\"“”'\n")


def symbols(scene: Scene) -> list[str]:
    """Each symbol once, in the order said."""
    named = dict.fromkeys(token.value for token in scene.all("symbol"))
    euros = any(
        token.text in {"euros", "euro", "eur"} and index and scene.tokens[index - 1].isa("IN")
        for index, token in enumerate(scene.tokens)
    )
    return [re.sub(r"/USDT$", "/EUR", symbol) if euros else symbol for symbol in named]


def venue(scene: Scene) -> str | None:
    """The venue named, lower case."""
    token = next(scene.that("<venue>"), None)
    return None if token is None else venue_names().get(token.text, token.text.replace(" ", ""))


def timeframe(scene: Scene, *, bare: bool = True) -> str | None:
    """The candles named; a bare `4h` counts where one can be meant."""
    token = scene.first("timeframe")
    if token is not None:
        return token.value
    if not bare:
        return None
    return next((t for d in scene.all("duration") if (t := timeframe_of(d.value))), None)


def period(scene: Scene, taken: str | None = None) -> Draft:
    """`period`, or `since` and `until`; a bare duration of a day or more counts."""
    draft: Draft = {}
    for token in scene.all("dates"):
        since, _, until = token.value.partition("/")
        draft.update({k: v for k, v in (("since", since), ("until", until)) if v})
    if draft:
        return draft
    said = scene.first("period")
    if said is not None:
        return {"period": said.value}
    for each in scene.all("duration"):
        value = period_of(each.value)
        if value and (taken is None or timeframe_of(each.value) != taken):
            return {"period": value}
    return {}


def in_currency(symbol: str, tokens: Iterable[Token]) -> str:
    """Euros ask for the pair in euros, unless a pair was said."""
    base, slash, _ = symbol.partition("/")
    if not slash or base not in asset_names().crypto:
        return symbol
    if any(t.kind == "symbol" and any(mark in t.text for mark in QUOTED_PAIR) for t in tokens):
        return symbol
    currency = next((t.value.split()[1] for t in tokens if t.kind == "money"), "USDT")
    return symbol if currency == "USDT" else f"{base}/{currency}"


def plain_value(token: Token) -> str:
    """A number's or money's figure."""
    return token.value.split()[0]


def lasts(length: Token, scene: Scene) -> bool:
    """Whether a duration is the time over which an order goes: `over 2 hours`, or it alone."""
    place = scene.tokens.index(length)
    return scene.has("TWAP", "SLICES") or place == 0 or scene.tokens[place - 1].text in _OVER

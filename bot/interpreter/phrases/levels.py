"""The levels that a trade speaks of and gives no figure for: `with a stop`, `limit buy 2 eth`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.interpreter.phrases.scenes import Draft, Scene
from bot.interpreter.phrases.tokens import Token
from bot.interpreter.phrases.vocabulary import wordset

# What each word needs, and any of the arguments that it may have become.
_NEEDED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "STOPLOSS": ("stop_loss", ("stop_loss", "stop_price", "trail", "oco")),
    "STOPW": ("stop_loss", ("stop_loss", "stop_price", "trail", "oco")),
    "BUYSTOP": ("stop_price", ("stop_price", "trail")),
    "SELLSTOP": ("stop_price", ("stop_price", "trail")),
    "TRIGGER": ("stop_price", ("stop_price",)),
    "TAKEPROFIT": ("take_profit", ("take_profit", "price")),
    "TRAIL": ("trail", ("trail",)),
    "PROTECT": ("stop_loss", ("stop_loss", "stop_price", "trail", "oco")),
    "BRACKET": ("stop_loss", ("stop_loss", "stop_price", "oco", "take_profit")),
    "LIMITW": ("price", ("price",)),
    "TWAP": ("twap", ("twap",)),
    "SLICES": ("twap", ("twap",)),
}
_LIMITS = wordset("limit limite lmt")
_ORDERS = ("BUY", "SELL")


def unsaid(scene: Scene, draft: Draft) -> list[str]:
    """The arguments of which a word is said and no figure."""
    return list(dict.fromkeys(_unsaid(scene, draft)))


def _unsaid(scene: Scene, draft: Draft) -> Iterator[str]:
    for token in scene.tokens:
        for concept in _concepts(token):
            argument, given = _NEEDED[concept]
            if not any(name in draft for name in given):
                yield argument


def _concepts(token: Token) -> list[str]:
    """`limit buy` is one word for both."""
    limits = token.isa(*_ORDERS) and not _LIMITS.isdisjoint(token.text.split())
    said = {"LIMITW"} if limits else {"BRACKET"} if "bracket" in token.text else set()
    return [concept for concept in _NEEDED if token.isa(concept) or concept in said]

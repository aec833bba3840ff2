"""Doubts of what an order waits for where no price says it: `on the dip`, `at close`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.interpreter.phrases.scenes import Draft
from bot.interpreter.phrases.tokens import FIGURES, Token
from bot.interpreter.phrases.vocabulary import wordset

_PASSES = wordset("""
    UP DOWN ABOVE BELOW CROSS CROSSUP CROSSDOWN GOLDENCROSS DEATHCROSS OVERBOUGHT OVERSOLD
""")
_STATES = ("GOLDENCROSS", "DEATHCROSS", "OVERBOUGHT", "OVERSOLD")
_CLOSES = ("CLOSES", "CLOSESUP", "CLOSESDOWN")
# What a moment may be, or one side of the book.
_MOMENTS = ("CLOSE", *_CLOSES, "OPEN", "OPENW", "BUY", "SELL", "OFFER")
_VERBS = ("BUY", "SELL", "CHANGE", "DUMP", "CLOSE")
_RELATORS = ("ON", "IN", "AT", "WITH", "BY")
_LEVELS = ("price", "stop_price", "stop_loss", "take_profit", "trail")


def of_a_moment(clause: Sequence[Token], draft: Draft) -> Iterator[Token]:
    """What is awaited and is no price."""
    levelled = any(level in draft for level in _LEVELS)
    for index, token in enumerate(clause):
        if token.isa(*_STATES) or (token.isa(*_CLOSES) and _is_a_bar(clause, index)):
            yield token
        elif index and _is_related(clause, index) and not _is_counted(clause, index):
            moves = token.isa(*_PASSES) and not levelled
            if moves or (token.isa(*_MOMENTS) and clause[index - 1].text != "a"):
                yield token


def _is_related(clause: Sequence[Token], index: int) -> bool:
    """`on the dip`, `at close`; `on a` is French elsewhere."""
    before = next((t for t in reversed(clause[:index]) if not _is_small(t)), None)
    return before is not None and (before.isa(*_RELATORS) or before.text == "on a")


def _is_small(token: Token) -> bool:
    return token.isa("FILLER") and not token.isa(*_RELATORS)


def _is_counted(clause: Sequence[Token], index: int) -> bool:
    return any(t.of(*FIGURES, "symbol") for t in clause[index + 1 : index + 3])


def _is_a_bar(clause: Sequence[Token], index: int) -> bool:
    """`on a close above 2000`, `at the daily close`: an order touches a price and awaits no bar."""
    token = clause[index]
    return not token.isa(*_VERBS) or token.isa("CLOSESUP", "CLOSESDOWN")

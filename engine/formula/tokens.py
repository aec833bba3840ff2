"""The text of a formula cut into words, numbers and signs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from engine.errors import FormulaInvalid

LONGEST_TEXT = 2_000
# Beyond this a number would lose digits on its way through the tree.
LONGEST_NUMBER = 24
_SHOWN = 40

_PATTERN = re.compile(
    r"(?P<space>[ \t\r\n\u00a0]+)"
    r"|(?P<number>(?:[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?|\.[0-9]+)(?:%|[A-Za-z0-9_.]*))"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign><=|>=|==|!=|[-+*/<>()\[\],])"
)
_NUMBER = re.compile(r"[0-9_]*(?:\.[0-9]+)?[%kK]?")
_DURATION = re.compile(r"[0-9]{1,6}[smhdwHDW]")
# As keyboards and typographers write them.
_TYPOGRAPHY = {"≤": "<=", "≥": ">=", "≠": "!=", "−": "-", "×": "*", "÷": "/"}
# Signs of other languages, for which there is a way to write what was meant.
_FOREIGN = {
    "=": "equals",
    "!": "not",
    "&": "and",
    "|": "or",
    "^": "power",
    "%": "percent",
    "$": "money",
    "?": "choice",
}


class TokenKind(Enum):
    """What a token is."""

    NUMBER = "number"
    DURATION = "duration"
    WORD = "word"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the formula; `column` counts from 1."""

    kind: TokenKind
    text: str
    column: int


def shortened(text: str) -> str:
    """A word of the person's, short enough to be said back."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def tokenize(text: str) -> list[Token]:
    """The tokens of a formula, ended by one of kind END.

    Raises FormulaInvalid on a text that is too long or holds what no formula does.
    """
    if len(text) > LONGEST_TEXT:
        raise FormulaInvalid("too_long", LONGEST_TEXT + 1, most=str(LONGEST_TEXT))
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        sign = _TYPOGRAPHY.get(text[at])
        match = _PATTERN.match(text, at)
        if sign is not None:
            tokens.append(Token(TokenKind.SIGN, sign, at + 1))
            at += 1
        elif match is None:
            meant = _FOREIGN.get(text[at], "other")
            # A control character would not show, so it is named as Python names it.
            raise FormulaInvalid(f"sign.{meant}", at + 1, word=repr(text[at])[1:-1])
        else:
            if match.lastgroup != "space":
                tokens.append(_token(match.lastgroup, match[0], at + 1))
            at = match.end()
    return [*tokens, Token(TokenKind.END, "", len(text) + 1)]


def _token(group: str | None, text: str, column: int) -> Token:
    if group == "word":
        return Token(TokenKind.WORD, text, column)
    if group == "sign":
        return Token(TokenKind.SIGN, text, column)
    if _DURATION.fullmatch(text):
        if int(text[:-1]) == 0:
            raise FormulaInvalid("zero_duration", column, word=text)
        return Token(TokenKind.DURATION, f"{int(text[:-1])}{text[-1].lower()}", column)
    if not _NUMBER.fullmatch(text):
        raise FormulaInvalid("not_a_number", column, word=shortened(text))
    if len(text) > LONGEST_NUMBER:
        raise FormulaInvalid("number_too_long", column, most=str(LONGEST_NUMBER))
    return Token(TokenKind.NUMBER, text, column)

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
_REMEDIES = {
    "=": "write == to compare",
    "!": "write not, or !=",
    "&": "write and",
    "|": "write or",
    "^": "multiply instead",
    "%": "write it right after a number, as in 5%",
    "$": "write the number alone",
    "?": "write a if c else b",
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


def refusal(what: str, column: int, remedy: str = "") -> FormulaInvalid:
    """The error for what is wrong at a column, with the way out where there is one."""
    return FormulaInvalid(f"{what} at column {column}" + (f"; {remedy}" if remedy else ""), column)


def tokenize(text: str) -> list[Token]:
    """The tokens of a formula, ended by one of kind END.

    Raises FormulaInvalid on a text that is too long or holds what no formula does.
    """
    if len(text) > LONGEST_TEXT:
        raise FormulaInvalid(
            f"a formula has at most {LONGEST_TEXT} characters, this one {len(text)}",
            LONGEST_TEXT + 1,
        )
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        sign = _TYPOGRAPHY.get(text[at])
        match = _PATTERN.match(text, at)
        if sign is not None:
            tokens.append(Token(TokenKind.SIGN, sign, at + 1))
            at += 1
        elif match is None:
            raise refusal(f"unexpected {text[at]!r}", at + 1, _REMEDIES.get(text[at], ""))
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
            raise refusal(f"the duration {text!r} is nothing", column)
        return Token(TokenKind.DURATION, f"{int(text[:-1])}{text[-1].lower()}", column)
    if not _NUMBER.fullmatch(text):
        remedy = "write 70000, 1_000, 60k, 5% or a duration such as 15m, 4h, 1d, 1w"
        raise refusal(f"{shortened(text)!r} is not a number", column, remedy)
    if len(text) > LONGEST_NUMBER:
        raise refusal(f"a number has at most {LONGEST_NUMBER} characters,", column)
    return Token(TokenKind.NUMBER, text, column)

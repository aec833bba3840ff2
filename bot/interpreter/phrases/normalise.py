"""Text made plain: invisible and pictorial characters gone, quotations and pasted lines hidden."""

# ruff: noqa: E501 -- tables of words and patterns read best unbroken.

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.arguments.folding import fold

MAX_LENGTH = 800
HIDDEN = "\x00"
_LIGATURES = {
    "œ": "oe",
    "Œ": "OE",
    "æ": "ae",
    "Æ": "AE",
    "…": "...",
    "½": " half ",
    "¼": " quarter ",
    "¾": " three quarters ",
}
# `1½`, and no other number of them.
_MIXED = re.compile(r"(?<![\d.,])(\d+) ?([½¼¾])")
_PARTS = {"½": "5", "¼": "25", "¾": "75"}
_JOINERS = frozenset("\u200d\ufe0f\ufe0e\ufeff\u00ad")
_QUOTES = re.compile(
    r"«[^»]*(?:»|$)|“[^”]*(?:”|$)|„[^“”]*(?:[“”]|$)|```.*?(?:```|$)|`[^`]*`"
    r"|\"[^\"]*(?:\"|$)|(?<![^\s(])'(?=[^']*\s)(?:[^']|(?<=\w)'(?=\w))*'(?![\w])",
    re.DOTALL,
)
_FOR_INSTANCE = re.compile(r"\be\.g\.|\bp\.? ?ex\.", re.IGNORECASE)
# `golden cross on eth -> tell me`
_ARROW = re.compile(r"(?<=[\w%)]) ?(?:-+>|=+>|→) ?(?=\w)")
_PASTED_LINE = re.compile(r"^[ \t]*(?:>|\|).*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Plain:
    """`folded` is as long as `text`; quoted letters in it are hidden. `tricks`: invisible letters."""

    text: str
    folded: str
    quoted: bool
    tricks: bool
    shouting: bool


def plain_text(raw: str) -> Plain:
    """The utterance as the other stages read it; too long a text is cut and counts as pasted."""
    text = unicodedata.normalize("NFC", raw[: MAX_LENGTH + 1])
    tricks = any(unicodedata.category(c) == "Cf" and c not in _JOINERS for c in text)
    text = "".join(map(_visible, _MIXED.sub(_mixed, text)))
    text = _FOR_INSTANCE.sub("example ", text)
    text = re.sub(r"[^\S\n]+", " ", _ARROW.sub(", ", text)).strip()
    hidden = _hide(text)
    letters = [c for c in text if c.isalpha()]
    shouting = len(letters) > 8 and sum(c.isupper() for c in letters) > 0.7 * len(letters)
    folded = "".join(h if h == HIDDEN else f for h, f in zip(hidden, fold(text), strict=True))
    return Plain(text, folded, HIDDEN in hidden, tricks, shouting)


def _mixed(match: re.Match[str]) -> str:
    return f"{match[1]}.{_PARTS[match[2]]}"


def _visible(letter: str) -> str:
    if letter in _LIGATURES:
        return _LIGATURES[letter]
    category = unicodedata.category(letter)
    if letter in "\n\t" or category in {"Zs", "Zl", "Zp"}:
        return "\n" if letter == "\n" else " "
    if category in {"Cf", "Mn", "Me"}:
        return ""
    if category in {"Cc", "Cs", "Co", "Cn", "So", "Sk"} and letter != "`":
        return " "
    return letter


def _hide(text: str) -> str:
    text = _PASTED_LINE.sub(lambda m: HIDDEN * len(m[0]), text)
    return _QUOTES.sub(_hidden, text)


def _hidden(match: re.Match[str]) -> str:
    """A single quoted word is a name; more of them are somebody's words."""
    inner = match[0].strip("«»“”„`\"' ")
    return match[0] if len(inner.split()) <= 1 else HIDDEN * len(match[0])

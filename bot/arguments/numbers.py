"""Decimals and percents as people write them, to plain decimal text."""

from __future__ import annotations

import re
from decimal import Decimal

from bot.arguments.folding import fold
from bot.arguments.number_words import FRACTIONS, SMALL, read_number_words
from bot.errors import Unreadable

MAX_DIGITS = 30
SUFFIXES = {"k": 3, "m": 6, "mio": 6, "mn": 6, "b": 9, "bn": 9, "mds": 9, "md": 9}
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([ ,.'_])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")
_DIGITS = re.compile(r"[\d.,' _]+")
_PLAIN = re.compile(r"\d*[.,]?\d+|\d+[.,]")
_SIZE = re.compile(r"(?P<number>[\d.,' _]+?) ?(?P<suffix>k|mio|mn|mds|md|m|bn|b)?")
_PERCENT = re.compile(r"(?P<number>.+?) ?(?:%|percent|per cent|pct|pour ?cents?|prct)")
_WHOLE = frozenset({"all", "tout", "toute", "tous", "toutes", "everything", "max", "100"})
_ARTICLES = frozenset({"a", "an", "un", "une", "one", "la", "le", "les", "the", "of", "de", "d'"})


def plain(number: Decimal) -> str:
    """A decimal as text without exponent or trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_decimal(text: str, *, signed: bool = False) -> str:
    """`60k`, `1 234,5`, `.5`, `un demi` → plain decimal text; `signed` lets a minus stand.

    Raises Unreadable.
    """
    folded = fold(text).strip()
    is_negative = folded.startswith("-")
    number = _digits(folded.lstrip("+-") if is_negative else folded.removeprefix("+"))
    if number is None:
        number = _spelled(folded)
    if number is None:
        is_long = len(folded) > MAX_DIGITS and _DIGITS.fullmatch(folded.lstrip("-"))
        raise _too_long() if is_long else Unreadable("number", text)
    if is_negative and not signed:
        raise Unreadable("below_zero", text)
    return _within_limits(-number if is_negative else number)


def read_percent(text: str) -> str:
    """`5%`, `5 percent`, `half`, `two thirds`, `all` → `5%`, `50%`, `66.67%`, `100%`.

    Raises Unreadable.
    """
    folded = fold(text).strip()
    if folded in _WHOLE:
        return "100%"
    fraction = _fraction(folded)
    if fraction is not None:
        return f"{plain((fraction * 100).quantize(Decimal('0.01')))}%"
    match = _PERCENT.fullmatch(folded)
    if match is None:
        raise Unreadable("percent", text)
    try:
        return f"{read_decimal(match['number'])}%"
    except Unreadable as error:
        kind = "percent" if error.kind == "number" else error.kind
        raise Unreadable(kind, **{**error.facts, "said": text}) from error


def _within_limits(number: Decimal) -> str:
    text = plain(number)
    if sum(letter.isdigit() for letter in text) > MAX_DIGITS:
        raise _too_long()
    return text


def _too_long() -> Unreadable:
    return Unreadable("too_many_digits", most=str(MAX_DIGITS))


def _digits(folded: str) -> Decimal | None:
    if len(folded) > 2 * MAX_DIGITS:
        return None
    match = _SIZE.fullmatch(folded)
    if match is None:
        return None
    number = _ungrouped(match["number"])
    return None if number is None else number.scaleb(SUFFIXES.get(match["suffix"], 0))


def _ungrouped(text: str) -> Decimal | None:
    grouped = _GROUPED.fullmatch(text)
    if grouped is not None and not _is_decimal_point(text, grouped[1]):
        mark = grouped[1]
        return Decimal(text.replace(mark, "").replace(",", "."))
    if _PLAIN.fullmatch(text):
        return Decimal(text.replace(",", "."))
    return None


def _is_decimal_point(text: str, mark: str) -> bool:
    """`1.500` is one and a half; `1,500` and `1.500,5` are fifteen hundred."""
    return mark == "." and text.count(".") == 1 and "," not in text


def _spelled(folded: str) -> Decimal | None:
    words = [word for word in re.split(r"[ -]+", folded) if word]
    fraction = _fraction(folded)
    if fraction is not None:
        return fraction if fraction.as_tuple().exponent in range(-4, 1) else round(fraction, 4)
    read = read_number_words(words)
    return read[0] if read is not None and read[1] == len(words) else None


def _fraction(folded: str) -> Decimal | None:
    """`half`, `a third`, `les deux tiers`, `three quarters`."""
    words = [w for w in re.split(r"[ -]+|(?<=d')", folded) if w and w not in _ARTICLES]
    times = Decimal(1)
    if len(words) == 2 and words[0] in SMALL:
        times, words = Decimal(SMALL[words[0]]), words[1:]
    if len(words) != 1:
        return None
    part = FRACTIONS.get(words[0]) or FRACTIONS.get(words[0].rstrip("s"))
    return None if part is None else times * part

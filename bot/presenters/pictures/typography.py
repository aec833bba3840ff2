"""Numbers, dates and words of the pictures, in the person's language."""

from __future__ import annotations

import math
import unicodedata
from datetime import datetime

from bot.presenters.pictures.spec import Language

MONTHS: dict[Language, tuple[str, ...]] = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "fr": (
        "janv.",
        "févr.",
        "mars",
        "avr.",
        "mai",
        "juin",
        "juil.",
        "août",
        "sept.",
        "oct.",
        "nov.",
        "déc.",
    ),
}
WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "no_candles": "No candles",
        "nothing": "Nothing to show yet",
        "equity": "Equity",
        "drawdown": "Drawdown",
        "year": "Year",
        "others": "Others",
        "volume": "Volume",
    },
    "fr": {
        "no_candles": "Aucune bougie",
        "nothing": "Rien à montrer encore",
        "equity": "Capital",
        "drawdown": "Repli",
        "year": "Année",
        "others": "Autres",
        "volume": "Volume",
    },
}
_SUFFIXES: dict[Language, tuple[tuple[float, str], ...]] = {
    "en": ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")),
    "fr": ((1e12, "\u202fbn"), (1e9, "\u202fMd"), (1e6, "\u202fM"), (1e3, "\u202fk")),
}
_MOST_DECIMALS = 12
_COMPACT_FROM = 1e7


def word(name: str, language: Language) -> str:
    """One of the pictures' own few words."""
    return WORDS[language][name]


def drawable(words: str) -> str:
    """One line without control characters, which a font would draw as boxes or refuse."""
    kept = (" " if unicodedata.category(sign)[0] == "C" else sign for sign in words)
    return "".join(kept)


def decimals_of(step: float) -> int:
    """How many decimals tell two values `step` apart."""
    if not math.isfinite(step) or step <= 0:
        return 2
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    whole = math.isclose(round(step, places), step, rel_tol=1e-6)
    return min(_MOST_DECIMALS, places if whole else places + 1)


def number(value: float, decimals: int, language: Language) -> str:
    """`12,345.60` or `12 345,60`; a true minus sign."""
    text = f"{abs(value):,.{decimals}f}"
    if language == "fr":
        text = text.replace(",", "\u202f").replace(".", ",")
    negative = value < 0 and any(sign in "123456789" for sign in text)
    return f"−{text}" if negative else text


def compact(value: float, language: Language, digits: int = 3) -> str:
    """`1.24M` or `1,24 M`: `digits` figures that matter."""
    for size, suffix in _SUFFIXES[language]:
        if abs(value) >= size:
            return number(value / size, _places(value / size, digits), language) + suffix
    if value == 0:
        return "0"
    return number(value, _places(value, digits), language)


def _places(value: float, digits: int) -> int:
    return min(_MOST_DECIMALS, max(0, digits - 1 - math.floor(math.log10(abs(value)))))


def price(value: float, step: float, language: Language) -> str:
    """A price beside others `step` apart; exact up to twelve decimals, short when huge."""
    if abs(value) >= _COMPACT_FROM:
        figures = 1 + max(0, math.floor(math.log10(abs(value))) - math.floor(math.log10(step)))
        size = next(size for size, _ in _SUFFIXES[language] if abs(value) >= size)
        return compact(value, language, min(7, max(figures, 3 if abs(value) >= 100 * size else 2)))
    if 0 < step < 10.0**-_MOST_DECIMALS:
        return f"{value:.4g}".replace("-", "−")
    return number(value, decimals_of(step), language)


def exact(value: float, language: Language) -> str:
    """A single price to six figures, without needless zeros."""
    if abs(value) >= _COMPACT_FROM:
        return compact(value, language, 5)
    places = _places(value, 6) if value else 0
    text = f"{value:.{places}f}"
    kept = len(text.rstrip("0").partition(".")[2]) if places else 0
    return number(value, max(kept, 2) if kept else 0, language)


def amount(value: float, language: Language) -> str:
    """`+1,234.50`: two decimals from one upwards, six figures below, short when huge."""
    if 1 <= abs(value) < _COMPACT_FROM or value == 0:
        text = number(value, 2, language)
    else:
        text = exact(value, language)
    return f"+{text}" if value > 0 else text


def percent(fraction: float, language: Language, decimals: int = 1, *, signed: bool = False) -> str:
    """`+4.2%` or `+4,2 %`; what rounds to nothing has no sign."""
    text = number(100 * fraction, decimals, language) + ("\u202f%" if language == "fr" else "%")
    is_rise = fraction > 0 and any(sign in "123456789" for sign in text)
    return f"+{text}" if signed and is_rise else text


def day(moment: datetime, language: Language) -> str:
    """`12 Mar` or `12 mars`."""
    return f"{moment.day} {MONTHS[language][moment.month - 1]}"


def clock(moment: datetime) -> str:
    """`14:30`."""
    return f"{moment:%H:%M}"

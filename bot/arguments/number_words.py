"""Numbers spelled out in English and French: `sixty two thousand`, `trois mille cent`."""

# ruff: noqa: E501 -- a table of words reads best unbroken.

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

SMALL = {
    word: value
    for value, words in {
        0: "zero",
        1: "one un une",
        2: "two deux",
        3: "three trois",
        4: "four quatre",
        5: "five cinq",
        6: "six",
        7: "seven sept",
        8: "eight huit",
        9: "nine neuf",
        10: "ten dix",
        11: "eleven onze",
        12: "twelve douze",
        13: "thirteen treize",
        14: "fourteen quatorze",
        15: "fifteen quinze",
        16: "sixteen seize",
        17: "seventeen",
        18: "eighteen",
        19: "nineteen",
        20: "twenty vingt vingts",
        30: "thirty trente",
        40: "forty fourty quarante",
        50: "fifty cinquante",
        60: "sixty soixante",
        70: "seventy septante",
        80: "eighty huitante octante",
        90: "ninety nonante",
    }.items()
    for word in words.split()
}
SCALES = {
    "dozen": 12,
    "douzaine": 12,
    "hundred": 100,
    "cent": 100,
    "cents": 100,
    "thousand": 1_000,
    "mille": 1_000,
    "grand": 1_000,
    "million": 1_000_000,
    "millions": 1_000_000,
    "billion": 1_000_000_000,
    "milliard": 1_000_000_000,
    "milliards": 1_000_000_000,
}
JOINERS = frozenset({"and", "et", "-"})
FRACTIONS = {
    "half": Decimal("0.5"),
    "demi": Decimal("0.5"),
    "demie": Decimal("0.5"),
    "moitie": Decimal("0.5"),
    "quarter": Decimal("0.25"),
    "quart": Decimal("0.25"),
    "third": Decimal(1) / 3,
    "tiers": Decimal(1) / 3,
    "fifth": Decimal("0.2"),
    "cinquieme": Decimal("0.2"),
    "sixth": Decimal(1) / 6,
    "sixieme": Decimal(1) / 6,
    "eighth": Decimal("0.125"),
    "huitieme": Decimal("0.125"),
    "tenth": Decimal("0.1"),
    "dixieme": Decimal("0.1"),
}
# `thirty five cents` is a sum, and no hundreds.
_ENGLISH = frozenset(
    [
        *("two", "three", "four", "five", "seven", "eight", "nine", "ten", "eleven", "twelve"),
        *(f"{ten}teen" for ten in ("thir", "four", "fif", "six", "seven", "eigh", "nine")),
        *("twenty", "thirty", "forty", "fourty", "fifty", "sixty", "seventy", "eighty", "ninety"),
    ]
)
# These begin a number only beside another of its words: alone they are articles or something else.
WEAK = frozenset({"one", "un", "une", "cent", "cents", "grand", "six"})
NUMBER_WORDS = frozenset(SMALL) | frozenset(SCALES)


_TENS = "twenty|thirty|fourty|forty|fifty|sixty|seventy|eighty|ninety|vingt|trente|quarante|cinquante|soixante|quatre-vingts?|septante|huitante|nonante"
_ONES = r"dix[ -](?:sept|huit|neuf)|" + "|".join(
    sorted((w for w, n in SMALL.items() if 0 < n < 20), key=len, reverse=True)
)
COMPOUND = (
    rf"(?:{_TENS})[ -](?:et[ -]|and )?(?:{_ONES})|quatre[ -]vingts?|dix[ -](?:sept|huit|neuf)"
)
"""Numbers of two words under a hundred, as a pattern over folded text: `forty five`."""


def small_number(text: str) -> int:
    """`7`, `seven`, `forty-five`, `soixante et onze`. Raises ValueError."""
    if text.isdigit():
        return int(text)
    words = text.replace("-", " ").split()
    read = read_number_words(words)
    if read is None or read[1] != len(words):
        raise ValueError(text)
    return int(read[0])


class _Sum:
    """What the words read so far come to: thousands laid by, the rest still growing."""

    def __init__(self) -> None:
        self.laid_by = 0
        self.growing = 0
        self.last_scale = 10**12

    def take(self, word: str) -> bool:
        if word in SMALL:
            return self._add(SMALL[word])
        scale = SCALES.get(word, 0)
        if scale == 100:
            return self._hundred()
        if scale == 12:
            return self._dozen()
        return scale > 0 and self._lay_by(scale)

    def _add(self, value: int) -> bool:
        tail = self.growing % 100
        fits = (
            tail == 0
            or (20 <= tail < 100 and tail % 10 == 0 and 0 < value < 10)
            or (tail in {60, 80} and 10 <= value < 20)  # soixante-dix, quatre-vingt-quinze
            or (tail == 70 and 0 < value < 10)
            or (tail % 10 == 0 and tail >= 20 and 0 < value < 10)
            or (tail in {10, 70, 90} and value in {7, 8, 9})
        )
        if value == 20 and tail == 4:  # quatre-vingt
            self.growing += 76
            return True
        if not fits or (value == 0 and self.growing):
            return False
        self.growing += value
        return True

    def _hundred(self) -> bool:
        if self.growing >= 100:
            return False
        self.growing = (self.growing or 1) * 100
        return True

    def _dozen(self) -> bool:
        if self.laid_by or self.growing >= 10:
            return False
        self.growing = (self.growing or 1) * 12
        return True

    def _lay_by(self, scale: int) -> bool:
        if scale >= self.last_scale:
            return False
        self.laid_by += (self.growing or 1) * scale
        self.growing, self.last_scale = 0, scale
        return True

    def value(self) -> int:
        return self.laid_by + self.growing


def read_number_words(words: Sequence[str]) -> tuple[Decimal, int] | None:
    """The longest number at the head of folded words and how many words it took."""
    total, taken, index = _Sum(), 0, 0
    while index < len(words):
        word = words[index]
        if word in JOINERS and taken and index + 1 < len(words) and words[index + 1] in SMALL:
            index += 1
            continue
        in_cents = word in {"cent", "cents"} and taken and words[index - 1] in _ENGLISH
        if word not in NUMBER_WORDS or in_cents or not total.take(word):
            break
        index += 1
        taken = index
    return _with_parts(words, Decimal(total.value()), taken) if taken else None


_HALVES = {
    ("and", "a", "half"): Decimal("0.5"),
    ("and", "a", "quarter"): Decimal("0.25"),
    ("et", "demi"): Decimal("0.5"),
    ("et", "demie"): Decimal("0.5"),
    ("et", "quart"): Decimal("0.25"),
}
_POINTS = frozenset({"point", "virgule"})


def _with_parts(words: Sequence[str], whole: Decimal, taken: int) -> tuple[Decimal, int]:
    """`two and a half`, `zero virgule vingt-cinq`: what stands behind the whole."""
    for part, worth in _HALVES.items():
        if tuple(words[taken : taken + len(part)]) == part:
            return whole + worth, taken + len(part)
    if words[taken : taken + 1] and words[taken] in _POINTS:
        digits = _digits(words[taken + 1 :])
        if digits is not None:
            return whole + Decimal(f"0.{digits[0]}"), taken + 1 + digits[1]
    return whole, taken


def _digits(words: Sequence[str]) -> tuple[str, int] | None:
    """The figures behind a point: `zero five`, or one number such as `vingt-cinq`."""
    zeros = 0
    while zeros < len(words) and words[zeros] == "zero":
        zeros += 1
    rest = read_number_words(words[zeros:]) if words[zeros : zeros + 1] else None
    if rest is None:
        return ("0" * zeros, zeros) if zeros else None
    value, size = rest
    return f"{'0' * zeros}{value}", zeros + size

"""Text without case and accents, letter for letter."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_PLAIN = {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "\u2212": "-", "–": "-", "—": "-"}


@lru_cache(maxsize=4096)
def _fold_letter(letter: str) -> str:
    if letter in _PLAIN:
        return _PLAIN[letter]
    if letter.isspace():
        return " "
    base = unicodedata.normalize("NFKD", letter)[:1].lower()
    return base if len(base) == 1 else letter


def fold(text: str) -> str:
    """Lower case, no accents, plain spaces and apostrophes; as long as the NFC form."""
    return "".join(map(_fold_letter, unicodedata.normalize("NFC", text)))

"""Client order ids: derived from the intent, so that the same wish always bears the same name."""

from __future__ import annotations

import hashlib

from engine.domain.identifiers import ClientOrderId, IntentKey

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
# The tightest field among the venues (Kraken's free text) holds eighteen characters.
LENGTH = 18


def client_order_id(key: IntentKey, part: str = "") -> ClientOrderId:
    """Eighteen characters of `[a-z0-9]`; `part` tells several orders of one intent apart."""
    number = int.from_bytes(hashlib.sha256(f"{key}\0{part}".encode()).digest(), "big")
    letters = []
    for _ in range(LENGTH):
        number, letter = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[letter])
    return ClientOrderId("".join(letters))

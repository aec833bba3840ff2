"""Client order ids: derived from the intent, so that the same wish always bears the same name."""

from __future__ import annotations

from hashlib import sha256

from engine.domain.identifiers import ClientOrderId, IntentKey

# The tightest field among the venues (Kraken's free text) holds eighteen characters.
LENGTH = 18


def client_order_id(key: IntentKey, part: str = "") -> ClientOrderId:
    """Eighteen hexadecimal digits; `part` tells several orders of one intent apart."""
    return ClientOrderId(sha256(f"{key}\0{part}".encode()).hexdigest()[:LENGTH])

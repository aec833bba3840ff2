"""Time zones as people name them: IANA names in any case, and places."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from functools import lru_cache

from rapidfuzz import process

from bot.arguments.folding import fold
from bot.arguments.names import city_zones

_NEAR_ENOUGH = 75
_SHOWN = 3
_LONGEST = 60


def read_zone(text: str) -> str:
    """`Europe/Paris` from `europe/paris`, `Paris` or `heure française`; else as it was written."""
    plain = " ".join(fold(text[:_LONGEST]).split())
    named = _zones().get(plain.replace(" ", "_"))
    return named or city_zones().get(plain) or _cities().get(plain, text[:_LONGEST])


def is_zone(text: str) -> bool:
    """Whether it is the exact name of one."""
    return fold(text) in _zones() and _zones()[fold(text)] == text


def nearest_zones(text: str) -> str:
    """Up to three zones whose names look alike."""
    found = process.extract(fold(text), list(_zones()), limit=_SHOWN, score_cutoff=_NEAR_ENOUGH)
    return ", ".join(_zones()[name] for name, _, _ in found)


@lru_cache(maxsize=1)
def _zones() -> Mapping[str, str]:
    zones: dict[str, str] = {}
    for name in sorted(zoneinfo.available_timezones()):
        zones.setdefault(name.lower(), name)
    return zones


@lru_cache(maxsize=1)
def _cities() -> Mapping[str, str]:
    """The last part of a name, `new york`; the first in order where two share it."""
    cities: dict[str, str] = {}
    for name in _zones().values():
        area, _, city = name.partition("/")
        if city and area not in {"Etc", "SystemV", "US"}:
            cities.setdefault(city.rpartition("/")[2].replace("_", " ").lower(), name)
    return cities

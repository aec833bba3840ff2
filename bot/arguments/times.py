"""Timeframes, periods and durations: `H4`, `last week`, `two hours`, to their canonical forms."""

# ruff: noqa: E501 -- a table of patterns reads best one to a line.

from __future__ import annotations

import re

from bot.arguments.folding import fold
from bot.arguments.found import rule, whole
from bot.arguments.number_words import COMPOUND, SMALL, small_number
from bot.errors import Unreadable

TIMEFRAMES = ("1m", "5m", "15m", "30m", "1h", "2h", "4h", "1d", "1w")
_MINUTES = {"m": 1, "h": 60, "d": 1440, "w": 10080, "mo": 43200, "y": 525600}
_UNIT_WORDS = {
    "m": "m min mins mn minute minutes",
    "h": "h hr hrs hour hours heure heures",
    "d": "d j day days jour jours",
    "w": "w wk wks week weeks semaine semaines sem",
    "mo": "mo mos month months mois",
    "y": "y yr yrs year years an ans annee annees",
}
UNITS = {word: unit for unit, words in _UNIT_WORDS.items() for word in words.split()}
_COUNTS = {**SMALL, "a": 1, "an": 1, "couple of": 2, "a couple of": 2, "few": 3, "half an": 0}
COUNT = rf"\d{{1,4}}|{COMPOUND}|{'|'.join(sorted(_COUNTS, key=len, reverse=True))}"
UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_LONG_UNIT = "|".join(sorted((u for u in UNITS if len(u) > 1), key=len, reverse=True))
_DAYS = {"d": 1, "w": 7, "mo": 30, "y": 365}


def count_of(text: str) -> int:
    """`3`, `three`, `forty five`, `a` as an int."""
    return _COUNTS[text] if text in _COUNTS else small_number(text)


def duration_text(match: re.Match[str]) -> str | None:
    """`two hours` → `2h`; half an hour is `30m`; months and years come to days."""
    count, unit = count_of(match["count"]), UNITS[match["unit"]]
    if match["count"] == "half an":
        return "30m" if unit == "h" else None
    if count == 0:
        return None
    return f"{count * _DAYS[unit]}d" if unit in {"mo", "y"} else f"{count}{unit}"


def _timeframe_text(match: re.Match[str]) -> str | None:
    minutes = count_of(match["count"]) * _MINUTES[UNITS[match["unit"]]]
    return next((one for one in TIMEFRAMES if _minutes(one) == minutes), None)


def _minutes(timeframe: str) -> int:
    return int(timeframe[:-1]) * _MINUTES[timeframe[-1]]


def _period_text(match: re.Match[str]) -> str | None:
    count, unit = count_of(match["count"] or "a"), UNITS[match["unit"]]
    if count == 0 or unit == "m":
        # In a period a lone `m` counts months.
        return f"{count * 30}d" if count and match["unit"] == "m" else None
    if unit == "h" or (unit, count) == ("d", 1):
        return f"{count * (1 if unit == 'h' else 24)}h"
    return f"{count * _DAYS[unit]}d"


_CANDLES = r"candles?|bars?|bougies?|chandeliers?|barres?|charts?|timeframes?|tf|graph(?:ique|e)?s?"
_UNIT_FIRST = re.compile(r"(?P<unit>[mhdw])(?P<count>\d{1,2})")
TIMEFRAME_RULES = (
    rule(rf"(?:en |in |on |the |le |les )?(?:bougies?|barres?|chandeliers?|tf|timeframe) (?:de |d'|en )?"
         rf"(?P<count>{COUNT})[ -]?(?P<unit>{UNIT})", _timeframe_text),
    rule(rf"(?:the )?(?P<count>{COUNT})[ -]?(?P<unit>{UNIT})(?= (?:{_CANDLES}))", _timeframe_text),
    rule(_UNIT_FIRST.pattern, _timeframe_text),
    rule(r"(?:on |en |in |sur |over )?(?:the |l'|le |un |une )?(?:hourly|horaires?|h1)", "1h"),
    rule(r"(?:en |bougies? )?(?:journali(?:er|ers|ere|eres)|daily|quotidien(?:ne|nes|s)?|d1)", "1d"),
    rule(r"(?:en |bougies? )?(?:hebdo|hebdomadaires?|weekly|w1)", "1w"),
    rule(r"day(?= (?:candles?|bars?|charts?))|en jours?|bougies? jour", "1d"),
)  # fmt: skip
_COUNTED = (
    rule(rf"(?P<count>\d{{1,4}})[ -]?(?P<unit>{UNIT})", duration_text),
    rule(rf"(?P<count>{COUNT})[ -](?P<unit>{_LONG_UNIT})", duration_text),
)
DURATION_RULES = (
    rule(rf"(?P<count>{COUNT}) ?(?:h|hours?|heures?) (?:and a half|et demie?)",
         lambda match: f"{count_of(match['count']) * 60 + 30}m"),
    *_COUNTED,
    rule(r"une demi-?[ ]?heure|half an hour|half hour|half-hour|demi-?[ ]?heure", "30m"),
    rule(r"une journee", "1d"),
    rule(r"(?:three|trois) quarts? d'heure|three quarters of an hour", "45m"),
    rule(r"un quart d'heure|quarter of an hour|a quarter hour", "15m"),
)  # fmt: skip
_LAST = (
    r"(?:past|last|previous|trailing|derniers?|dernieres?|(?:le|la|les|ces|des) (?:\w+ )?derni\w+)"
)
_LEAD = r"(?:(?:over|for|during|in|from|within|on|sur|pendant|depuis|de|des|du|au cours) )?(?:(?:the|les|ces|des|de|la|le|l') ?)?"
_THIS = {"week": "this_week", "month": "this_month", "year": "this_year"}
_FRENCH = {"semaine": "week", "mois": "month", "annee": "year"}


def _current(match: re.Match[str]) -> str:
    return _THIS[_FRENCH.get(match["unit"], match["unit"])]


def _previous(match: re.Match[str]) -> str | None:
    unit = _FRENCH.get(match["unit"], match["unit"])
    return {"week": "last_week", "month": "last_month", "year": "365d", "an": "365d"}.get(unit)


PERIOD_RULES = (
    rule(rf"{_LEAD}{_LAST} (?P<count>{COUNT})[ -]?(?P<unit>{UNIT})", _period_text),
    rule(rf"{_LEAD}(?P<count>{COUNT}) (?:past|last|derniers?|dernieres?)[ ]?(?P<unit>{UNIT})", _period_text),
    rule(rf"{_LEAD}(?P<count>\d{{1,4}})(?P<unit>{UNIT}) (?:past|last|derniers?|dernieres?)(?! (?:week|month|year))", _period_text),
    rule(r"(?:sur |pendant )?(?:la |le |l')(?P<count>)(?P<unit>semaine|mois|annee) ecoulee?", _period_text),
    rule(rf"{_LEAD}past (?P<count>)(?P<unit>day|week|month|year)", _period_text),
    rule(r"(?:sur |pendant )?(?:la |le |l')derni(?:ere?|er) (?P<count>)(?P<unit>jour|semaine|mois|annee|an)", _period_text),
    rule(rf"{_LEAD}(?:last|previous) (?P<unit>week|month|year)(?:'s)?", _previous),
    rule(r"(?:de |sur )?(?:la |le |l')?(?P<unit>semaine|mois|annee|an) (?:derni\w+|passee?|precedente?|d'avant)", _previous),
    rule(r"(?:since|depuis|from) (?:the )?(?:start|beginning|debut|le debut|the start|the beginning) "
         r"(?:of |de |du )?(?:the |this |la |l'|le |cette |ce )?(?P<unit>week|month|year|semaine|mois|annee)", _current),
    rule(r"(?:this|current) (?P<unit>week|month|year)(?:'s)?(?: so far)?", _current),
    rule(r"(?:for )?(?:the )?(?P<unit>week|month|year) (?:to date|so far)", _current),
    rule(r"(?:de |sur )?(?:cette?|ce) (?P<unit>semaine|mois|annee)(?:[- ]ci)?", _current),
    rule(r"(?:de la |du |de l')(?P<unit>semaine|mois|annee)(?: en cours)?", _current),
    rule(r"(?:la |le |l')?(?P<unit>semaine|mois|annee) (?:en cours|courante?)", _current),
    rule(r"(?:sur|pendant|dans|over) (?:la |le |l'|the )(?P<unit>semaine|mois|annee|week|month|year)", _current),
    rule(r"ytd", "this_year"),
    rule(r"mtd", "this_month"),
    rule(r"wtd", "this_week"),
    rule(r"today(?:'?s)?(?: so far)?|aujourd'? ?hui|ce jour|du jour|de la journee|this morning|ce matin", "today"),
    rule(r"yesterday(?:'s)?|d'hier|hier", "yesterday"),
    rule(r"(?:of |for |over |since |depuis |from )?(?:all[ -]time|(?:the )?inception|day one|toujours|"
         r"le (?:tout )?debut|(?:the )?(?:whole|entire|full) history|tout l'historique|(?:the )?beginning)", "all"),
)  # fmt: skip
_CANONICAL_PERIOD = re.compile(r"[1-9]\d{0,4}[hd]")
_CANONICAL_DURATION = re.compile(r"[1-9]\d{0,4}[mhdw]")
_PERIOD_NAMES = frozenset(
    ("today", "yesterday", "this_week", "last_week", "this_month", "last_month", "this_year", "all")
)


def _clean(text: str) -> str:
    return " ".join(fold(text).split())


def read_timeframe(text: str) -> str:
    """`4h` from `H4`, `4 heures`, `4 hour`. Raises Unreadable."""
    cleaned = _clean(text)
    found = cleaned if cleaned in TIMEFRAMES else whole(TIMEFRAME_RULES, cleaned)
    if found is None:
        found = timeframe_of(cleaned)
    if found is None:
        near = ", ".join(_nearest_timeframes(cleaned))
        raise Unreadable("timeframe", text, nearest=near, detail=", ".join(TIMEFRAMES))
    return found


def _nearest_timeframes(cleaned: str) -> list[str]:
    """Around a duration that none of them is: `2h` and `4h` for `3h`."""
    minutes = minutes_of(cleaned)
    if not minutes:
        return []
    shorter = [one for one in TIMEFRAMES if _minutes(one) < minutes]
    longer = [one for one in TIMEFRAMES if _minutes(one) > minutes]
    return [*shorter[-1:], *longer[:1]]


def minutes_of(text: str) -> int | None:
    """The minutes in `3h`, `H3`, `two days`; None where it is no duration."""
    cleaned = _clean(text)
    match = _counted(cleaned) or _UNIT_FIRST.fullmatch(cleaned)
    return count_of(match["count"]) * _MINUTES[UNITS[match["unit"]]] if match else None


def read_period(text: str) -> str:
    """`last_week`, `30d`, `this_year` from words for them. Raises Unreadable."""
    cleaned = _clean(text)
    if cleaned in _PERIOD_NAMES or _CANONICAL_PERIOD.fullmatch(cleaned):
        return cleaned
    found = whole(PERIOD_RULES, cleaned) or _bare_period(cleaned)
    found = found or _THIS.get(_FRENCH.get(cleaned, cleaned))
    if found is None:
        raise Unreadable("period", text)
    return found


def _bare_period(cleaned: str) -> str | None:
    match = _counted(cleaned)
    return None if match is None or match["count"] == "half an" else _period_text(match)


def _counted(cleaned: str) -> re.Match[str] | None:
    return next((m for r in _COUNTED if (m := r.pattern.fullmatch(cleaned))), None)


def period_of(duration: str) -> str | None:
    """A duration said where a period is meant: `1d` → `24h`, `2w` → `14d`."""
    return _bare_period(duration)


def timeframe_of(duration: str) -> str | None:
    """A duration said where a timeframe is meant: `60m` → `1h`."""
    match = _counted(duration)
    return _timeframe_text(match) if match else None


def read_duration(text: str) -> str:
    """`30m`, `2h`, `1d`, `1w` from `half an hour`, `deux heures`. Raises Unreadable."""
    cleaned = _clean(text)
    found = whole(DURATION_RULES, cleaned)
    if found is None or not _CANONICAL_DURATION.fullmatch(found):
        raise Unreadable("duration", text)
    return found

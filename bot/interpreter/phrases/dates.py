"""Dates said in words, beside a moment handed in: `du 1er mars 2024 au 30 juin`, `since monday`."""

# ruff: noqa: E501 -- tables of words and patterns read best unbroken.

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_MONTH_NAMES = {
    1: "january janvier jan janv",
    2: "february fevrier feb fev fevr",
    3: "march mars mar",
    4: "april avril apr avr",
    5: "may mai",
    6: "june juin jun",
    7: "july juillet jul juil",
    8: "august aout aug",
    9: "september septembre sep sept",
    10: "october octobre oct",
    11: "november novembre nov",
    12: "december decembre dec",
}
MONTHS = {name: month for month, names in _MONTH_NAMES.items() for name in names.split()}
_WEEK_DAYS = {
    day: index
    for index, days in enumerate(
        ("monday lundi mon", "tuesday mardi tue", "wednesday mercredi wed", "thursday jeudi thu",
         "friday vendredi fri", "saturday samedi sat", "sunday dimanche sun")
    )
    for day in days.split()
}  # fmt: skip
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DAY = r"(?P<{0}day>\d{{1,2}})(?:st|nd|rd|th|er|e)?"
_YEAR = r"(?P<{0}year>(?:19|20)\d\d)"
_AGO = r"(?P<{0}count>\d{{1,3}}|a|an|one|two|three|un|une|deux|trois) (?P<{0}unit>days?|weeks?|months?|years?|jours?|semaines?|mois|ans?)"
_COUNTS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "un": 1,
    "une": 1,
    "two": 2,
    "deux": 2,
    "three": 3,
    "trois": 3,
}
_UNITS = {"d": 1, "j": 1, "w": 7, "s": 7, "m": 30, "y": 365, "a": 365}


def _date(name: str) -> str:
    """A pattern of one date with groups that begin with `name`."""
    n = f"{name}_"
    return (
        rf"(?P<{name}>(?P<{n}iso>\d{{4}}-\d{{1,2}}-\d{{1,2}})|(?P<{n}slash>\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{4}})|"
        rf"(?:the |le )?{_DAY.format(n)}(?: of)? (?P<{n}month>{_MONTH})\b\.?,?(?: {_YEAR.format(n)})?|"
        rf"(?P<{n}month2>{_MONTH})\b\.? {_DAY.format(n + '2')}(?!\d)(?:,? {_YEAR.format(n + '2')})?|"
        rf"(?P<{n}month3>{_MONTH})\b\.?(?: of)?(?: {_YEAR.format(n + '3')})?|(?P<{n}only>(?:19|20)\d\d)(?![\w.,]?\d)|"
        rf"(?:last |le )?(?P<{n}weekday>{'|'.join(_WEEK_DAYS)})(?: dernier)?|(?P<{n}named>yesterday|hier|today|aujourd'hui|now|maintenant)|"
        rf"{_AGO.format(n)} ago|il y a {_AGO.format(n + 'f_')})"
    )


_RANGE = re.compile(
    rf"(?<!\w)(?:from|between|du|de|entre(?: le)?|since|depuis(?: le)?) {_date('a')}"
    rf" (?:to|and|until|till|through|up to|au|a|et(?: le)?|-|jusqu'au|jusqu'a|jusqu'en) {_date('b')}(?!\w)"
)
_DASHED = re.compile(
    r"(?<![\w-])(?P<a_iso>\d{4}-\d{2}-\d{2}) ?(?:-|->|to|au|/|a|\.\.) ?(?P<b_iso>\d{4}-\d{2}-\d{2})(?![\w-])"
)
_SINCE = re.compile(
    rf"(?<!\w)(?:since|depuis(?: le)?|from|a partir du|a partir de|starting(?: from| on)?) {_date('a')}(?!\w)"
)
_UNTIL = re.compile(
    rf"(?<!\w)(?:until|till|up to|jusqu'au|jusqu'a|jusqu'en|through|ending) {_date('b')}(?!\w)"
)
_WITHIN = re.compile(
    # `en dessous de 2000` is a level.
    rf"(?<!\w)(?<!dessous )(?<!dessus )(?<!deca )(?<!dela )(?<!plus )(?<!moins )(?:(?:in|en|over|during|sur|for|of|de|du mois de|pour) |d')(?P<a>(?P<a_month3>{_MONTH})(?: (?P<a_3year>(?:19|20)\d\d))?|(?P<a_only>(?:19|20)\d\d))"
    r"(?!\w| ?(?:[$€£%]|usd|dollars?|bucks|euros?|balles|eur|k(?!\w))|[.,]\d)"
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A stretch of text that says where a period begins or ends, in ISO dates."""

    start: int
    end: int
    since: str | None = None
    until: str | None = None


def find_dates(folded: str, today: date) -> Iterator[Dated]:
    """Ranges first, then single ends, then a whole year or month."""
    found = _ranges(folded, today)
    if found is not None:
        yield found
        return
    yield from _ends(folded, today)


def _ranges(folded: str, today: date) -> Dated | None:
    for pattern in (_RANGE, _DASHED):
        match = pattern.search(folded)
        if match is None:
            continue
        end = _moment(match, "b", today, last=True)
        start = _moment(match, "a", end or today, last=False)
        if start and end:
            if start > end:
                start = _moment(match, "a", today.replace(year=end.year - 1), last=False) or start
            return Dated(*match.span(), start.isoformat(), end.isoformat())
    match = _WITHIN.search(folded)
    if match is None:
        return None
    first, last = _moment(match, "a", today, last=False), _moment(match, "a", today, last=True)
    return Dated(*match.span(), str(first), str(last)) if first and last else None


def _ends(folded: str, today: date) -> Iterator[Dated]:
    since, until = _SINCE.search(folded), _UNTIL.search(folded)
    if since and since["a_named"] and since[0].startswith("from"):
        since = None  # `fills from yesterday` are those of that day
    start = _moment(since, "a", today, last=False) if since else None
    if since and start:
        yield Dated(*since.span(), since=start.isoformat())
    end = _moment(until, "b", today, last=True) if until else None
    if until and end:
        yield Dated(*until.span(), until=end.isoformat())


def _groups(match: re.Match[str], name: str) -> dict[str, str]:
    return {k[2:]: v for k, v in match.groupdict().items() if v and k.startswith(f"{name}_")}


def _moment(match: re.Match[str], name: str, near: date, *, last: bool) -> date | None:
    try:
        return _date_of(_groups(match, name), near, last)
    except ValueError:
        return None


def _date_of(said: dict[str, str], near: date, last: bool) -> date | None:
    if "iso" in said:
        return date(*map(int, said["iso"].split("-")))
    if "slash" in said:
        return _slashed(said["slash"])
    if "only" in said:
        return date(int(said["only"]), 12, 31) if last else date(int(said["only"]), 1, 1)
    month = said.get("month") or said.get("month2") or said.get("month3")
    return _in_month(said, MONTHS[month], near, last) if month else _relative(said, near)


def _slashed(text: str) -> date:
    first, second, year = map(int, re.split(r"[/.]", text))
    return date(year, first, second) if second > 12 else date(year, second, first)


def _in_month(said: dict[str, str], month: int, near: date, last: bool) -> date:
    year = int(said.get("year") or said.get("2year") or said.get("3year") or 0)
    day = int(said.get("day") or said.get("2day") or 0)
    chosen = year or near.year
    day = day or (calendar.monthrange(chosen, month)[1] if last else 1)
    found = date(chosen, month, day)
    # A month without a year is the latest that has begun.
    return (
        found
        if year or (found.year, month) <= (near.year, near.month)
        else found.replace(year=chosen - 1)
    )


def _relative(said: dict[str, str], near: date) -> date | None:
    if "weekday" in said:
        back = (near.weekday() - _WEEK_DAYS[said["weekday"]]) % 7
        return near - timedelta(days=back)
    if "named" in said:
        return near - timedelta(days=1 if said["named"] in {"yesterday", "hier"} else 0)
    count, unit = said.get("count") or said.get("f_count"), said.get("unit") or said.get("f_unit")
    if count is None or unit is None:
        return None
    many = int(count) if count.isdigit() else _COUNTS[count]
    return near - timedelta(days=many * _UNITS[unit[0]])

"""Schedules: cron lines, and the words for them such as `every weekday at 8am`."""

# ruff: noqa: E501 -- a table of patterns reads best one to a line.

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bot.arguments.folding import fold
from bot.arguments.number_words import COMPOUND, SMALL, small_number
from bot.errors import Unreadable

_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("week_day", 0, 7))
_DAY_NAMES = {
    0: "sunday sundays sun dimanche dimanches dim",
    1: "monday mondays mon lundi lundis lun",
    2: "tuesday tuesdays tue tues mardi mardis mar",
    3: "wednesday wednesdays wed weds mercredi mercredis mer",
    4: "thursday thursdays thu thur thurs jeudi jeudis jeu",
    5: "friday fridays fri vendredi vendredis ven",
    6: "saturday saturdays sat samedi samedis sam",
}
DAYS = {name: str(day) for day, names in _DAY_NAMES.items() for name in names.split()}
_MONTHS = {
    m: str(i)
    for i, m in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
        start=1,
    )
}
_DAY = "|".join(sorted((d for d in DAYS if d != "mar"), key=len, reverse=True))
_EVERY = r"(?:every(?: single)?|each|tous les|toutes les|chaque|tous|tout les)"
_NUMBER = rf"\d{{1,2}}|{COMPOUND}|{'|'.join(sorted(SMALL, key=len, reverse=True))}"
_DAY_LIST = (
    rf"(?P<days>(?:{_DAY})(?:(?:,| and| et|, and| &|/| or| ou)* ?(?:les |le |on )?(?:{_DAY}))*)"
)
_PLURAL_DAY = "|".join(d for d in DAYS if len(d) > 5 and d.endswith("s"))
_WORKDAYS = (
    r"week ?days?|working days?|business days?|trading days?|work ?days?|"
    r"jours? (?:ouvres?|ouvrables?|de semaine|de bourse|de la semaine)"
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A cron line and the stretches of folded text that said it; no time of day is `cron` None."""

    cron: str | None
    spans: tuple[tuple[int, int], ...]
    days: str = "* * *"


@dataclass(frozen=True, slots=True)
class _Recurrence:
    """Cron's last three fields, or the whole of it where the hours themselves recur."""

    span: tuple[int, int]
    days: str = "* * *"
    whole: str | None = None


@cache
def _recurrences() -> tuple[tuple[re.Pattern[str], str], ...]:
    every_nth = r"(?P<nth>\d{1,2}|first|premier)(?:st|nd|rd|th|er|eme|e)?"
    sources = (
        (rf"{_EVERY} (?P<step>{_NUMBER}) ?(?:minutes?|mins?|mn|m)", "minutes"),
        (rf"{_EVERY} (?P<step>{_NUMBER}) ?(?:hours?|heures?|hrs?|h)", "hours"),
        (rf"{_EVERY} (?:quarts? d'heures?|quarter hours?)", "*/15 * * * *"),
        (rf"{_EVERY} (?:demi-?[ ]?heures?|half[ -]?(?:an )?hours?)", "*/30 * * * *"),
        (rf"{_EVERY} (?:hours?|heures?)", "0 * * * *"),
        (rf"{_EVERY} minutes?", "* * * * *"),
        (
            (rf"(?:on |{_EVERY} |les |le |en )?(?:{_WORKDAYS})|en semaine|"
            r"(?:from |du )?(?:monday|mon|lundi)(?: to | through | au | a |-)(?:friday|fri|vendredi)"),
            "* * 1-5",
        ),
        (
            rf"(?:{_EVERY} |on |le |les |on the )week-?[ ]?ends?|samedi et dimanche|saturday and sunday",
            "* * 0,6",
        ),
        (rf"{_EVERY} {every_nth} (?:of the month|du mois)", "monthly"),
        ((rf"(?:on )?(?:the |le |chaque ){every_nth} (?:day |jour )?(?:of |du |de )"
         r"(?:each |every |chaque |the |tous les )?(?:months?|mois)"), "monthly"),
        ((r"(?P<nth>\d{1,2})(?:st|nd|rd|th|er) (?:day |jour )?(?:of |du |de )"
         r"(?:each |every |chaque |the |tous les )?(?:months?|mois)"), "monthly"),
        (rf"(?:{_EVERY} (?:months?|mois)|monthly|mensuellement)(?:,? on| le)(?: the)? {every_nth}", "monthly"),
        (rf"(?:on )?(?:the |le ){every_nth},? {_EVERY} (?:months?|mois)", "monthly"),
        (rf"{_EVERY} (?:mois|months?)", "1 * *"),
        (
            (rf"(?:{_EVERY} (?:weeks?|semaines?)|weekly|hebdomadairement|une fois par semaine|once a week)"
            rf"(?:,? on| le| chaque)? {_DAY_LIST}"),
            "days",
        ),
        (rf"{_EVERY} (?:weeks?|semaines?)|hebdomadairement|une fois par semaine|once a week", "* * 1"),
        (rf"{_EVERY} {_DAY_LIST}", "days"),
        (rf"(?:on |les |le |du )?{_DAY_LIST.replace(_DAY, _PLURAL_DAY)}", "days"),
        (rf"{_DAY_LIST} (?:of )?(?:each week|every week|chaque semaine|de chaque semaine)", "days"),
        (
            (rf"{_EVERY} (?:days?|jours?|mornings?|matins?|evenings?|soirs?|nights?|nuits?|afternoons?|midis?)|"
            r"everyday|quotidiennement|tlj|une fois par jour|once a day|chq jour|ts les jours"),
            "* * *",
        ),
        # An adverb alone may name a candle or a report; with a time of day it recurs.
        (r"daily(?= (?:at|@|a|around) )|daily(?= \d{1,2}(?::\d\d)? ?[ap]m)", "* * *"),
    )  # fmt: skip
    return tuple((re.compile(rf"(?<!\w)(?:{source})(?!\w)"), kind) for source, kind in sources)


_AT = r"(?:(?:at|a|@|around|vers|des|by|pour|,) ?)?"
_PART = (
    r"(?P<part>a\.?m\.?|p\.?m\.?|du matin|in the morning|du soir|de l'apres-?[ ]?midi|"
    r"in the evening|in the afternoon|at night)"
)
_TIME = re.compile(
    rf"(?<![\w.,$]){_AT}(?:"
    rf"(?P<noon>noon|midday|midi)(?! et demi)|(?P<midnight>midnight|minuit)|"
    rf"(?P<h1>\d{{1,2}})(?P<m1>:[0-5]\d|\.[0-5]\d(?= ?[ap]m))? ?{_PART}|"
    r"(?P<h2>\d{1,2}) ?(?:h|:|heures?)[ ]?(?P<m2>[0-5]\d)|"
    r"(?P<h3>\d{1,2}) ?(?:h|heures?|o'clock|oclock)(?: (?P<half>et demie?|et quart))?"
    rf"(?: {_PART.replace('part', 'part3')})?)(?![\w%])"
)
_WORD_HOUR = "|".join(w for w, n in SMALL.items() if 1 <= n <= 12)
_HOUR = rf"(?P<hour>\d{{1,2}}|{COMPOUND}|{'|'.join(sorted((w for w, n in SMALL.items() if n < 24), key=len, reverse=True))})"
_WORD_PART = r"(?P<part>a\.?m\.?|p\.?m\.?|du matin|in the morning|du soir|in the evening|de l'apres-?[ ]?midi|in the afternoon|at night)"
# `half past seven`, `twenty to nine`, `huit heures moins le quart`, `seven thirty`, `neuf heures`.
_WORD_TIMES = tuple(
    re.compile(rf"(?<![\w.,$-]){_AT}{source}(?![\w%])")
    for source in (
        rf"(?P<minutes>half|(?:a )?quarter|five|ten|twenty|twenty[ -]five|\d{{1,2}})(?: minutes?)? (?P<side>past|to|before|after|of) {_HOUR}(?: o'?clock)?(?: ?{_WORD_PART})?",
        rf"{_HOUR} ?(?:h|heures?) (?P<side>moins|et) (?:le )?(?P<minutes>quart|demie?|cinq|dix|vingt|vingt-cinq)(?: ?{_WORD_PART})?",
        rf"{_HOUR} ?(?:h|heures?) (?P<minutes>{COMPOUND}|cinq|dix|quinze|vingt|trente|quarante|cinquante)(?: ?{_WORD_PART})?",
        rf"{_HOUR.replace(COMPOUND + '|', '')} (?P<minutes>fifteen|thirty|forty[ -]five)(?: ?{_WORD_PART})?",
        rf"(?P<hour>{COMPOUND}|{'|'.join(w for w, n in SMALL.items() if 12 < n < 24)}) ?heures",
        rf"(?P<hour>{_WORD_HOUR}) ?(?:heures?|o'clock|oclock)(?: ?{_WORD_PART})?",
        rf"(?P<hour>{_WORD_HOUR}) ?{_WORD_PART}",
    )
)
_PARTS = {"half": 30, "quarter": 15, "a quarter": 15, "demi": 30, "demie": 30, "quart": 15}
_BARE_AT = re.compile(
    rf"(?<!\w)(?:at|a|@|vers|around) ?(?P<hour>\d{{1,2}}|{_WORD_HOUR})(?![\w.,:%]|\s?\d|\s?[€$])"
)
_ADVERBS = {"hourly": "every hour", "daily": "every day", "weekly": "every monday"}
_LATE = ("p", "du soir", "de l'apres", "in the evening", "in the afternoon", "at night")


def read_cron(text: str) -> str:
    """A five-field cron line, ranges checked, Sunday 0; or the words for one. Raises Unreadable."""
    folded = " ".join(fold(text).split())
    fields = folded.split()
    if len(fields) == 5 and re.fullmatch(r"[\d*,/ -]+", " ".join(fields[:2])):
        return " ".join(
            _read_field(field, *rest) for field, rest in zip(fields, _FIELDS, strict=True)
        )
    found = find_schedule(_ADVERBS.get(folded, folded))
    if found is None or _outside(folded, found.spans):
        raise Unreadable("schedule", text)
    if found.cron is None:
        raise Unreadable("schedule_without_time", text)
    return found.cron


def _outside(folded: str, spans: Sequence[tuple[int, int]]) -> bool:
    rest = "".join(" " if any(s <= i < e for s, e in spans) else c for i, c in enumerate(folded))
    return bool(set(re.findall(r"\w+", rest)) - {"at", "a", "on", "the", "le", "les"})


def _read_field(field: str, name: str, low: int, high: int) -> str:
    return ",".join(_read_part(part, name, low, high) for part in field.split(","))


def _read_part(part: str, name: str, low: int, high: int) -> str:
    body, slash, step = part.partition("/")
    ends = [_named(end, name) for end in body.split("-")] if body != "*" else []
    if len(ends) > 2 or not all(end.isdigit() and low <= int(end) <= high for end in ends):
        raise Unreadable("cron_range", part, field=name, low=str(low), high=str(high))
    if slash and not (step.isdigit() and 1 <= int(step) <= high):
        raise Unreadable("cron_step", step, field=name, high=str(high))
    if name == "week_day" and len(ends) == 1:
        ends = ["0" if ends[0] == "7" else ends[0]]
    if len(ends) == 2 and int(ends[0]) > int(ends[1]):
        raise Unreadable("cron_backwards", body, field=name)
    return f"{'-'.join(str(int(end)) for end in ends) or '*'}{slash}{step}"


def _named(end: str, name: str) -> str:
    table = DAYS if name == "week_day" else _MONTHS if name == "month" else {}
    return table.get(end, end)


def find_schedule(folded: str) -> Schedule | None:
    """The recurrence said in the text, with its time of day wherever that stands."""
    recurrence = _find_recurrence(folded)
    if recurrence is None:
        return None
    if recurrence.whole is not None:
        return Schedule(recurrence.whole, (recurrence.span,))
    time = _find_time(folded, recurrence.span)
    if time is None:
        return Schedule(None, (recurrence.span,), recurrence.days)
    hour, minute, span = time
    if _is_late(folded, recurrence.span, span) and hour < 12:
        hour = (hour + 12) % 24
    return Schedule(f"{minute} {hour} {recurrence.days}", (recurrence.span, span))


def _is_late(folded: str, recurrence: tuple[int, int], time: tuple[int, int]) -> bool:
    """`every evening at 8`, where neither the clock nor a noon says otherwise."""
    said, clock = folded[slice(*recurrence)], folded[slice(*time)]
    late = re.search(r"evening|afternoon|night|soir|apres-?[ ]?midi", said) is not None
    return late and not re.search(r"a\.?m|matin|morning|midnight|minuit|\d\d[h:]|\b0", clock)


def _find_recurrence(folded: str) -> _Recurrence | None:
    for pattern, kind in _recurrences():
        match = pattern.search(folded)
        if match is not None:
            return _recurrence(match, kind)
    return None


def _recurrence(match: re.Match[str], kind: str) -> _Recurrence | None:
    span = match.span()
    if kind in {"minutes", "hours"}:
        return _stepped(span, small_number(match["step"]), kind)
    if kind == "monthly":
        nth = "1" if match["nth"] in {"first", "premier"} else match["nth"]
        return _Recurrence(span, f"{int(nth)} * *") if 1 <= int(nth) <= 31 else None
    if kind == "days":
        named = re.findall(rf"\b(?:{_DAY})\b", match["days"])
        return _Recurrence(span, f"* * {','.join(sorted({DAYS[day] for day in named}))}")
    if len(kind.split()) == 5:
        return _Recurrence(span, whole=kind)
    return _Recurrence(span, kind)


def _stepped(span: tuple[int, int], step: int, unit: str) -> _Recurrence | None:
    limit = 59 if unit == "minutes" else 23
    if not 1 <= step <= limit:
        return None
    return _Recurrence(
        span, whole=f"*/{step} * * * *" if unit == "minutes" else f"0 */{step} * * *"
    )


def find_time(folded: str) -> tuple[int, int] | None:
    """A time of day said in the text, as hour and minute."""
    found = _find_time(folded, (len(folded) + 9, len(folded) + 9))
    return found[:2] if found else None


def _find_time(folded: str, beside: tuple[int, int]) -> tuple[int, int, tuple[int, int]] | None:
    for match in _TIME.finditer(folded):
        clock = _clock(match)
        if clock is not None:
            return *clock, match.span()
    for pattern in _WORD_TIMES:
        word = pattern.search(folded)
        clock = _in_words(word.groupdict()) if word is not None else None
        if word is not None and clock is not None:
            return *clock, word.span()
    return _bare_time(folded, beside)


def _bare_time(folded: str, beside: tuple[int, int]) -> tuple[int, int, tuple[int, int]] | None:
    """`every monday at 9`: a bare hour counts only next to the recurrence."""
    for match in _BARE_AT.finditer(folded):
        near = match.start() - beside[1] <= 2 and match.start() >= beside[1]
        hour = small_number(match["hour"])
        if hour < 24 and (near or 0 <= beside[0] - match.end() <= 2):
            return hour, 0, match.span()
    return None


def _clock(match: re.Match[str]) -> tuple[int, int] | None:
    if match["noon"] or match["midnight"]:
        return (12 if match["noon"] else 0), 0
    hour = int(match["h1"] or match["h2"] or match["h3"])
    minute = int((match["m1"] or "0").lstrip(":.")) or int(match["m2"] or 0)
    if match["half"]:
        minute = 30 if "demi" in match["half"] else 15
    hour = _half_day(hour, match["part"] or match["part3"] or "")
    return (hour, minute) if hour < 24 else None


def _in_words(said: dict[str, str | None]) -> tuple[int, int] | None:
    """`half past seven` as hour and minute."""
    hour = _half_day(small_number(said["hour"] or "0"), said.get("part") or "")
    minutes = said.get("minutes") or "0"
    minute = _PARTS[minutes] if minutes in _PARTS else small_number(minutes)
    if said.get("side") in {"to", "before", "of", "moins"}:
        hour, minute = (hour - 1) % 24, 60 - minute
    return (hour, minute) if hour < 24 and minute < 60 else None


def _half_day(hour: int, part: str) -> int:
    if part.startswith(_LATE):
        return hour if hour >= 12 else hour + 12
    early = part.startswith("a") or part in {"du matin", "in the morning"}
    return 0 if early and hour == 12 else hour

"""Typed things found in folded text before its words are read: ids, dates, times, numbers, symbols."""

# ruff: noqa: E501 -- tables of words and patterns read best unbroken.

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from bot.arguments.found import Rule, find
from bot.arguments.names import asset_names, ordinary_words
from bot.arguments.numbers import read_decimal, read_percent
from bot.arguments.schedules import find_schedule
from bot.arguments.times import DURATION_RULES, PERIOD_RULES, TIMEFRAME_RULES
from bot.interpreter.phrases.dates import find_dates
from bot.interpreter.phrases.indicators import find_indicators
from bot.interpreter.phrases.tokens import Token, entity

_FILE = re.compile(r"(?<![\w@])[\w./-]*\w\.(?:json|ya?ml|toml|csv|py|zip|txt|xlsx)(?!\w)")
_LEADER = re.compile(r"(?<![\w.])@[a-z_][\w-]*(?:\.[\w-]+)*")
_PARAM = re.compile(r"(?<![\w=])([a-z]\w*) ?= ?(-?\d+(?:\.\d+)?)(?![\w=])")
_NAMED_ID = re.compile(
    r"(?<!\w)(?:orders?|ordres?|alerts?|alertes?|alarms?|alarme|schedules?|planifications?|programmation|planif|job|automation|ticket|"
    r"recurrence|tache)"
    r"(?: (?:id|no\.?|number|num|numero|n°|nr|nº|la|le))? ?#?(?!\d+(?:k|m|h|j|d|x)\b)(?P<id>[a-z]{0,4}[-_]?\d[\w-]*)(?![\w.,]*\d|[.,]\d|%)"
)
_HASH_ID = re.compile(r"(?<!\w)#(?P<id>[a-z]{0,4}[-_]?\d[\w-]*)")
_SHORT_ID = re.compile(r"(?<![\w/@-])(?P<id>(?P<kind>[aso])-?\d{1,6})(?![\w%])")
_OUT_OF_FIVE = re.compile(
    r"(?<![\w.,])(?P<stars>[1-5]) ?(?:/|out of|sur) ?(?:5|five|cinq)(?![\w.,]\d|\w)(?! (?:of|de|des|du|d')\b)"
)
_PART = re.compile(r"(?<![\w.,/])([1-9]) ?/ ?([2-9]|10)(?![\w/]|[.,]\d| ?(?:ema|sma|mm|ma|mme)\b)")
_CODE = re.compile(
    r"(?<![\w/@.-])(?=[a-z0-9-]*\d)(?=[a-z0-9-]*[a-z])(?P<id>[a-z0-9]{5,20}|[a-z0-9]{3,5}-[a-z0-9]{3,5})(?![\w-])"
)
_ZONE = re.compile(
    r"(?<!\w)(?:europe|america|asia|africa|australia|pacific|atlantic|indian|etc)/[a-z_]+(?:/[a-z_]+)?"
)
_SIZED = re.compile(
    r"\d+(?:k|m|mio|mn|bn|b|h|d|w|j|min|usdt|usd|usdc|eur|th|st|nd|rd|er|e|h\d\d|am|pm|x|mo|y|ans?|jours?|shares?|btc|eth|sol|dollars?|euros?|bucks)"
)


def _coins() -> Iterator[str]:
    """The coins whose tickers mean nothing else and may be written to their figure."""
    names = asset_names()
    for ticker, symbol in names.tickers.items():
        plain = len(ticker) > 2 and ticker.isalpha() and ticker not in ordinary_words()
        if plain and symbol in names.crypto:
            yield ticker


_TIMES = re.compile(r"(?<![\w/@#.,-])x(?P<times>\d{1,3})(?![\w/]|[.,]\d)")
_NUMBER = re.compile(
    r"(?<![\w.,])(?P<sign>[-+−](?=[\d.]))?(?P<number>\d{1,3}(?: \d{3})+(?![\d])(?:[.,]\d+)?|\d+(?:[.,']\d+)*|[.,]\d+)"
    r"(?P<suffix> ?(?:k|mio|mn|bn)(?!\w)|m(?!\w)|b(?!\w))?(?P<percent> ?(?:%|percent|per cent|pct|pour ?cents?|prct|p100)(?!\w))?"
    r"(?P<times> ?x(?!\w))?(?=$|[^\w]|(?:usdt|usdc|usd|eur|euros?|dollars?|bucks|balles|[$€£])"
    # `2eth`
    rf"|(?:{'|'.join(sorted(_coins()))})(?!\w))"
)


class Found:
    """Entities so far; one that overlaps an earlier one is not taken."""

    def __init__(self, folded: str) -> None:
        self.folded = folded
        self.tokens: list[Token] = []
        self._taken = bytearray(len(folded))

    def add(self, kind: str, start: int, end: int, value: str) -> bool:
        """Take the stretch, if it is free."""
        if start >= end or any(self._taken[start:end]):
            return False
        self._taken[start:end] = b"\x01" * (end - start)
        self.tokens.append(entity(kind, self.folded[start:end].strip(), start, end, value))
        return True

    def gaps(self) -> Iterator[tuple[int, int]]:
        """The stretches that no entity has taken."""
        start = 0
        for token in sorted(self.tokens, key=lambda t: t.start):
            if token.start > start:
                yield start, token.start
            start = max(start, token.end)
        if start < len(self.folded):
            yield start, len(self.folded)


def find_entities(
    text: str,
    folded: str,
    today: date,
    named: Iterable[tuple[str, int, int, str]] = (),
    accounts: Iterable[tuple[int, int, str]] = (),
) -> Found:
    """All that is typed in a text, the surest kinds first; `named` are the strategies in it."""
    found = Found(folded)
    for start, end, name in accounts:
        found.add("account", start, end, name)
    _names_and_ids(text, folded, found)
    for kind, start, end, value in named:
        found.add(kind, start, end, value)
    _when(folded, today, found)
    for each in find_indicators(folded):
        found.add("indicator", each.start, each.end, ";".join(each.formulas))
    _rules(found, "period", PERIOD_RULES)
    _rules(found, "timeframe", TIMEFRAME_RULES)
    _minute_bars(found)
    _rules(found, "duration", DURATION_RULES)
    _numbers(found)
    for match in _CODE.finditer(folded):
        if not _SIZED.fullmatch(match["id"]):
            found.add("code", *match.span(), text[match.start() : match.end()])
    return found


def _names_and_ids(text: str, folded: str, found: Found) -> None:
    for pattern, kind in ((_FILE, "file"), (_LEADER, "leader"), (_ZONE, "zone")):
        for match in pattern.finditer(folded):
            found.add(kind, *match.span(), text[match.start() : match.end()])
    for match in _PARAM.finditer(folded):
        found.add("param", *match.span(), f"{match[1]}={match[2]}")
    for match in _HASH_ID.finditer(folded):
        found.add("id", *match.span(), text[match.start("id") : match.end("id")])
    for match in _NAMED_ID.finditer(folded):
        found.add("id", *match.span("id"), text[match.start("id") : match.end("id")])
    for match in _OUT_OF_FIVE.finditer(folded):
        found.add("number", *match.span(), match["stars"])
    for match in _PART.finditer(folded):
        if int(match[1]) < int(match[2]):
            found.add("fraction", *match.span(), str(Decimal(match[1]) / Decimal(match[2])))
    for match in _SHORT_ID.finditer(folded):
        kind = {"a": "aid", "s": "sid", "o": "id"}[match["kind"]]
        found.add(kind, *match.span(), text[match.start() : match.end()])


def _when(folded: str, today: date, found: Found) -> None:
    schedule = find_schedule(folded)
    if schedule is not None:
        first, *rest = schedule.spans
        found.add("schedule", *first, schedule.cron or f"? ? {schedule.days}")
        for span in rest:
            found.add("clock", *span, "")
    for dated in find_dates(folded, today):
        found.add("dates", dated.start, dated.end, f"{dated.since or ''}/{dated.until or ''}")


def _rules(found: Found, kind: str, rules: Sequence[Rule]) -> None:
    for each in find(rules, found.folded):
        found.add(kind, each.start, each.end, each.value)


def _minute_bars(found: Found) -> None:
    """`15m` beside money or a size would be fifteen million; alone it is a candle."""
    for match in re.finditer(
        r"(?<![\w.,$€£])(1|5|15|30)m(?!\w)(?! (?:of|worth|usdt?|dollars?|euros?))", found.folded
    ):
        found.add("timeframe", *match.span(), match[0])


# A thousand in much of Europe, one elsewhere: nobody writes three noughts behind a point for less.
_TWO_WAYS = re.compile(r"[1-9]\d{0,2}\.000")


def _numbers(found: Found) -> None:
    for match in _TIMES.finditer(found.folded):
        found.add("times", *match.span(), read_decimal(match["times"]))
    for match in _NUMBER.finditer(found.folded):
        if _TWO_WAYS.fullmatch(match["number"]):
            found.add("badnumber", *match.span(), "")
            continue
        text = match["number"].rstrip(",.'") + (match["suffix"] or "").strip()
        try:
            value = read_decimal(text)
        except ValueError:
            found.add("badnumber", *match.span(), "")
            continue
        if match["sign"] and match["sign"] != "+":
            found.add("negative", *match.span(), _percent(match, value))
        elif match["percent"]:
            found.add("percent", *match.span(), read_percent(f"{value}%"))
        else:
            found.add("times" if match["times"] else "number", *match.span(), value)


def _percent(match: re.Match[str], value: str) -> str:
    return f"-{value}%" if match["percent"] else f"-{value}"

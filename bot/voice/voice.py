"""One reader's language and time zone, and everything said in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from zoneinfo import ZoneInfo

from bot.voice.catalogue import texts

LANGUAGES = ("en", "fr")

_MINUS = "\N{MINUS SIGN}"
_CENT = Decimal("0.01")
_COUNTED = re.compile(r"(\d+)([hd])")
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


@dataclass(frozen=True, slots=True)
class Voice:
    """Texts, numbers and times as one person reads them."""

    language: str = "en"
    timezone: str = "UTC"

    # -- texts ----------------------------------------------------------------------------

    def say(self, key: str, **facts: str) -> str:
        """The text of a key with its facts filled in. Raises KeyError on a missing one.

        In a text, `{count:order|orders}` is the word that goes with the number `count`.
        """
        known = {name: _Fact(fact, self.language) for name, fact in facts.items()}
        return texts(self.language)[key].format_map(known)

    def knows(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in texts(self.language)

    def listed(self, items: Iterable[str]) -> str:
        """`a, b or c`."""
        names = list(items)
        if len(names) < 2:
            return "".join(names)
        return f"{', '.join(names[:-1])} {self.say('common.or')} {names[-1]}"

    # -- numbers --------------------------------------------------------------------------

    def number(self, value: Decimal, *, signed: bool = False) -> str:
        """Every digit it has, grouped; a true minus sign."""
        plain = f"{abs(value):,f}"
        if self.language == "fr":
            narrow_space = "\N{NARROW NO-BREAK SPACE}"
            plain = plain.replace(",", narrow_space).replace(".", ",")
        if value < 0:
            return f"{_MINUS}{plain}"
        return f"+{plain}" if signed and value > 0 else plain

    def quantity(self, value: Decimal) -> str:
        """Base units without needless zeros."""
        return self.number(_trimmed(value))

    def price(self, value: Decimal | None) -> str:
        """A price as precise as it was given; a dash for none."""
        return "–" if value is None else self.number(value)

    def money(self, amount: Decimal | None, currency: str, *, signed: bool = False) -> str:
        """An amount with its currency: cents, or four digits of what is less than one."""
        if amount is None:
            return "–"
        number = self.number(_rounded(amount), signed=signed)
        # Of a candle file nobody knows the currency.
        return f"{number}\N{NO-BREAK SPACE}{currency}" if currency else number

    def percent(self, ratio: Decimal | None, *, signed: bool = False, decimals: int = 2) -> str:
        """A share of one as a percent."""
        if ratio is None:
            return "–"
        hundredths = (ratio * 100).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
        mark = "\N{NARROW NO-BREAK SPACE}%" if self.language == "fr" else "%"
        return f"{self.number(hundredths, signed=signed)}{mark}"

    # -- times ----------------------------------------------------------------------------

    def when(self, milliseconds: int) -> str:
        """A moment, to the second, in the reader's zone: `25 Nov 2026 10:31:05`."""
        moment = self._local(milliseconds)
        return f"{self._date(moment)} {moment:%H:%M:%S}"

    def minute(self, milliseconds: int) -> str:
        """A moment to the minute, with the zone's name."""
        moment = self._local(milliseconds)
        return f"{self._date(moment)} {moment:%H:%M} {moment:%Z}"

    def date(self, milliseconds: int) -> str:
        """A day."""
        return self._date(self._local(milliseconds))

    def span(self, seconds: float) -> str:
        """How long: `3 s`, `4 min`, `2 h`, `5 d`."""
        for unit, length in (("d", _DAY), ("h", _HOUR), ("min", _MINUTE)):
            if seconds >= length:
                return self.say(f"units.{unit}", count=str(int(seconds // length)))
        return self.say("units.s", count=str(int(seconds)))

    def period(self, period: str) -> str:
        """A period's canonical text in words: `last week`, `last 7 d`, a day's date."""
        counted = _COUNTED.fullmatch(period)
        if counted is not None:
            return self.say(
                "period.counted", span=self.say(f"units.{counted[2]}", count=counted[1])
            )
        key = f"period.{period}"
        return self.say(key) if self.knows(key) else self._date(datetime.fromisoformat(period))

    def ago(self, seconds: float) -> str:
        """How old: `3 s ago`."""
        return self.say("common.ago", span=self.span(seconds))

    def _local(self, milliseconds: int) -> datetime:
        return datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(ZoneInfo(self.timezone))

    def _date(self, moment: datetime) -> str:
        month = self.say(f"months.{moment.month}")
        return f"{moment.day} {month} {moment.year}"


@dataclass(frozen=True, slots=True)
class _Fact:
    """A fact as a text shows it, or the word that goes with it."""

    text: str
    language: str

    def __str__(self) -> str:
        return self.text

    def __format__(self, forms: str) -> str:
        one, bar, more = forms.partition("|")
        return (one if is_one(self.text, self.language) else more) if bar else self.text


def is_one(number: str, language: str) -> bool:
    """Whether a number as it is shown takes the singular: 1 does, in French all below 2."""
    if language == "fr":
        number = number.replace("\N{NARROW NO-BREAK SPACE}", "").replace(",", ".")
    try:
        value = abs(Decimal(number.replace(_MINUS, "-")))
    except ArithmeticError:
        return False
    return value < 2 if language == "fr" else value == 1


def _trimmed(value: Decimal) -> Decimal:
    whole = value.to_integral_value()
    return whole.quantize(Decimal(1)) if value == whole else value.normalize()


def _rounded(amount: Decimal) -> Decimal:
    if abs(amount) >= 1 or not amount:
        return amount.quantize(_CENT, ROUND_HALF_EVEN)
    digits = Decimal(1).scaleb(amount.adjusted() - 3)
    rounded = amount.quantize(min(digits, _CENT), ROUND_HALF_EVEN)
    return rounded if rounded.as_tuple().exponent == -2 else rounded.normalize()

"""When an instrument's exchange is open, out of the hours that come with its contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class Sessions:
    """Openings and closings in UTC ms, earliest first; a week or so ahead, as IB tells them."""

    spans: tuple[tuple[int, int], ...] = ()

    def is_open(self, at: int) -> bool:
        """Whether it is open at that moment (UTC ms); True where nothing is known of its day."""
        return not self.spans or any(opens <= at < closes for opens, closes in self.spans)

    def close_after(self, at: int) -> int | None:
        """The next closing after that moment (UTC ms)."""
        return next((closes for _, closes in self.spans if closes > at), None)


def sessions(hours: str, zone: str) -> Sessions:
    """`20261127:0930-20261127:1600;20261128:CLOSED`, in the time of that zone.

    Nothing is known where the zone is not, or the text is no such text.
    """
    try:
        where = ZoneInfo(zone.split(" ", maxsplit=1)[0] or "UTC")
        return Sessions(tuple(sorted(_spans(hours, where))))
    except (ZoneInfoNotFoundError, ValueError):
        return Sessions()


def _spans(hours: str, zone: ZoneInfo) -> Iterator[tuple[int, int]]:
    for day in hours.split(";"):
        if not day or _CLOSED in day:
            continue
        date = day.split(":")[0]
        for span in day.split(","):
            opens, _, closes = span.partition("-")
            yield _moment(opens, date, zone), _moment(closes, date, zone)


def _moment(text: str, date: str, zone: ZoneInfo) -> int:
    """`20261127:0930`, or `0930` on that date."""
    whole = text if ":" in text else f"{date}:{text}"
    return int(datetime.strptime(whole, "%Y%m%d:%H%M").replace(tzinfo=zone).timestamp() * 1000)

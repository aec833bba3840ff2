"""Timeframes of candles and durations in words such as `4h`."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum

SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
# Weeks open on Monday; the Unix epoch was a Thursday.
_MONDAY_OFFSET_SECONDS = 4 * 86_400


class Timeframe(StrEnum):
    """The length of a candle."""

    M1 = "1m"
    M5 = "5m"
    M15 = "15m"
    M30 = "30m"
    H1 = "1h"
    H2 = "2h"
    H4 = "4h"
    D1 = "1d"
    W1 = "1w"

    @property
    def seconds(self) -> int:
        """Its length in seconds."""
        return duration_seconds(self.value)

    def open_of(self, epoch_seconds: int) -> int:
        """The opening time, in UTC epoch seconds, of the candle that holds a moment."""
        if self is Timeframe.W1:
            shifted = epoch_seconds - _MONDAY_OFFSET_SECONDS
            return shifted - shifted % self.seconds + _MONDAY_OFFSET_SECONDS
        return epoch_seconds - epoch_seconds % self.seconds


def duration_seconds(text: str) -> int:
    """The seconds in `15m`, `4h`, `1d`, `1w`; raises ValueError on anything else."""
    match = re.fullmatch(r"(\d{1,6})([smhdw])", text)
    if match is None or int(match[1]) == 0:
        raise ValueError(f"not a duration: {text!r}")
    return int(match[1]) * SECONDS[match[2]]


def duration(text: str) -> timedelta:
    """The same as a timedelta."""
    return timedelta(seconds=duration_seconds(text))

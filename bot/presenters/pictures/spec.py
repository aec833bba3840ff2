"""What each picture shows, as values that are built in the chat and drawn in a worker process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.domain.candles import Candles, Floats
from engine.domain.timeframe import Timeframe

Language = Literal["en", "fr"]
Theme = Literal["dark", "light"]
Tone = Literal["entry", "stop", "target", "order", "alert"]


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """An indicator, one value a candle, NaN where it is not known yet."""

    name: str
    values: Floats
    panel: Literal["price", "below"] = "price"


@dataclass(frozen=True, slots=True)
class Mark:
    """A fill: when (UTC epoch seconds), at what price, which side."""

    time: int
    price: float
    side: Literal["buy", "sell"]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A price that matters now: an entry, a stop, a target, a resting order, an alert."""

    price: float
    label: str
    tone: Tone


@dataclass(frozen=True, slots=True, eq=False)
class CandleChart:
    """Candlesticks with volume; `badge` says where the prices come from, empty for live."""

    symbol: str
    timeframe: Timeframe
    candles: Candles
    overlays: tuple[Overlay, ...] = ()
    marks: tuple[Mark, ...] = ()
    levels: tuple[Level, ...] = ()
    badge: str = ""
    title: str = ""
    language: Language = "en"
    timezone: str = "UTC"
    theme: Theme = "dark"


@dataclass(frozen=True, slots=True, eq=False)
class EquityChart:
    """Equity over time with its drawdown below; `times` in UTC epoch seconds, oldest first.

    `earned`, where given, is equity without money put in or taken out, which neither falls nor
    returns count.
    """

    times: NDArray[np.int64]
    equity: Floats
    benchmark: Floats | None = None
    benchmark_name: str = ""
    title: str = ""
    subtitle: str = ""
    badge: str = ""
    language: Language = "en"
    timezone: str = "UTC"
    theme: Theme = "dark"
    earned: Floats | None = None

    @property
    def grown(self) -> Floats:
        """What returns and falls are those of."""
        return self.equity if self.earned is None else self.earned


@dataclass(frozen=True, slots=True, eq=False)
class MonthlyReturns:
    """Returns as fractions, one row a year, twelve columns, NaN where there is none."""

    years: tuple[int, ...]
    returns: Floats
    title: str = ""
    badge: str = ""
    language: Language = "en"
    theme: Theme = "dark"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a bars chart."""

    label: str
    value: float


@dataclass(frozen=True, slots=True)
class BarsChart:
    """Signed amounts side by side: profit per symbol, per day."""

    bars: tuple[Bar, ...]
    title: str = ""
    subtitle: str = ""
    unit: str = ""
    badge: str = ""
    language: Language = "en"
    theme: Theme = "dark"


@dataclass(frozen=True, slots=True, eq=False)
class HeatMap:
    """A score for each pair of two numbers, float64 of shape (rows, columns), NaN where untried."""

    scores: Floats
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    row_name: str
    column_name: str
    title: str = ""
    subtitle: str = ""
    badge: str = ""
    language: Language = "en"
    theme: Theme = "dark"
    is_share: bool = False
    """Whether scores are shares, hence told as percents."""


@dataclass(frozen=True, slots=True)
class DiagramSide:
    """One side of the market: what begins a position, what ends it, and its levels.

    Lines of `enter` and `leave` stand below each other; none where nothing is said.
    """

    name: str
    rises: bool
    enter: tuple[str, ...]
    leave: tuple[str, ...]
    levels: tuple[tuple[str, Tone], ...] = ()


@dataclass(frozen=True, slots=True)
class RuleDiagram:
    """A strategy's rules as what leads from holding nothing to a position and back."""

    title: str
    aside: str
    idle: str
    sides: tuple[DiagramSide, ...]
    foot: str = ""
    badge: str = ""
    language: Language = "en"
    theme: Theme = "dark"


Picture = CandleChart | EquityChart | MonthlyReturns | BarsChart | HeatMap | RuleDiagram

"""What a backtest is run with and what comes back, as values that travel between processes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.voice import Voice
from engine.backtest import Settings
from engine.domain.candles import Candles
from engine.domain.market import DataKind
from engine.domain.timeframe import Timeframe
from engine.ports.market_data import CandleHistory, CandleOddity


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """A strategy's document and its bars: `candles`, or a `file` that `read` reads.

    `timeframe` is None where the file's own is to be taken; `kind` says where the prices come
    from, None for a file's. `made_at` in UTC ms.
    """

    document: str
    reference: str
    values: Mapping[str, float]
    symbol: str
    currency: str
    kind: DataKind | None
    timeframe: Timeframe | None
    settings: Settings
    voice: Voice
    made_at: int
    candles: Candles | None = None
    file: Path | None = None
    read: Callable[[Path], CandleHistory] | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """One backtest in figures; `metrics` by name, None where one is not defined."""

    reference: str
    values: Mapping[str, float]
    metrics: Mapping[str, float | None]
    equity_final: float
    numbers: str = ""
    """The values as people read them."""
    denied: int = 0
    trouble: str = ""
    """Why it could not be run, where it could not."""


@dataclass(frozen=True, slots=True)
class Span:
    """Which bars: how many, from when to when (UTC epoch seconds), and what is odd about them."""

    bars: int
    start: int
    end: int
    timeframe: Timeframe
    oddities: tuple[CandleOddity, ...]


@dataclass(frozen=True, slots=True)
class Files:
    """What was drawn and written."""

    equity: bytes
    prices: bytes
    trades: bytes
    paper: bytes


@dataclass(frozen=True, slots=True)
class Tested:
    """A finished backtest; `seconds` is the run alone."""

    scores: Scores
    span: Span
    seconds: float
    others: tuple[Scores, ...]
    files: Files

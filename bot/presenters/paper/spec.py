"""What a report says, as values that are built in the chat and composed in a worker process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bot.presenters.pictures.spec import Language
from engine.domain.candles import Floats

Feeling = Literal["plain", "good", "bad"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A headline figure, already written in the reader's language."""

    label: str
    value: str
    note: str = ""
    feeling: Feeling = "plain"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; numbers stand at the right, `signed` ones take the colour of their sign."""

    title: str
    align: Literal["left", "right"] = "left"
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of written cells; `empty` is said where there is none."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Equity at UTC epoch seconds, oldest first, perhaps with a benchmark of the same length.

    `earned`, where given, is equity without money put in or taken out: the falls are of that.
    """

    times: NDArray[np.int64]
    equity: Floats
    benchmark: Floats | None = None
    benchmark_name: str = ""
    earned: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Months:
    """Returns as fractions, one row a year, twelve columns, NaN where there is none."""

    years: tuple[int, ...]
    returns: Floats


@dataclass(frozen=True, slots=True)
class Definition:
    """How a figure is reckoned."""

    name: str
    formula: str
    unit: str


@dataclass(frozen=True, slots=True, eq=False)
class PerformanceReport:
    """A report of about four pages; every text is written, every date is handed in.

    `created` (UTC epoch seconds) becomes the document's date, `generated` is how people read it.
    `badge` (simulated, paper, replay) stands on every page, and `caution` explains it at its foot.
    `labels` overrides the layout's own words, see `bot.presenters.paper.labels`.
    """

    heading: str
    account: str
    period: str
    generated: str
    created: int
    badge: str = ""
    caution: str = ""
    language: Language = "en"
    timezone: str = "UTC"
    summary: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    curve: Curve | None = None
    months: Months | None = None
    tables: tuple[Table, ...] = ()
    definitions: tuple[Definition, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

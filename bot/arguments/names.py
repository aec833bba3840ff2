"""The usual names of assets, venues and places, from the data files of `prompts/names`."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from bot.arguments.folding import fold

ASSET_FILES = ("crypto", "sp500", "cac40", "others")


@dataclass(frozen=True, slots=True)
class Names:
    """Folded name or ticker → ticker, and which tickers are crypto assets."""

    tickers: Mapping[str, str]
    names: Mapping[str, str]
    crypto: frozenset[str]

    def ticker_of(self, folded: str) -> str | None:
        """The ticker that a folded word or name stands for."""
        return self.tickers.get(folded) or self.names.get(folded)


def _text(file: str) -> str:
    return resources.files("prompts").joinpath("names", file).read_text("utf-8")


def rows(file: str) -> Iterator[tuple[str, list[str]]]:
    """Each row's first column and the folded names of its second."""
    for key, names in list(csv.reader(_text(file).splitlines()))[1:]:
        yield key, [fold(name) for name in names.split("|")]


def _first_wins(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    table: dict[str, str] = {}
    for key, value in pairs:
        table.setdefault(key, value)
    return table


@lru_cache(maxsize=1)
def asset_names() -> Names:
    """Read once; the file named first wins a ticker that two assets share."""
    files = {file: list(rows(f"{file}.csv")) for file in ASSET_FILES}
    every = [row for file in ASSET_FILES for row in files[file]]
    return Names(
        tickers=_first_wins((ticker.lower(), ticker) for ticker, _ in every),
        names=_first_wins((name, ticker) for ticker, names in every for name in names),
        crypto=frozenset(ticker for ticker, _ in files["crypto"]),
    )


@lru_cache(maxsize=1)
def venue_names() -> Mapping[str, str]:
    """Folded name → venue."""
    return {name: venue for venue, names in rows("venues.csv") for name in names}


@lru_cache(maxsize=1)
def city_zones() -> Mapping[str, str]:
    """Folded place → IANA zone."""
    return {name: zone for zone, names in rows("cities.csv") for name in names}


@lru_cache(maxsize=1)
def ordinary_words() -> frozenset[str]:
    """Everyday words that are also tickers or names."""
    lines = _text("ordinary.txt").splitlines()
    return frozenset(w for line in lines if not line.startswith("#") for w in line.split())

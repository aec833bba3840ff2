"""The market of a gateway as a desk runs on it."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.ibkr.access import Access
from connectors.ibkr.market_data import IbkrMarket
from connectors.ibkr.symbols import split
from engine.domain.identifiers import Symbol
from engine.ports.awaited import AwaitedFeed

NOT_LISTED, TWICE = "not_listed", "several"


def feed_at(at: Access, entries: Sequence[str]) -> AwaitedFeed:
    """The prices of these, `@EXCHANGE` following where it must. `at` is for them alone."""

    def why_missing(symbol: Symbol) -> str:
        if at.listing.get(symbol) is not None:
            return ""
        return TWICE if symbol in at.listing.ambiguous else NOT_LISTED

    symbols = [split(each)[0] for each in entries]
    return AwaitedFeed(at, symbols, why_missing, lambda found: IbkrMarket(at, found))

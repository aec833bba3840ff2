"""The market of an exchange as a desk runs on it."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.ccxt.access import Access
from connectors.ccxt.market_data import CcxtMarket
from engine.domain.identifiers import Symbol
from engine.ports.awaited import AwaitedFeed

NOT_LISTED, TWICE, PERPETUAL = "not_listed", "twice", "perpetual"


def feed_at(at: Access, symbols: Sequence[Symbol]) -> AwaitedFeed:
    """The prices of these at an exchange; nothing is asked yet. `at` is used for prices alone."""

    def why_missing(symbol: Symbol) -> str:
        instrument = at.listing.get(symbol)
        if instrument is None:
            return TWICE if symbol in at.listing.ambiguous else NOT_LISTED
        return PERPETUAL if instrument.kind.is_margined and not at.contract.perpetuals else ""

    return AwaitedFeed(at, symbols, why_missing, lambda found: CcxtMarket(at, found))

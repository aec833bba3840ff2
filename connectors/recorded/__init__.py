"""Real daily candles that a package on PyPI carries."""

from connectors.recorded.market import RecordedMarket

__all__ = ["RecordedMarket"]

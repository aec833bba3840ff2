"""Candles in parquet files by venue, symbol and timeframe."""

from connectors.storage.candles.store import ParquetCandleStore

__all__ = ["ParquetCandleStore"]

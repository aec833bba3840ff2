"""Orders meet prices: the exchange that paper desks and backtests share, synchronous and pure."""

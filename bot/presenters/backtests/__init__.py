"""Backtests as a worker process runs them, and as people read them."""

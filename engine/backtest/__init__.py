"""Backtests: a strategy over recorded bars, by a compiled pass and by the kernel, to one result.

Importing this costs little; `engine.backtest.compiled` imports numba, so import it late.
"""

from engine.backtest.conventions import CONVENTIONS, Convention
from engine.backtest.result import Backtest, Reason, Trade, Trades
from engine.backtest.settings import Settings

__all__ = [
    "CONVENTIONS",
    "Backtest",
    "Convention",
    "Reason",
    "Settings",
    "Trade",
    "Trades",
]

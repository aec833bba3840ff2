"""The workloads as our documents: W1 a cross of averages, W2 oversold in and overbought out."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

from engine.backtest import Backtest, Settings
from engine.backtest.result import Reason
from engine.documents import library_text, read_document
from engine.strategies import Strategy

RICH = Settings(cash=1e8)
# The floor and the peers take an average that is equal for one that has crossed down.
CROSS_TEXT = library_text("sma-cross").replace(
    "exit: crosses_below(sma(close, fast), sma(close, slow))",
    "exit: sma(close, fast) <= sma(close, slow)",
)
TIGHT = {"stop": 0.002, "target": 0.002}


def one_unit(text: str) -> Strategy:
    """The document, trading one unit."""
    return read_document(text.replace("100% of equity", "1 units"))


CROSS = one_unit(CROSS_TEXT)
STRENGTH = one_unit(library_text("rsi-reversion"))


def closed(result: Backtest) -> list[list[float]]:
    """Entry bar and price, exit bar and price of every trade but one open at the end."""
    return [row[:4] for row in result.trades.table.tolist() if row[8] != Reason.END]


def timed(*runs: Callable[[], object], rounds: int = 25) -> list[float]:
    """The best processor seconds of each, turn by turn, so that a busy machine is so for all."""
    best = [float("inf")] * len(runs)
    for _ in range(rounds):
        for place, each in enumerate(runs):
            start = process_time()
            each()
            best[place] = min(best[place], process_time() - start)
    return best

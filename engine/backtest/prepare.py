"""Compile all that backtests run on, so that no user waits for it: for set-up to run.

`python -m engine.backtest.prepare`
"""

from __future__ import annotations

from engine.backtest import compiled, sweep


def prepare() -> None:
    """Compile and keep what is not kept yet."""
    compiled.prepare()
    sweep.prepare()


if __name__ == "__main__":
    prepare()

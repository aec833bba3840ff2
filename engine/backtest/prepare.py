"""Compile all that backtests run on, so that no user waits for it: for set-up to run.

`python -m engine.backtest.prepare`
"""

from __future__ import annotations

import shutil

from engine.backtest import compiled, sweep
from engine.backtest.passes.kept import kept, note_prepared


def prepare() -> None:
    """Compile and keep what is not kept yet, and throw away what older sources left."""
    for old in kept().parent.glob("numba-*"):
        if old != kept():
            shutil.rmtree(old, ignore_errors=True)
    compiled.prepare()
    sweep.prepare()
    note_prepared()


if __name__ == "__main__":
    prepare()

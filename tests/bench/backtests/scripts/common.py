"""What every peer's script shares: its bars in, its trades out. Runs in the peer's own environment.

`python peer_x.py WORKLOAD CANDLES.npz TIMES …`, as many triples as are wanted, prints one JSON
object: `version`, and `runs` with, for each, `trades`, rows of entry bar, entry price, exit bar,
exit price, and `seconds`, those of the processor in the best of TIMES runs.
"""

import json
import sys
import time

import numpy as np

FEE = 0.001
CASH = 1e8
FAST, SLOW = 10, 30
STOPS = {"rsi": (0.02, 0.04), "tight": (0.002, 0.002)}


def columns(path):
    """Open, high, low and close."""
    found = np.load(path)
    return found["open"], found["high"], found["low"], found["close"]


def averages(close, fast=FAST, slow=SLOW):
    """Both moving averages, summed up bar by bar as everybody's are."""
    return average(close, fast), average(close, slow)


def average(close, bars):
    """A simple one; NaN before it is known."""
    total, out = 0.0, np.full(len(close), np.nan)
    for at, value in enumerate(close.tolist()):
        total += value
        if at >= bars:
            total -= close[at - bars]
        if at >= bars - 1:
            out[at] = total / bars
    return out


def crossed_up(fast, slow):
    """Above now and not above one bar ago."""
    above = fast > slow
    before = np.concatenate(([True], above[:-1]))
    known = np.concatenate(([False], ~np.isnan(slow[:-1])))
    return above & ~before & known


def rsi(close, bars=14):
    """Wilder's, seeded with the mean of the first changes."""
    change = np.diff(close)
    out = np.full(len(close), np.nan)
    gain = loss = 0.0
    for up_or_down in change[:bars]:
        gain += max(up_or_down, 0.0)
        loss += max(-up_or_down, 0.0)
    gain, loss = gain / bars, loss / bars
    out[bars] = 100 * gain / (gain + loss) if gain + loss else 0.0
    for at, value in enumerate(change[bars:].tolist(), bars + 1):
        gain = (gain * (bars - 1) + max(value, 0.0)) / bars
        loss = (loss * (bars - 1) + max(-value, 0.0)) / bars
        out[at] = 100 * gain / (gain + loss) if gain + loss else 0.0
    return out


def signals(workload, close):
    """Where to enter and where to leave, by bar of the signal."""
    if workload.startswith("cross"):
        lengths = (int(word) for word in workload.split("-")[1:])
        fast, slow = averages(close, *lengths)
        return crossed_up(fast, slow), fast <= slow
    strength = rsi(close)
    return strength < 30, strength > 70


def main(run, version):
    """Run the workloads that the command line names and print what came of them."""
    words = sys.argv[1:]
    runs = [
        measured(run(workload, columns(path)), int(times))
        for workload, path, times in zip(words[::3], words[1::3], words[2::3], strict=True)
    ]
    json.dump({"version": version, "runs": runs}, sys.stdout)


def measured(prepared, times):
    """The best of so many runs of one workload, and its trades."""
    best, trades = float("inf"), []
    for _ in range(times):
        start = time.process_time()
        trades = prepared()
        best = min(best, time.process_time() - start)
    return {"trades": trades() if callable(trades) else trades, "seconds": best}

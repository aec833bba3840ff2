"""vectorbt: signals as arrays, moved one bar; stops not on the entry bar, a gap at the open."""

import common
import numpy as np
import pandas as pd
import vectorbt as vbt
from numba import njit


def moved(signal):
    """As known one bar later."""
    return np.concatenate(([False], signal[:-1]))


def run(workload, columns):
    """The backtest, ready to run."""
    opened, high, low, close = (pd.Series(column) for column in columns)
    levels = {}
    if workload in common.STOPS:
        stop, target = common.STOPS[workload]
        levels = {"sl_stop": stop, "tp_stop": target, "stop_entry_price": "fillprice"}

    def once():
        # Indicators and signals are part of the work, as they are for every engine.
        enter, leave = signals(workload, columns[3])
        found = vbt.Portfolio.from_signals(
            close,
            moved(enter),
            moved(leave),
            price=opened,
            open=opened,
            high=high,
            low=low,
            size=1.0,
            init_cash=common.CASH,
            fees=common.FEE,
            freq="1min",
            **levels,
        )
        found.final_value()

        def rows():
            trades = found.trades.records
            closed = trades[trades["status"] == 1]
            names = ["entry_idx", "entry_price", "exit_idx", "exit_price"]
            return closed[names].to_numpy().tolist()

        return rows

    return once


def signals(workload, close):
    """By its own indicators, which agree with everybody's."""
    if not workload.startswith("cross"):
        strength = rsi(close, 14)
        return strength < 30, strength > 70
    fast, slow = (int(word) for word in (*workload.split("-")[1:], common.FAST, common.SLOW)[:2])
    sums = np.concatenate(([0.0], np.cumsum(close)))
    quick, calm = (means(sums, bars) for bars in (fast, slow))
    return common.crossed_up(quick, calm), quick <= calm


@njit
def rsi(close, bars):
    """`common.rsi` as a compiled pass, for theirs is smoothed otherwise."""
    out = np.full(len(close), np.nan)
    gain = loss = 0.0
    for at in range(1, len(close)):
        up, down = max(close[at] - close[at - 1], 0.0), max(close[at - 1] - close[at], 0.0)
        if at <= bars:
            gain, loss = gain + up, loss + down
        else:
            gain, loss = (gain * (bars - 1) + up) / bars, (loss * (bars - 1) + down) / bars
        if at == bars:
            gain, loss = gain / bars, loss / bars
        if at >= bars:
            out[at] = 100 * gain / (gain + loss) if gain + loss else 0.0
    return out


def means(sums, bars):
    """Averages from running sums."""
    return np.concatenate((np.full(bars - 1, np.nan), (sums[bars:] - sums[:-bars]) / bars))


if __name__ == "__main__":
    common.main(run, vbt.__version__)

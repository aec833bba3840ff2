"""backtesting.py: market orders fill at the next open, levels from the signal's close.

Its first example's way of writing: indicators by `I`, `crossover` of its own library.
"""

import warnings

import backtesting
import common
import pandas as pd
from backtesting import Backtest, Strategy
from backtesting.lib import crossover

warnings.filterwarnings("ignore")


def run(workload, columns):
    """The backtest, ready to run."""
    opened, high, low, close = columns
    index = pd.date_range("2020-01-01", periods=len(close), freq="min")
    frame = pd.DataFrame(
        {"Open": opened, "High": high, "Low": low, "Close": close, "Volume": 1.0}, index=index
    )
    made = crossing(workload, close) if workload.startswith("cross") else strength(workload, close)
    test = Backtest(frame, made, cash=common.CASH, commission=common.FEE, finalize_trades=False)

    def once():
        found = test.run()

        def rows():
            names = ["EntryBar", "EntryPrice", "ExitBar", "ExitPrice"]
            trades = found["_trades"].sort_values("ExitBar")
            return trades[names].to_numpy().tolist()

        return rows

    return once


def crossing(workload, close):
    """Averages that cross."""
    fast, slow = common.averages(close, *(int(word) for word in workload.split("-")[1:]))

    class Cross(Strategy):
        def init(self):
            self.fast = self.I(lambda: fast, plot=False)
            self.slow = self.I(lambda: slow, plot=False)

        def next(self):
            if crossover(self.fast, self.slow):
                self.buy(size=1)
            elif self.position and self.fast[-1] <= self.slow[-1]:
                self.position.close()

    return Cross


def strength(workload, close):
    """Oversold in, overbought out, stop and target inside the bar."""
    stop, target = common.STOPS[workload]
    values = common.rsi(close)

    class Strength(Strategy):
        def init(self):
            self.rsi = self.I(lambda: values, plot=False)

        def next(self):
            if not self.position and self.rsi[-1] < 30:
                last = self.data.Close[-1]
                self.buy(size=1, sl=last * (1 - stop), tp=last * (1 + target))
            elif self.position and self.rsi[-1] > 70:
                self.position.close()

    return Strength


if __name__ == "__main__":
    common.main(run, backtesting.__version__)

"""backtrader: decides on the close, submits at the open; a bracket lives from the bar after."""

import backtrader as bt
import common
import pandas as pd


def run(workload, columns):
    """The backtest, ready to run."""
    opened, high, low, close = columns
    index = pd.date_range("2020-01-01", periods=len(close), freq="min")
    frame = pd.DataFrame(
        {"open": opened, "high": high, "low": low, "close": close, "volume": 1.0}, index=index
    )
    enter, leave = common.signals(workload, close)
    levels = common.STOPS.get(workload)

    class Told(bt.Strategy):
        def __init__(self):
            self.rows, self.entry, self.children = [], None, []
            self.wish = 0

        def next(self):
            at = len(self) - 1
            held = self.position.size
            self.wish = 1 if not held and enter[at] else -1 if held and leave[at] else 0

        def next_open(self):
            wish, self.wish = self.wish, 0
            if wish > 0 and levels is None:
                self.buy(size=1)
            elif wish > 0:
                price = self.data.open[0]
                _, *self.children = self.buy_bracket(
                    size=1,
                    exectype=bt.Order.Market,
                    stopprice=price * (1 - levels[0]),
                    limitprice=price * (1 + levels[1]),
                )
            elif wish < 0 and self.position.size:
                for child in self.children:
                    self.cancel(child)
                self.close()

        def notify_order(self, order):
            if order.status != order.Completed:
                return
            at, price = len(self) - 1, order.executed.price
            if order.isbuy():
                self.entry = at, price
            else:
                self.rows.append([*self.entry, at, price])

    def once():
        brain = bt.Cerebro(stdstats=False, cheat_on_open=True)
        brain.adddata(bt.feeds.PandasData(dataname=frame))
        brain.addstrategy(Told)
        brain.broker.setcash(common.CASH)
        brain.broker.setcommission(common.FEE)
        (told,) = brain.run()
        return told.rows

    return once


if __name__ == "__main__":
    common.main(run, bt.__version__)

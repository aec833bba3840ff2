"""NautilusTrader: a market order fills at once at the signal bar's close; the bar is walked open,
high, low, close, so that a target comes before a stop.
"""

from decimal import Decimal

import common
import nautilus_trader
import pandas as pd
from nautilus_trader.backtest.config import BacktestEngineConfig
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.config import LoggingConfig, RiskEngineConfig
from nautilus_trader.model.currencies import BTC, USDT
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide, OrderType
from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
from nautilus_trader.model.instruments import CurrencyPair
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.persistence.wranglers import BarDataWrangler
from nautilus_trader.trading.strategy import Strategy

VENUE = Venue("SIM")
DIGITS = 8


def instrument():
    """One whose steps are far finer than any price of the workloads."""
    fee = Decimal(str(common.FEE))
    return CurrencyPair(
        instrument_id=InstrumentId(Symbol("BTCUSDT"), VENUE),
        raw_symbol=Symbol("BTCUSDT"),
        base_currency=BTC,
        quote_currency=USDT,
        price_precision=DIGITS,
        size_precision=2,
        price_increment=Price(10**-DIGITS, DIGITS),
        size_increment=Quantity(0.01, 2),
        ts_event=0,
        ts_init=0,
        margin_init=Decimal(0),
        margin_maint=Decimal(0),
        maker_fee=fee,
        taker_fee=fee,
    )


class Told(Strategy):
    """Follows signals that were computed before."""

    def __init__(self, traded, bar_type, enter, leave, levels, first):
        super().__init__()
        self.traded, self.bar_type = traded, bar_type
        self.enter, self.leave, self.levels = enter, leave, levels
        self.first, self.at, self.rows, self.entry = first, -1, [], None

    def on_start(self):
        self.subscribe_bars(self.bar_type)

    def on_bar(self, bar):
        self.at += 1
        held = self.portfolio.is_net_long(self.traded.id)
        if not held and self.enter[self.at]:
            self.buy(float(bar.close))
        elif held and self.leave[self.at]:
            self.cancel_all_orders(self.traded.id)
            self.close_all_positions(self.traded.id)

    def buy(self, close):
        """One unit, with stop and target from the close where there are any."""
        size = self.traded.make_qty(1)
        if self.levels is None:
            order = self.order_factory.market(self.traded.id, OrderSide.BUY, size)
            self.submit_order(order)
            return
        stop, target = self.levels
        self.submit_order_list(
            self.order_factory.bracket(
                instrument_id=self.traded.id,
                order_side=OrderSide.BUY,
                quantity=size,
                entry_order_type=OrderType.MARKET,
                sl_trigger_price=self.traded.make_price(close * (1 - stop)),
                tp_price=self.traded.make_price(close * (1 + target)),
                tp_post_only=False,
            )
        )

    def on_order_filled(self, event):
        at = (event.ts_event - self.first) // 60_000_000_000
        row = at, float(event.last_px)
        if event.order_side == OrderSide.BUY:
            self.entry = row
        else:
            self.rows.append([*self.entry, *row])


def run(workload, columns):
    """The backtest, ready to run."""
    traded = instrument()
    bar_type = BarType.from_str(f"{traded.id}-1-MINUTE-LAST-EXTERNAL")
    index = pd.date_range("2020-01-01", periods=len(columns[0]), freq="min", tz="UTC")
    names = ("open", "high", "low", "close")
    frame = pd.DataFrame(dict(zip(names, columns, strict=True)), index=index)
    frame["volume"] = 1e6
    bars = BarDataWrangler(bar_type, traded).process(frame)
    enter, leave = common.signals(workload, columns[3])
    levels = common.STOPS.get(workload)

    def once():
        engine = BacktestEngine(
            BacktestEngineConfig(
                logging=LoggingConfig(bypass_logging=True),
                risk_engine=RiskEngineConfig(bypass=True),
            )
        )
        engine.add_venue(
            venue=VENUE,
            oms_type=OmsType.HEDGING,
            account_type=AccountType.MARGIN,
            starting_balances=[Money(common.CASH, USDT)],
            base_currency=None,
        )
        engine.add_instrument(traded)
        engine.add_data(bars)
        told = Told(traded, bar_type, enter, leave, levels, bars[0].ts_event)
        engine.add_strategy(told)
        engine.run()
        rows = told.rows
        engine.dispose()
        return rows

    return once


if __name__ == "__main__":
    common.main(run, nautilus_trader.__version__)

"""freqtrade: signals on the close fill at the next open; stop and roi inside the entry candle on.

Its roi is reckoned after fees, so it is set to what a target of the gross price comes to. The
exchange is given its one market by hand, so that nothing is asked of a network.
"""

import logging
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import common
import freqtrade
import pandas as pd
from freqtrade.configuration import TimeRange
from freqtrade.enums import RunMode
from freqtrade.exchange import Binance
from freqtrade.optimize.backtesting import Backtesting

PAIR = "BTC/USDT"
STRATEGY = """
from freqtrade.strategy import IStrategy

class Told(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = "1m"
    startup_candle_count = 0
    minimal_roi = {roi}
    stoploss = {stop}
    use_exit_signal = True
    signals = None

    def populate_indicators(self, dataframe, metadata):
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe["enter_long"] = self.signals[0].astype(int)
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        dataframe["exit_long"] = self.signals[1].astype(int)
        return dataframe
"""
MARKET = {
    "id": "BTCUSDT",
    "symbol": PAIR,
    "base": "BTC",
    "quote": "USDT",
    "active": True,
    "spot": True,
    "margin": False,
    "swap": False,
    "future": False,
    "option": False,
    "contract": False,
    "type": "spot",
    "linear": None,
    "inverse": None,
    "contractSize": None,
    "maker": common.FEE,
    "taker": common.FEE,
    "precision": {"amount": 1e-8, "price": 1e-8, "base": 1e-8, "quote": 1e-8},
    "limits": {
        "amount": {"min": 1e-8, "max": 1e9},
        "price": {"min": 1e-8, "max": 1e9},
        "cost": {"min": 1e-8, "max": 1e12},
        "market": {"min": 0.0, "max": 1e9},
        "leverage": {"min": None, "max": None},
    },
    "info": {},
}


def run(workload, columns):
    """The backtest, ready to run."""
    logging.disable(logging.CRITICAL)
    opened, high, low, close = columns
    dates = pd.date_range("2020-01-01", periods=len(close), freq="min", tz="UTC")
    frame = pd.DataFrame(
        {"date": dates, "open": opened, "high": high, "low": low, "close": close, "volume": 1.0}
    )
    stop, target = common.STOPS.get(workload, (0.99, None))
    roi = {} if target is None else {"0": (1 + target) * (1 - common.FEE) - (1 + common.FEE)}
    folder = Path(tempfile.mkdtemp())
    (folder / "told.py").write_text(STRATEGY.format(roi=roi, stop=-stop))
    test = Backtesting(config := configured(folder), exchange(config))
    strategy = test.strategylist[0]
    strategy.signals = common.signals(workload, close)
    test._set_strategy(strategy)

    def once():
        test.backtest_one_strategy(strategy, {PAIR: frame}, TimeRange())
        content = test.all_bt_content[strategy.get_strategy_name()]

        def rows():
            trades = content["results"]
            trades = trades[trades["exit_reason"] != "force_exit"]
            first = dates[0]
            minutes = [
                [(row.open_date - first).total_seconds() / 60, row.open_rate,
                 (row.close_date - first).total_seconds() / 60, row.close_rate]
                for row in trades.itertuples()
            ]  # fmt: skip
            return sorted(minutes)

        return rows

    return once


def configured(folder):
    """The least that it runs with."""
    return {
        "runmode": RunMode.BACKTEST,
        "dry_run": True,
        "trading_mode": "spot",
        "margin_mode": "",
        "stake_currency": "USDT",
        "stake_amount": 50_000,
        "dry_run_wallet": common.CASH,
        "tradable_balance_ratio": 1.0,
        "max_open_trades": 1,
        "timeframe": "1m",
        "fee": common.FEE,
        "exchange": {
            "name": "binance",
            "pair_whitelist": [PAIR],
            "pair_blacklist": [],
            "enable_ws": False,
        },
        "pairlists": [{"method": "StaticPairList", "allow_inactive": True}],
        "entry_pricing": {"price_side": "same", "use_order_book": False, "order_book_top": 1},
        "exit_pricing": {"price_side": "same", "use_order_book": False, "order_book_top": 1},
        "strategy": "Told",
        "strategy_path": str(folder),
        "user_data_dir": folder,
        "datadir": folder,
        "dataformat_ohlcv": "feather",
        "dataformat_trades": "feather",
        "export": "none",
        "exportfilename": folder / "out.json",
        "backtest_cache": "none",
        "candle_type_def": "spot",
        "original_config": {},
        "internals": {},
    }


def exchange(config):
    """Binance with one market and no network."""
    found = Binance(config, validate=False, load_leverage_tiers=False)
    found._markets = {PAIR: MARKET}
    found._api.markets = found._api_async.markets = {PAIR: MARKET}
    found._last_markets_refresh = int(datetime.now(UTC).timestamp() * 1_000)
    return found


if __name__ == "__main__":
    common.main(run, freqtrade.__version__)

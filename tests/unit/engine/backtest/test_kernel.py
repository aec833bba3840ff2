"""What only the kernel engine does: strategies in Python, and a journal of what happened."""

import json
from collections import Counter

import pytest

from engine.backtest import CONVENTIONS, Reason, Settings, kernel
from engine.backtest.engines import engine_for
from engine.documents import library_strategy, library_text, read_document
from engine.domain.candles import Candle, Candles
from engine.domain.order import Side
from engine.domain.timeframe import Timeframe
from engine.errors import StrategyInvalid
from engine.strategies import Strategy
from engine.strategy import NOTHING, Decision, PlugIn
from tests.parity.strategies_at_random import history
from tests.plug_ins import plug_ins

__all__ = ["plug_ins"]

FREE = Settings(cash=1_000.0, fee=0.0)


def in_python(made, warmup=0, **document) -> Strategy:
    rules = {"strategy": "x", "timeframe": "1m", "long": {"enter": "close > 0"}, **document}
    strategy = read_document(json.dumps(rules))
    plug_in = PlugIn("x", "1", warmup, made)
    return Strategy(
        **{
            name: getattr(strategy, name)
            for name in Strategy.__dataclass_fields__
            if name not in ("long", "plug_in")
        },
        long=None,
        plug_in=plug_in,
    )


class Listener:
    """Buys on the second bar it is flat, turns round on the fifth, and notes all it is told."""

    def __init__(self, values=None):
        self.told = []

    def on_bar(self, bar, position):
        self.told.append(("bar", bar.time, position))
        match bar.time // 60:
            case 1:
                return Decision(enter=Side.BUY)
            case 4:
                return Decision(leave=True, enter=Side.SELL)
        return NOTHING

    def on_fill(self, execution):
        self.told.append((execution.reason, execution.at, execution.side))


def bars(*closes: float) -> Candles:
    opens = (closes[0], *closes[:-1])
    rows = [
        Candle(60 * i, o, max(o, c), min(o, c), c, 1.0)
        for i, (o, c) in enumerate(zip(opens, closes, strict=True))
    ]
    return Candles.of(rows)


def test_a_strategy_in_python_hears_each_fill_before_the_bar_in_which_it_lies():
    listener = Listener()
    strategy = in_python(lambda _: listener, size="1 units")

    result = kernel.run(strategy, bars(10, 11, 12, 13, 14, 15, 16), Timeframe.M1, FREE)

    assert listener.told == [
        ("bar", 0, 0.0),
        ("bar", 60, 0.0),
        ("enter", 120, Side.BUY),
        ("bar", 120, 1.0),
        ("bar", 180, 1.0),
        ("bar", 240, 1.0),
        ("exit", 300, Side.SELL),
        ("enter", 300, Side.SELL),
        ("bar", 300, -1.0),
        ("bar", 360, -1.0),
        ("end", 360, Side.BUY),
    ]
    assert [(row.entry_price, row.exit_price, row.reason) for row in result.rows] == [
        (11, 14, Reason.EXIT),
        (14, 16, Reason.END),
    ]


def test_a_warm_up_holds_entries_back():
    strategy = in_python(Listener, warmup=2, size="1 units")

    result = kernel.run(strategy, bars(10, 11, 12, 13, 14, 15, 16), Timeframe.M1, FREE)

    assert [row.side for row in result.rows] == [Side.SELL]


def test_its_document_protects_it():
    strategy = in_python(Listener, size="1 units", stop_loss="10%")

    result = kernel.run(strategy, bars(10, 10, 10, 8, 8), Timeframe.M1, FREE)

    assert [(row.exit_price, row.reason) for row in result.rows] == [(9, Reason.STOP)]


@pytest.mark.parametrize(
    ("what", "said"), [(ValueError("no"), "ValueError: no"), ("buy", "not a Decision")]
)
def test_one_that_fails_is_named_with_the_reason(what, said):
    class Moody(Listener):
        def on_bar(self, bar, position):
            if isinstance(what, Exception):
                raise what
            return what

    with pytest.raises(StrategyInvalid, match=said):
        kernel.run(in_python(Moody), bars(1, 2, 3), Timeframe.M1, FREE)


@pytest.mark.usefixtures("plug_ins")
def test_an_installed_plug_in_runs_in_the_kernel_alone():
    strategy = read_document(library_text("patient-dips"))

    assert engine_for("auto", strategy, {}, 10**6) is kernel.run
    with pytest.raises(StrategyInvalid, match="run by the kernel"):
        engine_for("compiled", strategy, {}, 10**6)
    assert len(kernel.run(strategy, history(3, 400), Timeframe.M1, Settings()).trades) > 5


def test_the_journal_tells_the_life_of_every_order():
    events = []
    strategy, candles = library_strategy("rsi-reversion"), history(7, 1_000)
    result = kernel.run(strategy, candles, Timeframe.M1, Settings(), journal=events.extend)
    kinds = Counter(type(event).__name__ for event in events)

    trades = len(result.trades)
    assert trades > 5
    assert kinds["AccountOpened"] == 1
    assert kinds["OrderFilled"] == 2 * trades
    ended = kinds["OrderFilled"] + kinds["OrderCanceled"] + kinds["OrderRejected"]
    assert kinds["OrderInitialized"] == ended
    assert kinds["OrderDenied"] == kinds["ProtectionDiffers"] == 0


def test_an_equity_beyond_exact_figures_is_refused_in_words():
    rules = {"long": None, "short": {"enter": "close > 0"}, "stop_loss": "0.0001"}
    strategy = read_document(json.dumps({"strategy": "x", "timeframe": "1m", **rules}))
    level = Settings(cash=100.0, fee=0.0, convention=CONVENTIONS["freqtrade"])

    with pytest.raises(StrategyInvalid, match="beyond exact figures"):
        kernel.run(strategy, history(3, 200), Timeframe.M1, level)

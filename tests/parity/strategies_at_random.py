"""Strategies and histories at random, as documents a person could have written."""

import numpy as np
from hypothesis import strategies as st

from engine.backtest import CONVENTIONS, Settings
from engine.backtest.conventions import Anchor, BarOrder, Convention, FillTime, GapFill
from engine.domain.candles import Candles

NUMBERS = (
    "close",
    "open",
    "hl2",
    "sma(close, 3)",
    "sma(high, fast)",
    "sma(close, 7)",
    "ema(close, 5)",
    "rsi(close, 3)",
    "rsi(close, fast)",
    "close[1]",
    "close[2]",
    "sma(close, 3)[1]",
    "highest(high, 4)[1]",
    "lowest(low, fast)",
    "atr(3)",
    "volume",
    "-close + 2 * sma(close, 4)",
    "close / (open - 100)",
    "(high if close > open else low)",
    "on(5m, sma(close, 2))",
    "100",
    "bars_since(close > open)",
)
HELD = ("bars_held", "entry_price", "100 * open_profit", "position")

numbers = st.sampled_from(NUMBERS)
held_numbers = st.one_of(numbers, st.sampled_from(HELD))


def conditions(of):
    compared = st.builds("{} {} {}".format, of, st.sampled_from(["<", "<=", ">", ">=", "!="]), of)
    crossed = st.builds(
        "{}({}, {})".format, st.sampled_from(["crosses_above", "crosses_below"]), numbers, numbers
    )
    plain = st.one_of(compared, crossed)
    return st.one_of(
        plain,
        st.builds("not ({})".format, plain),
        st.builds("({}) {} ({})".format, plain, st.sampled_from(["and", "or"]), plain),
    )


sides = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {"enter": conditions(numbers), "exit": st.one_of(st.none(), conditions(held_numbers))}
    ),
)
percents = st.sampled_from(["0.2%", "0.5%", "1%", "3%"])
stops = st.one_of(
    st.none(),
    percents,
    st.sampled_from(
        [
            "entry_price - 0.5 * atr(3) if position > 0 else entry_price + 0.5 * atr(3)",
            "lowest(low, 3)",
            "99",
        ]
    ),
)
targets = st.one_of(st.none(), percents, st.sampled_from(["entry_price + atr(3)", "101"]))
trails = st.one_of(st.none(), percents, st.sampled_from(["0.7 * atr(3)", "0.4"]))
sizes = st.sampled_from(["100% of equity", "37% of equity", "0.5 units", "1000 quote", "risk 1%"])


@st.composite
def documents(draw):
    long, short = draw(sides), draw(sides)
    stop, size = draw(stops), draw(sizes)
    if size.startswith("risk") and stop is None:
        stop = "0.5%"
    return {
        "strategy": "random",
        "timeframe": "1m",
        "parameters": {"fast": {"default": draw(st.integers(2, 6)), "range": [2, 6]}},
        "long": long or {"enter": "close > open"},
        "short": short,
        "size": size,
        "stop_loss": stop,
        "take_profit": draw(targets),
        "trailing_stop": draw(trails),
        "limits": {"cooldown": draw(st.sampled_from([0, 0, 1, 3]))},
    }


conventions = st.one_of(
    st.sampled_from(list(CONVENTIONS.values())),
    st.builds(
        Convention,
        st.sampled_from(FillTime),
        st.booleans(),
        st.sampled_from(GapFill),
        st.sampled_from(Anchor),
        st.sampled_from(BarOrder),
    ),
)
settings = st.builds(
    Settings,
    cash=st.sampled_from([50.0, 10_000.0]),
    fee=st.sampled_from([0.0, 0.001]),
    slippage=st.sampled_from([0.0, 0.0005]),
    quantity_step=st.sampled_from([0.0, 0.01]),
    convention=conventions,
)


def history(seed: int, bars: int, step: float = 0.1) -> Candles:
    """A walk round 100 on a grid, so that levels are met exactly, with gaps between bars."""
    chance = np.random.default_rng(seed)
    close = 100 + np.round(np.cumsum(chance.normal(0, 0.3, bars)), 1)
    opened = np.concatenate((close[:1], close[:-1])) + step * chance.integers(-3, 4, bars)
    high = np.maximum(opened, close) + step * chance.integers(0, 5, bars)
    low = np.minimum(opened, close) - step * chance.integers(0, 5, bars)
    time = 1_600_000_020 + 60 * np.arange(bars)
    return Candles(time, opened, high, low, close, chance.integers(0, 9, bars).astype(float))


histories = st.builds(
    history, st.integers(0, 2**32 - 1), st.integers(1, 120), st.sampled_from([0.1, 0.07])
)

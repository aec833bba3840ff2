"""Every word of the formula language that stands for a series or a function, in one table.

The checker, the evaluation and the reference page all read it; there is no second list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from math import ceil, isqrt
from types import MappingProxyType

from engine.domain.candles import Floats
from engine.indicators import (
    averages,
    events,
    oscillators,
    prices,
    session,
    trend,
    volatility,
    windows,
)
from engine.indicators.session import DAY_SECONDS
from engine.indicators.signatures import Indicator, Kind, Needs, Parameter

LONGEST = 10_000
# These cost time in proportion to bars times length, so a stranger gets shorter ones.
LONGEST_COSTLY = 1_000


def _length(name: str = "n", lowest: int = 1, highest: int = LONGEST) -> Parameter:
    return Parameter(name, constant=True, whole=True, lowest=lowest, highest=highest)


def _factor(name: str) -> Parameter:
    return Parameter(name, constant=True, highest=100)


X = Parameter("x")
A, B = Parameter("a"), Parameter("b")
C = Parameter("c", Kind.CONDITION)
N, N2 = _length(), _length(lowest=2)
COSTLY, COSTLY2 = _length(highest=LONGEST_COSTLY), _length(lowest=2, highest=LONGEST_COSTLY)
K = _factor("k")
MACD = (X, _length("fast", 2), _length("slow", 2), _length("signal"))
SMOOTH, D = _length("smooth"), _length("d")
P, STEP, MAXIMUM, MULTIPLE = _factor("p"), _factor("step"), _factor("max"), _factor("multiple")
DURATION = Parameter("duration", Kind.DURATION, constant=True)


def _at_once(_bar_seconds: float, *_: float) -> float:
    return 0


def _one_bar(_bar_seconds: float, *_: float) -> float:
    return 1


def _window(_bar_seconds: float, n: float, *_: float) -> float:
    return n - 1


def _after(_bar_seconds: float, n: float, *_: float) -> float:
    return n


def _smoothed(_bar_seconds: float, *lengths: float) -> float:
    """Windows over windows."""
    return sum(lengths) - len(lengths)


def _twice(_bar_seconds: float, n: float) -> float:
    return 2 * n - 1


def _macd(_bar_seconds: float, fast: float, slow: float, signal: float) -> float:
    return max(fast, slow) + signal - 2


def _day(bar_seconds: float, duration_seconds: float = 0) -> float:
    """A history that starts in the middle of a session waits for the next one."""
    return ceil((DAY_SECONDS + duration_seconds) / bar_seconds)


def _ago(bar_seconds: float, duration_seconds: float) -> float:
    return ceil(duration_seconds / bar_seconds)


def _row(
    family: str,
    needs: Needs,
    name: str,
    function: Callable[..., Floats],
    *parameters: Parameter,
    warmup: Callable[..., float] = _at_once,
    result: Kind = Kind.NUMBER,
    recursive: bool = False,
    bare: bool = False,
) -> Indicator:
    return Indicator(
        name, family, parameters, result, needs, function, warmup, recursive=recursive, bare=bare
    )


_series = partial(_row, "series", Needs.CANDLES, bare=True)
_average = partial(_row, "averages", Needs.ARGUMENTS)
_average_of_bars = partial(_row, "averages", Needs.CANDLES)
_oscillator = partial(_row, "oscillators", Needs.ARGUMENTS)
_oscillator_of_bars = partial(_row, "oscillators", Needs.CANDLES)
_trend = partial(_row, "trend", Needs.ARGUMENTS, recursive=True)
_trend_of_bars = partial(_row, "trend", Needs.CANDLES)
_volatility = partial(_row, "volatility", Needs.ARGUMENTS)
_volatility_of_bars = partial(_row, "volatility", Needs.CANDLES)
_channel = partial(_row, "volatility", Needs.CANDLES, warmup=_after, recursive=True)
_windowed = partial(_row, "windows", Needs.ARGUMENTS, warmup=_window)
_event = partial(_row, "events", Needs.ARGUMENTS)
_session = partial(_row, "session", Needs.CANDLES, bare=True)
_session_by_clock = partial(_row, "session", Needs.CLOCK, warmup=_day)

TABLE: tuple[Indicator, ...] = (
    _series("open", prices.open_),
    _series("high", prices.high),
    _series("low", prices.low),
    _series("close", prices.close),
    _series("volume", prices.volume),
    _series("hl2", prices.hl2),
    _series("hlc3", prices.hlc3),
    _series("ohlc4", prices.ohlc4),
    _series("price", prices.price),
    _average("sma", averages.sma, X, N, warmup=_window),
    _average("ema", averages.ema, X, N, warmup=_window, recursive=True),
    _average("wma", averages.wma, X, N, warmup=_window),
    _average("rma", averages.rma, X, N, warmup=_window, recursive=True),
    _average("hma", averages.hma, X, N, warmup=lambda _, n: n + isqrt(int(n)) - 2),
    _average("dema", averages.dema, X, N, warmup=lambda _, n: 2 * (n - 1), recursive=True),
    _average("tema", averages.tema, X, N, warmup=lambda _, n: 3 * (n - 1), recursive=True),
    _average("kama", averages.kama, X, N2, warmup=_after, recursive=True),
    _average_of_bars("vwma", averages.vwma, X, N, warmup=_window),
    _average_of_bars("vwap", session.vwap, warmup=_day),
    _oscillator("rsi", oscillators.rsi, X, N2, warmup=_after, recursive=True),
    _oscillator_of_bars("stoch_k", oscillators.stoch_k, N, SMOOTH, warmup=_smoothed),
    _oscillator_of_bars("stoch_d", oscillators.stoch_d, N, SMOOTH, D, warmup=_smoothed),
    _oscillator("stoch_rsi", oscillators.stoch_rsi, X, N2, warmup=_twice, recursive=True),
    _oscillator_of_bars("cci", oscillators.cci, COSTLY2, warmup=_window),
    _oscillator_of_bars("mfi", oscillators.mfi, N2, warmup=_after),
    _oscillator_of_bars("willr", oscillators.willr, N2, warmup=_window),
    _oscillator("roc", oscillators.roc, X, N, warmup=_after),
    _oscillator("mom", oscillators.mom, X, N, warmup=_after),
    _trend("macd", trend.macd, *MACD, warmup=_macd),
    _trend("macd_signal", trend.macd_signal, *MACD, warmup=_macd),
    _trend("macd_hist", trend.macd_hist, *MACD, warmup=_macd),
    _trend_of_bars("adx", trend.adx, N2, warmup=_twice, recursive=True),
    _trend_of_bars("plus_di", trend.plus_di, N, warmup=_after, recursive=True),
    _trend_of_bars("minus_di", trend.minus_di, N, warmup=_after, recursive=True),
    _trend_of_bars("aroon_up", trend.aroon_up, N2, warmup=_after),
    _trend_of_bars("aroon_down", trend.aroon_down, N2, warmup=_after),
    _trend_of_bars("psar", trend.psar, STEP, MAXIMUM, warmup=_one_bar, recursive=True),
    _trend_of_bars("supertrend", trend.supertrend, N, MULTIPLE, warmup=_after, recursive=True),
    _volatility_of_bars("atr", volatility.atr, N, warmup=_after, recursive=True),
    _volatility_of_bars("natr", volatility.natr, N, warmup=_after, recursive=True),
    _volatility("stdev", volatility.stdev, X, N2, warmup=_window),
    _volatility("bb_upper", volatility.bb_upper, X, N2, K, warmup=_window),
    _volatility("bb_mid", volatility.bb_mid, X, N2, K, warmup=_window),
    _volatility("bb_lower", volatility.bb_lower, X, N2, K, warmup=_window),
    _channel("keltner_upper", volatility.keltner_upper, N, K),
    _channel("keltner_lower", volatility.keltner_lower, N, K),
    _volatility_of_bars("donchian_upper", volatility.donchian_upper, N, warmup=_window),
    _volatility_of_bars("donchian_lower", volatility.donchian_lower, N, warmup=_window),
    _windowed("highest", windows.highest, X, N),
    _windowed("lowest", windows.lowest, X, N),
    _windowed("sum", windows.total, X, N),
    _windowed("median", windows.median, X, COSTLY),
    _windowed("percentile", windows.percentile, X, COSTLY, P),
    _windowed("zscore", windows.zscore, X, N2),
    _windowed("slope", windows.slope, X, COSTLY2),
    _event("crosses_above", events.crosses_above, A, B, warmup=_one_bar, result=Kind.CONDITION),
    _event("crosses_below", events.crosses_below, A, B, warmup=_one_bar, result=Kind.CONDITION),
    _event("rising", events.rising, X, N, warmup=_after, result=Kind.CONDITION),
    _event("falling", events.falling, X, N, warmup=_after, result=Kind.CONDITION),
    _event("bars_since", events.bars_since, C, recursive=True),
    _event("value_when", events.value_when, C, X, recursive=True),
    _row("change", Needs.ARGUMENTS, "change", events.change, X, N, warmup=_after),
    _row("change", Needs.CLOCK, "change", events.change_over, DURATION, warmup=_ago),
    _session("hour", session.hour),
    _session("minute", session.minute),
    _session("weekday", session.weekday),
    _session("session_open", session.session_open, warmup=_day),
    _session("session_high", session.session_high, warmup=_day),
    _session("session_low", session.session_low, warmup=_day),
    _session("gap", session.gap, warmup=_day),
    _session_by_clock("opening_range_high", session.opening_range_high, DURATION),
    _session_by_clock("opening_range_low", session.opening_range_low, DURATION),
)


def _by_name(table: Iterable[Indicator]) -> Mapping[str, tuple[Indicator, ...]]:
    words: dict[str, tuple[Indicator, ...]] = {}
    for indicator in table:
        words[indicator.name] = (*words.get(indicator.name, ()), indicator)
    return MappingProxyType(words)


# Each word with its forms; only `change` has two.
WORDS = _by_name(TABLE)

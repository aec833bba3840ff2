"""`outcry backtest`: a strategy over a candle file, told in a summary or as one JSON object."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.candle_files import read_candles
from engine.backtest import CONVENTIONS, Backtest, Settings, Trade
from engine.backtest.engines import ENGINES, engine_for
from engine.documents import library_strategy, read_document
from engine.errors import EngineError, StrategyInvalid
from engine.ports.market_data import CandleHistory
from engine.strategies import Strategy
from engine.strategies.parameters import percent_or_number

_LARGEST_DOCUMENT = 1_000_000
_SHOWN = (
    ("total_return", "Return", "{:+.2%}"),
    ("annual_return", "a year", "{:+.2%}"),
    ("buy_and_hold_return", "holding instead", "{:+.2%}"),
    ("sharpe", "Sharpe ratio", "{:.2f}"),
    ("sortino", "Sortino ratio", "{:.2f}"),
    ("maximum_drawdown", "Deepest fall", "{:.2%}"),
    ("win_rate", "Won", "{:.1%}"),
    ("profit_factor", "Profit factor", "{:.2f}"),
    ("exposure", "In the market", "{:.1%}"),
    ("fees", "Fees", "{:,.2f}"),
    ("slippage", "Slippage", "{:,.2f}"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says."""

    strategy: str
    candles: Path
    parameters: Sequence[str]
    fee: float
    slippage: float
    cash: float
    convention: str
    engine: str
    as_json: bool


def run_backtest(asked: Asked) -> int:
    """Run it and print what came of it; gives the exit code."""
    try:
        strategy, settings = strategy_from(asked.strategy), _settings(asked)
        values = parameters_from(asked.parameters)
        history = read_candles(asked.candles)
        timeframe = history.timeframe or strategy.timeframe
        engine = engine_for(asked.engine, strategy, values, len(history.candles))
        start = time.perf_counter()
        result = engine(strategy, history.candles, timeframe, settings, values)
        seconds = time.perf_counter() - start
    except EngineError as error:
        from bot.programs.trouble import explain  # noqa: PLC0415 -- the terminal, only if it fails

        return explain(error)
    report = _as_json if asked.as_json else _as_text
    sys.stdout.write(report(strategy, strategy.values(values), history, result, seconds) + "\n")
    return 0


def strategy_from(name: str) -> Strategy:
    """The document in a file, else the library's of that name."""
    path = Path(name)
    if not path.is_file():
        return library_strategy(name)
    if path.stat().st_size > _LARGEST_DOCUMENT:
        raise StrategyInvalid(f"{path.name} is no strategy document: it is too large")
    try:
        return read_document(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise StrategyInvalid(f"{path.name} is no text in UTF-8") from error


def _settings(asked: Asked) -> Settings:
    if asked.convention not in CONVENTIONS:
        raise StrategyInvalid(f"known: {', '.join(CONVENTIONS)}", "--convention")
    if asked.engine not in ENGINES:
        raise StrategyInvalid(f"known: {', '.join(ENGINES)}", "--engine")
    try:
        return Settings(
            asked.cash, asked.fee, asked.slippage, convention=CONVENTIONS[asked.convention]
        )
    except ValueError as error:
        raise StrategyInvalid(str(error)) from error


def parameters_from(words: Sequence[str]) -> dict[str, float]:
    """`NAME=VALUE` words as values. Raises StrategyInvalid."""
    values: dict[str, float] = {}
    for word in words:
        name, sign, value = word.partition("=")
        try:
            values[name.strip()], _ = percent_or_number(value)
        except ValueError as error:
            raise StrategyInvalid(f"{word[:60]!r}; write NAME=VALUE", "--param") from error
        if not sign:
            raise StrategyInvalid(f"{word[:60]!r}; write NAME=VALUE", "--param")
    return values


def _as_json(
    strategy: Strategy,
    values: dict[str, float],
    history: CandleHistory,
    result: Backtest,
    seconds: float,
) -> str:
    found: dict[str, Any] = {
        "strategy": strategy.name,
        "version": strategy.version,
        "parameters": values,
        "bars": len(history.candles),
        "oddities": [{"kind": odd.kind, **odd.facts} for odd in history.oddities],
        "seconds": seconds,
        "trades": [_row(trade) for trade in result.rows],
        "denied": result.denied,
        "equity_final": result.equity_final,
        "metrics": result.metrics(),
    }
    return json.dumps(found, ensure_ascii=False)


def _row(trade: Trade) -> dict[str, str | float]:
    return {
        "entry_time": _moment(trade.entry_time),
        "entry_price": trade.entry_price,
        "exit_time": _moment(trade.exit_time),
        "exit_price": trade.exit_price,
        "quantity": trade.quantity,
        "side": "long" if trade.side.sign > 0 else "short",
        "fee": trade.fee,
        "profit": trade.profit,
        "reason": trade.reason.name.lower(),
    }


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _as_text(
    strategy: Strategy,
    values: dict[str, float],
    history: CandleHistory,
    result: Backtest,
    seconds: float,
) -> str:
    given, times = ", ".join(f"{k}={v:g}" for k, v in values.items()), history.candles.time
    first, last = _moment(int(times[0])), _moment(int(times[-1]))
    metrics = result.metrics()
    lines = [
        f"{strategy.name} {strategy.version}" + (f" ({given})" if given else ""),
        f"{len(times):,} bars, {first} to {last}, in {seconds * 1_000:,.1f} ms",
        "",
        f"{'Trades':<18}{len(result.trades):>14,}",
        f"{'Equity':<18}{result.equity_final:>14,.2f}",
    ]
    for name, label, form in _SHOWN:
        value = metrics[name]
        lines.append(f"{label:<18}{'–' if value is None else form.format(value):>14}")
    if result.denied:
        lines.append(f"{result.denied} entries were denied: not enough cash, or no known stop.")
    if history.timeframe not in (None, strategy.timeframe):
        lines.append(
            f"The bars are of {history.timeframe}; it is written for {strategy.timeframe}."
        )
    return "\n".join([*lines, *_odd(history)])


def _odd(history: CandleHistory) -> Iterator[str]:
    if history.oddities:
        from bot.presenters.backtests.figures import oddity_told  # noqa: PLC0415 -- seldom needed
        from bot.voice import Voice  # noqa: PLC0415

        yield from (oddity_told(oddity, Voice()) for oddity in history.oddities)

"""The figures of a backtest in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from bot.presenters.backtests.spec import Material, Span
from bot.presenters.figures import exact, written
from bot.voice import Voice
from engine.desk import Figure
from engine.ports.market_data import CandleOddity
from engine.reporting.performance import METRICS

SHARE = Decimal("0.0001")
FEW_TRADES = 30
"""Below this many, what is left of chance is larger than what is told."""
_ANNUAL = frozenset({"annual_return", "volatility", "sharpe", "sortino", "calmar", "turnover"})
_LEAST_SECONDS = 30 * 86_400


def figures_of(metrics: Mapping[str, float | None], span: Span) -> tuple[Figure, ...]:
    """Every statistic; those of a year only from thirty days of history on."""
    is_long = span.end - span.start >= _LEAST_SECONDS
    return tuple(
        Figure(name, metric.unit, metric.formula, metrics.get(name) if known else None)
        for name, metric in METRICS.items()
        for known in (is_long or name not in _ANNUAL,)
    )


def figures_told(figures: Sequence[Figure], currency: str, voice: Voice) -> dict[str, str]:
    """Each as people read it."""
    return {figure.name: written(figure, currency, voice) for figure in figures}


def sentences(
    material: Material,
    span: Span,
    metrics: Mapping[str, float | None],
    figures: Sequence[Figure],
) -> Iterator[str]:
    """What came of it, how far it can be trusted, and what is odd about the bars."""
    voice, told = material.voice, figures_told(figures, material.currency, material.voice)
    gain = metrics["total_return"]
    facts = {
        "days": voice.span(span.end - span.start),
        "bars": voice.number(Decimal(span.bars)),
        "gain": share(gain, voice),
        "held": share(metrics["buy_and_hold_return"], voice),
        "symbol": material.symbol,
    }
    yield voice.say("backtest.said.gain", **facts)
    count = int(metrics["trades"] or 0)
    if not count:
        yield voice.say("backtest.said.no_trades")
    else:
        yield voice.say(
            "backtest.said.trades",
            count=str(count),
            wins=told["win_rate"],
            fall=told["maximum_drawdown"],
        )
        if count < FEW_TRADES:
            yield voice.say("backtest.said.few", count=str(count), least=str(FEW_TRADES))
    for oddity in span.oddities:
        yield oddity_told(oddity, voice)


def oddity_told(oddity: CandleOddity, voice: Voice) -> str:
    """What is odd about the bars of a file, and where it begins."""
    facts = dict(oddity.facts)
    if "unit" in facts:
        facts["unit"] = voice.say(f"candles.unit.{facts['unit']}")
    return voice.say(f"candles.odd.{oddity.kind}", **facts)


def share(value: float | None, voice: Voice) -> str:
    """A return with its sign."""
    return voice.percent(None if value is None else exact(value, SHARE), signed=True)


def portion(value: float, voice: Voice, decimals: int = 2) -> str:
    """A share of something, which has no sign."""
    return voice.percent(exact(value, SHARE), decimals=decimals)


def money(amount: float, currency: str, voice: Voice) -> str:
    """An amount of the backtest's currency, which may have no name."""
    return voice.money(exact(amount), currency or voice.say("backtest.no_currency"))

"""A strategy shown before anybody relies on it: its rules drawn, and tried on the last bars."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from bot.presenters.backtests.report import BacktestReport
from bot.presenters.backtests.spec import Material, Scores
from bot.presenters.backtests.work import bars_of, run, scored
from bot.presenters.badges import backtest_badge
from bot.presenters.pictures.draw import draw_candles, draw_rules
from bot.presenters.pictures.spec import CandleChart, DiagramSide, RuleDiagram, Tone
from bot.presenters.rule_lines import rule_lines
from bot.presenters.rules import RuleWords
from bot.presenters.strategies import size_told
from bot.voice import Voice
from engine.documents import read_document
from engine.errors import HistoryNotFound
from engine.strategies import SideRules, Strategy

SHOWN = 160
"""Bars on the preview's chart."""
_TONES: dict[str, Tone] = {"stop": "stop", "target": "target", "trailing": "order"}


@dataclass(frozen=True, slots=True, eq=False)
class Previewed:
    """What it did on the last bars, and two pictures; `bars` is how many there were."""

    scores: Scores
    bars: int
    rules: bytes
    chart: bytes


def previewed(material: Material) -> Generator[str, None, Previewed]:
    """Check a document, compile it, run it, draw it. Raises StrategyInvalid, FormulaInvalid."""
    yield "checking"
    strategy, bars = read_document(material.document), bars_of(material)
    if len(bars.candles) < 2:
        raise HistoryNotFound(symbol=material.symbol, timeframe=bars.timeframe.value)
    yield "running"
    result, _ = run(strategy, bars, material, material.values)
    yield "drawing"
    report = BacktestReport(strategy, material, bars.span, result)
    return Previewed(
        scores=scored(material.reference, strategy, material.values, result),
        bars=len(bars.candles),
        rules=draw_rules(diagram(strategy, material.symbol, material.voice)),
        chart=draw_candles(_last(report, material)),
    )


def diagram(strategy: Strategy, symbol: str, voice: Voice) -> RuleDiagram:
    """The rules of a strategy as a picture."""
    words = RuleWords(strategy, voice)
    levels = tuple(
        (f"{voice.say(f'rules.pill.{name}')} {where}", _TONES[name])
        for name, where in words.levels()
    )
    sides = (("long", strategy.long), ("short", strategy.short))
    pause = strategy.limits.cooldown
    foot = [voice.say("rules.foot", size=size_told(strategy.size, voice))]
    foot += [voice.say("rules.pause", bars=str(pause))] if pause else []
    return RuleDiagram(
        title=strategy.name,
        aside=f"{symbol} \N{MIDDLE DOT} {strategy.timeframe.value}",
        idle=voice.say("rules.idle"),
        sides=tuple(
            _side(voice.say(f"rules.{name}"), side, words, levels, rises=name == "long")
            for name, side in sides
            if side is not None
        ),
        foot=" \N{MIDDLE DOT} ".join(foot),
        language="fr" if voice.language == "fr" else "en",
    )


def _side(
    name: str,
    side: SideRules,
    words: RuleWords,
    levels: tuple[tuple[str, Tone], ...],
    *,
    rises: bool,
) -> DiagramSide:
    if side.exit is not None:
        leave = tuple(words.lines(side.exit))
    else:
        leave = (words.voice.say("rules.only_levels" if levels else "rules.until_the_end"),)
    return DiagramSide(name, rises, tuple(words.lines(side.enter)), leave, levels)


def _last(report: BacktestReport, material: Material) -> CandleChart:
    """The newest bars with the trades on them and the lines that the rules look at."""
    result, strategy, span = report.result, report.strategy, report.span
    values = strategy.values(material.values)
    shown = result.candles[-SHOWN:]
    lines = rule_lines(strategy, result.candles, len(shown), span.timeframe, values)
    marks = [mark for mark in report.marks() if mark.time >= int(shown.time[0])]
    return CandleChart(
        symbol=material.symbol,
        timeframe=span.timeframe,
        candles=shown,
        overlays=lines,
        marks=tuple(marks),
        badge=backtest_badge(material.kind, material.voice),
        title=strategy.name,
        language="fr" if material.voice.language == "fr" else "en",
        timezone=material.voice.timezone,
    )

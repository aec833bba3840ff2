"""What a strategy saw at a decision: the bars it had, its lines, and each value it compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.presenters.pictures.spec import CandleChart, Level, Mark
from bot.presenters.rule_lines import operands, rule_lines
from bot.presenters.rules import RuleWords
from bot.voice import Voice
from engine.desk import Decided
from engine.domain.candles import Candles
from engine.domain.order import Order
from engine.domain.timeframe import Timeframe
from engine.errors import HistoryNotFound
from engine.formula import Workspace, parse
from engine.formula.syntax import Holding, Node, Number, Parameter, walk
from engine.formula.text import text_of
from engine.strategies import SideRules, Strategy

SHOWN = 120
"""Bars on the chart, the last of them the one that was judged."""
_SETTLED = 4


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A chart that ends with the bar that was judged, and a row a value, as text."""

    chart: CandleChart
    rows: tuple[tuple[str, str], ...]


def window(strategy: Strategy, timeframe: Timeframe, bar: int) -> tuple[int, int]:
    """From when to when bars are needed, UTC epoch seconds; none after the one judged."""
    warmup = strategy.warmup(timeframe, strategy.values({}))
    start = bar - (SHOWN + _SETTLED * warmup) * timeframe.seconds
    return max(0, start), bar + timeframe.seconds


@dataclass(frozen=True, slots=True)
class Said:
    """Whose words, and where the prices come from in them."""

    voice: Voice
    source: str


def sight_of(
    strategy: Strategy, candles: Candles, decided: Decided, order: Order, said: Said
) -> Sight:
    """What was seen. Raises HistoryNotFound where the bar that was judged is not there."""
    voice = said.voice
    run, frame = decided.run, decided.run.timeframe
    if not len(candles) or int(candles.time[-1]) != decided.bar:
        raise HistoryNotFound(symbol=run.symbol, timeframe=frame.value)
    values = strategy.values({})
    shown = candles[-SHOWN:]
    chart = CandleChart(
        symbol=run.symbol,
        timeframe=frame,
        candles=shown,
        overlays=rule_lines(strategy, candles, len(shown), frame, values),
        marks=(_mark(candles, decided, voice),),
        levels=tuple(_levels(order, voice)),
        badge=" \N{MIDDLE DOT} ".join(
            word for word in (voice.say("sight.badge"), said.source) if word
        ),
        title=run.reference,
        language="fr" if voice.language == "fr" else "en",
        timezone=voice.timezone,
    )
    rule = _rule(strategy.long, decided.what)
    rows = () if rule is None else tuple(_rows(strategy, candles, frame, rule, voice))
    return Sight(chart, rows)


def _mark(candles: Candles, decided: Decided, voice: Voice) -> Mark:
    side = "buy" if decided.what == "enter" else "sell"
    label = voice.say(f"sight.mark.{decided.what}")
    return Mark(decided.bar, float(candles.close[-1]), side, label)  # type: ignore[arg-type]


def _levels(order: Order, voice: Voice) -> Iterator[Level]:
    if order.stop_loss is not None:
        yield Level(float(order.stop_loss), voice.say("rules.stop"), "stop")
    for target in order.targets:
        yield Level(float(target.price), voice.say("rules.target"), "target")


def _rule(side: SideRules | None, what: str) -> Node | None:
    if side is None:
        return None
    formula = side.enter if what == "enter" else side.exit
    return None if formula is None else formula.root


def _rows(
    strategy: Strategy, candles: Candles, timeframe: Timeframe, rule: Node, voice: Voice
) -> Iterator[tuple[str, str]]:
    """Each value that the rule set beside another, on the bar judged and on the one before."""
    words, values = RuleWords(strategy, voice), strategy.values({})
    workspace = Workspace(candles, timeframe=timeframe, parameters=values)
    told: set[str] = set()
    for node in (node for pair in operands(rule) for node in pair):
        text = text_of(node)
        if text in told or _is_fixed(node) or any(isinstance(p, Holding) for p in walk(node)):
            continue
        told.add(text)
        series = workspace.evaluate(parse(text, values, in_strategy=True))
        before = f"{series[-2]:,.6g}" if len(series) > 1 else "–"
        yield words.noun(node), f"{before} → {series[-1]:,.6g}"


def _is_fixed(node: Node) -> bool:
    return isinstance(node, Number | Parameter)

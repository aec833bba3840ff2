"""A strategy's rules as sentences, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from bot.voice import Voice
from engine.formula import Formula
from engine.formula.constants import fold
from engine.formula.syntax import (
    Call,
    Compared,
    Comparison,
    Duration,
    Joined,
    Junction,
    Negative,
    Node,
    Number,
    Parameter,
    Series,
    Shifted,
)
from engine.formula.text import text_of
from engine.strategies import Level, SideRules, Strategy

_COMPARED = {
    Comparison.LESS: "below",
    Comparison.LESS_OR_EQUAL: "below",
    Comparison.GREATER: "above",
    Comparison.GREATER_OR_EQUAL: "above",
}
_WHOLE = 100
_ATR = re.compile(r"(?:^|entry_price [-+] )([0-9.]+) \* atr\([0-9]+\)(?: if position > 0 else |$)")


class RuleWords:
    """Says conditions and levels with the values that the parameters have.

    What has no everyday words is said as the formula that it is.
    """

    def __init__(self, strategy: Strategy, voice: Voice) -> None:
        self._strategy = strategy
        self.voice = self._voice = voice
        self._values = strategy.values({})
        self._percents = {each.name for each in strategy.parameters if each.is_percent}

    def sentence(self) -> str:
        """`Long when …; out when …; stop 2%.`"""
        voice, strategy = self._voice, self._strategy
        said = []
        for name, side in (("long", strategy.long), ("short", strategy.short)):
            if side is not None:
                said += self._side(name, side)
        if strategy.plug_in is not None:
            said.append(voice.say("rules.plug_in", name=strategy.plug_in.name))
        said += [f"{voice.say(f'rules.{name}')} {words}" for name, words in self.levels()]
        text = voice.say("rules.next").join(said)
        return f"{text[:1].upper()}{text[1:]}."

    def _side(self, name: str, side: SideRules) -> list[str]:
        voice = self._voice
        said = [voice.say(f"rules.{name}_when", condition=self.condition(side.enter))]
        if side.exit is not None:
            said.append(voice.say(f"rules.{name}_out_when", condition=self.condition(side.exit)))
        return said

    def levels(self) -> Sequence[tuple[str, str]]:
        """Each stop and target by name, and where it stands."""
        strategy = self._strategy
        found = {
            "stop": strategy.stop_loss,
            "target": strategy.take_profit,
            "trailing": strategy.trailing_stop,
        }
        return [(name, self.level(level)) for name, level in found.items() if level is not None]

    def level(self, level: Level) -> str:
        """`2%`, or the formula."""
        value = fold(level.formula.root, self._values)
        if value is not None and level.is_percent:
            return self._number(Number(value, percent=True))
        atr = _ATR.search(level.text)
        return level.text if atr is None else f"{atr[1]} \N{MULTIPLICATION SIGN} ATR"

    def condition(self, formula: Formula) -> str:
        """A rule's condition as the end of a sentence."""
        return self._said(formula.root)

    def noun(self, node: Node) -> str:
        """A series or a number as people call it."""
        return self._value(node)

    def lines(self, formula: Formula) -> Sequence[str]:
        """The same, a line for each part that must hold or may."""
        return self._lines(formula.root, "")

    def _lines(self, node: Node, before: str) -> list[str]:
        if isinstance(node, Joined):
            word = self._voice.say(f"rules.{node.operator.value}")
            return [*self._lines(node.left, before), *self._lines(node.right, f"{word} ")]
        return [f"{before}{self._said(node)}"]

    def _said(self, node: Node) -> str:
        """A condition."""
        match node:
            case Joined():
                word = self._voice.say(f"rules.{node.operator.value}")
                left, right = self._within(node.left, node), self._within(node.right, node)
                return f"{left} {word} {right}"
            case Call(name="crosses_above" | "crosses_below", arguments=(first, second)):
                words = {"first": self._value(first), "second": self._value(second)}
                return self._voice.say(f"rules.{node.name}", **words)
            case Compared(left=Call(name="change", arguments=(Duration() as window,))):
                return self._moved(node, window)
            case Compared() if node.operator in _COMPARED:
                words = {"first": self._value(node.left), "second": self._value(node.right)}
                return self._voice.say(f"rules.is_{_COMPARED[node.operator]}", **words)
            case _:
                return text_of(node)

    def _within(self, part: Node, whole: Joined) -> str:
        said = self._said(part)
        is_loose = isinstance(part, Joined) and part.operator is Junction.OR
        return f"({said})" if is_loose and whole.operator is Junction.AND else said

    def _moved(self, node: Compared, window: Duration) -> str:
        """`it falls more than 5% in 1d`."""
        value = fold(node.right, self._values)
        falls = node.operator in (Comparison.LESS, Comparison.LESS_OR_EQUAL)
        if value is None or (value < 0) is not falls:
            return text_of(node)
        share = self._number(Number(abs(value), percent=True))
        kind = "falls" if falls else "rises"
        return self._voice.say(f"rules.{kind}", share=share, window=window.text)

    def _value(self, node: Node) -> str:
        """A series or a number, as a noun."""
        match node:
            case Number() | Parameter():
                return self._number(node)
            case Negative(operand=Number() as number):
                return f"\N{MINUS SIGN}{self._number(number)}"
            case Series():
                return self._voice.say(f"rules.series.{node.name}")
            case Shifted():
                bars = fold(node.bars, self._values)
                key = "before" if bars == 1 else "bars_before"
                return self._voice.say(
                    f"rules.{key}", what=self._value(node.series), bars=str(bars)
                )
            case Call() if self._voice.knows(f"rules.function.{node.name}"):
                return self._called(node)
            case _:
                return text_of(node)

    def _called(self, call: Call) -> str:
        """A function by its name, when it looks at the close; any other series is named."""
        series = [part for part in call.arguments if not isinstance(part, Number | Parameter)]
        if series and series[0] != Series("close"):
            return text_of(call)
        figures = [part for part in call.arguments if isinstance(part, Number | Parameter)]
        length = figures[0] if figures else None
        name = length.name if isinstance(length, Parameter) else ""
        kind = f"rules.function.{call.name}"
        bars = "" if length is None else self._number(length)
        named = f"{kind}_{name}"
        return self._voice.say(named if self._voice.knows(named) else kind, bars=bars)

    def _number(self, node: Number | Parameter) -> str:
        if isinstance(node, Parameter):
            value = Decimal(str(self._values[node.name]))
            node = Number(value, node.name in self._percents)
        value = node.value * _WHOLE if node.percent else node.value
        return self._voice.quantity(value) + (self._percent_mark() if node.percent else "")

    def _percent_mark(self) -> str:
        return "\N{NARROW NO-BREAK SPACE}%" if self._voice.language == "fr" else "%"

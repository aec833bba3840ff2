"""A strategy's rules as a person reads them."""

from __future__ import annotations

from collections.abc import Mapping

from bot.card import Button
from bot.voice import Voice
from engine.desk import Entry
from engine.strategies import Level, SideRules, Size, Strategy, StrategyParameter


def strategy_fields(entry: Entry, voice: Voice) -> tuple[tuple[str, str], ...]:
    """What it trades, when it enters and leaves, how much, and its numbers."""
    strategy = entry.strategy
    written = {
        "timeframe": strategy.timeframe.value,
        "symbols": ", ".join(strategy.symbols) or voice.say("strategy.any"),
        "python": _plug_in(strategy),
        **_sides(strategy),
        "size": size_told(strategy.size, voice),
        "stop_loss": _text(strategy, strategy.stop_loss),
        "take_profit": _text(strategy, strategy.take_profit),
        "trailing_stop": _text(strategy, strategy.trailing_stop),
        "cooldown": str(strategy.limits.cooldown) if strategy.limits.cooldown else "",
        "parameters": " · ".join(map(_parameter, strategy.parameters)),
    }
    return tuple((voice.say(f"strategy.{name}"), text) for name, text in written.items() if text)


def about_told(entry: Entry, voice: Voice) -> str:
    """What it does, in the reader's language where it came with the house."""
    key = f"library.{entry.kept.name}"
    return voice.say(key) if entry.is_library and voice.knows(key) else entry.strategy.about


def size_told(size: Size, voice: Voice) -> str:
    """How much of an entry, in words; an amount may be a parameter's name."""
    return voice.say(f"strategy.sized.{size.kind.name.lower()}", amount=size.amount)


def numbers_told(strategy: Strategy, values: Mapping[str, float]) -> str:
    """Its parameters with these values, each as the document writes it."""
    return " · ".join(f"{p.name} = {p.written(values[p.name])}" for p in strategy.parameters)


def numbers_apart(strategy: Strategy, other: Strategy) -> str:
    """The parameters whose defaults are not the other's."""
    apart = (
        one for one, two in zip(strategy.parameters, other.parameters, strict=False) if one != two
    )
    return " · ".join(f"{p.name} = {p.written(p.default)}" for p in apart)


def strategy_buttons(entry: Entry, voice: Voice) -> tuple[Button, ...]:
    """What can be done with it."""
    reference = entry.kept.reference
    lines = [("export_button", f"/export {reference}")]
    if entry.strategy.symbols:
        lines.insert(0, ("backtest_button", f"/backtest {reference}"))
        lines.append(("run_button", f"/run {reference}"))
    return tuple(Button(voice.say(f"strategy.{name}"), line) for name, line in lines)


def _plug_in(strategy: Strategy) -> str:
    plug_in = strategy.plug_in
    return "" if plug_in is None else f"{plug_in.name} {plug_in.release}"


def _sides(strategy: Strategy) -> dict[str, str]:
    return {
        f"{name}_{part}": text
        for name, side in (("long", strategy.long), ("short", strategy.short))
        for part, text in _rules(side)
    }


def _rules(side: SideRules | None) -> tuple[tuple[str, str], ...]:
    if side is None:
        return ()
    return (("enter", side.enter.text), ("exit", side.exit.text if side.exit else ""))


def _text(strategy: Strategy, level: Level | None) -> str:
    """As it is written; of a parameter alone its number, too."""
    if level is None:
        return ""
    named = (p for p in strategy.parameters if p.name == level.text)
    return next((f"{p.written(p.default)} ({p.name})" for p in named), level.text)


def _parameter(parameter: StrategyParameter) -> str:
    numbers = parameter.default, parameter.lowest, parameter.highest
    default, lowest, highest = map(parameter.written, numbers)
    return f"{parameter.name} {default} ({lowest}–{highest})"

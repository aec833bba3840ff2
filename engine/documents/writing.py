"""From rules to the document that reads back to the same rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import yaml

from engine.strategies.levels import Level
from engine.strategies.parameters import StrategyParameter
from engine.strategies.rules import SideRules, Strategy


def write_document(strategy: Strategy) -> str:
    """The YAML document, every key shown, formulas in their canonical text."""
    return yaml.safe_dump(tree_of(strategy), sort_keys=False, allow_unicode=True, width=100)


def tree_of(strategy: Strategy) -> dict[str, Any]:
    """The same as plain values, ready for JSON."""
    plug_in = strategy.plug_in
    python = {} if plug_in is None else {"python": f"{plug_in.name}=={plug_in.release}"}
    return {
        "strategy": strategy.name,
        "version": strategy.version,
        "about": strategy.about,
        "timeframe": strategy.timeframe.value,
        "symbols": list(strategy.symbols),
        "parameters": {each.name: _parameter(each) for each in strategy.parameters},
        **python,
        "long": _side(strategy.long),
        "short": _side(strategy.short),
        "size": strategy.size.text,
        "stop_loss": _level(strategy.stop_loss),
        "take_profit": _level(strategy.take_profit),
        "trailing_stop": _level(strategy.trailing_stop),
        "limits": {
            "max_positions": strategy.limits.max_positions,
            "cooldown": f"{strategy.limits.cooldown} bars",
        },
    }


def _parameter(parameter: StrategyParameter) -> dict[str, Any]:
    def written(number: float) -> float | str:
        if not parameter.is_percent:
            return number
        text = format(Decimal(repr(number)) * 100, "f")
        return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"

    return {
        "default": written(parameter.default),
        "range": [written(parameter.lowest), written(parameter.highest)],
    }


def _side(side: SideRules | None) -> dict[str, str] | None:
    if side is None:
        return None
    rules = {"enter": side.enter.text}
    return rules if side.exit is None else {**rules, "exit": side.exit.text}


def _level(level: Level | None) -> str | None:
    return None if level is None else level.text

"""From what was read of a description to a whole document, new or changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from bot.designs import Draft, Wish
from bot.errors import DesignUnclear
from bot.interpreter.designs.numbering import numbered
from bot.interpreter.designs.opposites import other_side, way_out
from bot.interpreter.phrases.designs import Sketch
from engine.documents import read_document
from engine.documents.writing import tree_of
from engine.formula import parse
from engine.formula.constants import parameters_of
from engine.formula.syntax import Node
from engine.formula.text import text_of

_LEVELS = ("stop_loss", "take_profit", "trailing_stop")
_PLAIN = ("timeframe", "size", *_LEVELS)
_USUAL_FRAME = "1h"
_AWAY = {"stop_loss": "-", "take_profit": "+"}
_MOST_ABOUT = 300
Tree = dict[str, Any]


def composed(sketch: Sketch, wish: Wish) -> Draft:
    """The document. Raises DesignUnclear where the words leave no rule to enter by."""
    if sketch.is_empty and not sketch.both_ways:
        raise DesignUnclear("nothing", tuple(sketch.unread))
    base = _base(wish)
    assumed: list[str] = []
    rules, parameters = _rules(sketch, base, assumed)
    if not any(place.endswith(".enter") for place in rules):
        raise DesignUnclear("no_entry", tuple(sketch.unread))
    tree: Tree = {
        "strategy": base["strategy"] if base else _free_name(sketch, rules, wish),
        "version": base.get("version", 1),
        "about": " ".join(wish.words.split())[:_MOST_ABOUT] if not base else base["about"],
        "timeframe": base.get("timeframe", _USUAL_FRAME),
        "symbols": sketch.symbols or base.get("symbols") or [wish.symbol],
        "parameters": parameters,
        "long": _side("long", rules),
        "short": _side("short", rules),
        "size": base.get("size", "100% of equity"),
        **{name: _said_again(base.get(name)) for name in _LEVELS},
        "limits": base.get("limits", {}),
    }
    tree.update({name: sketch.parts[name] for name in _PLAIN if name in sketch.parts})
    if "cooldown" in sketch.parts:
        tree["limits"] = {**tree["limits"], "cooldown": f"{sketch.parts['cooldown']} bars"}
    for name in _LEVELS:
        tree[name] = _level(name, tree)
    if not base:
        assumed += [] if sketch.symbols else ["symbol"]
        assumed += [] if "timeframe" in sketch.parts else ["timeframe"]
    text = yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=100)
    return Draft(text, tuple(dict.fromkeys(assumed)), tuple(sketch.unread))


def _base(wish: Wish) -> Tree:
    return tree_of(read_document(wish.base)) if wish.base else {}


def _rules(sketch: Sketch, base: Tree, assumed: list[str]) -> tuple[dict[str, str], Tree]:
    """Every rule's text, and the parameters that they name."""
    known: Tree = base.get("parameters", {})
    kept = {
        f"{side}.{part}": parse(text, known, in_strategy=True).root
        for side in ("long", "short")
        for part, text in (base.get(side) or {}).items()
    }
    said = {place: parse(text).root for place, text in sketch.rules.items()}
    roots = {**kept, **said}
    for side in ("long", "short"):
        if f"{side}.enter" in said and f"{side}.exit" not in said:
            roots.pop(f"{side}.exit", None)
    if sketch.both_ways:
        _mirror(roots)
    if _has_no_way_out(sketch, base):
        _end(roots, assumed)
    if kept:
        parameters = _with_numbers(known, sketch.numbers)
    else:
        named = numbered(roots)
        roots, parameters = dict(named.rules), dict(named.parameters)
    used = {each.name for root in roots.values() for each in parameters_of(root)}
    used |= {name for name in parameters if name in str([base.get(key) for key in _PLAIN])}
    texts = {place: text_of(root) for place, root in roots.items()}
    return texts, {name: part for name, part in parameters.items() if name in used}


def _mirror(roots: dict[str, Node]) -> None:
    """The other side of the market: the long side's mirror image, or the short side's."""
    has, lacks = ("long", "short") if "long.enter" in roots else ("short", "long")
    if f"{has}.enter" not in roots or f"{lacks}.enter" in roots:
        return
    for part in ("enter", "exit"):
        root = roots.get(f"{has}.{part}")
        mirrored = None if root is None else other_side(root)
        if mirrored is not None:
            roots[f"{lacks}.{part}"] = mirrored


def _has_no_way_out(sketch: Sketch, base: Tree) -> bool:
    ends = ("take_profit", "trailing_stop")
    return not any(name in sketch.parts or base.get(name) for name in ends)


def _end(roots: dict[str, Node], assumed: list[str]) -> None:
    """Where nothing but a stop would end a position, what undoes its entry does."""
    for side in ("long", "short"):
        enter = roots.get(f"{side}.enter")
        if enter is not None and f"{side}.exit" not in roots:
            out = way_out(enter)
            if out is not None:
                roots[f"{side}.exit"] = out
                assumed.append("exit")


def _with_numbers(known: Tree, numbers: Mapping[str, str]) -> Tree:
    """Other defaults, the ranges widened where they lie outside."""
    unknown = next((name for name in numbers if name not in known), None)
    if unknown is not None:
        raise DesignUnclear("number", word=unknown, names=", ".join(known) or "–")
    changed = dict(known)
    for name, text in numbers.items():
        value = float(text)
        value = int(value) if value == int(value) else value
        changed[name] = {**known[name], "default": value}
    return changed


def _side(side: str, rules: Mapping[str, str]) -> dict[str, str] | None:
    enter, leave = rules.get(f"{side}.enter"), rules.get(f"{side}.exit")
    if enter is None:
        return None
    return {"enter": enter} if leave is None else {"enter": enter, "exit": leave}


def _level(name: str, tree: Tree) -> str | None:
    """`2 atr` as a distance from the entry, on the side that the position has."""
    written: str | None = tree[name]
    if written is None or not written.endswith(" atr"):
        return written
    distance = f"{written.removesuffix(' atr')} * atr(14)"
    if name == "trailing_stop":
        return distance
    long, short = f"entry_price - {distance}", f"entry_price + {distance}"
    if _AWAY[name] == "+":
        long, short = short, long
    if tree["long"] is None:
        return short
    return long if tree["short"] is None else f"{long} if position > 0 else {short}"


def _said_again(level: str | None) -> str | None:
    """A level made of a distance as that distance, for the sides may change."""
    match = re.match(r"entry_price [-+] ([0-9.]+) \* atr\(14\)(?: if |$)", level or "")
    return level if match is None else f"{match[1]} atr"


def _free_name(sketch: Sketch, rules: Mapping[str, str], wish: Wish) -> str:
    """The name said, or one made of what it looks at that nothing has yet."""
    if sketch.name:
        return sketch.name
    stem = f"my-{_idea(rules)}"
    numbers = ("", *(f"-{number}" for number in range(2, 1_000)))
    return next(name for each in numbers if (name := f"{stem}{each}") not in wish.names)


_IDEAS = ("sma", "ema", "rsi", "macd", "bb", "donchian", "keltner", "change", "stoch", "adx")


def _idea(rules: Mapping[str, str]) -> str:
    text = " ".join(rules.values())
    found = [idea for idea in _IDEAS if f"{idea}(" in text or f"{idea}_" in text]
    word = {"bb": "bollinger", "change": "move"}.get(found[0], found[0]) if found else "idea"
    return f"{word}-cross" if "crosses_" in text and word in {"sma", "ema", "macd"} else word

"""Doubts of a leverage: how many times, by how much more, and whether it is a limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.interpreter.phrases.builders.orders import times_of
from bot.interpreter.phrases.reading import CommandText
from bot.interpreter.phrases.said import Said
from bot.interpreter.phrases.tokens import FIGURES, Token
from bot.interpreter.phrases.vocabulary import wordset

_INSTRUMENT = "instrument:"
_BOUNDS = ("BOUND", "NOTABOVE", "NOTBELOW", "NOMORE", "RISK", "RULE")
_MOST = wordset("max maximum maximal limit limite cap plafond most maxi")
_TOWARDS = ("TO", "AT", "LEVERAGE")


def _is_of_no_limit(clause: Sequence[Token]) -> bool:
    """`leverage 5x`: so many times of what, where no word of a limit is said."""
    said = any(t.isa("LEVERAGE") for t in clause) and any(times_of(t) for t in clause)
    limits = (t.isa(*_BOUNDS) or not _MOST.isdisjoint(t.text.split()) for t in clause)
    return said and not any(limits)


def of_leverage(clause: Sequence[Token]) -> Iterator[Token]:
    """`to 3 and eth perp to 5`, `by 2`, `all perps`: nobody says which, or how many times."""
    figures = [t for t in clause if times_of(t)]
    yield from figures if len(figures) > 1 else ()
    yield from (t for t in clause if t.of(*FIGURES) and t not in figures)
    yield from (t for t in clause if t.isa("ALL", "EVERYTHING", "PERPW") and t.end > t.start)
    for index, (before, figure) in enumerate(pairwise(clause)):
        # `baisse le levier de btc perp de 2`, but `un levier de 2`
        lowers = before.text == "de" and not any(
            t.isa(*_TOWARDS) for t in clause[index - 1 : index]
        )
        if figure in figures and (before.isa("BY") or before.text == "up" or lowers):
            yield figure


def or_limit(clause: Sequence[Token], said: Said) -> Said:
    """`max leverage on btc perp 3`: the leverage itself, or the limit, which no instrument has."""
    limit = said.commands[0] if len(said.commands) == 1 else None
    scope = str(limit.args.get("scope", "")) if limit else ""
    if limit is None or limit.args.get("rule") != "max_leverage":
        return said
    symbol, rule = scope.removeprefix(_INSTRUMENT), {"rule": "max_leverage"}
    if not scope:
        return Said([CommandText("risk", rule)], ["scope"]) if _is_of_no_limit(clause) else said
    ways = [
        CommandText("leverage", {"symbol": symbol, "times": limit.args["value"]}),
        CommandText("risk", {**rule, "value": limit.args["value"]}),
    ]
    words = [t.text for t in clause if t.isa("<rule>")]
    return Said([CommandText("risk", rule)], ["scope"], strange=words, readings=ways)

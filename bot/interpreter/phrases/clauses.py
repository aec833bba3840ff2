"""A sentence cut into clauses: before each further command that stands on its own."""

from __future__ import annotations

from dataclasses import replace

from bot.interpreter.phrases.beginnings import IntentOf, begins, next_piece
from bot.interpreter.phrases.formulas import PASSES
from bot.interpreter.phrases.tokens import FIGURES, Clause, Token, with_concepts
from bot.interpreter.phrases.vocabulary import phraseset

_JOINS = ("AND", "THEN")
_ONE_OF_THEM = phraseset("one, another, une, l'une, l'autre, une autre, another one")
_CLOSES_ALL = frozenset({"CLOSE", "EVERYTHING"})
_OF_A_LEVEL = ("IF", "WHEN", "AT", *PASSES)


def clauses(sentence: Clause, intent_of: IntentOf) -> list[Clause]:
    """The clauses of a sentence, in the order said."""
    cut: list[Clause] = []
    current: Clause = []
    index = 0
    while index < len(sentence):
        further = _further(current, sentence, index, intent_of)
        if further is not None:
            done, current, index = further
            cut += done
            continue
        if sentence[index].isa("FLATTEN") and any(map(_is_of_strategies, current)):
            cut.append(current)  # `stop sma-cross and sell everything`
            current = [replace(sentence[index], concepts=_CLOSES_ALL)]
            index += 1
            continue
        if sentence[index].isa("BUY", "SELL") and _side_by_side(current, sentence[index:]):
            cut.append(current)
            current = []
        current.append(sentence[index])
        index += 1
    return [*cut, current] if current else cut


def _is_of_strategies(token: Token) -> bool:
    return token.kind == "strategy" or token.isa("STRATEGY", "STRATEGIES")


def _further(
    left: Clause, sentence: Clause, index: int, intent_of: IntentOf
) -> tuple[list[Clause], Clause, int] | None:
    """Behind a join: what is done with, how the next clause begins, and where it goes on."""
    colon = bool(left) and sentence[index].text == ":"
    after = index + 1 if colon else _after_join(sentence, index)
    right = sentence[after:] if after is not None else []
    if after is None or not right:
        return None
    one = _one_more(left, right)
    if one is not None:
        return [left] if _names_a_level(left) else [], one, after + 1
    if colon and not _announced(left):
        return None
    verb = _inherited(left, right)
    if verb is not None:
        return [left], [verb], after
    return ([left], [], after) if left and begins(left, right, intent_of) else None


def _announced(left: Clause) -> bool:
    """`take profit: sell…`; a name before a colon is a speaker."""
    return not any(
        t.isa("POSS", "HIS", "WHO") or (t.kind == "word" and not t.concepts) for t in left
    ) and not any(t.of("leader", "number", "strategy", "symbol", "id") for t in left)


def _inherited(left: Clause, right: Clause) -> Token | None:
    """`buy 1 btc and 2 eth`, `close half of btc and all of eth`: both orders have one verb."""
    verb = next((t for t in left if t.isa("BUY", "SELL", "CLOSE", "DUMP")), None)
    if verb is None or not right or not any(t.kind == "symbol" for t in left):
        return None
    sized = any(map(_is_a_size, left)) and _is_a_size(right[0])
    if not (sized if verb.isa("BUY", "SELL") else _is_a_part(right[0])):
        return None
    named = next((t for t in right[1:5] if not t.isa("OF", "SHARES", "FILLER", "POSS")), None)
    return verb if named is not None and named.kind == "symbol" else None


def _is_a_size(token: Token) -> bool:
    return token.of("number", "money") or _is_a_part(token)


def _is_a_part(token: Token) -> bool:
    return token.of("percent", "fraction") or token.isa("ALL", "HALVE")


def _one_more(left: Clause, right: Clause) -> Clause | None:
    """`two alerts: one if btc breaks 74k, one if it drops to 52k`: how each of them begins."""
    verb = next((t for t in left if t.isa("ALERT", "ALERTN", "ALERTS")), None)
    counts = len(right) > 2 and right[0].text in _ONE_OF_THEM and right[1].isa(*_OF_A_LEVEL)
    if verb is None or not counts:
        return None
    named = [t for t in left if t.kind == "symbol"]
    own = any(t.kind == "symbol" for t in next_piece(right))
    return [with_concepts(verb, "ALERT"), *([] if own else named[:1])]


def _names_a_level(clause: Clause) -> bool:
    """Whether more was said than how many alerts follow."""
    return any(t.isa(*_OF_A_LEVEL) for t in clause)


def _after_join(sentence: Clause, index: int) -> int | None:
    """The index past a comma, an `and`, a `then`, or a few of them."""
    start = index
    while index < len(sentence) and (
        sentence[index].text in {",", "-", "/"}
        or (sentence[index].isa(*_JOINS) and not _is_no_more(sentence, index))
    ):
        index += 1
    return index if index > start and index < len(sentence) else None


def _is_no_more(sentence: Clause, index: int) -> bool:
    """`je veux plus acheter`: only between things does `plus` join."""
    return sentence[index].text == "plus" and not (index and sentence[index - 1].value)


def _side_by_side(left: Clause, right: Clause) -> bool:
    """`buy 1 btc sell 2 eth`: each with its own verb, figure and instrument."""
    return all(
        side
        and any(t.isa("BUY", "SELL") for t in side)
        and any(t.kind == "symbol" for t in side)
        and any(t.of(*FIGURES) for t in side)
        for side in (left, right[:4])
    ) and not any(t.isa("IF", "WHEN") for t in left)

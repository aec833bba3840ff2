"""Whether every word of a command is one that such a command is made of.

A word that it has no place for may change what is meant (`except my btc`, `when the rsi is under
30`, `tomorrow`, `my losing ones`), so that the command without it is another one: it is asked
about, never left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise

from bot.interpreter.phrases.builders.orders import times_of
from bot.interpreter.phrases.doubts.amounts import (
    has_noughts,
    nearly_all,
    noughts,
    of_two_minds,
    ranged,
    some_of,
)
from bot.interpreter.phrases.doubts.figures import of_figures
from bot.interpreter.phrases.doubts.loose import one_too_many, out_of_place
from bot.interpreter.phrases.doubts.margin import of_leverage
from bot.interpreter.phrases.doubts.resting import of_cancels, out_of_all, relative, shorts
from bot.interpreter.phrases.doubts.trades import of_trades
from bot.interpreter.phrases.doubts.words import (
    MADE_OF,
    afterwards,
    is_foreign,
    is_strange,
    told_behind,
    uncounted,
    unread,
)
from bot.interpreter.phrases.policies import TRADES
from bot.interpreter.phrases.reading import CommandText
from bot.interpreter.phrases.said import Said
from bot.interpreter.phrases.scenes import Draft
from bot.interpreter.phrases.stoppages import not_resumed, unheeded
from bot.interpreter.phrases.tokens import FIGURES, Token
from bot.interpreter.phrases.vocabulary import wordset
from bot.interpreter.phrases.vocabulary.guards import YES_NO

ASKED: Mapping[str, str] = {
    **dict.fromkeys(TRADES, "quantity"),
    "close": "symbol",
    "cancel": "order",
    "replace": "price",
    "leverage": "times",
    "run": "symbol",
    "follow": "amount",
    "publish": "price",
    **dict.fromkeys(("subscribe", "unsubscribe", "unfollow"), "leader"),
    "stop": "strategy",
    "unalert": "alert",
    "unwatch": "symbols",
    "unschedule": "schedule",
    "resume": "when",
    "halt": "symbol",
}
"""What each is asked about where its words leave a doubt."""
# What changes an order beside what it is made of.
_AMENDING = wordset("CHANGE SIZE DOUBLE TRIPLE HALVE SWITCH NOMORE RATIO")
_COPULAS = wordset("is are was were est sont etait c'est it's its")


def sure(clause: Sequence[Token], said: Said, text: str) -> Said:
    """What was said, or the question that the first doubtful command of it leaves."""
    for command in said.commands:
        strange = doubted(command.name, clause, dict(command.args))
        if strange:
            asked = ASKED[command.name]
            about = said.about if asked in said.about else [*said.about, asked]
            left = CommandText(command.name, _remaining(clause, dict(command.args)))
            words = [text[a.start : b.end].strip() for a, b in _stretches(clause, strange)]
            return Said([left], about, said.refused, words)
    return said


def doubted(name: str, clause: Sequence[Token], draft: Draft) -> tuple[Token, ...]:
    """What stands in a command's clause and has no place in it, in the order said."""
    if name == "halt":
        return tuple(unheeded(clause))
    if name not in MADE_OF:
        some = some_of(clause) if "all" in draft.values() else ()
        resumed = not_resumed(clause) if name == "resume" else ()
        loose = (*out_of_place(name, clause), *one_too_many(name, clause, draft))
        return (*loose, *some, *resumed)
    told = told_behind(clause)
    if told:
        return tuple(told)  # `sell all my eth, i keep 2`
    sized = any(size in draft for size in ("quantity", "amount"))  # `some sol, say 250 dollars`
    foreign = (t for t in clause if is_foreign(t, MADE_OF[name]))
    strange = [t for t in foreign if not (sized and t.text == "some")]
    strange += [*unread(name, clause), *uncounted(clause), *afterwards(clause)]
    strange += [*ranged(clause), *noughts(clause, draft), *of_two_minds(name, clause, draft)]
    strange += [*nearly_all(clause), *out_of_all(name, clause)]
    if name in TRADES:
        strange += [*of_trades(name, clause, draft), *of_figures(name, clause, draft)]
    else:
        strange += some_of(clause)
    if name == "replace":
        strange += relative(clause)
    if name == "close":
        strange += shorts(clause)
    if name == "leverage":
        strange = [*(t for t in strange if not times_of(t)), *of_leverage(clause)]
    if name == "cancel":
        strange += of_cancels(clause, draft)
    return tuple(t for t in clause if t in strange)


def _remaining(clause: Sequence[Token], draft: Draft) -> Draft:
    """What of the draft holds whatever the strange words mean."""
    named = {token.value for token in clause if token.kind == "symbol"}
    threes = zip(clause, clause[1:], clause[2:], strict=False)
    between = sum(b.isa("OR") and a.of(*FIGURES) and c.of(*FIGURES) for a, b, c in threes)
    either = between < sum(token.isa("OR") for token in clause)
    sure = len(named) == 1 and not either and not any(token.isa("EXCEPT") for token in clause)
    return {k: v for k, v in draft.items() if sure and k == "symbol"}


def _stretches(clause: Sequence[Token], tokens: Sequence[Token]) -> list[tuple[Token, Token]]:
    """The first and the last of those that stand side by side."""
    runs = groupby(clause, key=lambda token: token in tokens)
    chosen = (list(run) for among, run in runs if among)
    return [(run[0], run[-1]) for run in chosen]


def digresses(name: str, tokens: Sequence[Token]) -> bool:
    """Whether a turn after an order speaks of something else: `my rent is 1200`, `or 2600`."""
    return (
        any(name in MADE_OF and is_foreign(t, MADE_OF[name] | _AMENDING) for t in tokens)
        or any(t.isa("EXCEPT", "LATER", "IF", "WHEN") or t.text in _COPULAS for t in tokens)
        or any(map(has_noughts, tokens))
        or any(is_strange(t) and t.text not in YES_NO for t in tokens)
        or any(ranged(tokens))
        # `for 500` may be a sum or a price.
        or any(a.isa("FOR") and b.kind == "number" for a, b in pairwise(tokens))
    )

"""What a clause is to the command before it: what it left over, said once more, or taken back."""

from __future__ import annotations

from dataclasses import replace

from bot.interpreter.phrases.beginnings import REMOVALS, IntentOf
from bot.interpreter.phrases.reading import CommandText
from bot.interpreter.phrases.said import Said
from bot.interpreter.phrases.tokens import Clause, Token, with_concepts
from bot.interpreter.phrases.vocabulary import phraseset

_LEFT = {
    "unalert": "ALERTS",
    "unschedule": "SCHEDULES",
    "cancel": "ORDERS",
    "unwatch": "WATCHLIST",
    "unfollow": "FOLLOWING",
    "close": "POSITION",
}
# What is shown, and the noun that what is removed of it then has.
_SHOWN = {
    "alerts": "ALERTN",
    "schedules": "SCHEDULES",
    "orders": "ORDER",
    "watchlist": "WATCHLIST",
    "watch": "UNWATCH",
}
_CONCLUDES = phraseset("so, but, anyway, donc, alors, mais, bref, du coup")
_LIST = frozenset({"list", "liste"})


def about_the_same(clause: Clause, whole: Said, intent_of: IntentOf) -> Clause:
    """`show my alerts and delete all on xrp`: what is removed is what was shown."""
    if not whole.commands:
        return clause
    last = whole.commands[-1]
    clause = _left_over(clause, last)
    noun = _SHOWN.get(last.name)
    head = next((t for t in clause if not t.isa("FILLER", "REQ")), None)
    if noun is None or head is None or not head.isa(*REMOVALS):
        return clause
    intent = intent_of(clause)
    if intent is not None and intent.command != "cancel":
        return clause
    # `watch bonk and remove floki`: there the verb itself is the opposite.
    place = clause.index(head) + (noun != "UNWATCH")
    return [with_concepts(t, noun) if i == place else t for i, t in enumerate(clause)]


def _left_over(clause: Clause, last: CommandText) -> Clause:
    """`delete s5 and show me those that remain`; `connect bitstamp and show its balance`."""
    if last.name in {"watch", "unwatch"}:
        clause = [with_concepts(t, "WATCHLIST") if t.text in _LIST else t for t in clause]
    if last.name in _LEFT:
        return [with_concepts(t, _LEFT[last.name]) if t.isa("REMAINING") else t for t in clause]
    if last.name == "connect" and "venue" in last.args:
        return [_there(t, str(last.args["venue"])) for t in clause]
    return clause


def _there(token: Token, venue: str) -> Token:
    """The venue just named stands for `its`."""
    if not token.isa("THERE") and token.text not in {"its", "it", "y"}:
        return token
    return replace(token, text=venue, concepts=frozenset({"<venue>"}))


def heard_out(sentence: Clause, clause: Clause) -> Clause:
    """What stands over a clause: once a quotation has ended, `so close mine` is one's own again."""
    quotes = [i for i, t in enumerate(sentence) if t.kind == "quote" and t.end < clause[0].start]
    if not quotes:
        return sentence
    after = sentence[quotes[-1] + 1 :]
    concludes = any(t.text in _CONCLUDES for t in after if t.start <= clause[0].start)
    return after if concludes else sentence


def only_stops(clause: Clause) -> bool:
    """`i'm done copying @fusee, stop`: said once more."""
    meant = [t for t in clause if not t.isa("FILLER", "REQ", "NOW", "AND") and t.kind != "mark"]
    return bool(meant) and all(t.isa("STOP") and len(t.text.split()) == 1 for t in meant)


def takes_back(clause: Clause) -> bool:
    """`cancel that` right behind an order, which is on no book yet."""
    meant = [t for t in clause if not t.isa("FILLER", "REQ", "NOW", "AND", "THEN") or t.isa("IT")]
    meant = [t for t in meant if t.kind != "mark"]
    undo = bool(meant) and meant[0].isa("CANCEL", "KILL", "REMOVE")
    return undo and len(meant) == 2 and (meant[1].isa("IT") or meant[1].text in {"it", "ca"})

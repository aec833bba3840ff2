"""Whether words of a halt or its end ask for one: `don't panic`, `my screen freezes`, `why halt`.

A halt asks for no yes, so that only the person's own words for it, said first, are one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.interpreter.phrases.policies import asks_to_act, opens_a_question
from bot.interpreter.phrases.tokens import Clause, Token
from bot.interpreter.phrases.turn import Turn
from bot.interpreter.phrases.vocabulary import phraseset, wordset
from bot.interpreter.phrases.vocabulary.guards import SUBJECTS

_STOPS = ("HALT", "STOP", "CUT", "SNOOZE", "NOMORE")
_ENDS = (*_STOPS, "KILL", "CANCEL", "CLOSE", "REMOVE", "TURN", "SWITCH")
_RUNS = ("STRATEGY", "STRATEGIES", "EVERYTHING", "ALL", "RUN")
# What makes it plain that all trading is meant.
_OF_THE_DESK = ("TRADING", "EVERYTHING", "ALL", "FLATTEN", "ORDER", "ORDERS", "POSITION")
_DENIALS = wordset("""
    dont don't not never no without cannot cant can't wont won't didnt didn't ne n' pas jamais sans
""")
# What may stand between a no and its verb, as in `never ever halt`.
_BETWEEN = wordset("you u just ever even all tout me te m' t' le la les l' y en nous vous to")
_OF_A_DAY = ("DAILYW", "WEEKLYW", "MONTHLYW", "<period>", "<dates>")
_NOUNS = wordset("gel suspension")
_STUCK = wordset("bloque gele fige freeze")
_ARTICLES = wordset("a an the un une le la l' cette ce petite petit")
_WISHES_OF_ANOTHER = wordset("wants wanted veut voulait")
_COPULAS = wordset("is are was were isn't est etait sont works means")
# What may stand before a bare `halt`, and what is done with a switch.
_BEFORE = wordset("FILLER REQ NOW AND THEN INSTEAD DO MAKE PUT SET STOP HALT GET RUN")
_PRESSES = wordset("hit press push pull trigger throw use engage activate appuie declenche smash")
_LOOKED_AT = ("BACKTEST", "EXPLAIN", "WHY", "SHOW", "HELP", "<venue>")
_AMBIGUOUS = phraseset("panic, pause, freeze, gele, bloque, bloquer, fige, suspend, suspends")
_NARROWER = wordset("leader strategy duration timeframe clock")
_THINGS = wordset("symbol strategy leader id aid sid")
_LESS = wordset("<venue> EXCEPT IF WHEN FOLLOW UNFOLLOW FOLLOWING")
_MINE = (*_OF_THE_DESK, "ACCOUNTS", "BALANCE", "FILLER")
_WE = wordset("on we")
_MYSELF = wordset("i i'm im je j'")


def is_no_halt(turn: Turn, clause: Clause) -> bool:
    """What denies a halt, asks about it, or tells of one."""
    verb = next((i for i in _verbs(clause) if not _is_denied(clause, i)), None)
    if verb is None:
        return denies(clause)
    head, said = clause[:verb], clause[verb]
    whole = any(t.isa(*_OF_THE_DESK) for t in clause) or " " in said.text
    if _asks(turn, clause) or _is_of_another(turn, head, said, whole=whole):
        return True
    if any(t.text in _COPULAS for t in clause[verb + 1 : verb + 2]):
        return True  # `the kill switch is red`
    if whole:
        return any(t.isa(*_LOOKED_AT) for t in head)
    return said.text in _NOUNS or not _leads(head)


def denies(clause: Sequence[Token]) -> bool:
    """Whether every word of stopping in it has a no beside it."""
    verbs = _verbs(clause)
    return bool(verbs) and all(_is_denied(clause, verb) for verb in verbs)


def _verbs(clause: Sequence[Token]) -> list[int]:
    return [i for i, token in enumerate(clause) if token.isa(*_STOPS)]


def is_no_stop(clause: Clause) -> bool:
    """`no stop`, `break even stop on btc`: where no strategy is named, the verb comes first."""
    if any(t.kind == "strategy" or t.isa(*_RUNS) for t in clause):
        return False
    verb = next((i for i, token in enumerate(clause) if token.isa(*_ENDS)), len(clause))
    return any(_is_strange(t) or t.text in _DENIALS for t in clause[:verb])


def is_no_resume(turn: Turn, clause: Clause) -> bool:
    """`my resume`, `resume of the day`, `why resume`."""
    verb = next((i for i, token in enumerate(clause) if token.isa("RESUME")), None)
    if verb is None:
        return False
    owned = verb > 0 and (clause[verb - 1].isa("POSS") or clause[verb - 1].text in _ARTICLES)
    dated = any(t.isa("OF", *_OF_A_DAY) for t in clause[verb + 1 : verb + 2])
    noun = clause[verb].text == "resume" and (owned or dated)
    return noun or _is_denied(clause, verb) or _asks(turn, clause)


def not_resumed(clause: Sequence[Token]) -> Iterator[Token]:
    """`resume sma-cross`, `resume my dca`: the desk resumes as a whole."""
    for before, token in pairwise(clause):
        named = token.of(*_THINGS) or token.isa("<venue>")
        owned = before.isa("POSS") and not token.isa("TRADING", "EVERYTHING", "ALL", "FILLER")
        yield from (token,) if named or owned else ()


def unheeded(clause: Sequence[Token]) -> Iterator[Token]:
    """What no halt can spare: `pause @alice`, `stop trading on kraken`, `halt for an hour`."""
    verb = next((i for i, token in enumerate(clause) if token.isa(*_STOPS)), len(clause))
    yield from (t for t in clause[:verb] if t.isa("IF", "WHEN"))
    for index in range(verb + 1, len(clause)):
        near = index == verb + 1 and clause[verb].text in _AMBIGUOUS
        if _narrows(clause[index - 1], clause[index]) or (near and _is_strange(clause[index])):
            yield clause[index]


def _narrows(before: Token, token: Token) -> bool:
    """Whether it names one thing, a condition or a while."""
    if token.of(*_NARROWER) or token.isa(*_LESS):
        return True
    if before.isa("UNTIL"):
        return token.isa("LATER", "<period>", "<dates>", "<number>")
    return before.isa("POSS") and not token.isa(*_MINE)


def _is_strange(token: Token) -> bool:
    return token.kind == "word" and not token.concepts and len(token.text) > 1


def _is_denied(clause: Sequence[Token], verb: int) -> bool:
    """`do not pause`, `let's not panic`, `ne bloque pas`."""
    behind = clause[verb + 1 : verb + 2]
    if any(t.text in {"pas", "jamais"} for t in behind):
        return True
    for token in reversed(clause[max(0, verb - 3) : verb]):
        if token.text in _DENIALS:
            return True
        if not (token.isa("REQ", "DO", "NOW") or token.text in _BETWEEN):
            return False
    return False


def _asks(turn: Turn, clause: Clause) -> bool:
    # `what the hell, stop everything` asks nothing.
    opening = next((t for t in clause if not (t.isa("FILLER") and " " in t.text)), clause[0])
    folded = turn.plain.folded[opening.start : clause[-1].end]
    asks = any(t.isa("QUESTION") for t in clause) or opens_a_question(folded)
    invited = asks_to_act(clause) or clause[0].isa("REQ")
    return asks and not invited


def _is_of_another(turn: Turn, head: Sequence[Token], verb: Token, *, whole: bool) -> bool:
    """`bob wants to halt`, `it freezes`, `je bloque`; whoever halts everything says so."""
    written = turn.plain.folded[verb.start : verb.end]
    if " " not in written and written != verb.text and written.endswith(("s", "d")):
        return True  # `my screen freezes`, `trading paused`
    if any(t.text in _WISHES_OF_ANOTHER for t in head):
        return True
    stuck = verb.text in _STUCK and any(t.text.endswith(("bot", "robot")) for t in head[-1:])
    if stuck:
        return True  # `le bot bloque`
    near = [t for t in head if not t.isa("NOW") and t.text not in {"y", "en"}][-1:]
    if not near or near[0].text in _WE or " " in near[0].text:
        return False
    return near[0].text in (SUBJECTS - _MYSELF if whole else SUBJECTS)


def _leads(head: Sequence[Token]) -> bool:
    """Nothing before the verb but the small words of a request."""
    for index, token in enumerate(head):
        last = index + 1 == len(head)
        if token.isa("POSS") or (last and token.text in _ARTICLES):
            return False
        if token.text in _PRESSES or token.kind == "mark":
            continue
        if not token.isa(*_BEFORE):
            return False
    return True

"""What is said beside a command and changes nothing of it: why, of oneself, what is to stay."""

from __future__ import annotations

from collections.abc import Sequence

from bot.interpreter.phrases.policies import SWALLOW, UNDOING
from bot.interpreter.phrases.tokens import Clause, Token
from bot.interpreter.phrases.turn import Turn
from bot.interpreter.phrases.vocabulary import phraseset, wordset
from bot.interpreter.phrases.vocabulary.guards import OF_A_LIFE, OF_CONSENT, SUBJECTS

_DENIALS = phraseset("""
    dont, don't, not, never, no longer, cant, can't, cannot, wont, won't, isn't, isnt, ne, n',
    plus, pas, jamais
""")
# What somebody may say of themselves and leave the order what it is.
_OF_AN_ASIDE = wordset("FILLER AT ON OF FOR IN TO POSS HIS AND NOW HAVE FOLLOWING OFF IT")
_OF_KEEPING = ("FILLER", "POSS", "ORDER", "POSITION", "SHARES", "OF", "<number>")
_UNTOUCHED = wordset("alone be open in place there running run tranquille tourner courir filer")


def without_asides(turn: Turn, clause: Clause, command: str | None) -> Clause:
    """`drop s14, i never read it`, `close it all, i'm off`: what is asked, without why."""
    undone = _reason(clause) if command in UNDOING else None
    if undone is not None:
        kept = "NEVERMIND" in turn.families(clause[undone:])
        return clause if kept else clause[:undone]
    free = command is None or command in SWALLOW or any(t.isa("NOTE") for t in clause)
    place = None if free else _aside(clause)
    doubts = turn.families(clause[place:]) - {"NEGATION", "PAST"} if place else ()
    return clause[:place] if place and not doubts else clause


def _reason(tokens: Sequence[Token]) -> int | None:
    """Where somebody goes on to tell why they undo something; None where none does."""
    named = next((i for i, t in enumerate(tokens) if t.value or t.isa("<venue>")), len(tokens))
    start = next((i for i, t in enumerate(tokens) if i > named and t.text == ","), named)
    tail = tokens[start + 1 :]
    told = any(map(is_subject, tail[:1]))
    wishes = [i for i, t in enumerate(tail) if t.isa("WANT", "REQ")]
    # `i don't want that` may be said of the undoing itself.
    more = sum(not t.isa("IT", "FILLER", "TO") for t in tail[wishes[-1] + 1 :]) if wishes else 0
    denied = not wishes or (more > 0 and all(i and tail[i - 1].text in _DENIALS for i in wishes))
    if not (told and denied):
        return None
    return start if tokens[start].text == "," else start + 1


def _aside(tokens: Sequence[Token]) -> int | None:
    """Where somebody begins to tell of themselves: `close everything, i'm off on holiday`."""
    for index, token in enumerate(tokens[:-1]):
        if index and token.text == "," and _is_aside(tokens[index + 1 :]):
            return index
    return None


def _is_aside(tail: Sequence[Token]) -> bool:
    """Nothing in it is of the order; no is said of what people tell of, not `i'm not serious`."""
    owner = tail[1] if tail[0].isa("POSS") and len(tail) > 1 else tail[0]
    if not (is_subject(tail[0]) or owner.text in OF_A_LIFE) or not all(map(_is_harmless, tail)):
        return False
    denied = any(t.text in _DENIALS for t in tail)
    return not denied or any(t.text in OF_A_LIFE for t in tail)


def _is_harmless(token: Token) -> bool:
    """Whether a word may be told without a word of the order."""
    if token.value or token.text in OF_CONSENT:
        return False
    return not token.concepts or token.isa(*_OF_AN_ASIDE) or token.text in OF_A_LIFE


def is_subject(token: Token) -> bool:
    """`I`, `il`, `jpars`: whoever a sentence tells of."""
    words = token.text.split()
    if token.isa("WANT", "REQ", "BUY", "SELL", "CLOSE", "CANCEL", "STOP"):
        return False  # `j'en veux 3`
    return words[0] in SUBJECTS or (not token.concepts and words[0].startswith("j"))


def without_spared(clause: Clause) -> Clause:
    """`annule l'ordre 12 mais garde le 13`: to keep what nobody touches changes nothing."""
    cut = next((i for i, t in enumerate(clause) if i and _spares(clause, i)), None)
    if cut is None:
        return clause
    done, kept = clause[:cut], clause[cut + 1 :]
    spared = [t for t in kept if _is_named(t, done)]
    others = {t.value for t in done if _is_named(t, done)}
    if (
        not spared
        or not others
        or not others.isdisjoint(t.value for t in spared)
        or any(t.isa("ALL", "EVERYTHING") for t in done)
        or not all(t in spared or t.isa(*_OF_KEEPING) or t.text in _UNTOUCHED for t in kept)
    ):
        return clause
    while done and (done[-1].isa("AND", "FILLER") or done[-1].kind == "mark"):
        done = done[:-1]
    return done


def _spares(clause: Clause, index: int) -> bool:
    """`mais garde`, `, pas le 13`: where what is to stay is told."""
    token = clause[index]
    keeps = token.isa("EXCEPT") and "pas" not in token.text
    return keeps or (token.text in {"pas", "not"} and clause[index - 1].text == ",")


def _is_named(token: Token, done: Clause) -> bool:
    """A thing; a number is one where orders are cancelled."""
    ids = any(t.isa("CANCEL", "KILL", "REMOVE") for t in done)
    return token.of("symbol", "leader", "strategy", "id") or (ids and token.kind == "number")

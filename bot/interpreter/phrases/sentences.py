"""A turn cut into sentences, and where somebody has said what moves them and goes on to ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.interpreter.phrases.beginnings import COMMANDING
from bot.interpreter.phrases.policies import DOUBTING
from bot.interpreter.phrases.tokens import Clause, Token, is_infinitive
from bot.interpreter.phrases.turn import Turn
from bot.interpreter.phrases.vocabulary import wordset
from bot.interpreter.phrases.vocabulary.guards import TELLING, TURNS

_MYSELF = wordset("je j' moi on i i'm we")
_ARTICLES = wordset("un une le la l' ce cet cette mon ma a the this my")
_LOGS = wordset("history log logs historique journal")


def sentences(turn: Turn) -> Iterator[tuple[Clause, bool]]:
    """Each sentence, and whether it is a preface: `bon, je me lance : achète…`.

    A line that begins with a verb is one of its own where nothing stands over those before it.
    """
    for sentence in _cut(turn.tokens):
        start = 0
        for index in _lines(sentence, turn.plain.text):
            if not turn.families(sentence[:index]):
                yield sentence[start:index], False
                start = index
        for index in (i for i in _prefaced(sentence) if i > start):
            last = _own_part(sentence[start:index])
            # `i don't want you to do this:`
            denied = any(t.text in {"you", "tu", "vous", "que"} for t in last)
            stands_over = DOUBTING | ({"NEGATION"} if denied else frozenset())
            if last and not turn.families(last) & stands_over:
                yield sentence[start:index], True
                start = index + 1
        yield sentence[start:], False


def announced(turn: Turn, sentence: Clause) -> frozenset[str]:
    """`the order was: buy 3 eth`: what stands before a colon tells of what follows it."""
    colon = next((i for i, t in enumerate(sentence) if t.text == ":"), 0)
    named = any(t.kind == "symbol" for t in sentence)
    rules = any(t.isa("<rule>") and not (named and t.isa("LEVERAGE")) for t in sentence[colon:])
    told = not rules and turn.families(sentence[:colon]) & {"PAST", "NEGATION"}
    head = sentence[:colon]
    logged = any(t.of("period", "dates") or _LOGS & set(t.text.split()) for t in head)
    return frozenset({"REPORT"}) if told or logged else frozenset()


def _cut(tokens: Sequence[Token]) -> list[Clause]:
    """At full stops, question marks, semicolons and lines."""
    found: list[Clause] = [[]]
    for index, token in enumerate(tokens):
        if token.kind == "mark" and token.text[0] in ".;\n" and _is_noted(tokens, index):
            continue
        if token.kind == "mark" and token.text[0] in ".!?;\n":
            if token.isa("QUESTION"):
                found[-1].append(token)
            found.append([])
        else:
            found[-1].append(token)
    return [clause for clause in found if clause]


def _is_noted(tokens: Sequence[Token], index: int) -> bool:
    """`tell me if btc breaks 70k. Note: ask Ann`: the note is the alert's."""
    behind = tokens[index + 1 : index + 2]
    return bool(behind) and behind[0].isa("NOTE") and any(t.isa("ALERT") for t in tokens[:index])


def _lines(sentence: Clause, text: str) -> Iterator[int]:
    """Where a new line of the text begins with a verb."""
    for index, (last, token) in enumerate(pairwise(sentence), start=1):
        begins = token.isa(*COMMANDING) and not token.isa("LIMITW", "STOPW")
        if "\n" in text[last.end : token.start] and begins and last.text != ":":
            yield index


def _prefaced(sentence: Clause) -> Iterator[int]:
    """Where a colon parts what somebody tells of themselves from what they then ask for."""
    for index, token in enumerate(sentence):
        behind = sentence[index + 1 :]
        head = next((t for t in behind if not t.isa("FILLER", "REQ")), None)
        concludes = token.text in {"donc", "du coup"} and not sentence[0].isa("IF")
        if head is None or not head.isa(*COMMANDING) or any(t.isa("THERE") for t in behind):
            continue
        if is_infinitive(head):
            continue  # `je doute, donc vendre me fait peur`
        if token.text == ":" or concludes:
            yield index


def _own_part(left: Clause) -> Clause:
    """The end of a preface, where a person speaks for themselves; empty where another does."""
    left = left[:-1] if left and left[-1].text == "," else left
    cuts = [i for i, t in enumerate(left) if t.kind in {"mark", "quote"}]
    last = left[cuts[-1] + 1 :] if cuts else left
    words = [t.text.split()[0] for t in last]
    if ("moi", "je") in pairwise(words):
        last = last[words.index("moi") :]  # `maman dit non mais moi je veux`
        words = [t.text.split()[0] for t in last]
    moves_me = words[:1] == ["ca"] and not {"me", "m'"}.isdisjoint(words)
    told = (
        _ends_in_a_thing(last)
        or any(map(_is_told, last))
        or words[-1:] in (["ca"], ["ceci"], ["cela"], ["this"])
    )
    own = (moves_me or not _MYSELF.isdisjoint(words)) and not told
    return last if own else []


def _ends_in_a_thing(part: Clause) -> bool:
    """`j'ai un t-shirt : achète…`: what is written on it."""
    if len(part) < 2:
        return False
    article, noun = part[-2:]
    turn = noun.text in TURNS or noun.isa(*COMMANDING)
    return article.text in _ARTICLES and not turn


def _is_told(token: Token) -> bool:
    return not TELLING.isdisjoint(token.text.split())

"""What a person's own words hold: the things named in them, and what they may ask for.

Quoted, pasted and forwarded parts are not the person's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from bot.interpreter.phrases.guards import third_person
from bot.interpreter.phrases.policies import MONEY, VERBS_OF, asks_to_act, forbids
from bot.interpreter.phrases.stoppages import denies
from bot.interpreter.phrases.tokens import Token
from bot.interpreter.phrases.turn import Turn
from bot.interpreter.phrases.vocabulary import wordset

_VERBS = {
    **VERBS_OF,
    "halt": ("HALT", "STOP"),
    "stop": ("STOP", "HALT", "KILL", "CUT", "CANCEL"),
    "resume": ("RESUME",),
    "leverage": ("LEVERAGE", "<times>"),
}
_KINDS = {
    "stop": ("STOPW", "STOPLOSS", "TRAIL"),
    "target": ("TAKEPROFIT",),
    "limit": ("LIMITW",),
}
_NUMBERED = wordset("number times money percent fraction id duration negative")
_GUARDED = MONEY | {"halt", "stop", "resume"}


@dataclass(frozen=True, slots=True)
class OwnWords:
    """`names` are symbols, ids, leaders and strategies in lower case; `numbers` without sign.

    `verbs` are the commands of which a verb was said, `asked` those that the words give, as the
    offline interpreter reads them; `held` are those that a question, a doubt, a report or the past
    keeps back. `kinds` are those of orders that are spoken of: stop, target, limit. `strange` words
    bear marks of another's hand, or hide letters.
    """

    names: frozenset[str] = frozenset()
    numbers: frozenset[Decimal] = frozenset()
    verbs: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    strange: bool = False

    def __or__(self, earlier: OwnWords) -> OwnWords:
        """With what was named before; what is asked for is this turn's alone."""
        return OwnWords(
            self.names | earlier.names,
            self.numbers | earlier.numbers,
            self.verbs,
            self.asked,
            self.held,
            self.kinds,
            self.strange,
        )


def owned(turn: Turn, asked: frozenset[str]) -> OwnWords:
    """What a turn's words hold, where `asked` are the commands that they give."""
    if turn.pasted or not turn.tokens:
        return OwnWords(strange=turn.pasted or turn.plain.tricks)
    names, numbers = _named(turn.tokens)
    over = turn.families(turn.tokens)
    held = frozenset(name for name in _GUARDED if _is_held(turn, name, over))
    strange = turn.plain.tricks or turn.alien
    said = {kind for kind, words in _KINDS.items() if any(t.isa(*words) for t in turn.tokens)}
    verbs = _verbs_in(turn.tokens)
    return OwnWords(names, numbers, verbs, asked, held, frozenset(said), strange)


def _is_held(turn: Turn, name: str, families: frozenset[str]) -> bool:
    """Whether doubt, a question, the past or somebody else stands over all of the words.

    A size that cannot be, such as -5, is a doubt too.
    """
    if name in MONEY and any(t.of("badnumber", "negative") for t in turn.tokens):
        return True
    if name == "halt" and denies(turn.tokens):
        return True
    if forbids(name, families, families) or third_person(turn.plain.folded):
        return True
    return any(t.isa("QUESTION") for t in turn.tokens) and not asks_to_act(turn.tokens)


def _named(tokens: list[Token]) -> tuple[frozenset[str], frozenset[Decimal]]:
    """The names and the numbers that tokens stand for."""
    names = {t.value.lower() for t in tokens if t.value and t.kind not in {"number", "percent"}}
    names |= {t.text for t in tokens if t.kind == "word" and len(t.text) > 1}
    currencies = {t.value.partition(" ")[2].lower() for t in tokens if t.kind == "money"}
    bases = {t.value.lower().partition("/")[0] for t in tokens if t.kind == "symbol"}
    names |= {f"{base}/{currency}" for base in bases for currency in currencies}
    numbers = {n for t in tokens if t.of(*_NUMBERED) for n in _numbers(t)}
    if any(t.isa("ALL", "ALLIN", "EVERYTHING") for t in tokens):
        numbers.add(Decimal(100))
        names.add("all")
    return frozenset(names), frozenset(numbers)


def _numbers(token: Token) -> Iterator[Decimal]:
    word = token.value.partition(" ")[0].rstrip("%mhdw")
    try:
        number = abs(Decimal(word))
    except ArithmeticError:
        return
    yield number
    if token.kind == "fraction":
        yield (number * 100).quantize(Decimal("0.01")).normalize()


def _verbs_in(tokens: list[Token]) -> frozenset[str]:
    """The commands of which a verb is among the words."""
    return frozenset(name for name, verbs in _VERBS.items() if any(t.isa(*verbs) for t in tokens))

"""Words to concepts, by the tables of `vocabulary`; a misspelt word finds its nearest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain, pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.arguments.names import city_zones, ordinary_words, venue_names
from bot.interpreter.phrases.inflections import (
    Phrase,
    conjugated,
    elided,
    heralded,
    inflected,
    no_longer,
    nominal,
    phrases_of,
    to_come,
)
from bot.interpreter.phrases.tokens import Token
from bot.interpreter.phrases.vocabulary import concepts, cues, guards, idioms, values, words
from bot.interpreter.phrases.vocabulary.currencies import CURRENCIES

MIN_TYPO_LENGTH = 4
# `j'arrêterai` and `il vendrait` are no slips of an infinitive.
_TO_COME = re.compile(r"\w{2}(?:er|ir|dr|tr)(?:ai|ais|ait|aient|as)$")
# What people write for speed.
_SHORT = {
    **dict.fromkeys(["qd", "kan", "kand", "qand", "kd"], "quand"),
    **dict.fromkeys(["wen", "whn", "wehn"], "when"),
    "moe": "moi",
    "toe": "toi",
    "icitte": "ici",
    "astheure": "maintenant",
    "heille": "hey",
}
# A small adverb may stand inside any phrase: `do i still hold`, `tu peux stp me dire`.
_ADVERBS = words("adverbs")
# What somebody may want no longer, and what is ordered by a noun.
_UNDONE = {
    "UNFOLLOW": ("copier", "suivre", "repliquer", "imiter", "dupliquer"),
    "UNWATCH": ("surveiller", "suivre de pres"),
    "UNSUBSCRIBE": ("etre abonne a", "etre abonnee a", "payer l'abonnement a", "payer"),
}
_ORDERED = {"BUY": "achat acquisition", "SELL": "vente cession"}
_PASSING = ("UP", "DOWN", "CROSS", "CROSSUP", "CROSSDOWN", "CLOSES", "CLOSESUP", "CLOSESDOWN")
# `10 avax but not above 29`: a limit that is set against the rest.
_LIMITS = ("NOTABOVE", "NOTBELOW")


def _tables() -> Iterator[tuple[str, str]]:
    for table in (concepts.VERBS, concepts.NOUNS, concepts.FUNCTION, cues.CUES, idioms.IDIOMS):
        yield from table.items()
    for verb, phrases in concepts.VERBS.items():
        yield verb, ",".join((*conjugated(phrases), *inflected(phrases)))
    for verb, noun in _ORDERED.items():
        yield verb, ",".join(nominal(noun))
    yield "ALERT", ",".join(heralded(concepts.HERALDS))
    for way in _PASSING:
        yield way, ",".join(to_come(concepts.FUNCTION[way]))
    for undoing, verbs in _UNDONE.items():
        yield undoing, ",".join(no_longer(verbs))
    for limit in _LIMITS:
        opposed = concepts.FUNCTION[limit].split(",")
        yield from ((limit, f"{but} {phrase}") for but in ("but", "mais") for phrase in opposed)
    yield "FILLER", concepts.FILLER
    for named, table in (("<status>", values.STATUSES), ("<rule>", values.RULES)):
        yield from ((named, phrases) for phrases in table.values())
    yield "<zone>", ",".join(city_zones())
    yield "<venue>", ",".join(venue_names())


class Lexicon:
    """All phrases by their first word, longest first."""

    def __init__(self) -> None:
        self._phrases: dict[Phrase, frozenset[str]] = {}
        for concept, phrases in _tables():
            for phrase in elided(phrases_of(phrases)):
                self._phrases[phrase] = self._phrases.get(phrase, frozenset()) | {concept}
        self._longest: dict[str, int] = {}
        for phrase in self._phrases:
            self._longest[phrase[0]] = max(self._longest.get(phrase[0], 0), len(phrase))
        self._known = _known_words(self._phrases)
        self._targets = tuple(
            sorted(
                {p[0] for p in self._phrases if len(p) == 1 and _mendable(p[0])}
                | set(filter(_mendable, CURRENCIES))
            )
        )

    def knows(self, word: str) -> bool:
        """Whether a word stands somewhere in the tables."""
        return word in self._known

    def concepts_of(self, word: str) -> frozenset[str]:
        """What one word stands for by itself."""
        return self._phrases.get((word,), frozenset())

    def corrected(self, word: str) -> str:
        """The nearest word of the tables, where a misspelt one has a near one; else itself."""
        if word in _SHORT:
            return _SHORT[word]
        if word in self._known or _TO_COME.search(word):
            return word
        short = re.sub(r"(.)\1+", r"\1", word)
        # `buuy`, `pleaase`: letters held down too long.
        return short if short in self._known and short != word else _nearest(word, self._targets)

    def read(self, tokens: Sequence[Token]) -> list[Token]:
        """Tokens with concepts; the words of a phrase become one token."""
        spelt = [self._spelling(token) for token in tokens]
        read: list[Token] = []
        index = 0
        while index < len(tokens):
            size, found = self._longest_at(spelt, index)
            if size == 1 and tokens[index].kind == "symbol" and _is_listed(tokens, index):
                found = frozenset()  # `60 link` joins nothing
            read.append(_merged(tokens[index : index + size], spelt[index : index + size], found))
            index += size
        return read

    def _spelling(self, token: Token) -> str:
        return self.corrected(token.text) if token.kind == "word" else token.text

    def _longest_at(self, spelt: Sequence[str], index: int) -> tuple[int, frozenset[str]]:
        longest = self._longest.get(spelt[index], 0)
        found = self._at(spelt[index : index + longest])
        gap = next((i for i in range(1, longest) if _is_adverb(spelt, index + i)), 0)
        if gap:
            bare = [*spelt[index : index + gap], *spelt[index + gap + 1 : index + longest + 1]]
            size, concepts = self._at(bare)
            if size > max(gap, found[0]):
                return size + 1, concepts
        return found

    def _at(self, words: Sequence[str]) -> tuple[int, frozenset[str]]:
        """The longest phrase that these words begin with."""
        for size in range(len(words), 0, -1):
            found = self._phrases.get(tuple(words[:size]))
            if found is not None:
                return size, found
        return 1, frozenset()


def _is_listed(tokens: Sequence[Token], index: int) -> bool:
    """Whether an instrument is counted, or one of several."""
    before = tokens[max(0, index - 2) : index]
    joined = bool(before) and before[-1].text in {"and", "et", ",", "&", "of", "de", "d'"}
    named = before[-2:-1] if joined else before[-1:]
    return any(t.of("symbol", "number", "fraction", "money") or t.text in CURRENCIES for t in named)


def _is_adverb(spelt: Sequence[str], index: int) -> bool:
    return index < len(spelt) and spelt[index] in _ADVERBS


def _mendable(word: str) -> bool:
    return len(word) >= MIN_TYPO_LENGTH and word.isalpha()


def _known_words(phrases: Mapping[Phrase, frozenset[str]]) -> frozenset[str]:
    arguments = (
        values.STATUSES,
        values.RULES,
        values.OBJECTIVES,
        values.REPORT_KINDS,
        values.ROLES,
    )
    rows = (row for table in (*arguments, guards.GUARDS) for row in table.values())
    spoken = {word for phrase in (*phrases, *chain(*map(phrases_of, rows))) for word in phrase}
    return frozenset(spoken | set(CURRENCIES) | ordinary_words() | words("everyday"))


def _merged(tokens: Sequence[Token], spelt: Sequence[str], found: frozenset[str]) -> Token:
    first, last = tokens[0], tokens[-1]
    if len(tokens) == 1:
        return replace(first, text=spelt[0], concepts=first.concepts | found)
    said = (
        " ".join(word for word in spelt if word not in _ADVERBS)
        if len(spelt) > 2
        else " ".join(spelt)
    )
    return Token("word", said, first.start, last.end, found)


@lru_cache(maxsize=8192)
def _nearest(word: str, targets: tuple[str, ...]) -> str:
    """One slip in five letters, two in nine; in four letters only two swapped or one doubled."""
    if len(word) < MIN_TYPO_LENGTH or not word.isalpha():
        return word
    allowed = 2 if len(word) >= 9 else 1
    best = process.extract(word, targets, scorer=OSA.distance, score_cutoff=allowed, limit=4)
    for target, _, _ in best:
        if target[0] == word[0] and (len(target) > 4 or _slip(word, target)):
            return target
    return word


def _slip(word: str, target: str) -> bool:
    if len(word) == len(target):
        return Counter(word) == Counter(target)
    longer = word if len(word) > len(target) else target
    return len(longer) > 4 and any(a == b for a, b in pairwise(longer))

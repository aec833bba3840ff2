"""The pieces of an utterance: words with their concepts, and typed entities."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

_WORD = re.compile(
    r"(?P<elided>(?:l|d|j|m|t|s|n|c|qu|jusqu|lorsqu|puisqu|aujourd)')(?=\w|$)"
    r"|(?P<word>[^\W_]+(?:[_'&][^\W_]+)*(?:\.[^\W\d_]{1,2}\b)?)"
    r"|(?P<quote>\x00+)"
    # `prends-moi`, `est-ce`: what hangs on a verb is a word of its own.
    r"|-(?=(?:mo[ie]|to[ie]|le|la|les|lui|nous|vous|leur|en|y|tu|je|il|elle|on|ce|t|[mt]')(?![\w]))"
    r"|(?P<mark>\?+|[.!]+|[,;:\n()@<>]=?|[$€£%&/-])"
)


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is word, mark, quote or an entity's; `value` an entity's canonical text.

    `hangs` tells of a pronoun written to its verb: `vends-les`.
    """

    kind: str
    text: str
    start: int
    end: int
    concepts: frozenset[str] = frozenset()
    value: str = ""
    hangs: bool = False

    def isa(self, *concepts: str) -> bool:
        """Whether it stands for any of the concepts."""
        return not self.concepts.isdisjoint(concepts)

    def of(self, *kinds: str) -> bool:
        """Whether it is an entity of one of the kinds."""
        return self.kind in kinds


Clause = list[Token]
# The kinds of token that bear a number of something.
FIGURES = ("number", "money", "percent", "fraction")
_INFINITIVE = ("er", "ir", "dre", "ttre", "ivre", "ire", "clore")


def is_infinitive(token: Token) -> bool:
    """`vendre`, `le suivre de près`; `clôture` and `ouvre` are told or asked for."""
    return token.text.split()[0].endswith(_INFINITIVE)


def entity(kind: str, text: str, start: int, end: int, value: str) -> Token:
    """A typed token; its concept is the kind in angle brackets."""
    return Token(kind, text, start, end, frozenset({f"<{kind}>"}), value)


def words_of(folded: str, offset: int = 0) -> Iterator[Token]:
    """The words and marks of a stretch of folded text."""
    hangs_at = -1
    for match in _WORD.finditer(folded):
        start, end = match.span()
        if match[0] == "-" and not match["mark"]:
            hangs_at = end
            continue
        kind = "word" if match["word"] or match["elided"] else "quote" if match["quote"] else "mark"
        hangs = start == hangs_at and kind == "word"
        if hangs and match["elided"]:
            hangs_at = end  # `prends-m'en`
        yield Token(kind, match[0], start + offset, end + offset, hangs=hangs)


def spelled(phrase: str) -> tuple[str, ...]:
    """A phrase of a table as the words that the tokens of a text would have."""
    return tuple(token.text for token in words_of(phrase))


def with_concepts(token: Token, *concepts: str) -> Token:
    """The token, standing for more."""
    return replace(token, concepts=token.concepts | frozenset(concepts))


def joined(tokens: Sequence[Token], kind: str, value: str) -> Token:
    """Several neighbours as one entity."""
    text = " ".join(token.text for token in tokens)
    return entity(kind, text, tokens[0].start, tokens[-1].end, value)

"""One turn as it is read: its text, its words, and what stands over any stretch of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.interpreter.phrases import guards as guarding
from bot.interpreter.phrases.corrections import Mended
from bot.interpreter.phrases.guards import Guards
from bot.interpreter.phrases.normalise import Plain
from bot.interpreter.phrases.tokens import Token
from bot.interpreter.phrases.vocabulary import wordset
from bot.interpreter.phrases.vocabulary.concepts import VERBS

_AUXILIARIES = wordset("ai as a avons avez ont avais")
_PARTICIPLES = ("é", "ée", "és", "ées")


@dataclass(frozen=True, slots=True)
class Turn:
    """`pasted` text bears the marks of something forwarded; `alien` tells of another's message."""

    plain: Plain
    tokens: list[Token]
    guards: Guards
    pasted: bool
    alien: bool

    @classmethod
    def of(cls, plain: Plain, tokens: list[Token], guards: Guards) -> Turn:
        """A turn as it was written."""
        alien = guarding.carried(plain.folded) and not plain.quoted
        return cls(plain, tokens, guards, guarding.pasted(plain.folded), alien)

    def corrected(self, fixed: Mended) -> Turn:
        """With what was taken back gone, and the words that took it hidden from the guards."""
        folded = self.plain.folded
        for start, end in fixed.gone:
            folded = f"{folded[:start]}{' ' * (end - start)}{folded[end:]}"
        return replace(self, plain=replace(self.plain, folded=folded), tokens=fixed.tokens)

    def families(self, tokens: Sequence[Token], end: int | None = None) -> frozenset[str]:
        """The guarded families over these words, as far as `end` where free text follows it."""
        if not tokens:
            return frozenset()
        stop = tokens[-1].end if end is None else end
        hits = self.guards.hits(self.plain.folded, tokens, tokens[0].start, stop)
        found = {hit.family for hit in hits}
        if any(map(self._is_done, tokens, tokens[1:])):
            found.add("PAST")
        if any(map(guarding.conditional, tokens)):
            found.add("HYPOTHESIS")
        return frozenset(found)

    def is_participle(self, token: Token) -> bool:
        """`acheté`, where the accent was written."""
        written = self.plain.text[token.start : token.end].partition("-")[0]
        verb = token.isa(*VERBS, "SOLDE", "BALANCE", "CONVERT")
        return verb and written.lower().endswith(_PARTICIPLES)

    def _is_done(self, before: Token, token: Token) -> bool:
        """`je l'ai arrêté`."""
        written = self.plain.text[token.start : token.end].lower()
        aided = before.text.split()[-1] in _AUXILIARIES
        return aided and token.isa(*VERBS) and written.endswith(_PARTICIPLES)

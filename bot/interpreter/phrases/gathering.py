"""The clauses of a turn as they are read one after the other, each in the light of those before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.interpreter.phrases.pointing import (
    THINGS,
    all_of_it,
    fronted,
    is_idle,
    is_mention,
    leveraged,
    of_a_kind,
    pointed,
    undone,
)
from bot.interpreter.phrases.policies import MONEY, UNDOING
from bot.interpreter.phrases.said import Said
from bot.interpreter.phrases.scope import Part, judged
from bot.interpreter.phrases.sequels import only_stops, takes_back
from bot.interpreter.phrases.tokens import Clause, Token, with_concepts

_OF_IDS = ("ALERTN", "SCHEDULES")


@dataclass(slots=True)
class Gathered:
    """`earlier` are the things that the turn before spoke of, `whole` is what they come to so far.

    `_mention` is what the last clause came to where it may only have named a thing: it counts when
    the next one does not point at that thing. `_idle` is half a command, which counts alone.
    """

    earlier: Sequence[Token] = ()
    whole: Said = field(default_factory=Said)
    _parts: list[Part] = field(default_factory=list)
    _mention: Said | None = None
    _idle: Said = field(default_factory=Said)

    def referring(self, clause: Clause) -> Clause:
        """The clause with what was named before in the place of its pronouns."""
        named = bool(self._parts) and self._parts[-1].is_mute()
        read = fronted(self._parts[-1].clause, clause) if named else clause
        read = undone(_things(self._parts), read) if named and read is clause else read
        if self._mention is not None and is_idle(self._mention):
            self._idle, self._mention = self._mention, None
        if read is clause:
            told = [part for part in self._parts if not _moves(part)]
            read = all_of_it(pointed(clause, _things(self._parts)), _things(told))
            read = read if read is clause or not named else of_a_kind(self._parts[-1].clause, read)
        if read is clause:
            self._settle()
        self._mention = None
        return leveraged(read, [*self.earlier, *_things(self._parts)])

    def passes_over(self, clause: Clause) -> bool:
        """Whether a clause adds nothing to the one before, or takes it back."""
        last = self.whole.commands[-1].name if self.whole.commands else None
        if last in MONEY and takes_back(clause):
            self.whole, self._parts = Said(refused=True), []
            return True
        return last in UNDOING and only_stops(clause)

    def add(self, part: Part) -> None:
        """One more of them."""
        self._parts.append(part)
        if is_mention(part.clause, part.said):
            self._mention, part.said = part.said, Said()
        else:
            self.whole.merge(part.said)

    def judged(self) -> Said:
        """What all of them come to together."""
        self._settle()
        alone = not self.whole.commands and bool(self._idle.commands)
        return self._idle if alone else judged(self._parts, self.whole)

    def _settle(self) -> None:
        if self._mention is not None:
            self.whole.merge(self._mention)
            self._parts[-1].said = self._mention


def _things(parts: list[Part]) -> list[Token]:
    """With a thing goes what it is of: `alert a12 has had its day, delete it`, `my sol order`."""
    named: list[Token] = []
    for part in parts:
        ordered = ["ORDER"] if any(t.isa("ORDER") for t in part.clause) else []
        for before, token in pairwise([part.clause[0], *part.clause]):
            kind = [c for c in _OF_IDS if before.isa(c)] if token.kind == "id" else ordered
            if token.of(*THINGS):
                named.append(with_concepts(token, *kind))
    return named


def _moves(part: Part) -> bool:
    return any(command.name in MONEY for command in part.said.commands)

"""Which command a clause asks for: the most specific pattern that fits, or the nearest example."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.interpreter.phrases.patterns import Pattern, borne, pattern, signature
from bot.interpreter.phrases.tokens import Token
from bot.interpreter.phrases.vocabulary.intents import INTENTS

LEARNT_BONUS = 2.5
NEAR_ENOUGH = 92


@dataclass(frozen=True, slots=True)
class Intent:
    """A command and how surely it is meant."""

    command: str
    weight: float


class Intents:
    """Patterns of the vocabulary and the signatures learnt from the examples."""

    def __init__(self) -> None:
        self._patterns: dict[str, tuple[Pattern, ...]] = {
            command: tuple(sorted(_lines(table), key=lambda p: -p.weight))
            for command, table in INTENTS.items()
        }
        self._learnt: dict[str, str] = {}

    def learn(self, examples: Iterable[tuple[str, Sequence[Token]]]) -> None:
        """Remember how each example sounds; what two commands share is not learnt."""
        shared: set[str] = set()
        for command, tokens in examples:
            said = signature(tokens)
            if (
                len(said.split()) < 2
                or "|" not in said
                or self._learnt.setdefault(said, command) != command
            ):
                shared.add(said)
        for said in shared:
            self._learnt.pop(said, None)

    def of(self, tokens: Sequence[Token]) -> Intent | None:
        """The command that a clause asks for."""
        said = signature(tokens)
        best = self._by_pattern(said)
        if best is not None and best.command in _SIDES:
            best = Intent(_side(best.command, tokens), best.weight)
        learnt = self._learnt.get(said)
        if learnt is not None and (best is None or best.weight < len(said.split()) + LEARNT_BONUS):
            return Intent(learnt, len(said.split()) + LEARNT_BONUS)
        return best or self._nearest(said)

    def _by_pattern(self, said: str) -> Intent | None:
        best: Intent | None = None
        concepts = borne(said)
        for command, patterns in self._patterns.items():
            for each in patterns:
                if best is not None and each.weight <= best.weight:
                    break
                if each.fits(said, concepts):
                    best = Intent(command, each.weight)
                    break
        return best

    def _nearest(self, said: str) -> Intent | None:
        """Where no pattern fits: an example that sounds nearly the same."""
        if "_" in said or len(said.split()) < 5:
            return None
        found = process.extractOne(
            said, self._learnt.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=NEAR_ENOUGH
        )
        return Intent(self._learnt[found[0]], 1.0) if found else None


_SIDES = {"buy": ("BUY", "BUYSTOP"), "sell": ("SELL", "SELLSTOP", "DUMP")}
_EXITS = ("CLOSE", "CUT")


def _side(command: str, tokens: Sequence[Token]) -> str:
    """The side of which alone a verb is said, as in `buy 1 btc, limit 60000, stop 59000`."""
    said = [name for name, verbs in _SIDES.items() if any(t.isa(*verbs) for t in tokens)]
    if any(t.isa(*_EXITS) for t in tokens) and said == ["buy"]:
        return command  # of two minds
    return said[0] if len(said) == 1 else command


def _lines(table: str) -> Iterable[Pattern]:
    return (pattern(line) for line in table.strip().splitlines() if line.strip())

"""An order said again by how far it is from the one before: `make it 2% lower`, `10% more`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.arguments.numbers import plain
from bot.interpreter.phrases.reading import CommandText
from bot.interpreter.phrases.scenes import Scene
from bot.interpreter.phrases.vocabulary import wordset

_UP = wordset(
    "higher above up dearer raise bump monte monter montez remonte remonter remontez rehausse "
    "rehausser releve relever haut dessus"
)
_DOWN = wordset(
    "lower below under down cheaper baisse baisser baissez abaisse abaisser abaissez "
    "descends descendre descendez bas dessous"
)
_MORE, _LESS = wordset("more extra plus"), wordset("less moins")
_SAID = _UP | _DOWN | _MORE | _LESS
_BESIDE = wordset("INSTEAD CHANGE IT PUT FILLER BY OF ORDER PRICE REQ")
_LEVELS, _SIZES = ("price", "stop_price"), ("quantity", "amount")
_DIGITS = 5
"""So many figures of what is moved are kept, and no fewer decimals than it was said with."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a figure of an order is multiplied by: the first that it has of `names`."""

    names: tuple[str, ...]
    factor: Decimal

    def of(self, before: CommandText) -> CommandText | None:
        """The order after it; None where it has no such figure."""
        for name in self.names:
            old = before.args.get(name)
            if isinstance(old, str) and not old.endswith("%"):
                new = Decimal(old) * self.factor
                said = -int(Decimal(old).as_tuple().exponent)
                moved = round(new, max(0, said, _DIGITS - 1 - new.adjusted()))
                return CommandText(before.name, {**before.args, name: plain(moved)})
        return None


def move_of(scene: Scene) -> Move | None:
    """By how much a turn moves the order before it; None where it says something else."""
    percent = scene.first("percent")
    rest = [token for token in scene.tokens if token is not percent]
    words = {token: frozenset(token.text.replace("-", " ").split()) for token in rest}
    strange = (t for t in rest if t.value or not (t.isa(*_BESIDE) or words[t] & _SAID))
    if percent is None or any(strange):
        return None
    every = frozenset().union(*words.values())
    names, up, down = _LEVELS, bool(every & _UP), bool(every & _DOWN)
    if not up and not down:
        names, up, down = _SIZES, bool(every & _MORE), bool(every & _LESS)
    share = Decimal(percent.value.rstrip("%")) / 100
    return None if up == down else Move(names, 1 + share if up else 1 - share)

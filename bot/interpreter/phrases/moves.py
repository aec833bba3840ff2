"""An order said again by how far it is from the one before: `make it 2% lower`, `up it by 100`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from bot.arguments.numbers import plain
from bot.interpreter.phrases.amending import value_of
from bot.interpreter.phrases.reading import CommandText
from bot.interpreter.phrases.scenes import Scene
from bot.interpreter.phrases.tokens import Token
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
_GROWS = wordset("increase increases augmente augmenter augmentez grow")
_SHRINKS = wordset("""
    decrease decreases diminue diminuer diminuez reduce reduis reduire trim pare slash shrink cut
    coupe couper lighten allege alleger
""")
TRIMS = _SHRINKS - wordset("decrease decreases diminue diminuer diminuez shrink")
"""What may be done to an order as well as to what it bought."""
_RAISES = _UP | _MORE | _GROWS
_LOWERS = _DOWN | _LESS | _SHRINKS
_BESIDE = wordset("INSTEAD CHANGE IT PUT FILLER BY OF ORDER PRICE REQ SIZE POSS ADD DUMP CUT AND")
_MARKS = wordset(", . !")
_LEVELS, _SIZES = ("price", "stop_price"), ("quantity", "amount")
_DIGITS = 5
"""So many figures of what is moved are kept, and no fewer decimals than it was said with."""
_LEAST = {"quantity": Decimal("0.01"), "amount": Decimal("0.01")}
_LEAST_OF_A_PRICE, _MOST = Decimal("0.001"), Decimal(20)
"""Such a part of a figure is added to it or taken from it, and no less or more."""


@dataclass(frozen=True, slots=True)
class Move:
    """How far, and of what: the first figure that an order has of each of `groups`."""

    groups: tuple[tuple[str, ...], ...]
    by: Decimal
    is_share: bool

    def of(self, before: CommandText) -> list[CommandText]:
        """The orders that it may come to: none where it has no such figure."""
        firsts = (self._first(before, names) for names in self.groups)
        return [moved for moved in firsts if moved is not None]

    def _first(self, before: CommandText, names: tuple[str, ...]) -> CommandText | None:
        for name in names:
            old = before.args.get(name)
            if isinstance(old, str) and not old.endswith("%"):
                new = self._moved(name, Decimal(old))
                return CommandText(before.name, {**before.args, name: new}) if new else None
        return None

    def _moved(self, name: str, old: Decimal) -> str | None:
        least = _LEAST.get(name, _LEAST_OF_A_PRICE)
        if not self.is_share and not (old > 0 and least <= abs(self.by) / old < _MOST):
            return None
        new = old * (1 + self.by) if self.is_share else old + self.by
        said = -int(old.as_tuple().exponent)
        if new <= 0:
            return None
        return plain(round(new, max(0, said, _DIGITS - 1 - new.adjusted()) if self.is_share else 8))


def move_of(scene: Scene, symbol: str = "") -> Move | None:
    """By how much a turn moves the order of `symbol` before it; None where it says otherwise."""
    counted = any(t.value == symbol for t in scene.all("symbol"))
    scene = replace(scene, tokens=[t for t in scene.tokens if t.value != symbol or not symbol])
    figures = scene.all("percent", "number", "money", "fraction")
    if len(figures) != 1:
        return None
    figure = figures[0]
    rest = [token for token in scene.tokens if token is not figure]
    words = {token: _words(token) for token in rest}
    said = _RAISES | _LOWERS
    if any(t.value or not (t.isa(*_BESIDE) or words[t] & said or t.text in _MARKS) for t in rest):
        return None
    place = scene.tokens.index(figure)
    every = frozenset().union(*words.values())
    leading = frozenset().union(*(words[t] for t in rest if t.start < figure.start))
    adds = scene.has("ADD") and not every & said
    up, down = _way(every)
    up = up or adds
    if up == down or not _is_a_distance(scene, place, leading):
        return None
    share = figure.of("percent", "fraction")
    by = value_of(figure) / (100 if figure.kind == "percent" else 1)
    groups = _groups(every, leading, is_share=share)
    if scene.has("SIZE") or figure.of("money", "fraction") or adds:
        groups = (_SIZES,)
    elif scene.has("PRICE"):
        groups = (_LEVELS,)
    if counted and figure.kind == "number":
        groups = (("quantity",),)  # `2 more eth`
    return Move(groups, by if up else -by, share)


def _way(words: frozenset[str]) -> tuple[bool, bool]:
    """Whether up, and whether down; `plus` and `moins` count where nothing else says which."""
    up, down = bool(words & (_UP | _GROWS)), bool(words & (_DOWN | _SHRINKS))
    return (up, down) if up or down else (bool(words & _MORE), bool(words & _LESS))


def _words(token: Token) -> frozenset[str]:
    return frozenset(token.text.replace("-", " ").split())


def _is_a_distance(scene: Scene, place: int, leading: frozenset[str]) -> bool:
    """`by 100`, `2% lower`, `add 100`; `to 100` and `at 100` are where it goes."""
    figure = scene.tokens[place]
    before = scene.tokens[place - 1] if place else None
    if before is not None and (before.isa("TO", "AT") or _words(before) & {"a", "to"}):
        return False
    if before is not None and (before.isa("BY") or before.text in {"de", "d'"}):
        return True
    if figure.kind == "percent":
        return True
    return figure.kind != "fraction" and (scene.has("ADD") or not leading & (_RAISES | _LOWERS))


def _groups(
    every: frozenset[str], leading: frozenset[str], *, is_share: bool
) -> tuple[tuple[str, ...], ...]:
    """`2% lower` is of the price, `10% more` of the size; `increase it by 10%` may be of either."""
    compared = every - leading
    if compared & (_UP | _DOWN):
        return (_LEVELS,)
    if compared & (_MORE | _LESS):
        return (_SIZES,)
    if every & (_UP | _DOWN) and is_share:
        return ((*_LEVELS, *_SIZES),)
    return (_LEVELS, _SIZES)

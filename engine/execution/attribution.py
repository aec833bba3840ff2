"""Whose what is held is: each fill opens for its own order, and closes what others have opened.

What protects an entry closes that one's. Whatever else closes takes first what no entry with
protection opened, and then of the entries that filled first. A fill that is heard late is put
where it belongs in time, and what came after it is reckoned anew. At one moment, which may be a
second long, what closes is taken to come first, so that an entry of that moment opens what it can
and is protected; only its own protection comes after it, and right then.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from engine.domain.identifiers import ClientOrderId
from engine.domain.money import ZERO

_KEPT = 64
"""So many moves at least are kept of one position; a later word of an older one comes first."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a fill made of a position: signed base units, `at` in UTC ms.

    `only_closes`: its order could open nothing. `entry` has protection, and this is a fill of it,
    or of its protection where it `protects`.
    """

    quantity: Decimal
    at: int
    only_closes: bool
    entry: ClientOrderId | None = None
    protects: bool = False


class Attribution:
    """One position's, which was so large before the first move."""

    __slots__ = ("_before", "_moves", "_opened")

    def __init__(self, held: Decimal) -> None:
        self._opened = _Opened(held)
        self._before = _Opened(held)
        self._moves: list[Move] = []

    def note(self, move: Move) -> bool:
        """Take one in; gives whether it came before others that were known."""
        moves, at = self._moves, attrgetter("at")
        begin, end = bisect_left(moves, move.at, key=at), bisect_right(moves, move.at, key=at)
        before, moment = moves[begin:end], _in_turn([*moves[begin:end], move])
        is_late = end < len(moves) or moment != [*before, move]
        moves[begin:end] = moment
        if is_late:
            self._opened = self._before.copy()
            for each in moves:
                self._opened.take(each)
        else:
            self._opened.take(move)
        if len(moves) > 2 * _KEPT:
            for each in moves[:_KEPT]:
                self._before.take(each)
            del moves[:_KEPT]
        return is_late

    @property
    def held(self) -> Decimal:
        """The position after all of them, signed."""
        return self._opened.held

    def left(self, entry: ClientOrderId) -> Decimal:
        """What an entry opened and nothing has closed; base units, unsigned."""
        return abs(self._opened.by_entry.get(entry, ZERO))

    def entries(self) -> Iterator[ClientOrderId]:
        """Those of which something is left, the oldest first."""
        yield from self._opened.by_entry


def _in_turn(moment: list[Move]) -> list[Move]:
    """Moves of one moment as they are taken to have come."""
    entered = {each.entry for each in moment if each.entry is not None and not each.protects}
    own = [each for each in moment if each.protects and each.entry in entered]
    turns = sorted((each for each in moment if each not in own), key=_turn)
    for each in own:
        last = max(place for place, move in enumerate(turns) if move.entry == each.entry)
        turns.insert(last + 1, each)
    return turns


def _turn(move: Move) -> int:
    if move.protects:
        return 1
    return 0 if move.only_closes else 2


class _Opened:
    """What is held, and what of that each entry opened; signed."""

    __slots__ = ("by_entry", "held")

    def __init__(self, held: Decimal, by_entry: dict[ClientOrderId, Decimal] | None = None) -> None:
        self.held = held
        self.by_entry = {} if by_entry is None else by_entry

    def copy(self) -> _Opened:
        return _Opened(self.held, dict(self.by_entry))

    def take(self, move: Move) -> None:
        sign = 1 if move.quantity > ZERO else -1
        against = max(ZERO, -self.held * sign)
        closed = min(abs(move.quantity), against)
        if closed:
            if move.protects and move.entry is not None:
                self._close(move.entry, closed)
            excess = abs(sum(self.by_entry.values(), ZERO)) - (against - closed)
            for entry in tuple(self.by_entry):
                excess -= self._close(entry, excess)
        self.held += move.quantity
        opened = abs(move.quantity) - closed
        if opened and move.entry is not None and not move.protects:
            self.by_entry[move.entry] = self.by_entry.get(move.entry, ZERO) + sign * opened

    def _close(self, entry: ClientOrderId, most: Decimal) -> Decimal:
        """Close what it opened, up to so much; gives how much that was."""
        opened = self.by_entry.get(entry, ZERO)
        closed = max(ZERO, min(most, abs(opened)))
        if closed == abs(opened):
            self.by_entry.pop(entry, None)
        else:
            self.by_entry[entry] = opened - closed if opened > ZERO else opened + closed
        return closed

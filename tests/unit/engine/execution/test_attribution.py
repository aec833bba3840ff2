"""Whose a position is: the same whatever the order in which its fills are heard."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from engine.domain.identifiers import ClientOrderId
from engine.execution.attribution import Attribution, Move

FIRST, SECOND = ClientOrderId("first"), ClientOrderId("second")
MOVES = st.lists(
    st.tuples(
        st.integers(-9, 9).filter(bool), st.sampled_from([None, FIRST, SECOND]), st.booleans()
    ),
    min_size=1,
    max_size=40,
)


def moved(quantity: int, at: int, entry: ClientOrderId | None = None, **more: bool) -> Move:
    more.setdefault("only_closes", False)
    return Move(Decimal(quantity), at, entry=entry, **more)


def after(*moves: Move, held: int = 0) -> dict[str, Decimal]:
    """What is left of each entry."""
    owned = Attribution(Decimal(held))
    for move in moves:
        owned.note(move)
    return {name: owned.left(name) for name in owned.entries()}


def test_what_is_sold_by_hand_is_nobodys_first_and_then_the_oldest_ones() -> None:
    bought = moved(4, 1, FIRST), moved(3, 2, SECOND), moved(2, 3)

    assert after(*bought, moved(-2, 4)) == {FIRST: 4, SECOND: 3}
    assert after(*bought, moved(-5, 4)) == {FIRST: 1, SECOND: 3}
    assert after(*bought, moved(-8, 4)) == {SECOND: 1}


def test_what_protects_closes_what_is_its_own() -> None:
    sold = moved(-3, 3, SECOND, protects=True, only_closes=True)

    assert after(moved(4, 1, FIRST), moved(3, 2, SECOND), sold, held=1) == {FIRST: 4}


def test_an_entry_that_closes_another_ones_position_opens_the_rest_alone() -> None:
    assert after(moved(-6, 1, FIRST), held=4) == {FIRST: 2}


def test_what_was_closed_stays_closed_where_two_fills_share_a_moment() -> None:
    entry, closed = moved(-5, 1, FIRST), moved(5, 2, only_closes=True)
    again = moved(-3, 3), moved(1, 4, only_closes=True), moved(1, 4, only_closes=True)

    assert after(entry, closed, *again) == {}


def test_an_entry_that_is_heard_before_what_made_room_for_it_is_protected() -> None:
    entry, closed = moved(-4, 7, FIRST), moved(-10, 7, only_closes=True)

    assert after(entry, closed, held=10) == {FIRST: 4}


def test_a_stop_and_the_entry_that_turns_the_position_share_a_moment() -> None:
    bought = moved(10, 1, FIRST)
    stopped, turned = moved(-10, 2, FIRST, protects=True, only_closes=True), moved(-10, 2, SECOND)

    assert after(bought, stopped, turned) == after(bought, turned, stopped) == {SECOND: 10}


def test_an_entry_and_its_own_stop_share_a_moment() -> None:
    bought, stopped = moved(4, 2, FIRST), moved(-4, 2, FIRST, protects=True, only_closes=True)

    assert after(bought, stopped, held=5) == after(stopped, bought, held=5) == {}


@given(MOVES, st.randoms(use_true_random=False))
def test_late_words_come_to_the_same(told, chance) -> None:
    moves = [
        moved(quantity, at, entry, protects=protects and entry is not None)
        for at, (quantity, entry, protects) in enumerate(told)
    ]
    heard = moves[:]
    chance.shuffle(heard)

    assert after(*heard) == after(*moves)


@given(MOVES)
def test_no_more_is_anybodys_than_is_held(told) -> None:
    owned = Attribution(Decimal(0))
    for at, (quantity, entry, _) in enumerate(told * 5):
        owned.note(moved(quantity, at, entry))

        assert sum(map(owned.left, owned.entries())) <= abs(owned.held)

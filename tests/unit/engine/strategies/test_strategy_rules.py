"""What rules that are true on one close come to, and what sizes and levels mean."""

import pytest

from engine.domain.order import Side
from engine.errors import StrategyInvalid
from engine.strategies.parameters import percent_or_number
from engine.strategies.sizes import SizeKind, read_size
from engine.strategy import Decision, judged


def decided(held: int, **true: bool) -> Decision:
    rules = dict.fromkeys(("enter_long", "exit_long", "enter_short", "exit_short"), False)
    return judged(held, **{**rules, **true})


def test_an_exit_is_judged_before_the_entry_of_the_other_side():
    assert decided(1, exit_long=True, enter_short=True) == Decision(leave=True, enter=Side.SELL)
    assert decided(-1, exit_short=True, enter_long=True) == Decision(leave=True, enter=Side.BUY)


def test_an_entry_waits_while_something_is_held():
    assert decided(1, enter_short=True, exit_short=True) == Decision()
    assert decided(-1, enter_long=True, exit_long=True) == Decision()


def test_where_both_sides_would_enter_the_long_one_does():
    assert decided(0, enter_long=True, enter_short=True) == Decision(enter=Side.BUY)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("100% of equity", SizeKind.EQUITY, 1.0),
        ("0.5 units", SizeKind.UNITS, 0.5),
        ("1000 Quote", SizeKind.QUOTE, 1000.0),
        ("risk  1%", SizeKind.RISK, 0.01),
        ("part% of equity", SizeKind.EQUITY, 0.25),
    ],
)
def test_a_size_reads_in_words(text, kind, value):
    size = read_size(text, ("part",))

    assert (size.kind, size.value({"part": 25})) == (kind, value)
    assert read_size(size.text, ("part",)) == size


@pytest.mark.parametrize(
    "text", ["", "0 units", "101% of equity", "-1 units", "x units", "1e9 units"]
)
def test_a_size_that_cannot_be_is_refused(text):
    with pytest.raises(StrategyInvalid):
        read_size(text, ())


def test_a_percent_is_a_hundredth():
    assert percent_or_number("2%") == (0.02, True)
    assert percent_or_number("2") == (2, False)

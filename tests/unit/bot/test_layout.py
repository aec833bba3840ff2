"""Cards as lines on pages: nothing is lost, nothing is too long, columns stand under each other."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.card import Table
from bot.layout import BLOCK, Line, clean, file_name, paged, rows_of, told, utf16

PIECES = st.lists(st.tuples(st.text(max_size=120), st.sampled_from(("", "bold"))), min_size=1)
LINES = st.lists(PIECES.map(tuple), max_size=20)


def length(line: Line) -> int:
    return sum(utf16(said) for said, _ in line)


@given(LINES, st.integers(4, 60))
def test_pages_hold_all_that_was_said_and_no_more_than_they_may(
    lines: list[Line], limit: int
) -> None:
    pages = paged(lines, limit, length, marks=3)

    def said(shown: list[Line]) -> str:
        return "".join(text for line in shown for text, _ in line)

    assert said([line for page in pages for line in page]) == said(lines)
    for page in pages:
        assert sum(length(line) + 1 for line in page) <= limit + 1
        marked = [sum(bool(kind) for _, kind in line) for line in page]
        assert sum(marked) <= 3 or len(page) == 1


def test_a_long_line_is_broken_between_words_where_it_can_be() -> None:
    pages = paged([(("one two three four", ""),)], 9, length)

    assert [line[0][0] for page in pages for line in page] == ["one two", " three", " four"]


def test_no_line_is_one_empty_page() -> None:
    assert paged([], 10, length) == [[]]


def test_columns_stand_under_each_other_and_numbers_to_the_right() -> None:
    table = Table(("What", "How much"), (("BTC", "1.5"), ("a\nb\u202e", "20")), numeric=(1,))

    assert list(rows_of(table)) == [
        "What  How much",
        "BTC        1.5",
        "a b         20",
    ]


def test_a_table_that_is_too_wide_is_told_in_lines_and_what_is_copied_stays_whole() -> None:
    wide = Table(("Rule", "Before", "Limit"), (("max_order_value", "–", "25,000 USDT"),))
    pairs = Table(
        ("Command", "What it does"), (("/accounts", "Show the accounts and their keys."),)
    )
    narrow = replace(wide, rows=(("a", "1", "2"),))
    address = Table(("Address",), (("http://127.0.0.1/" + "x" * 80,),))

    assert list(told(wide, 30, "bold")) == [
        (("max_order_value", "bold"), ("  Limit: 25,000 USDT", ""))
    ]
    assert list(told(pairs, 30, "bold")) == [
        (("/accounts", "bold"), ("  Show the accounts and their keys.", ""))
    ]
    assert [kind for line in told(narrow, 30, "bold") for _, kind in line] == [BLOCK, BLOCK]
    assert [line[0] for line in told(address, 30, "bold")][1] == (address.rows[0][0], BLOCK)


def test_what_hides_is_left_out_and_a_title_is_a_file() -> None:
    assert clean("a\u200bb\x00c\ud800") == "abc"
    assert file_name("Positions: 3 / 4!") == "Positions-3-4"
    assert file_name("…") == "card"

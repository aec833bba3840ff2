"""What a statement says of itself is part of its text; what is asked each time is a parameter."""

from __future__ import annotations

import sqlite3

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text, bindparam, select, text
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from connectors.storage.statements import bound, prepare

_letters = Table(
    "letters",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("state", Text, nullable=False),
    Column("room", Text, nullable=False),
)
_index = Index("waiting", _letters.c.room, sqlite_where=text("state = 'waiting'"))


def test_a_constant_is_written_out_and_its_partial_index_taken() -> None:
    there = _letters.c.room == bindparam("room")
    waiting = prepare(select(_letters.c.id).where(_letters.c.state == "waiting", there).limit(5))

    assert not waiting.values
    with sqlite3.connect(":memory:") as raw:
        raw.execute(str(CreateTable(_letters)))
        raw.execute(str(CreateIndex(_index).compile(dialect=dialect())))
        plan = raw.execute(f"EXPLAIN QUERY PLAN {waiting.sql}", {"room": "a"}).fetchall()
    assert "USING INDEX waiting" in plan[0][3]


def test_quotes_and_colons_in_a_constant_stay_what_they_are() -> None:
    odd = "it's :room 'or' not"
    raw = sqlite3.connect(":memory:")
    raw.execute(str(CreateTable(_letters)))
    raw.execute("INSERT INTO letters VALUES (1, ?, 'a')", (odd,))

    asked = prepare(
        select(_letters.c.id).where(_letters.c.state == odd, _letters.c.room == bindparam("room"))
    )

    assert raw.execute(asked.sql, {"room": "a"}).fetchall() == [(1,)]
    raw.close()


def test_a_list_has_a_parameter_for_each_value() -> None:
    asked = bound(select(_letters.c.id).where(_letters.c.room.in_(["a", "b'c"])))

    assert sorted(asked.values.values()) == ["a", "b'c"]
    assert "b'c" not in asked.sql

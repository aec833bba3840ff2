"""Statements of SQLAlchemy Core, compiled once to the text that the driver runs."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.dialects.sqlite import dialect as sqlite
from sqlalchemy.sql import ClauseElement

_DIALECT = sqlite(paramstyle="named")
_PARAMETER = re.compile(r":(\w+)")


@dataclass(frozen=True, slots=True)
class Prepared:
    """SQL text with named parameters, and the values that the statement itself brings."""

    sql: str
    values: Mapping[str, Any]


def prepare(statement: ClauseElement) -> Prepared:
    """Compile a statement that is asked again and again.

    What it says of itself is written out: SQLite takes a partial index for a constant at once, and
    for a parameter plans the statement anew each time that one is bound.
    """
    asked = bound(statement)
    written = {name: literal for name, own in asked.values.items() if (literal := _literal(own))}
    text = _PARAMETER.sub(lambda found: written.get(found[1], found[0]), asked.sql)
    return Prepared(text, {n: own for n, own in asked.values.items() if n not in written})


def bound(statement: ClauseElement) -> Prepared:
    """Compile a statement made for one question; a list for IN has a parameter for each value."""
    compiled = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    own = {name: value for name, value in compiled.params.items() if value is not None}
    return Prepared(str(compiled), own)


def _literal(value: object) -> str:
    """How SQL writes a whole number or a text; nothing for what it does not write."""
    match value:
        case int():
            return str(int(value))
        case str():
            return "'" + value.replace("'", "''") + "'"
        case _:
            return ""


def insert_once(table: Table, *, without: Collection[str] = ()) -> Prepared:
    """Insert a row unless one with its key is there."""
    return prepare(_insert(table, without).on_conflict_do_nothing())


def insert_new(table: Table, *, without: Collection[str] = ()) -> Prepared:
    """Insert a row that must not be there."""
    return prepare(_insert(table, without))


def upsert(table: Table) -> Prepared:
    """Insert a row or give the one with its key these values."""
    statement = _insert(table, ())
    rest = {c.name: statement.excluded[c.name] for c in table.c if not c.primary_key}
    return prepare(statement.on_conflict_do_update(index_elements=table.primary_key, set_=rest))


def _insert(table: Table, without: Collection[str]) -> Insert:
    values: dict[str, Any] = {c.name: bindparam(c.name) for c in table.c if c.name not in without}
    return insert(table).values(values)

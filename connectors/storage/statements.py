"""Statements of SQLAlchemy Core, compiled once to the text that the driver runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.dialects.sqlite import dialect as sqlite
from sqlalchemy.sql import ClauseElement

_DIALECT = sqlite(paramstyle="named")


@dataclass(frozen=True, slots=True)
class Prepared:
    """SQL text with named parameters, and the values that the statement itself brings."""

    sql: str
    values: Mapping[str, Any]


def prepare(statement: ClauseElement) -> Prepared:
    """Compile a statement; a list for IN is written out with the values it has now."""
    compiled = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    own = {name: value for name, value in compiled.params.items() if value is not None}
    return Prepared(str(compiled), own)


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

"""The schema's version: made, kept, moved forward, and never guessed at."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from connectors.storage import schema
from connectors.storage.schema import HEAD, migrate
from connectors.storage.tables import metadata
from engine.errors import StateCorrupt, StoreUnavailable
from tests.unit.connectors.storage.desk import version_of, with_stores

SHAPE = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '%alembic%' ORDER BY name"


def shape(path):
    """Each table and index with the words that made it, spacing apart."""
    with closing(sqlite3.connect(path)) as raw:
        return {name: " ".join((sql or "").split()) for name, sql in raw.execute(SHAPE)}


def test_the_migrations_make_the_tables_that_the_code_knows(tmp_path):
    from sqlalchemy import create_engine  # noqa: PLC0415

    migrate(tmp_path / "migrated.sqlite")
    engine = create_engine(f"sqlite:///{tmp_path / 'created.sqlite'}")
    metadata.create_all(engine)
    engine.dispose()

    assert shape(tmp_path / "migrated.sqlite") == shape(tmp_path / "created.sqlite")


def test_alembic_sees_no_difference_between_the_tables_and_the_migrations(fresh):
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415
    from alembic.migration import MigrationContext  # noqa: PLC0415
    from sqlalchemy import create_engine  # noqa: PLC0415

    migrate(fresh)
    engine = create_engine(f"sqlite:///{fresh}")
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert differences == []


def test_the_newest_step_is_the_version_that_the_code_names():
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    assert ScriptDirectory.from_config(schema.configuration()).get_heads() == [HEAD]


def test_a_file_is_migrated_once(fresh):
    assert version_of(fresh) is None
    assert [migrate(fresh), migrate(fresh)] == [True, False]
    assert version_of(fresh) == HEAD


def test_a_database_that_is_up_to_date_is_opened_without_importing_alembic(fresh):
    migrate(fresh)
    code = (
        "import sys, pathlib\n"
        "from connectors.storage.schema import migrate\n"
        "migrate(pathlib.Path(sys.argv[1]))\n"
        "print('alembic' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code, fresh], capture_output=True, check=True)
    assert told.stdout == b"False\n"


def test_a_database_of_a_newer_version_is_refused_and_left_alone(fresh):
    migrate(fresh)
    with closing(sqlite3.connect(fresh)) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StateCorrupt, match="newer Outcry"):
        with_stores(fresh, lambda stores: stores.journal.append)
    assert version_of(fresh) == "9999"


def test_a_file_that_is_no_database_is_refused(fresh):
    fresh.write_bytes(b"these are not the pages you are looking for" * 100)
    with pytest.raises(StateCorrupt, match="not a database"):
        migrate(fresh)


def test_a_home_that_is_not_there_is_told(tmp_path):
    with pytest.raises(StoreUnavailable) as refused:
        migrate(tmp_path / "nowhere" / "desk.sqlite")
    assert refused.value.facts == {"detail": "the database cannot be opened"}


def test_an_odd_path_is_only_a_path(tmp_path):
    home = tmp_path / "50% off? #1 é"
    home.mkdir()
    migrate(home / "desk.sqlite")
    assert version_of(home / "desk.sqlite") == HEAD


def test_fills_are_kept_where_they_are_told_apart_by_order_as_well(fresh):
    from alembic import command  # noqa: PLC0415
    from sqlalchemy import create_engine  # noqa: PLC0415

    engine = create_engine(f"sqlite:///{fresh}")
    with engine.begin() as connection:
        command.upgrade(schema.configuration(connection), "0017")
        body = '{"client_order_id": "o1", "trade_id": "t1"}'
        row = ("paper", "t1", "BTC/USDT", 5, body)
        connection.exec_driver_sql("INSERT INTO fills VALUES (?, ?, ?, ?, ?)", row)
    engine.dispose()

    assert migrate(fresh)
    with closing(sqlite3.connect(fresh)) as raw:
        assert raw.execute("SELECT * FROM fills").fetchall() == [("paper", "o1", *row[1:])]

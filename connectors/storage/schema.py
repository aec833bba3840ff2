"""The database's version: read by plain SQL, moved forward by Alembic only when it is behind."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.storage.boundaries import SCHEMA_UPGRADE
from connectors.storage.failures import translate
from engine.errors import StateCorrupt
from engine.ports.boundary import boundary

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy.engine import Connection, Engine

HEAD = "0018"
_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_SECONDS = 2.0


def migrate(path: Path) -> bool:
    """Bring a file to this version, whole or not at all; whether anything was to be done.

    Raises StateCorrupt when a newer Outcry wrote it or it is no database, StoreUnavailable when
    it is locked or the disk is full.
    """
    try:
        with closing(_open(path)) as raw:
            version = refuse_newer(raw, path)
    except sqlite3.Error as error:
        raise translate(error) or error from error
    if version == HEAD:
        return False
    boundary(SCHEMA_UPGRADE.before)
    _upgrade(path)
    boundary(SCHEMA_UPGRADE.after)
    return True


def refuse_newer(raw: sqlite3.Connection, path: Path) -> str | None:
    """The version that an open file has. Raises StateCorrupt when a newer Outcry wrote it."""
    version = _version(raw)
    if version is not None and version > HEAD:
        raise StateCorrupt(
            f"{path} was written by a newer Outcry (data version {version}, this one knows "
            f"{HEAD}). Install that version again, or restore an older backup.",
            detail=f"data version {version} is newer than {HEAD}",
        )
    return version


def _version(raw: sqlite3.Connection) -> str | None:
    known = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
    if raw.execute(known).fetchone() is None:
        return None
    row = raw.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


def _upgrade(path: Path) -> None:
    # Alembic takes more than half a second to import, and hardly any start needs it; nor does
    # one that only looks need SQLAlchemy.
    from alembic import command  # noqa: PLC0415
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    engine = _engine(path)
    try:
        with engine.connect() as connection, connection.begin():
            command.upgrade(configuration(connection), "head")
    except DBAPIError as error:
        known = translate(error.orig) if isinstance(error.orig, sqlite3.Error) else None
        raise known or error from error
    finally:
        engine.dispose()


def _engine(path: Path) -> Engine:
    from sqlalchemy import create_engine, event  # noqa: PLC0415
    from sqlalchemy.pool import NullPool  # noqa: PLC0415

    engine = create_engine("sqlite://", poolclass=NullPool, creator=partial(_open, path))
    # The driver would commit before each CREATE TABLE; begun by hand, all steps are one.
    event.listen(engine, "begin", _begin)
    return engine


def _open(path: Path) -> sqlite3.Connection:
    raw = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    return raw


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, working on this connection."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config

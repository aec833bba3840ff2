"""Snapshots beside the journal: whole, of this code, and of this very journal, or not at all."""

from __future__ import annotations

import hashlib
import zlib

import orjson
from sqlalchemy import bindparam, delete, select

from connectors.storage import tables
from connectors.storage.boundaries import SNAPSHOT_KEEP
from connectors.storage.database import Database, Session
from connectors.storage.statements import prepare, upsert
from engine.ports.journal import Snapshot, Snapshots

KEPT = 2
_QUICKLY = 1

_t, _journal = tables.snapshots, tables.journal
_KEEP = upsert(_t)
_NEWEST = prepare(
    select(_t.c.sequence, _t.c.entry, _t.c.digest, _t.c.state)
    .where(_t.c.fingerprint == bindparam("mark"))
    .order_by(_t.c.sequence.desc())
    .limit(KEPT)
)
_ENTRY = prepare(select(_journal.c.body).where(_journal.c.sequence == bindparam("wanted")))
_newest = select(_t.c.sequence).order_by(_t.c.sequence.desc()).limit(KEPT)
_FORGET = prepare(delete(_t).where(_t.c.sequence.not_in(_newest)))


class SqlSnapshots(Snapshots):
    """Snapshots on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self, fingerprint: str) -> Snapshot | None:
        """The newest that this code made, is whole and belongs to the journal that is here."""
        return await self._database.read(lambda session: _found(session, fingerprint))

    async def keep(self, snapshot: Snapshot) -> None:
        """Keep it in the place of the one before the last. Raises StoreUnavailable."""
        state = zlib.compress(orjson.dumps(snapshot.state), _QUICKLY)
        row = {
            "sequence": snapshot.sequence,
            "fingerprint": snapshot.fingerprint,
            "digest": hashlib.sha256(state).hexdigest(),
            "state": state,
        }

        def write(session: Session) -> None:
            session.run(_KEEP, {**row, "entry": _entry(session, snapshot.sequence)})
            session.run(_FORGET)

        await self._database.write(SNAPSHOT_KEEP, write)


def _found(session: Session, fingerprint: str) -> Snapshot | None:
    for sequence, entry, digest, state in session.rows(_NEWEST, {"mark": fingerprint}):
        is_whole = hashlib.sha256(state).hexdigest() == digest
        if is_whole and _entry(session, sequence) == entry:
            return Snapshot(sequence, fingerprint, orjson.loads(zlib.decompress(state)))
    return None


def _entry(session: Session, sequence: int) -> str:
    """The digest of the last entry that a snapshot tells of; a restored backup may lack it."""
    row = session.row(_ENTRY, {"wanted": sequence})
    return hashlib.sha256(row[0].encode()).hexdigest() if row is not None else ""

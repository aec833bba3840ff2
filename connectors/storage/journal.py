"""The journal and the projections beside it, one step a transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field

from sqlalchemy import bindparam, func, select

from bot.ports.records import JournalReader
from connectors.storage import tables
from connectors.storage.boundaries import JOURNAL_APPEND
from connectors.storage.codec import codec, decode_event, encode_event
from connectors.storage.database import Database, Row, Session
from connectors.storage.statements import Prepared, insert_new, insert_once, prepare, upsert
from engine.domain.account import Account, CashEntry, Fill, Position
from engine.domain.events import Event, OrderAdopted, OrderDenied, OrderInitialized
from engine.domain.identifiers import IntentKey
from engine.domain.order import Order
from engine.errors import StateCorrupt
from engine.ports.journal import Changes, Entry, IntentSeen, Journal, Recorded

ROWS_A_BATCH = 500

_t, _intents = tables.journal, tables.intents
_ADD = insert_new(_t)
_ADD_INTENT = insert_new(_intents)
_HEAD = prepare(select(func.coalesce(func.max(_t.c.sequence), 0)))
_BATCH = prepare(
    select(_t.c.sequence, _t.c.body, _t.c.correlation)
    .where(_t.c.sequence > bindparam("after"))
    .order_by(_t.c.sequence)
    .limit(ROWS_A_BATCH)
)
_ONE = prepare(
    select(_t.c.sequence, _t.c.body, _t.c.correlation).where(_t.c.sequence == bindparam("wanted"))
)
_INTENT = prepare(
    select(_intents.c.first, _intents.c.last).where(_intents.c.key == bindparam("wanted"))
)
_BETWEEN = prepare(
    select(_t.c.body)
    .where(_t.c.sequence.between(bindparam("first"), bindparam("last")))
    .order_by(_t.c.sequence)
)
_UPSERT_ORDER = upsert(tables.orders)
_UPSERT_POSITION = upsert(tables.positions)
_UPSERT_CASH = upsert(tables.cash)
_UPSERT_ACCOUNT = upsert(tables.accounts)
_ADD_FILL = insert_once(tables.fills)
_ADD_ENTRY = insert_once(tables.cash_entries)
_FILL = prepare(
    select(tables.fills.c.body).where(
        tables.fills.c.account == bindparam("account"),
        tables.fills.c.client_order_id == bindparam("client_order_id"),
        tables.fills.c.trade_id == bindparam("trade_id"),
    )
)


class SqlJournal(Journal, JournalReader):
    """Journal and JournalReader on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, entry: Entry) -> int:
        """Commit a step and give the sequence of its last event.

        Raises IntentSeen when the key was used, StoreUnavailable when nothing was written,
        StateCorrupt when a fill that is there already says something else.
        """
        # Encoded here, so that the transaction is short.
        ready = _Ready(entry)
        return await self._database.write(JOURNAL_APPEND, ready.write)

    async def read(self, after: int = 0) -> AsyncIterator[Recorded]:
        """Entries in order, from the one that follows `after`, some hundreds a time.

        Ends at the last entry that is there. Raises StoreUnavailable, StateCorrupt.
        """
        while batch := await self._after(after):
            for recorded in batch:
                yield recorded
            after = batch[-1].sequence

    async def find(self, key: IntentKey) -> tuple[Event, ...] | None:
        """What came of an intent, or None."""
        return await self._database.look(lambda session: _seen(session, key))

    async def entry(self, sequence: int) -> Recorded | None:
        """One entry."""
        row = await self._database.look(lambda session: session.row(_ONE, {"wanted": sequence}))
        return None if row is None else _recorded(row)

    async def _after(self, after: int) -> list[Recorded]:
        rows = await self._database.read(lambda session: session.rows(_BATCH, {"after": after}))
        if rows and (rows[0][0] != after + 1 or rows[-1][0] != after + len(rows)):
            raise StateCorrupt(f"the journal has a gap after entry {after}")
        return [_recorded(row) for row in rows]


@dataclass(slots=True)
class _Ready:
    """A step as it will be written."""

    entry: Entry
    bodies: list[str] = field(init=False)
    projections: _Projections = field(init=False)

    def __post_init__(self) -> None:
        self.bodies = [encode_event(event) for event in self.entry.events]
        self.projections = _Projections(self.entry.changes)

    def write(self, session: Session) -> int:
        if (key := self.entry.key) is not None and (seen := _seen(session, key)) is not None:
            raise IntentSeen(seen)
        head = _head(session)
        last = head + len(self.bodies)
        session.run_each(_ADD, self._rows(head + 1))
        if key is not None:
            session.run(_ADD_INTENT, {"key": key, "first": head + 1, "last": last})
        self.projections.write(session)
        return last

    def _rows(self, first: int) -> Iterable[dict[str, object]]:
        correlation = self.entry.correlation
        for place, (body, event) in enumerate(zip(self.bodies, self.entry.events, strict=True)):
            yield {
                "sequence": first + place,
                "body": body,
                "correlation": correlation,
                "subject": subject_of(event),
            }


def subject_of(event: Event) -> str:
    """The order that an entry is of, or nothing."""
    if isinstance(event, OrderInitialized | OrderDenied | OrderAdopted):
        return event.order.client_order_id
    return str(getattr(event, "client_order_id", ""))


class _Projections:
    """The rows that a step changed, encoded."""

    def __init__(self, changes: Changes) -> None:
        self._upserts: list[tuple[Prepared, list[dict[str, object]]]] = [
            (_UPSERT_ORDER, [_order_row(order) for order in changes.orders]),
            (_UPSERT_POSITION, [_position_row(position) for position in changes.positions]),
            (_UPSERT_ACCOUNT, [_account_row(account) for account in changes.accounts]),
            (
                _UPSERT_CASH,
                [{"account": a, "currency": c, "amount": str(n)} for a, c, n in changes.cash],
            ),
        ]
        self._fills = [_fill_row(fill) for fill in changes.fills]
        self._entries = [_entry_row(entry) for entry in changes.entries]

    def write(self, session: Session) -> None:
        for statement, rows in self._upserts:
            if rows:
                session.run_each(statement, rows)
        for row in self._fills:
            if not session.run(_ADD_FILL, row):
                _check_fill(session, row)
        for row in self._entries:
            if not session.run(_ADD_ENTRY, row):
                raise StateCorrupt(f"cash entry {row['id']} of {row['account']} was booked before")


def _check_fill(session: Session, row: dict[str, object]) -> None:
    stored = session.row(
        _FILL, {name: row[name] for name in ("account", "client_order_id", "trade_id")}
    )
    if stored is None or stored[0] != row["body"]:
        raise StateCorrupt(f"trade {row['trade_id']} of {row['account']} was booked differently")


def _head(session: Session) -> int:
    row = session.row(_HEAD)
    return 0 if row is None else int(row[0])


def _seen(session: Session, key: IntentKey) -> tuple[Event, ...] | None:
    found = session.row(_INTENT, {"wanted": key})
    if found is None:
        return None
    bodies = session.rows(_BETWEEN, {"first": found[0], "last": found[1]})
    return tuple(decode_event(body) for (body,) in bodies)


def _recorded(row: Row) -> Recorded:
    sequence, body, correlation = row
    return Recorded(sequence, decode_event(body), correlation)


def _order_row(order: Order) -> dict[str, object]:
    return {
        "client_order_id": order.client_order_id,
        "account": order.account,
        "symbol": order.terms.symbol,
        "state": order.state.value,
        "placed_at": order.placed_at,
        "body": codec(Order).encode(order),
    }


def _fill_row(fill: Fill) -> dict[str, object]:
    return {
        "account": fill.account,
        "client_order_id": fill.client_order_id,
        "trade_id": fill.trade_id,
        "symbol": fill.symbol,
        "at": fill.at,
        "body": codec(Fill).encode(fill),
    }


def _entry_row(entry: CashEntry) -> dict[str, object]:
    body = codec(CashEntry).encode(entry)
    return {"account": entry.account, "id": entry.id, "at": entry.at, "body": body}


def _position_row(position: Position) -> dict[str, object]:
    body = codec(Position).encode(position)
    return {"account": position.account, "symbol": position.symbol, "body": body}


def _account_row(account: Account) -> dict[str, object]:
    return {"id": account.id, "body": codec(Account).encode(account)}

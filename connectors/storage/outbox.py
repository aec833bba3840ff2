"""What is to be said: rows unique by key and recipient, and how far the journal was followed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.message import Delivery, OutgoingMessage, Priority, Queue, Sending
from bot.ports import Outbox
from connectors.storage.boundaries import OUTBOX_FOLLOW, OUTBOX_LEAVE, OUTBOX_RECORD
from connectors.storage.codec import codec
from connectors.storage.database import Database, Row, Session
from connectors.storage.statements import insert_once, prepare, upsert
from connectors.storage.tables import cursors as _cursors
from connectors.storage.tables import outbox as _t
from connectors.storage.tables import shown as _shown

_ADD = insert_once(_t, without=("id",))
_PENDING = prepare(
    select(_t.c.id, _t.c.state, _t.c.attempts, _t.c.part, _t.c.unsure, _t.c.body)
    .where(
        _t.c.state == "pending",
        _t.c.platform == bindparam("there"),
        _t.c.priority == bindparam("lane"),
        _t.c.id > bindparam("above"),
    )
    .order_by(_t.c.id)
    .limit(bindparam("most"))
)
_LEAVE = prepare(update(_t).where(_t.c.id == bindparam("row")).values(unsure=bindparam("maybe")))
_RECORD = prepare(
    update(_t)
    .where(_t.c.id == bindparam("row"))
    .values(
        state=bindparam("became"),
        attempts=bindparam("tried"),
        part=bindparam("next_part"),
        unsure=bindparam("is_unsure"),
        settled_at=bindparam("now"),
        reason=bindparam("because"),
    )
)
_SHOW = upsert(_shown)
_WAITING = prepare(
    select(_t.c.platform, func.count(), func.min(_t.c.created_at))
    .where(_t.c.state == "pending")
    .group_by(_t.c.platform)
)
_LAST = prepare(
    select(_t.c.platform, func.max(_t.c.settled_at))
    .where(_t.c.state != "pending", _t.c.state == "sent")
    .group_by(_t.c.platform)
)
_CURSOR = prepare(select(_cursors.c.sequence).where(_cursors.c.name == bindparam("wanted")))
_insert = insert(_cursors).values(name=bindparam("name"), sequence=bindparam("sequence"))
_MOVE = prepare(
    _insert.on_conflict_do_update(
        index_elements=[_cursors.c.name],
        set_={"sequence": func.max(_cursors.c.sequence, _insert.excluded.sequence)},
    )
)


class SqlOutbox(Outbox):
    """Outbox on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pending(
        self, platform: str, after: Mapping[Priority, int], limit: int
    ) -> Sequence[OutgoingMessage]:
        """Rows still to send, at most so many of each lane, with ids above the lane's `after`."""

        def work(session: Session) -> list[Row]:
            return [
                row
                for lane, above in after.items()
                for row in session.rows(
                    _PENDING,
                    {"there": platform, "lane": int(lane), "above": above, "most": limit},
                )
            ]

        return [_message(row) for row in await self._database.read(work)]

    async def leaving(self, messages: Sequence[OutgoingMessage]) -> None:
        """They are about to be sent: until it is recorded otherwise, they may be there."""
        rows = [{"row": message.id, "maybe": 1} for message in messages]
        await self._database.write(OUTBOX_LEAVE, lambda session: session.run_each(_LEAVE, rows))

    async def record(
        self, outcomes: Sequence[Sending], instead: Sequence[OutgoingMessage] = ()
    ) -> None:
        """What became of sendings, and rows that are said elsewhere, in one transaction.

        The same attempt recorded twice counts once.
        """
        rows = [_outcome(outcome) for outcome in outcomes]
        cards = [_card(outcome) for outcome in outcomes if outcome.reference]
        added = [row_of(message) for message in instead]

        def work(session: Session) -> None:
            session.run_each(_RECORD, rows)
            session.run_each(_SHOW, cards)
            add(session, added)

        await self._database.write(OUTBOX_RECORD, work)

    async def follow(self, cursor: str, sequence: int, messages: Sequence[OutgoingMessage]) -> None:
        """Add rows, unique by key and recipient, and move the cursor, in one transaction.

        The cursor never moves back.
        """
        rows = [row_of(message) for message in messages]

        def work(session: Session) -> None:
            add(session, rows)
            session.run(_MOVE, {"name": cursor, "sequence": sequence})

        await self._database.write(OUTBOX_FOLLOW, work)

    async def cursor(self, name: str) -> int:
        """How far the journal has been followed; 0 at first."""
        row = await self._database.read(lambda session: session.row(_CURSOR, {"wanted": name}))
        return 0 if row is None else int(row[0])

    async def queues(self) -> Sequence[Queue]:
        """How it stands with each platform that has or had something to send, by name."""

        def work(session: Session) -> tuple[list[Row], list[Row]]:
            return session.rows(_WAITING), session.rows(_LAST)

        waiting, last = await self._database.read(work)
        counts = {platform: (int(count), int(oldest)) for platform, count, oldest in waiting}
        sent = {platform: int(at) for platform, at in last}
        return [
            Queue(platform, *counts.get(platform, (0, 0)), sent.get(platform, 0))
            for platform in sorted(counts.keys() | sent.keys())
        ]


def add(session: Session, rows: Iterable[Mapping[str, object]]) -> None:
    """Add rows within a transaction that is open already."""
    session.run_each(_ADD, rows)


def row_of(message: OutgoingMessage) -> Mapping[str, object]:
    """The message as a row."""
    return {
        "platform": message.platform,
        "conversation": message.conversation,
        "person": message.person,
        "priority": int(message.priority),
        "key": message.key,
        "state": message.state.value,
        "attempts": message.attempts,
        "part": message.part,
        "unsure": int(message.is_unsure),
        "created_at": message.created_at,
        "settled_at": 0,
        "reason": "",
        "body": codec(OutgoingMessage).encode(message),
    }


def _message(row: Row) -> OutgoingMessage:
    identity, state, attempts, part, unsure, body = row
    return replace(
        codec(OutgoingMessage).decode(body),
        id=int(identity),
        state=Delivery(state),
        attempts=int(attempts),
        part=int(part),
        is_unsure=bool(unsure),
    )


def _outcome(outcome: Sending) -> Mapping[str, object]:
    return {
        "row": outcome.message.id,
        "became": outcome.state.value,
        "tried": outcome.message.attempts + 1,
        "next_part": outcome.message.part,
        "is_unsure": int(outcome.is_unsure),
        "now": outcome.at,
        "because": outcome.reason[:500],
    }


def _card(outcome: Sending) -> Mapping[str, object]:
    return {
        "platform": outcome.message.platform,
        "conversation": outcome.message.conversation,
        "subject": outcome.message.subject,
        "reference": outcome.reference,
        "at": outcome.at,
    }

"""What is to be said: rows unique by key and recipient, and how far the journal was followed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.message import Delivery, OutgoingMessage, Priority, Queue, Sending
from bot.ports.messages import Outbox
from connectors.storage.boundaries import (
    OUTBOX_FOLLOW,
    OUTBOX_HASTEN,
    OUTBOX_LEAVE,
    OUTBOX_RECORD,
    OUTBOX_RELEASE,
)
from connectors.storage.codec import codec
from connectors.storage.database import Database, Row, Session
from connectors.storage.statements import insert_once, prepare, upsert
from connectors.storage.tables import cursors as _cursors
from connectors.storage.tables import outbox as _t
from connectors.storage.tables import seen as _seen
from connectors.storage.tables import shown as _shown
from engine.domain.identifiers import PersonId

_ADD = insert_once(_t, without=("id",))
_ADD_ONE = prepare(
    insert(_t)
    .values({column.name: bindparam(column.name) for column in _t.c if column.name != "id"})
    .on_conflict_do_nothing()
    .returning(_t.c.id)
)
_ROW = select(_t.c.id, _t.c.state, _t.c.attempts, _t.c.part, _t.c.unsure, _t.c.due_at, _t.c.body)
_PENDING = prepare(
    _ROW.where(
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
_HELD = prepare(
    _ROW.where(_t.c.state == "held", _t.c.due_at <= bindparam("now"))
    .order_by(_t.c.person, _t.c.platform, _t.c.conversation, _t.c.id)
    .limit(bindparam("most"))
)
_HEARD = prepare(
    _ROW.where(_t.c.key == bindparam("entry"), _t.c.person == bindparam("who")).order_by(_t.c.id)
)
_LAST_URGENT = prepare(
    _ROW.where(_t.c.key.like("event:%"), _t.c.person == bindparam("who"))
    .where(_t.c.priority == bindparam("lane"))
    .order_by(_t.c.id.desc())
    .limit(1)
)
_UNHEEDED = prepare(
    _ROW.where(
        _t.c.state != "pending",
        _t.c.state == "sent",
        _t.c.platform == bindparam("there"),
        _t.c.settled_at >= bindparam("since"),
        _t.c.settled_at < bindparam("until"),
        _t.c.priority == int(Priority.URGENT),
        _t.c.person != "",
    ).order_by(_t.c.id)
)
_HEEDED = prepare(
    select(_seen.c.sequence).where(
        _seen.c.sequence == bindparam("entry"), _seen.c.person == bindparam("who")
    )
)
_ONE = prepare(_ROW.where(_t.c.id == bindparam("row")))
_MERGE = prepare(
    update(_t)
    .where(_t.c.id == bindparam("row"), _t.c.state == "held")
    .values(state="merged", reason=bindparam("because"))
)
_NEXT = prepare(select(func.min(_t.c.due_at)).where(_t.c.state == "held"))
# A person's own wherever they go to; a channel's have no person.
_THEIRS = (
    _t.c.state == "held",
    _t.c.person == bindparam("who"),
    (_t.c.person != "") | (_t.c.conversation == bindparam("where_")),
)
_WAIT = prepare(select(func.count()).where(*_THEIRS))
_HASTEN = prepare(update(_t).where(*_THEIRS).values(due_at=bindparam("now")))
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
_DEAD = prepare(
    select(_t.c.platform, func.count(), func.max(_t.c.settled_at))
    .where(_t.c.state != "pending", _t.c.state == "dead")
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

        return [_message(row) for row in await self._database.look(work)]

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
        row = await self._database.look(lambda session: session.row(_CURSOR, {"wanted": name}))
        return 0 if row is None else int(row[0])

    async def queues(self) -> Sequence[Queue]:
        """How it stands with each platform that has or had something to send, by name."""

        def work(session: Session) -> list[dict[str, list[int]]]:
            return [
                {platform: [int(number) for number in rest] for platform, *rest in found}
                for found in map(session.rows, (_WAITING, _LAST, _DEAD))
            ]

        waiting, sent, dead = await self._database.read(work)
        return [
            Queue(
                name,
                *waiting.get(name, (0, 0)),
                *sent.get(name, (0,)),
                *dead.get(name, (0, 0)),
            )
            for name in sorted(waiting.keys() | sent.keys() | dead.keys())
        ]

    async def held(self, now: int, limit: int) -> Sequence[OutgoingMessage]:
        """Held rows that are due (UTC ms), by reader and age. Raises StoreUnavailable."""
        values = {"now": now, "most": limit}
        rows = await self._database.read(lambda session: session.rows(_HELD, values))
        return [_message(row) for row in rows]

    async def told(self, rows: Sequence[int]) -> Sequence[OutgoingMessage]:
        """Rows by id, oldest first, whatever became of them. Raises StoreUnavailable."""

        def work(session: Session) -> list[Row | None]:
            return [session.row(_ONE, {"row": row}) for row in sorted(rows)]

        return [_message(row) for row in await self._database.read(work) if row is not None]

    async def release(self, rows: Sequence[OutgoingMessage], card: OutgoingMessage) -> bool:
        """Have one row tell these held ones, in one transaction; False where it does already.

        Raises StoreUnavailable.
        """
        because = f"in {card.key}"
        gone = [{"row": row.id, "because": because} for row in rows]
        added = row_of(card)

        def work(session: Session) -> bool:
            add(session, [added])
            return sum(session.run(_MERGE, row) for row in gone) > 0

        return await self._database.write(OUTBOX_RELEASE, work)

    async def next_due(self) -> int | None:
        """When the next held row is due (UTC ms), or None. Raises StoreUnavailable."""
        row = await self._database.read(lambda session: session.row(_NEXT))
        return None if row is None or row[0] is None else int(row[0])

    async def heard(self, person: PersonId, sequence: int | None) -> OutgoingMessage | None:
        """The row that tells a person of a journal entry; None asks for the last urgent one.

        Raises StoreUnavailable.
        """
        last = {"who": person, "lane": int(Priority.URGENT)}
        known = {"who": person, "entry": f"event:{sequence}"}
        row = await self._database.read(
            lambda s: s.row(_LAST_URGENT, last) if sequence is None else s.row(_HEARD, known)
        )
        return None if row is None else _message(row)

    async def unheeded(self, platform: str, since: int, until: int) -> Sequence[OutgoingMessage]:
        """Urgent news that people were told there between two moments (UTC ms), the last excluded.

        Without what they have acknowledged. Raises StoreUnavailable.
        """
        between = {"there": platform, "since": since, "until": until}

        def work(session: Session) -> list[OutgoingMessage]:
            told = [_message(row) for row in session.rows(_UNHEEDED, between)]
            return [
                row
                for row in told
                if row.sequence
                and not session.row(_HEEDED, {"entry": row.sequence, "who": row.person})
            ]

        return await self._database.read(work)

    async def waiting_for(self, person: PersonId, conversation: str) -> int:
        """How many rows are held for a reader. Raises StoreUnavailable."""
        values = {"who": person, "where_": conversation}
        row = await self._database.read(lambda session: session.row(_WAIT, values))
        return 0 if row is None else int(row[0])

    async def hasten(self, person: PersonId, conversation: str, now: int) -> int:
        """Have what is held for a reader told now; gives how much. Raises StoreUnavailable."""
        values = {"who": person, "where_": conversation, "now": now}
        return await self._database.write(OUTBOX_HASTEN, lambda s: s.run(_HASTEN, values))


def add(session: Session, rows: Iterable[Mapping[str, object]]) -> None:
    """Add rows within a transaction that is open already."""
    session.run_each(_ADD, rows)


def added(session: Session, rows: Iterable[Mapping[str, object]]) -> list[int]:
    """The same; gives the ids of those that were not there."""
    found = [session.row(_ADD_ONE, row) for row in rows]
    return [int(row[0]) for row in found if row is not None]


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
        "due_at": message.due_at,
    }


def _message(row: Row) -> OutgoingMessage:
    identity, state, attempts, part, unsure, due_at, body = row
    return replace(
        codec(OutgoingMessage).decode(body),
        id=int(identity),
        state=Delivery(state),
        attempts=int(attempts),
        part=int(part),
        is_unsure=bool(unsure),
        due_at=int(due_at),
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

"""What a language model was told by whom, and what that cost."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, select, update

from bot.models import ModelTurns, Remembered, Spent
from connectors.storage.boundaries import MODEL_TURN_FORGET, MODEL_TURN_KEEP
from connectors.storage.codec import codec
from connectors.storage.database import Database, Session
from connectors.storage.statements import prepare, upsert
from connectors.storage.tables import model_turns as _t
from engine.domain.identifiers import PersonId

_KEPT_MS = 7 * 86_400_000
"""How long a turn is remembered at most."""

_KEEP = upsert(_t)
_mine = _t.c.person == bindparam("who")
_OLD = prepare(delete(_t).where(_mine, _t.c.at < bindparam("oldest")))
_RECENT = prepare(
    select(_t.c.body)
    .where(_mine, _t.c.conversation == bindparam("here"), _t.c.body != "")
    .order_by(_t.c.message.desc())
    .limit(bindparam("most"))
)
_SPENT = prepare(
    select(
        func.count(),
        func.coalesce(func.sum(_t.c.tokens), 0),
        func.coalesce(func.sum(_t.c.look_ups), 0),
        func.coalesce(func.sum(_t.c.milliseconds), 0),
    ).where(_mine, _t.c.at >= bindparam("oldest"))
)
_FORGET = prepare(update(_t).where(_mine, _t.c.body != "").values(body=bindparam("nothing")))


class SqlModelTurns(ModelTurns):
    """Turns on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(
        self,
        message_id: int,
        person: PersonId,
        conversation: str,
        at: int,
        turn: Remembered,
        spent: Spent,
    ) -> None:
        """Record a turn, once a message, and let go of old ones. Raises StoreUnavailable."""
        values = {
            "message": message_id,
            "person": person,
            "conversation": conversation,
            "at": at,
            "tokens": spent.tokens,
            "look_ups": spent.look_ups,
            "milliseconds": spent.milliseconds,
            "body": codec(Remembered).encode(turn) if turn.said else "",
        }

        def work(session: Session) -> None:
            session.run(_KEEP, values)
            session.run(_OLD, {"who": person, "oldest": at - _KEPT_MS})

        await self._database.write(MODEL_TURN_KEEP, work)

    async def recent(self, person: PersonId, conversation: str, limit: int) -> Sequence[Remembered]:
        """The last turns here, oldest first."""
        values = {"who": person, "here": conversation, "most": limit}
        rows = await self._database.read(lambda session: session.rows(_RECENT, values))
        return [codec(Remembered).decode(body) for (body,) in reversed(rows)]

    async def spent(self, person: PersonId, since: int) -> Spent:
        """What a person's turns have cost since a moment (UTC ms)."""
        values = {"who": person, "oldest": since}
        row = await self._database.read(lambda session: session.row(_SPENT, values))
        return Spent(*row) if row else Spent()

    async def forget(self, person: PersonId) -> int:
        """Clear a person's turns everywhere, their cost apart; gives how many there were."""
        values = {"who": person, "nothing": ""}
        return await self._database.write(MODEL_TURN_FORGET, lambda s: s.run(_FORGET, values))

"""What is known of how a platform wants to be spoken to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select

from bot.ports.messages import PlatformNotes
from connectors.storage.boundaries import PLATFORM_NOTE
from connectors.storage.database import Database
from connectors.storage.statements import prepare, upsert
from connectors.storage.tables import moves as _moves
from connectors.storage.tables import outbox as _outbox
from connectors.storage.tables import shown as _shown
from connectors.storage.tables import silences as _silences

_SPOKEN = prepare(
    select(_outbox.c.conversation, _outbox.c.settled_at)
    .where(
        _outbox.c.state != "pending",
        _outbox.c.platform == bindparam("there"),
        _outbox.c.settled_at > bindparam("since"),
    )
    .order_by(_outbox.c.settled_at)
)
_SILENCES = prepare(
    select(_silences.c.scope, _silences.c.until).where(_silences.c.platform == bindparam("there"))
)
_SILENCE = upsert(_silences)
_MOVES = prepare(select(_moves.c.old, _moves.c.new).where(_moves.c.platform == bindparam("there")))
_MOVE = upsert(_moves)
_SHOWN = prepare(
    select(_shown.c.reference, _shown.c.at).where(
        _shown.c.platform == bindparam("there"),
        _shown.c.conversation == bindparam("where_"),
        _shown.c.subject == bindparam("what"),
    )
)


class SqlPlatformNotes(PlatformNotes):
    """PlatformNotes on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def spoken(self, platform: str, since: int) -> Sequence[tuple[str, int]]:
        """Conversations that heard something since then (UTC ms), and when, oldest first."""
        values = {"there": platform, "since": since}
        rows = await self._database.read(lambda session: session.rows(_SPOKEN, values))
        return [(str(conversation), int(at)) for conversation, at in rows]

    async def silences(self, platform: str) -> Mapping[str, int]:
        """Scopes that asked to be left alone, and until when (UTC ms)."""
        values = {"there": platform}
        return dict(await self._database.read(lambda session: session.rows(_SILENCES, values)))

    async def silence(self, platform: str, scope: str, until: int) -> None:
        """Leave a scope alone until then (UTC ms)."""
        values = {"platform": platform, "scope": scope, "until": until}
        await self._database.write(PLATFORM_NOTE, lambda session: session.run(_SILENCE, values))

    async def moves(self, platform: str) -> Mapping[str, str]:
        """New names of conversations by their old ones."""
        values = {"there": platform}
        return dict(await self._database.read(lambda session: session.rows(_MOVES, values)))

    async def move(self, platform: str, old: str, new: str) -> None:
        """A conversation has another name from now on."""
        values = {"platform": platform, "old": old, "new": new}
        await self._database.write(PLATFORM_NOTE, lambda session: session.run(_MOVE, values))

    async def shown(self, platform: str, conversation: str, subject: str) -> tuple[str, int] | None:
        """The card of a subject that is there: by what it may be edited, and since when."""
        values = {"there": platform, "where_": conversation, "what": subject}
        row = await self._database.look(lambda session: session.row(_SHOWN, values))
        return None if row is None else (str(row[0]), int(row[1]))

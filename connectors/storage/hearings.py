"""What people and channels chose to hear. Read for every piece of news, so kept in memory too."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from bot.hearing import Channel, Hearing
from bot.ports.people import Hearings
from connectors.storage.boundaries import HEARING_CHOOSE
from connectors.storage.codec import codec
from connectors.storage.database import Database
from connectors.storage.statements import prepare, upsert
from connectors.storage.tables import hearings as _t

_ALL = prepare(select(_t.c.listener, _t.c.is_channel, _t.c.body).order_by(_t.c.listener))
_KEEP = upsert(_t)
_USUAL = Hearing()


class SqlHearings(Hearings):
    """Hearings on the database, of which this process is the one writer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._people: dict[str, Hearing] = {}
        self._channels: dict[str, Channel] = {}
        self._is_read = False

    async def of(self, listener: str) -> Hearing:
        """A person's choices. Raises StoreUnavailable."""
        await self._read()
        return self._people.get(listener, _USUAL)

    async def choose(self, listener: str, hearing: Hearing) -> None:
        """A person's choices from now on. Raises StoreUnavailable."""
        await self._read()
        await self._keep(listener, 0, codec(Hearing).encode(hearing))
        self._people[listener] = hearing

    async def channels(self) -> Sequence[Channel]:
        """The channels that hear of the desk, by name. Raises StoreUnavailable."""
        await self._read()
        return [channel for _, channel in sorted(self._channels.items())]

    async def tune(self, channel: Channel) -> None:
        """What a channel hears from now on. Raises StoreUnavailable."""
        await self._read()
        await self._keep(channel.conversation, 1, codec(Channel).encode(channel))
        self._channels[channel.conversation] = channel

    async def _keep(self, listener: str, is_channel: int, body: str) -> None:
        values = {"listener": listener, "is_channel": is_channel, "body": body}
        await self._database.write(HEARING_CHOOSE, lambda session: session.run(_KEEP, values))

    async def _read(self) -> None:
        if self._is_read:
            return
        for listener, is_channel, body in await self._database.read(lambda s: s.rows(_ALL)):
            if is_channel:
                self._channels[listener] = codec(Channel).decode(body)
            else:
                self._people[listener] = codec(Hearing).decode(body)
        self._is_read = True

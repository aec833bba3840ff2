"""What was listed when it was last seen, one row an instrument."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from connectors.storage.boundaries import LISTINGS_KEEP
from connectors.storage.codec import codec
from connectors.storage.database import Database
from connectors.storage.statements import prepare, upsert
from connectors.storage.tables import listings as _t
from engine.domain.instrument import Instrument
from engine.ports.listings import Listings

_CODEC = codec(Instrument)
_ALL = prepare(select(_t.c.symbol, _t.c.body))
_KEEP = upsert(_t)


class SqlListings(Listings):
    """Listings on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def known(self) -> Sequence[Instrument]:
        """All of them."""
        return [_CODEC.decode(body) for body in (await self._bodies()).values()]

    async def keep(self, instruments: Sequence[Instrument]) -> None:
        """Remember these; what is known so already is not written. Raises StoreUnavailable."""
        known = await self._bodies()
        bodies = {each.symbol: _CODEC.encode(each) for each in instruments}
        rows = [
            {"symbol": symbol, "body": body}
            for symbol, body in bodies.items()
            if known.get(symbol) != body
        ]
        if rows:
            await self._database.write(LISTINGS_KEEP, lambda session: session.run_each(_KEEP, rows))

    async def _bodies(self) -> dict[str, str]:
        rows = await self._database.read(lambda session: session.rows(_ALL))
        return {symbol: body for symbol, body in rows}  # noqa: C416 -- a row is no pair

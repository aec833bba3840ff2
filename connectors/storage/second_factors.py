"""Second factors as rows: a sealed key a person, each step and each recovery code used once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, select, update

from bot.access import SecondFactor, SecondFactors
from connectors.storage.boundaries import FACTOR_CHANGE, FACTOR_SPEND
from connectors.storage.database import Database, Session
from connectors.storage.statements import insert_new, prepare
from connectors.storage.tables import recovery_codes as _codes
from connectors.storage.tables import second_factors as _t
from engine.domain.identifiers import PersonId

_ADD = insert_new(_t)
_ADD_CODE = insert_new(_codes)
_mine = _t.c.person == bindparam("who")
_GET = prepare(select(_t.c.sealed, _t.c.is_on, _t.c.last_step).where(_mine))
_REMOVE = prepare(delete(_t).where(_mine))
_REMOVE_CODES = prepare(delete(_codes).where(_codes.c.person == bindparam("who")))
_LEFT = prepare(select(func.count()).select_from(_codes).where(_codes.c.person == bindparam("who")))
_TURN_ON = prepare(update(_t).where(_mine).values(is_on=bindparam("yes")))
_STEP = prepare(
    update(_t).where(_mine, _t.c.last_step < bindparam("step")).values(last_step=bindparam("step"))
)
_SPEND_CODE = prepare(
    delete(_codes).where(_codes.c.person == bindparam("who"), _codes.c.digest == bindparam("what"))
)


class SqlSecondFactors(SecondFactors):
    """Second factors on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, person: PersonId) -> SecondFactor | None:
        """A person's, on or only begun."""
        values = {"who": person}
        row = await self._database.look(lambda session: session.row(_GET, values))
        return None if row is None else SecondFactor(row[0], bool(row[1]), int(row[2]))

    async def begin(self, person: PersonId, sealed: str) -> None:
        """A new key, not in force yet, in the place of any other. Raises StoreUnavailable."""

        def work(session: Session) -> None:
            _clear(session, person)
            session.run(_ADD, {"person": person, "sealed": sealed, "is_on": 0, "last_step": 0})

        await self._database.write(FACTOR_CHANGE, work)

    async def turn_on(self, person: PersonId, digests: Sequence[str]) -> None:
        """In force from now on, with these recovery codes. Raises StoreUnavailable."""

        def work(session: Session) -> None:
            session.run(_REMOVE_CODES, {"who": person})
            session.run(_TURN_ON, {"who": person, "yes": 1})
            session.run_each(_ADD_CODE, [{"person": person, "digest": each} for each in digests])

        await self._database.write(FACTOR_CHANGE, work)

    async def remove(self, person: PersonId) -> None:
        """No second factor any more. Raises StoreUnavailable."""
        await self._database.write(FACTOR_CHANGE, lambda session: _clear(session, person))

    async def spend_step(self, person: PersonId, step: int) -> bool:
        """Use a step of time up; False where it, or a later one, was used already."""
        values = {"who": person, "step": step}
        return await self._database.write(FACTOR_SPEND, lambda s: s.run(_STEP, values)) == 1

    async def spend_recovery(self, person: PersonId, digest: str) -> bool:
        """Use a recovery code up; False where there is no such code."""
        values = {"who": person, "what": digest}
        return await self._database.write(FACTOR_SPEND, lambda s: s.run(_SPEND_CODE, values)) == 1

    async def recoveries(self, person: PersonId) -> int:
        """How many recovery codes are left."""
        row = await self._database.look(lambda session: session.row(_LEFT, {"who": person}))
        return 0 if row is None else int(row[0])


def _clear(session: Session, person: PersonId) -> None:
    session.run(_REMOVE_CODES, {"who": person})
    session.run(_REMOVE, {"who": person})

"""Codes that link accounts: hashed, one a person, claimed once, ended once."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import bindparam, delete, select, update

from bot.access import LinkCode, LinkCodes
from bot.message import Account
from connectors.storage.boundaries import LINK_CODE_CLAIM, LINK_CODE_END, LINK_CODE_OFFER
from connectors.storage.codec import codec
from connectors.storage.database import Database, Row, Session
from connectors.storage.statements import insert_new, prepare
from connectors.storage.tables import link_codes as _t
from engine.domain.identifiers import PersonId

_ADD = insert_new(_t)
_LET_GO = prepare(delete(_t).where(_t.c.person == bindparam("who")))
_END = prepare(delete(_t).where(_t.c.digest == bindparam("wanted")))
_holds = _t.c.expires_at > bindparam("now")
_FIND = prepare(select(_t.c.body).where(_t.c.digest == bindparam("wanted"), _holds))
_OF = prepare(select(_t.c.body).where(_t.c.person == bindparam("who"), _holds))
_CLAIM = prepare(
    update(_t)
    .where(_t.c.digest == bindparam("wanted"), _t.c.is_claimed == bindparam("free"), _holds)
    .values(is_claimed=bindparam("taken"), body=bindparam("new_body"))
)


class SqlLinkCodes(LinkCodes):
    """Codes on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def offer(self, code: LinkCode) -> None:
        """Keep it in the place of the person's earlier one. Raises StoreUnavailable."""
        row = {
            "digest": code.digest,
            "person": code.person,
            "expires_at": code.expires_at,
            "is_claimed": int(code.claimed is not None),
            "body": codec(LinkCode).encode(code),
        }

        def work(session: Session) -> None:
            session.run(_LET_GO, {"who": code.person})
            session.run(_ADD, row)

        await self._database.write(LINK_CODE_OFFER, work)

    async def find(self, digest: str, now: int) -> LinkCode | None:
        """The code, if it still holds at this moment (UTC ms)."""
        values = {"wanted": digest, "now": now}
        return _code(await self._database.look(lambda session: session.row(_FIND, values)))

    async def claim(self, digest: str, account: Account, now: int) -> bool:
        """Bind it to the account that typed it; False where it is claimed, gone or too old."""

        def work(session: Session) -> bool:
            code = _code(session.row(_FIND, {"wanted": digest, "now": now}))
            if code is None:
                return False
            body = codec(LinkCode).encode(replace(code, claimed=account))
            values = {"wanted": digest, "now": now, "free": 0, "taken": 1, "new_body": body}
            return session.run(_CLAIM, values) == 1

        return await self._database.write(LINK_CODE_CLAIM, work)

    async def of(self, person: PersonId, now: int) -> LinkCode | None:
        """The code of a person that still holds at this moment (UTC ms)."""
        values = {"who": person, "now": now}
        return _code(await self._database.look(lambda session: session.row(_OF, values)))

    async def end(self, digest: str) -> bool:
        """Use it up or tear it up; False where it was gone."""
        values = {"wanted": digest}
        ended = await self._database.write(LINK_CODE_END, lambda s: s.run(_END, values))
        return ended == 1


def _code(row: Row | None) -> LinkCode | None:
    return None if row is None else codec(LinkCode).decode(row[0])

"""Members of the desk, and which platform accounts are theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from bot.hearing import NEVER
from bot.message import Account, Person, Role
from bot.ports.people import People
from connectors.storage.boundaries import PEOPLE_CHANGE, PEOPLE_JOIN, PEOPLE_MOVE
from connectors.storage.database import Database, Row, Session
from connectors.storage.statements import Prepared, insert_new, insert_once, prepare, upsert
from connectors.storage.tables import gatherings as _gatherings
from connectors.storage.tables import identities as _identities
from connectors.storage.tables import outbox as _outbox
from connectors.storage.tables import people as _t
from connectors.storage.tables import reaches as _reaches
from engine.domain.identifiers import PersonId
from engine.errors import StateCorrupt

_ADD = insert_once(_t)
_LINK = insert_new(_identities)
_RELINK = upsert(_identities)
_UNLINK = prepare(
    delete(_identities).where(
        _identities.c.platform == bindparam("platform"),
        _identities.c.sender == bindparam("sender"),
    )
)
_PERSON = select(_t, func.coalesce(_gatherings.c.conversation, "")).outerjoin(
    _gatherings, _gatherings.c.person == _t.c.id
)
_GET = prepare(_PERSON.where(_t.c.id == bindparam("wanted")))
_EVERYONE = prepare(_PERSON.order_by(_t.c.name, _t.c.id))
_FIND = prepare(
    _PERSON.join(_identities, _identities.c.person == _t.c.id).where(
        _identities.c.platform == bindparam("platform"),
        _identities.c.sender == bindparam("sender"),
    )
)

_ACCOUNTS = prepare(
    select(_identities.c.platform, _identities.c.sender)
    .where(_identities.c.person == bindparam("wanted"))
    .order_by(_identities.c.platform, _identities.c.sender)
)
# An owner without an account can let nobody in.
_OWNERS = prepare(
    select(func.count(func.distinct(_t.c.id)))
    .join(_identities, _identities.c.person == _t.c.id)
    .where(_t.c.role == bindparam("owner"))
)


def _setting(*columns: str) -> Prepared:
    """Set columns of a member, writing nothing where they hold these values already."""
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
    differs = [_t.c[name] != value for name, value in new.items()]
    changed = differs[0] if len(differs) == 1 else differs[0] | differs[1]
    return prepare(update(_t).where(_t.c.id == bindparam("wanted"), changed).values(new))


_ROLE = _setting("role")
_NAME = _setting("name")
_LANGUAGE = _setting("language")
_TIMEZONE = _setting("timezone")
_HOME = _setting("home_platform", "home_conversation")
_REACH = upsert(_reaches)
_GATHER = upsert(_gatherings)
_UNGATHER = prepare(delete(_gatherings).where(_gatherings.c.person == bindparam("wanted")))
# News that waited for a private conversation are due as soon as there is one.
_FREE = prepare(
    update(_outbox)
    .where(
        _outbox.c.state == "held",
        _outbox.c.person == bindparam("wanted"),
        _outbox.c.due_at == bindparam("never"),
    )
    .values(due_at=bindparam("at"))
)
_UNREACH = prepare(
    delete(_reaches).where(
        _reaches.c.person == bindparam("wanted"), _reaches.c.platform == bindparam("platform")
    )
)
_HOMELESS = prepare(
    update(_t)
    .where(_t.c.id == bindparam("wanted"), _t.c.home_platform == bindparam("platform"))
    .values(home_platform=bindparam("nowhere"), home_conversation=bindparam("nowhere"))
)
_REACHES = prepare(
    select(_reaches.c.platform, _reaches.c.conversation)
    .where(_reaches.c.person == bindparam("wanted"))
    .order_by(_reaches.c.platform)
)


class _NoOwnerLeft(Exception):
    """Turns a transaction back."""


class SqlPeople(People):
    """People on the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, platform: str, sender: str) -> Person | None:
        """The member behind a platform's own user id."""
        return await self._database.look(lambda session: _find(session, platform, sender))

    async def get(self, person: PersonId) -> Person | None:
        """One member."""
        row = await self._database.look(lambda session: session.row(_GET, {"wanted": person}))
        return None if row is None else _person(row)

    async def everyone(self) -> Sequence[Person]:
        """All members, by name."""
        rows = await self._database.read(lambda session: session.rows(_EVERYONE))
        return [_person(row) for row in rows]

    async def join(self, platform: str, sender: str, person: Person) -> Person:
        """Make a member of a platform account; the one there already wins.

        A person who is a member already gets one more account. Raises StoreUnavailable.
        """

        def work(session: Session) -> Person:
            if (found := _find(session, platform, sender)) is not None:
                return found
            session.run(_ADD, _values(person))
            session.run(_LINK, {"platform": platform, "sender": sender, "person": person.id})
            if person.home_conversation:
                session.run(_REACH, _home_of(person))
            if person.group_conversation:
                session.run(
                    _GATHER, {"person": person.id, "conversation": person.group_conversation}
                )
            return _member(session, person.id)

        return await self._database.write(PEOPLE_JOIN, work)

    async def set_role(self, person: PersonId, role: Role) -> bool:
        """Change what a member may do; False, and nothing done, where no owner would be left."""
        values = {"wanted": person, "new_role": int(role)}
        return await self._kept(lambda session: session.run(_ROLE, values))

    async def accounts(self, person: PersonId) -> Sequence[Account]:
        """The platform accounts of a member, by name."""
        values = {"wanted": person}
        rows = await self._database.read(lambda session: session.rows(_ACCOUNTS, values))
        return [Account(platform, sender) for platform, sender in rows]

    async def move(self, account: Account, person: Person | None) -> bool:
        """Give an account to a member, who is made one where there is none of that id; or to none.

        Where the account was heard, its member is reached from now on. False, and nothing done,
        where no owner would be left. Raises StoreUnavailable.
        """
        key = {"platform": account.platform, "sender": account.sender}

        def work(session: Session) -> None:
            if (before := _find(session, account.platform, account.sender)) is not None:
                _forget(session, before.id, account.platform)
            if person is None:
                session.run(_UNLINK, key)
                return
            session.run(_ADD, _values(person))
            session.run(_RELINK, {**key, "person": person.id})
            if account.conversation:
                reach = {"platform": account.platform, "conversation": account.conversation}
                session.run(_REACH, {"person": person.id, **reach})

        return await self._kept(work)

    async def set_name(self, person: PersonId, name: str) -> None:
        """What a member is called; it is shown and proves nothing."""
        await self._set(_NAME, person, new_name=name)

    async def set_language(self, person: PersonId, language: str) -> None:
        """The language a member reads."""
        await self._set(_LANGUAGE, person, new_language=language)

    async def set_timezone(self, person: PersonId, timezone: str) -> None:
        """The zone a member's times are in."""
        await self._set(_TIMEZONE, person, new_timezone=timezone)

    async def set_home(self, person: PersonId, platform: str, conversation: str) -> None:
        """Where a member was last heard in private."""
        home = {
            "wanted": person,
            "new_home_platform": platform,
            "new_home_conversation": conversation,
        }
        reach = {"person": person, "platform": platform, "conversation": conversation}

        def work(session: Session) -> None:
            session.run(_HOME, home)
            session.run(_REACH, reach)
            session.run(_UNGATHER, {"wanted": person})
            session.run(_FREE, {"wanted": person, "never": NEVER, "at": 0})

        await self._database.write(PEOPLE_CHANGE, work)

    async def set_group(self, person: PersonId, conversation: str) -> None:
        """Where a member without a private conversation was last heard."""
        values = {"person": person, "conversation": conversation}
        await self._database.write(PEOPLE_CHANGE, lambda session: session.run(_GATHER, values))

    async def reaches(self, person: PersonId) -> Mapping[str, str]:
        """Every private conversation in which a member was heard, by platform."""
        values = {"wanted": person}
        return dict(await self._database.look(lambda session: session.rows(_REACHES, values)))

    async def _kept(self, change: Callable[[Session], object]) -> bool:
        """Make a change unless it would take the desk its last owner."""

        def work(session: Session) -> None:
            before = _owners(session)
            change(session)
            if before and not _owners(session):
                raise _NoOwnerLeft

        try:
            await self._database.write(PEOPLE_MOVE, work)
        except _NoOwnerLeft:
            return False
        return True

    async def _set(self, statement: Prepared, person: PersonId, **new: object) -> None:
        values = {"wanted": person, **new}
        await self._database.write(PEOPLE_CHANGE, lambda session: session.run(statement, values))


def _forget(session: Session, person: PersonId, platform: str) -> None:
    """Nobody is told there what concerns this person; their next private word there is kept."""
    session.run(_UNREACH, {"wanted": person, "platform": platform})
    session.run(_HOMELESS, {"wanted": person, "platform": platform, "nowhere": ""})


def _owners(session: Session) -> int:
    row = session.row(_OWNERS, {"owner": int(Role.OWNER)})
    return 0 if row is None else int(row[0])


def _find(session: Session, platform: str, sender: str) -> Person | None:
    row = session.row(_FIND, {"platform": platform, "sender": sender})
    return None if row is None else _person(row)


def _member(session: Session, person: PersonId) -> Person:
    row = session.row(_GET, {"wanted": person})
    if row is None:
        raise StateCorrupt(f"member {person} is not there after joining")
    return _person(row)


def _home_of(person: Person) -> dict[str, object]:
    return {
        "person": person.id,
        "platform": person.home_platform,
        "conversation": person.home_conversation,
    }


def _values(person: Person) -> dict[str, object]:
    return {
        "id": person.id,
        "name": person.name,
        "role": int(person.role),
        "language": person.language,
        "timezone": person.timezone,
        "home_platform": person.home_platform,
        "home_conversation": person.home_conversation,
    }


def _person(row: Row) -> Person:
    identity, name, role, language, timezone, home_platform, home_conversation, group = row
    return Person(
        id=PersonId(identity),
        name=name,
        role=Role(role),
        language=language,
        timezone=timezone,
        home_platform=home_platform,
        home_conversation=home_conversation,
        group_conversation=group,
    )

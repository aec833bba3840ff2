"""From a platform's verified sender to a principal of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import Stranger
from bot.message import InboundMessage, Person, Principal, Role
from bot.ports import People
from bot.voice import Voice
from engine.domain.identifiers import AccountId, DeskId, PersonId


@dataclass(frozen=True, slots=True)
class Membership:
    """What the configuration says of the desk: its accounts, who is who, and who may walk in.

    `walk_ins` is the role of terminal people it does not name, None where nobody else may.
    """

    desk: DeskId
    accounts: tuple[AccountId, ...]
    roles: Mapping[str, Role]
    walk_ins: Role | None
    language: str
    timezone: str


class Directory:
    """Members of one desk."""

    def __init__(self, people: People, membership: Membership) -> None:
        self._people = people
        self._membership = membership

    async def principal(self, message: InboundMessage) -> Principal:
        """Who acts. Raises Stranger."""
        person = await self._people.find(message.platform, message.sender)
        if person is None:
            person = await self._welcome(message)
        if message.is_private and person.home_conversation != message.conversation:
            await self._people.set_home(person.id, message.platform, message.conversation)
        return self.acting(person, message.conversation)

    def acting(self, person: Person, conversation: str) -> Principal:
        """A member, here."""
        return Principal(
            person=person.id,
            name=person.name,
            role=person.role,
            desk=self._membership.desk,
            accounts=self._membership.accounts,
            conversation=conversation,
            language=person.language,
            timezone=person.timezone,
        )

    async def voice_of(self, message: InboundMessage) -> Voice:
        """The language and zone to answer in, for anybody."""
        person = await self._people.find(message.platform, message.sender)
        if person is None:
            return Voice(self._membership.language, self._membership.timezone)
        return Voice(person.language, person.timezone)

    async def _welcome(self, message: InboundMessage) -> Person:
        name = f"{message.platform}:{message.sender}"
        role = self._membership.roles.get(name)
        if role is None and message.platform == "terminal":
            role = self._membership.walk_ins
        if role is None:
            raise Stranger(command="", needed=Role.VIEWER.word, role="", known_as=name)
        newcomer = Person(
            id=PersonId(name),
            name=message.sender_name,
            role=role,
            language=self._membership.language,
            timezone=self._membership.timezone,
            home_platform=message.platform,
            home_conversation=message.conversation if message.is_private else "",
        )
        return await self._people.join(message.platform, message.sender, newcomer)

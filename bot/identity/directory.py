"""From a platform's verified sender to a principal of the desk."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.errors import NotPermitted, NotTaken, Stranger
from bot.message import InboundMessage, Person, Principal, Role
from bot.ports.people import People
from bot.voice import Voice
from engine.domain.identifiers import AccountId, DeskId, PersonId

_SHOWS_CODE = re.compile(r"/link\s+\S+\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Membership:
    """What the configuration says of the desk: its accounts, who is who, and who may walk in.

    `accounts` are those that are open now, in the order of the configuration.
    `walk_ins` is the role of terminal people it does not name, None where nobody else may.
    """

    desk: DeskId
    accounts: Callable[[], tuple[AccountId, ...]]
    roles: Mapping[str, Role]
    walk_ins: Role | None
    language: str
    timezone: str

    @property
    def newcomer(self) -> Person:
        """Anybody, as they begin here."""
        return Person(PersonId(""), "", Role.NONE, self.language, self.timezone)


class Directory:
    """Members of one desk."""

    def __init__(self, people: People, membership: Membership) -> None:
        self._people = people
        self._membership = membership

    async def principal(self, message: InboundMessage) -> Principal:
        """Who acts. Raises Stranger."""
        person = await self._people.find(message.platform, message.sender)
        if person is None and (guest := self._guest(message)) is not None:
            return guest
        if person is None:
            person = await self._welcome(message)
        if person.role is Role.NONE:
            raise NotPermitted(command="", needed=Role.VIEWER.word, role=Role.NONE.word)
        if person.name == f"{message.platform}:{message.sender}" and message.sender_name:
            await self._people.set_name(person.id, message.sender_name)
        home = message.conversation if message.is_private else person.home_conversation
        if (home := home or message.home) != person.home_conversation:
            await self._people.set_home(person.id, message.platform, home)
        if not home:
            await self._gathered(person, message.conversation)
        return self.acting(person, message.platform, message.conversation)

    async def known(self, message: InboundMessage) -> Principal | None:
        """Who acts, if they are a member already; nothing is noted of where they were heard."""
        person = await self._people.find(message.platform, message.sender)
        if person is None or person.role is Role.NONE:
            return None
        return self.acting(person, message.platform, message.conversation)

    async def retreat(self, principal: Principal, message: InboundMessage) -> Principal:
        """The same person where they alone hear it on that platform. Raises NotTaken."""
        reaches = await self._people.reaches(principal.person)
        home = message.aside or reaches.get(message.platform) or message.home
        if not home:
            raise NotTaken("group")
        return replace(principal, conversation=home)

    async def _gathered(self, person: Person, conversation: str) -> None:
        """Where somebody can be found as long as they have no private conversation."""
        if person.group_conversation != conversation:
            await self._people.set_group(person.id, conversation)

    def acting(self, person: Person, platform: str, conversation: str) -> Principal:
        """A member, here."""
        return Principal(
            person=person.id,
            name=person.name,
            role=person.role,
            desk=self._membership.desk,
            accounts=self._membership.accounts(),
            conversation=conversation,
            language=person.language,
            timezone=person.timezone,
            platform=platform,
        )

    async def voice_of(self, message: InboundMessage) -> Voice:
        """The language and zone to answer in, for anybody."""
        person = await self._people.find(message.platform, message.sender)
        if person is None:
            return Voice(self._membership.language, self._membership.timezone)
        return Voice(person.language, person.timezone)

    def _guest(self, message: InboundMessage) -> Principal | None:
        """A stranger with a code in hand may show it, and do nothing else."""
        if self._expected(message) is not None or not _SHOWS_CODE.match(message.text):
            return None
        newcomer = self._newcomer(message, Role.NONE)
        return self.acting(newcomer, message.platform, message.conversation)

    async def _welcome(self, message: InboundMessage) -> Person:
        role = self._expected(message)
        if role is None:
            name = f"{message.platform}:{message.sender}"
            raise Stranger(command="", needed=Role.VIEWER.word, role="", known_as=name)
        newcomer = self._newcomer(message, role)
        return await self._people.join(message.platform, message.sender, newcomer)

    def _expected(self, message: InboundMessage) -> Role | None:
        """What the configuration makes of somebody who is not a member yet."""
        role = self._membership.roles.get(f"{message.platform}:{message.sender}")
        if role is None and message.platform == "terminal":
            return self._membership.walk_ins
        return role

    def _newcomer(self, message: InboundMessage, role: Role) -> Person:
        return Person(
            id=PersonId(f"{message.platform}:{message.sender}"),
            name=message.sender_name,
            role=role,
            language=self._membership.language,
            timezone=self._membership.timezone,
            home_platform=message.platform if message.is_private or message.home else "",
            home_conversation=message.conversation if message.is_private else message.home,
            group_conversation="" if message.is_private or message.home else message.conversation,
        )

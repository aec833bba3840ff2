"""/role — who may do what on this desk; for its owners."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from bot.access import stranger
from bot.card import Card, Table, Tone
from bot.command import Command, Consent, Context, Effect, Outcome, Preview
from bot.errors import MemberRefused, Unreadable
from bot.forms import Form
from bot.message import Account, Person, Role
from bot.voice import Voice
from engine.domain.identifiers import PersonId

_MEMBER = re.compile(r"@?[^\W_][\w .:@+-]{0,63}")
_PERSON = "person:"
"""Before the id of the one whom a yes is bound to: accounts may change hands, ids do not."""
_PLATFORMS = frozenset({"telegram", "discord", "slack", "terminal"})


def _member(text: object) -> str:
    said = str(text).strip()
    if not _MEMBER.fullmatch(said):
        raise Unreadable("member", said)
    return said.removeprefix("@")


MemberText = Annotated[str, BeforeValidator(_member), Form("person")]


class RoleWord(StrEnum):
    """What somebody may be here; none shows them the door."""

    VIEWER = "viewer"
    TRADER = "trader"
    MANAGER = "manager"
    OWNER = "owner"
    NONE = "none"

    @property
    def role(self) -> Role:
        """The role of that name."""
        return Role[self.name]


class RoleCommand(
    Command, name="role", effect=Effect.ADMINISTERS, role=Role.OWNER, is_personal=True
):
    """List who may do what, or give somebody a role, or take it."""

    member: MemberText | None = Field(
        default=None, description="A member's name, or an account such as telegram:1234."
    )
    role: RoleWord | None = Field(default=None, description="What they shall be; none: nothing.")

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.member is None) != (self.role is None):
            raise self.wrong("member" if self.member is None else "role", "missing")
        return self

    def consent(self) -> Consent:
        """Looking needs none."""
        return Consent.NONE if self.member is None else super().consent()

    async def resolved(self, context: Context) -> Self:
        """Bound to the person behind the name as it is now."""
        person = await self._whom(context)
        return self.model_copy(update={"member": f"{_PERSON}{person.id}"})

    async def preview(self, context: Context) -> Preview:
        """Who it is by all their accounts, before and after."""
        person, role = await self._whom(context), self._role()
        accounts = await context.people.accounts(person.id)
        names = tuple(account.name for account in accounts) or (str(person.id),)
        return RolePreview(person, names, role)

    async def handle(self, context: Context) -> Outcome:
        """List, or set what was confirmed."""
        if self.member is None:
            return await _listed(context)
        person, role = await self._whom(context), self._role()
        if person.id == context.principal.person and role > context.principal.role:
            raise MemberRefused("yourself")
        platform, _, sender = str(person.id).partition(":")
        if await context.people.get(person.id) is None:
            await context.people.move(Account(platform, sender), person)
        if not await context.people.set_role(person.id, role):
            raise MemberRefused("last_owner")
        told = RoleSet(person, role)
        if person.home_conversation and person.id != context.principal.person:
            card = RoleTold(role).card(Voice(person.language, person.timezone))
            context.tell(person.home_platform, person.home_conversation, person.id, card)
        return told

    def _role(self) -> Role:
        return Role.NONE if self.role is None else self.role.role

    async def _whom(self, context: Context) -> Person:
        """The one member of that id, account or name, or a new one for an account."""
        said = self.member or ""
        identity = PersonId(said.removeprefix(_PERSON))
        if said.startswith(_PERSON) and (bound := await context.people.get(identity)):
            return bound
        platform, _, sender = said.removeprefix(_PERSON).partition(":")
        found = await context.people.find(platform.lower(), sender)
        if found is not None:
            return found
        everyone = await context.people.everyone()
        named = [person for person in everyone if person.name.lower() == said.lower()]
        if len(named) > 1:
            raise MemberRefused("several", detail=", ".join(person.id for person in named))
        if named:
            return named[0]
        if platform.lower() not in _PLATFORMS or not sender or self.role is RoleWord.NONE:
            raise MemberRefused("unknown", member=said)
        granter = await context.people.get(context.principal.person)
        if granter is None:
            raise MemberRefused("unknown", member=said)
        return stranger(Account(platform.lower(), sender), granter, Role.NONE)


async def _listed(context: Context) -> Outcome:
    everyone = await context.people.everyone()
    accounts = {
        person.id: [account.name for account in await context.people.accounts(person.id)]
        for person in everyone
    }
    return RolesSeen([person for person in everyone if accounts[person.id]], accounts)


@dataclass(frozen=True, slots=True)
class RolesSeen:
    """Members and their accounts."""

    members: Sequence[Person]
    accounts: Mapping[PersonId, Sequence[str]]

    def card(self, voice: Voice) -> Card:
        """A row each."""
        return Card(
            voice.say("roles.title"),
            table=Table(
                header=tuple(voice.say(f"roles.{name}") for name in ("who", "role", "accounts")),
                rows=tuple(
                    (
                        person.name,
                        voice.say(f"role.{person.role.word}"),
                        ", ".join(self.accounts[person.id]),
                    )
                    for person in self.members
                ),
            ),
            hint=voice.say("roles.hint"),
        )


@dataclass(frozen=True, slots=True)
class RolePreview:
    """A member, before and after."""

    person: Person
    accounts: Sequence[str]
    after: Role
    reference_price: str = ""
    is_refused: bool = False

    def card(self, voice: Voice) -> Card:
        """Accounts say who it is; a name is only shown."""
        return Card(
            voice.say("roles.question", name=self.person.name),
            fields=(
                (voice.say("roles.accounts"), ", ".join(self.accounts)),
                (voice.say("roles.before"), voice.say(f"role.{self.person.role.word}")),
                (voice.say("roles.after"), voice.say(f"role.{self.after.word}")),
            ),
        )


@dataclass(frozen=True, slots=True)
class RoleSet:
    """Done."""

    person: Person
    role: Role

    def card(self, voice: Voice) -> Card:
        """From now on."""
        return Card(
            voice.say("roles.set", name=self.person.name, role=voice.say(f"role.{self.role.word}")),
            hint=voice.say("roles.hint"),
            tone=Tone.GOOD,
        )


@dataclass(frozen=True, slots=True)
class RoleTold:
    """The same, for the member."""

    role: Role

    def card(self, voice: Voice) -> Card:
        """What they may do from now on."""
        key = "out" if self.role is Role.NONE else "told"
        return Card(voice.say(f"roles.{key}", role=voice.say(f"role.{self.role.word}")))

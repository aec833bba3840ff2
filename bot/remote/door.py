"""A command that a program asks for, as the person whose token it holds.

It is validated, permitted and previewed like a typed one. What needs a yes becomes a ticket that is
shown in the person's own chat; nothing that a program says can confirm it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.card import Card
from bot.command import Catalogue, Command, Consent, Context, Effect, Outcome
from bot.confirmation.audit import audited
from bot.confirmation.desk import Asked, Cleared, Confirmation, Said
from bot.confirmation.policy import needs_yes
from bot.errors import CommandNotFound, NotPermitted
from bot.families.lines import canonical_line
from bot.identity.directory import Directory
from bot.identity.permissions import permit
from bot.interpreter.facts import Json, facts_of
from bot.interpreter.slash import build, nearest_commands
from bot.interpreter.tools import is_offered
from bot.message import InboundMessage, OutgoingMessage, Person, Principal, Priority, Ticket
from bot.ports.messages import Answer, Inbox
from bot.ports.people import People
from bot.remote.keyring import Keyring, Scope, Token
from engine.domain.identifiers import AccountId
from engine.ports.system import Clock, Identities

OpenContext = Callable[[Principal, InboundMessage, str], Context]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it: the card a person would see, its typed fields, and a ticket that waits."""

    card: Card
    facts: Json = None
    ticket: Ticket | None = None


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the door needs of the house."""

    keyring: Keyring
    catalogue: Catalogue
    people: People
    directory: Directory
    confirmation: Confirmation
    inbox: Inbox
    open_context: OpenContext
    is_paper: Callable[[AccountId], bool]
    wake: Callable[[], None]
    clock: Clock
    identities: Identities


class RemoteDoor:
    """Where REST and MCP come in."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    def token(self, header: str) -> Token:
        """Who asks. Raises NotPermitted, TooMuch."""
        return self._rooms.keyring.bearer(header)

    def reader(self, header: str) -> Token:
        """Who asks, if they may read. Raises NotPermitted, TooMuch."""
        token = self.token(header)
        if Scope.READ not in token.scopes:
            lacking = f"the token lacks the scope {Scope.READ}"
            raise NotPermitted(lacking, command="", needed=f"scope_{Scope.READ}", role="none")
        return token

    async def run(self, token: Token, name: str, arguments: Mapping[str, Any]) -> Result:
        """Do it, or make a ticket of it. Raises BotError, EngineError."""
        command = self._built(name, arguments)
        person = await self._rooms.people.get(token.person)
        if person is None:
            raise NotPermitted(command=name, needed="viewer", role="")
        principal = self._rooms.directory.acting(
            person, person.home_platform, person.home_conversation
        )
        message = self._message(person, command)
        context = self._rooms.open_context(principal, message, f"remote:{message.update_id}")
        context = context.on(command)
        permit(principal, command)
        await self._allow(token, command, context)
        cleared = await self._rooms.confirmation.clear(command, context, 0)
        match cleared:
            case Asked(ticket, question):
                card = await self._ask(token, person, ticket, question.card(context.voice), context)
                return Result(card, ticket=ticket)
            case Said(answer):
                return _result(answer, context)
            case Cleared(stored, _):
                context = context.on(stored)
                outcome = await stored.handle(context)
                entries, aside = tuple(audited(stored, context)), tuple(context.aside)
                if entries or aside:
                    await self._rooms.inbox.answer(Answer(message, aside, (), entries))
                self._rooms.wake()
                return _result(outcome, context)

    def _built(self, name: str, arguments: Mapping[str, Any]) -> Command:
        command = self._rooms.catalogue.get(name)
        if command is None or not is_offered(command) or command.spec.name != name:
            nearest = nearest_commands(name, self._rooms.catalogue)
            raise CommandNotFound(word=name[:40], nearest=nearest)
        return build(command, arguments)

    async def _allow(self, token: Token, command: Command, context: Context) -> None:
        account = context.desk.account
        if not self._rooms.is_paper(account) and Scope.LIVE not in token.scopes:
            raise _refused(command, Scope.LIVE)
        for scope in await _needed(command, context):
            if scope not in token.scopes:
                raise _refused(command, scope)

    async def _ask(
        self, token: Token, person: Person, ticket: Ticket, card: Card, context: Context
    ) -> Card:
        """Show the question in the person's own chat, with who asks for it."""
        hint = context.voice.say("remote.asked_by", name=token.name)
        shown = replace(card, hint=f"{hint} {card.hint}")
        row = OutgoingMessage(
            platform=person.home_platform,
            conversation=person.home_conversation,
            person=person.id,
            priority=Priority.ANSWER,
            key=f"remote:{ticket.id}",
            created_at=context.now,
            card=shown,
        )
        await self._rooms.inbox.answer(Answer(context.message, (row,), (ticket,)))
        self._rooms.wake()
        return replace(card, buttons=())

    def _message(self, person: Person, command: Command) -> InboundMessage:
        platform, _, sender = person.id.partition(":")
        return InboundMessage(
            platform=platform,
            update_id=self._rooms.identities.new(),
            conversation=person.home_conversation,
            sender=sender,
            sender_name=person.name,
            text=canonical_line(command),
            received_at=self._rooms.clock.now_ms(),
        )


async def _needed(command: Command, context: Context) -> tuple[Scope, ...]:
    """The scopes that a command with these arguments takes."""
    if await needs_yes(command, context):
        return (Scope.PROPOSE,)
    match command.spec.effect:
        case Effect.READS:
            return (Scope.READ,)
        case Effect.REDUCES_RISK:
            return (Scope.RISK,)
        case Effect.CHANGES_SETTINGS:
            inner = command.canonical().get("command")
            if command.spec.name == "schedule" and isinstance(inner, str):
                later = context.read_line(inner)
                asks = later.consent() is not Consent.NONE
                return (Scope.SETTINGS, Scope.PROPOSE if asks else Scope.READ)
            return (Scope.SETTINGS,)
        case _:
            return (Scope.PROPOSE,)


def _refused(command: Command, scope: Scope) -> NotPermitted:
    return NotPermitted(f"the token lacks the scope {scope}", command=command.spec.name,
                        needed=f"scope_{scope}", role="none")  # fmt: skip


def _result(outcome: Outcome, context: Context) -> Result:
    return Result(outcome.card(context.voice), facts_of(outcome).json)

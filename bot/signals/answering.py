"""The path of one signal: from a committed row to a stored answer, beside that of words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from bot.card import Card
from bot.command import Context
from bot.confirmation.audit import audited
from bot.confirmation.desk import Asked, Cleared, Confirmation, Said
from bot.errors import BotError
from bot.failures import failed
from bot.identity.permissions import permit
from bot.message import (
    AuditEntry,
    InboundMessage,
    OutgoingMessage,
    Person,
    Principal,
    Priority,
    Ticket,
)
from bot.ports.messages import Answer
from bot.signals.mandates import Mandates, Signalled, by_hook, told
from bot.voice import Voice
from engine.domain.identifiers import PersonId
from engine.errors import EngineError
from engine.ports.system import Clock

_log = structlog.get_logger(__name__)

OpenContext = Callable[[Principal, InboundMessage, str], Context]
Store = Callable[[Answer], Awaitable[None]]


@dataclass(slots=True)
class _Done:
    """What a signal has come to."""

    card: Card
    conversation: str
    person: PersonId
    tickets: list[Ticket] = field(default_factory=list)
    audit: list[AuditEntry] = field(default_factory=list)


class SignalAnswering:
    """Carries signals out, each once."""

    def __init__(
        self,
        mandates: Mandates,
        confirmation: Confirmation,
        open_context: OpenContext,
        store: Store,
        clock: Clock,
    ) -> None:
        """`store` keeps an answer, whatever it takes."""
        self._mandates = mandates
        self._confirmation = confirmation
        self._open_context = open_context
        self._keep = store
        self._clock = clock

    async def answer(self, message: InboundMessage) -> None:
        """Handle one committed signal; what is to be said of it is stored with what was done."""
        with structlog.contextvars.bound_contextvars(message=message.id, hook=message.hook):
            owner = await self._mandates.owner(message.hook)
            try:
                done = await self._done(await self._mandates.read(message), message)
            except (BotError, EngineError) as error:
                _log.info("signal_refused", error=type(error).__name__, detail=str(error))
                await self._keep(Answer(message, self._refusal(owner, error, message)))
                return
        row = self._row(message, done.card, done.conversation, done.person)
        await self._keep(Answer(message, (row,), tuple(done.tickets), tuple(done.audit)))

    async def _done(self, signalled: Signalled, message: InboundMessage) -> _Done:
        principal, command = signalled.principal, signalled.command
        voice = Voice(principal.language, principal.timezone)
        done = _Done(told(signalled, voice), message.conversation, principal.person)
        if command is None:
            return done
        context = self._open_context(principal, message, signalled.intent).on(command)
        permit(principal, command)
        outcome = await self._mandates.carry_out(signalled, context)
        if outcome is not None:
            done.audit.extend(audited(command, context))
        else:
            match await self._confirmation.clear(command, context, message.id):
                case Asked(ticket, question):
                    done.tickets.append(ticket)
                    outcome = question
                case Said(answer):
                    outcome = answer
                case Cleared():
                    # An order always asks; were there one that does not, no signal may begin it.
                    raise TypeError(f"/{command.spec.name} would run without a yes")
        done.card = by_hook(outcome.card(voice), signalled, voice)
        return done

    def _refusal(
        self, owner: Person | None, error: BotError | EngineError, message: InboundMessage
    ) -> tuple[OutgoingMessage, ...]:
        """To the owner alone; a channel is not told of what it was not to hear."""
        if owner is None or not owner.home_conversation:
            return ()
        voice = Voice(owner.language, owner.timezone)
        return (self._row(message, failed(error, voice), owner.home_conversation, owner.id),)

    def _row(
        self, message: InboundMessage, card: Card, conversation: str, person: PersonId
    ) -> OutgoingMessage:
        return OutgoingMessage(
            platform=conversation.partition(":")[0],
            conversation=conversation,
            person=person,
            priority=Priority.ANSWER,
            key=f"answer:{message.id}:0",
            created_at=self._clock.now_ms(),
            card=card,
            subject=card.subject,
        )

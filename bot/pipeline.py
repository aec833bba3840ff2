"""The path of one message, hop by hop, from a committed row to a stored answer.

Hops 1 and 2 (receive, commit) lie before this, hop 10 (show it) behind it; see
`docs/explanation/life-of-a-message.md`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog

from bot.card import Card
from bot.command import Command, Context, Effect, Outcome
from bot.confirmation.desk import Asked, Cleared, Confirmation, Said
from bot.errors import BotError
from bot.failures import failed, small_talk, unclear
from bot.identity.directory import Directory
from bot.identity.permissions import permit
from bot.interpreter.interpreter import Interpreter
from bot.message import AuditEntry, InboundMessage, OutgoingMessage, Principal, Priority, Ticket
from bot.ports import Answer, Inbox
from bot.presenters.recurrences import LATE_MS, made_up
from bot.voice import Voice
from engine.domain.identifiers import PersonId
from engine.errors import EngineError, StoreUnavailable
from engine.ports.system import Clock

_log = structlog.get_logger(__name__)

_REMEMBERED_TURNS = 6
_RETRY_SECONDS = 1.0

OpenContext = Callable[[Principal, InboundMessage, str], Context]
"""Opens the desk for a principal; the last argument names the intent."""
Apologizing = Callable[[InboundMessage, Exception], Awaitable[None]]


@dataclass(slots=True)
class _Said:
    """What the handling of one message has come to so far."""

    cards: list[Card] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    audit: list[AuditEntry] = field(default_factory=list)


class Pipeline:
    """Hops 3 to 9."""

    def __init__(
        self,
        inbox: Inbox,
        directory: Directory,
        interpreter: Interpreter,
        confirmation: Confirmation,
        open_context: OpenContext,
        clock: Clock,
        *,
        apologize: Apologizing,
    ) -> None:
        """`apologize` speaks where nothing can be written."""
        self._inbox = inbox
        self._directory = directory
        self._interpreter = interpreter
        self._confirmation = confirmation
        self._open_context = open_context
        self._apologize = apologize
        self._clock = clock

    async def answer(self, message: InboundMessage) -> None:
        """Handle one committed message; what is to be said is stored before it is shown."""
        said, voice = _Said(), Voice()
        person = PersonId("")
        with structlog.contextvars.bound_contextvars(message=message.id):
            try:
                principal = await self._directory.principal(message)  # 3: who is this
                person = principal.person
                voice = Voice(principal.language, principal.timezone)
                for command in await self._understood(message, voice, said):  # 4: what
                    await self._carry_out(command, principal, message, said)
            except (BotError, EngineError) as error:
                _log.info("refused", error=type(error).__name__, detail=str(error))
                said.cards.append(failed(error, voice))
        if message.due_at and message.received_at - message.due_at > LATE_MS:
            said.cards = [made_up(card, message.due_at, voice) for card in said.cards]
        await self._store(self._answered(message, person, said))

    async def _store(self, answer: Answer) -> None:
        """What was done is answered, as soon as that can be written; it is not done again."""
        has_apologized = False
        while True:
            try:
                await self._inbox.answer(answer)
            except StoreUnavailable as error:
                _log.warning("answer_waits", message=answer.message.id, error=str(error))
                if not has_apologized:
                    await self._apologize(answer.message, error)
                has_apologized = True
                await self._clock.sleep(_RETRY_SECONDS)
            else:
                return

    async def _understood(
        self, message: InboundMessage, voice: Voice, said: _Said
    ) -> Sequence[Command]:
        earlier: Sequence[str] = ()
        if not message.text.lstrip().startswith("/"):
            earlier = await self._inbox.earlier(
                message.conversation, message.sender, _REMEMBERED_TURNS
            )
        understood = self._interpreter.read(message.text, earlier, self._clock.now())
        if not understood.commands:
            question = unclear(understood, voice) if understood.missing else small_talk(voice)
            said.cards.append(question)
        return understood.commands

    async def _carry_out(
        self, command: Command, principal: Principal, message: InboundMessage, said: _Said
    ) -> None:
        intent = f"message:{message.id}:{len(said.cards)}"
        context = self._open_context(principal, message, intent)
        permit(principal, command)  # 5: may they
        cleared = await self._confirmation.clear(command, context, message.id)  # 6: mean it
        match cleared:
            case Asked(ticket, question):
                said.tickets.append(ticket)
                outcome: Outcome = question
            case Said(answer):
                outcome = answer
            case Cleared(stored, intent):
                permit(principal, stored)
                context = self._open_context(principal, message, intent)
                outcome = await stored.handle(context)  # 7 and 8: do it
                said.audit.extend(_audited(stored, context))
        said.cards.append(outcome.card(context.voice))  # 9: say it

    def _answered(self, message: InboundMessage, person: PersonId, said: _Said) -> Answer:
        now = self._clock.now_ms()
        outgoing = tuple(
            OutgoingMessage(
                platform=message.platform,
                conversation=message.conversation,
                person=person,
                priority=Priority.ANSWER,
                key=f"answer:{message.id}:{place}",
                created_at=now,
                card=card,
            )
            for place, card in enumerate(said.cards)
        )
        return Answer(message, outgoing, tuple(said.tickets), tuple(said.audit))


def _audited(command: Command, context: Context) -> list[AuditEntry]:
    """What changes something is put on record."""
    if command.spec.effect is Effect.READS:
        return []
    return [
        AuditEntry(
            person=context.principal.person,
            conversation=context.principal.conversation,
            action=command.spec.name,
            detail={**command.canonical(), "intent": context.intent},
            result="done",
            at=context.now,
        )
    ]

"""The path of one message, hop by hop, from a committed row to a stored answer.

Hops 1 and 2 (receive, commit) lie before this, hop 10 (show it) behind it; see
`docs/explanation/life-of-a-message.md`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import structlog

from bot.card import Card
from bot.command import Choices, Command, Context, Decision, Outcome
from bot.confirmation.audit import audited
from bot.confirmation.desk import Asked, Cleared, Confirmation, Said
from bot.confirmation.policy import needs_yes
from bot.errors import BotError, NotTaken
from bot.failures import failed, small_talk, told_apart, unclear
from bot.hearing import Severity
from bot.identity.directory import Directory
from bot.identity.permissions import permit
from bot.interpreter.answers import answered, asked_back, draft, owned_up
from bot.interpreter.interpreter import Interpreter
from bot.interpreter.understood import Understood, Utterance
from bot.message import AuditEntry, InboundMessage, OutgoingMessage, Principal, Priority, Ticket
from bot.notifications.readers import Readers
from bot.ports.messages import Answer, Inbox
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
ShowDraft = Callable[[InboundMessage, str, Card], Awaitable[None]]
"""Shows an answer that is not whole yet, under the key of the message it will become."""


class Speaker(Protocol):
    """What is between an answer and its reader."""

    def promise(self, row: OutgoingMessage) -> OutgoingMessage | None:
        """A row as it is to be committed where it leaves at once; else None."""
        ...

    def committed(self, rows: Sequence[OutgoingMessage], ids: Sequence[int]) -> None:
        """They are rows now, by these ids; fewer where some were there before."""
        ...

    async def apologize(self, message: InboundMessage, error: Exception) -> None:
        """Speak where nothing can be written."""
        ...


@dataclass(slots=True)
class _Said:
    """What the handling of one message has come to so far."""

    cards: list[Card] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    audit: list[AuditEntry] = field(default_factory=list)
    aside: list[OutgoingMessage] = field(default_factory=list)
    places: dict[int, str] = field(default_factory=dict)
    """Conversations of cards, by their number, that are not said where the message came from."""
    is_report: bool = False
    """A schedule had it said, and it only reads."""
    is_bad: bool = False

    def add(self, card: Card, conversation: str) -> None:
        self.places[len(self.cards)] = conversation
        self.cards.append(card)


class Pipeline:
    """Hops 3 to 9."""

    def __init__(
        self,
        inbox: Inbox,
        directory: Directory,
        interpreter: Interpreter,
        confirmation: Confirmation,
        open_context: OpenContext,
        *,
        show_draft: ShowDraft,
        readers: Readers,
        clock: Clock,
        speaker: Speaker,
        has_open_groups: bool = False,
    ) -> None:
        self._has_open_groups = has_open_groups
        self._inbox = inbox
        self._directory = directory
        self._interpreter = interpreter
        self._confirmation = confirmation
        self._readers = readers
        self._speaker = speaker
        self.open_context = open_context
        self.show_draft = show_draft
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
                understood = await self._understood(message, principal, said)  # 4: what
                only_reads = all(each.only_reads for each in understood.commands)
                said.is_report = bool(message.due_at and understood.commands) and only_reads
                for command in understood.commands:
                    await self._carry_out(command, principal, message, said)
                if understood.fallback:
                    said.cards[-1] = owned_up(said.cards[-1], understood.fallback, voice)
            except (BotError, EngineError) as error:
                _log.info("refused", error=type(error).__name__, detail=str(error))
                said.add(failed(error, voice), message.aside or message.conversation)
                said.is_bad = True
        if message.due_at and message.received_at - message.due_at > LATE_MS:
            said.cards = [made_up(card, message.due_at, voice) for card in said.cards]
        answer = self._answered(message, person, said)
        if said.is_report:
            severity = Severity.WARNING if said.is_bad else Severity.INFO
            answer = await self._as_reports(answer, voice.timezone, severity)
        elif answer.outgoing:
            first, *others = answer.outgoing
            leaving = self._speaker.promise(first) or first
            answer = replace(answer, outgoing=(leaving, *others))
        await self.store(answer)

    async def _as_reports(self, answer: Answer, zone: str, severity: Severity) -> Answer:
        """What a schedule read is told as the person wants reports told."""
        rows = [
            row
            for said in answer.outgoing
            if (row := await self._readers.scheduled(said, zone, severity)) is not None
        ]
        return replace(answer, outgoing=tuple(rows))

    async def store(self, answer: Answer) -> None:
        """What was done is answered, as soon as that can be written; it is not done again."""
        has_apologized = False
        while True:
            try:
                ids = await self._inbox.answer(answer)
            except StoreUnavailable as error:
                _log.warning("answer_waits", message=answer.message.id, error=str(error))
                if not has_apologized:
                    await self._speaker.apologize(answer.message, error)
                has_apologized = True
                await self._clock.sleep(_RETRY_SECONDS)
            else:
                self._speaker.committed(answer.outgoing, ids)
                return

    async def _understood(
        self, message: InboundMessage, principal: Principal, said: _Said
    ) -> Understood:
        earlier: Sequence[str] = ()
        if not message.text.lstrip().startswith("/"):
            earlier = await self._inbox.earlier(
                message.conversation, message.sender, _REMEMBERED_TURNS, message.id
            )
        voice = Voice(principal.language, principal.timezone)
        utterance = Utterance(message.text, earlier, self._clock.now(), principal.language)
        hands = _Hands(self, message, principal)
        understood = await self._interpreter.read(utterance, hands)
        said.cards.extend(asked_back(each, voice) for each in understood.wondered)
        if understood.says:
            said.cards.append(answered(understood, hands.seen, voice))
        elif understood.missing:
            choices = await hands.choices(understood)
            if choices is not None and choices.is_meant:
                return replace(understood, commands=choices.commands)
            said.cards.append(unclear(understood, choices, voice))
        elif not understood.commands and not understood.wondered:
            said.cards.append(small_talk(message.text, voice))
        return understood

    async def _carry_out(
        self, command: Command, principal: Principal, message: InboundMessage, said: _Said
    ) -> None:
        intent = f"message:{message.id}:{len(said.cards)}"
        context = self.open_context(principal, message, intent).on(command)
        permit(principal, command)  # 5: may they
        if await self.is_for_one(command, context):
            principal = await self._directory.retreat(principal, message)
            context = self.open_context(principal, message, intent).on(command)
        cleared = await self._confirmation.clear(command, context, message.id)  # 6: mean it
        match cleared:
            case Asked(ticket, question):
                said.tickets.append(ticket)
                outcome: Outcome = question
            case Said(answer):
                outcome = answer
            case Cleared(stored, intent):
                permit(principal, stored)
                context = self.open_context(principal, message, intent).on(stored)
                outcome = await stored.handle(context)  # 7 and 8: do it
                said.audit.extend(audited(stored, context))
                said.aside.extend(context.aside)
        card = outcome.card(context.voice)  # 9: say it
        if principal.conversation in {message.conversation, message.aside}:
            said.add(card, principal.conversation)
        else:
            context.tell(message.platform, principal.conversation, principal.person, card)
            said.aside.append(context.aside[-1])
            said.cards.append(told_apart(principal.name, context.voice))

    def shows_all(self, message: InboundMessage) -> bool:
        """Whether what is one's own may be shown where a message was said."""
        return message.is_private or self._has_open_groups

    async def is_for_one(self, command: Command, context: Context) -> bool:
        """Whether a group is no place for the answer, or for the question that comes first."""
        if self.shows_all(context.message):
            return False
        if isinstance(command, Decision):  # what waits was asked where it could be
            return bool(context.message.aside)
        return command.spec.is_personal or await needs_yes(command, context)

    def _answered(self, message: InboundMessage, person: PersonId, said: _Said) -> Answer:
        now = self._clock.now_ms()
        outgoing = tuple(
            OutgoingMessage(
                platform=message.platform,
                conversation=said.places.get(place, message.conversation),
                person=person,
                priority=Priority.ANSWER,
                key=f"answer:{message.id}:{place}",
                created_at=now,
                card=card,
                subject=card.subject,
                reply_to="" if place else message.reference,
            )
            for place, card in enumerate(said.cards)
        )
        outgoing += tuple(said.aside)
        return Answer(message, outgoing, tuple(said.tickets), tuple(said.audit))


class _Hands:
    """What an interpreter may do in a turn, as the person who speaks."""

    def __init__(self, pipeline: Pipeline, message: InboundMessage, principal: Principal) -> None:
        self._pipeline = pipeline
        self._message = message
        self._principal = principal
        self.seen: list[Card] = []
        """The cards of what was looked up."""

    @property
    def person(self) -> PersonId:
        """Who speaks."""
        return self._principal.person

    @property
    def conversation(self) -> str:
        """Where."""
        return self._message.conversation

    @property
    def message_id(self) -> int:
        """The committed message that is being answered."""
        return self._message.id

    def now_ms(self) -> int:
        """The moment in UTC ms."""
        return self._context().now

    def read_line(self, line: str) -> Command:
        """A slash line as if it were typed. Raises CommandNotFound, ArgumentInvalid."""
        return self._context().read_line(line)

    async def look_up(self, command: Command) -> Outcome:
        """Run a command that only reads, as this person. Raises BotError, EngineError."""
        permit(self._principal, command)
        context = self._context().on(command)
        if await self._pipeline.is_for_one(command, context):
            raise NotTaken("group")
        outcome = await command.handle(context)
        self.seen.append(outcome.card(context.voice))
        return outcome

    async def choices(self, understood: Understood) -> Choices | None:
        """What a half-said command could be about. Raises NotPermitted, ArgumentInvalid."""
        context = self._context()
        command = context.catalogue.get(understood.about)
        half = understood.said if len(understood.missing) == 1 else None
        if command is None or half is None or not self._pipeline.shows_all(self._message):
            return None
        choices = await command.choices(context, half)
        if choices is not None:
            permit(self._principal, choices.commands[0])
        return choices

    async def show(self, text: str) -> None:
        """Let the person see the answer so far."""
        voice = Voice(self._principal.language, self._principal.timezone)
        key = f"answer:{self._message.id}:0"
        await self._pipeline.show_draft(self._message, key, draft(text, voice))

    def _context(self) -> Context:
        intent = f"look:{self._message.id}:{len(self.seen)}"
        return self._pipeline.open_context(self._principal, self._message, intent)

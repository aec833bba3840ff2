"""Clears a command: at once, after a yes, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.card import Button, Card, Tone
from bot.command import Catalogue, Command, Context, Decision, Effect, Outcome, Preview
from bot.confirmation.policy import has_moved, needs_code, needs_yes
from bot.confirmation.ticket import ID_LENGTH, is_genuine, made
from bot.errors import ConfirmationInvalid, NotBuiltYet
from bot.message import Ticket, TicketState
from bot.ports.messages import Tickets
from bot.voice import Voice

MAXIMUM_PENDING = 3


@dataclass(frozen=True, slots=True)
class Cleared:
    """It may run now; `intent` makes it count once."""

    command: Command
    intent: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A ticket waits; the outcome is the question."""

    ticket: Ticket
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Said:
    """Nothing is to run; the outcome says why."""

    outcome: Outcome


class Confirmation:
    """Tickets of one desk."""

    def __init__(
        self,
        tickets: Tickets,
        catalogue: Catalogue,
        secret: bytes,
        *,
        wants_codes: bool = False,
    ) -> None:
        """`wants_codes`: who has no second factor cannot do what needs one."""
        self._wants_codes = wants_codes
        self._tickets = tickets
        self._catalogue = catalogue
        self._secret = secret

    async def clear(
        self, command: Command, context: Context, message_id: int
    ) -> Cleared | Asked | Said:
        """Decide what becomes of a command. Raises ConfirmationInvalid."""
        if isinstance(command, Decision):
            return await self._decide(command, context, message_id)
        if not await needs_yes(command, context):
            return Cleared(command, context.intent)
        await needs_code(command, context, of_all=self._wants_codes)
        return await self._ask(await _exactly(command, context), context)

    async def waiting(self, context: Context) -> Sequence[Outcome]:
        """What may be confirmed here and now, asked again as it stands. Raises EngineError."""
        principal = context.principal
        pending = await self._tickets.pending(principal.person, principal.conversation, context.now)
        asked: list[Outcome] = []
        for ticket in pending:
            preview = await self._stored(ticket, context).preview(context)
            asked.append(preview if preview.is_refused else Question(preview, ticket))
        return asked

    async def _ask(
        self, command: Command, context: Context, *, has_changed: bool = False
    ) -> Asked | Said:
        principal = context.principal
        waiting = await self._tickets.pending(principal.person, principal.conversation, context.now)
        # What makes risk smaller never waits for what would make it larger.
        if len(waiting) >= MAXIMUM_PENDING and command.spec.effect is not Effect.REDUCES_RISK:
            raise ConfirmationInvalid("too_many", tickets=_ids(waiting))
        preview = await command.preview(context)
        if preview.is_refused:
            return Said(preview)
        ticket = made(
            context.identities.new(ID_LENGTH),
            command,
            principal,
            preview.reference_price,
            context.now,
            self._secret,
            asked_by=context.message.id,
        )
        return Asked(ticket, Question(preview, ticket, has_changed=has_changed))

    async def _decide(
        self, decision: Decision, context: Context, message_id: int
    ) -> Cleared | Asked | Said:
        ticket = await self._wanted(decision, context, message_id)
        if not decision.means_yes:
            if not await self._tickets.refuse(ticket):
                raise ConfirmationInvalid("used", ticket=ticket.id)
            return Said(TornUp(ticket.id))
        command = self._stored(ticket, context)
        context = context.on(command)
        if ticket.state is TicketState.PENDING:
            if await command.is_stale(context):
                await self._tickets.refuse(ticket)
                exactly = await _exactly(command, context)
                return await self._ask(exactly, context, has_changed=True)
            preview = await command.preview(context)
            if preview.is_refused:
                await self._tickets.refuse(ticket)
                return Said(preview)
            if has_moved(ticket.reference_price, preview.reference_price):
                await self._tickets.refuse(ticket)
                return await self._ask(command, context)
            if not decision.ticket and not await self._was_there(ticket, context, message_id):
                return Said(Question(preview, ticket, is_early=True))
            if await self._lacks_code(command, ticket, context):
                await context.ask_code(ticket.id, f"/yes {ticket.id}")
                return Said(CodeWanted())
        if not await self._tickets.redeem(ticket, message_id, _heard(context)):
            raise ConfirmationInvalid("used", ticket=ticket.id)
        return Cleared(command, f"ticket:{ticket.id}")

    async def _lacks_code(self, command: Command, ticket: Ticket, context: Context) -> bool:
        if not await needs_code(command, context, of_all=self._wants_codes):
            return False
        return not context.guard.proven(context.principal.person, ticket.id)

    async def _was_there(self, ticket: Ticket, context: Context, message_id: int) -> bool:
        """Whether a card stood when a yes that names none was received: else nobody saw it."""
        if ticket.asked_by:  # in the order of the rows, which no clock that is set can change
            return await self._tickets.stood_before(ticket, message_id)
        return ticket.created_at <= context.message.received_at

    async def _wanted(self, decision: Decision, context: Context, message_id: int) -> Ticket:
        """The one ticket that is meant, if it is this person's to decide, here and now."""
        principal, heard = context.principal, _heard(context)
        mine = await self._tickets.used_by(message_id)
        if mine is not None and decision.means_yes:
            return mine  # this very yes, taken up again after a crash
        pending = await self._tickets.pending(principal.person, principal.conversation, heard)
        if decision.ticket is None:
            if not pending:
                raise ConfirmationInvalid("nothing")
            if len(pending) > 1:
                raise ConfirmationInvalid("which", tickets=_ids(pending))
            return pending[0]
        ticket = await self._tickets.find(decision.ticket)
        if (
            ticket is None
            or ticket.person != principal.person
            or ticket.conversation != principal.conversation
        ):
            raise ConfirmationInvalid("nothing")
        if ticket.state is not TicketState.PENDING:
            raise ConfirmationInvalid("used", ticket=ticket.id)
        if ticket.expires_at <= heard:
            raise ConfirmationInvalid("expired", ticket=ticket.id)
        return ticket

    def _stored(self, ticket: Ticket, context: Context) -> Command:
        if not is_genuine(ticket, context.principal, self._secret):
            raise ConfirmationInvalid("changed", ticket=ticket.id)
        command = self._catalogue.get(ticket.command)
        if command is None:
            raise NotBuiltYet(command=ticket.command)
        return command.model_validate(dict(ticket.arguments))


async def _exactly(command: Command, context: Context) -> Command:
    """As it will run after a yes, with what its card will show."""
    return (await command.resolved(context)).bound(context)


def _heard(context: Context) -> int:
    """When a decision counts as heard: a clock that was set back since revives no card."""
    return max(context.now, context.message.received_at)


def _ids(tickets: Sequence[Ticket]) -> str:
    return ", ".join(ticket.id for ticket in tickets)


@dataclass(frozen=True, slots=True)
class Question:
    """A preview with the two buttons that decide."""

    preview: Preview
    ticket: Ticket
    is_early: bool = False
    """A yes came before it, which it does not take for its own."""
    has_changed: bool = False
    """It was asked before, of something that is otherwise by now."""

    def card(self, voice: Voice) -> Card:
        """The preview, the code and until when it holds."""
        seconds = (self.ticket.expires_at - self.ticket.created_at) // 1000
        hint = voice.say("confirm.hint", ticket=self.ticket.id, span=voice.span(seconds))
        before = [voice.say("confirm.early")] if self.is_early else []
        before += [voice.say("confirm.changed")] if self.has_changed else []
        return replace(
            self.preview.card(voice),
            tone=Tone.ASK,
            buttons=(
                Button(voice.say("confirm.yes"), f"/yes {self.ticket.id}"),
                Button(voice.say("confirm.no"), f"/no {self.ticket.id}"),
            ),
            hint=" ".join((*before, hint)),
        )


@dataclass(frozen=True, slots=True)
class CodeWanted:
    """The yes waits for a code, which a form asks for."""

    def card(self, voice: Voice) -> Card:
        """Where it is entered."""
        return Card(voice.say("mfa.wanted.title"), text=voice.say("mfa.wanted.text"), tone=Tone.ASK)


@dataclass(frozen=True, slots=True)
class TornUp:
    """A person said no."""

    ticket: str

    def card(self, voice: Voice) -> Card:
        """Nothing was done."""
        return Card(voice.say("confirm.refused.title"), text=voice.say("confirm.refused.text"))

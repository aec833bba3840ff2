"""/why — an order's story: the words that asked for it, the yes, risk, the venue, the fills."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import Field

from bot.card import Button, Card, Table
from bot.command import Command, Context, Effect, Outcome
from bot.forms import IdText
from bot.message import InboundMessage, Role, Ticket
from bot.presenters.badges import badge
from bot.presenters.orders import SHORT_ID
from bot.presenters.stories import cause, line, worded
from bot.voice import Voice
from engine.domain.account import Account
from engine.domain.identifiers import ClientOrderId
from engine.domain.order import Order
from engine.ports.journal import Recorded

_TICKET, _MESSAGE = "ticket:", "message:"


class Why(Command, name="why", effect=Effect.READS, is_personal=True):
    """Tell how an order came about and what became of it, from the journal."""

    order: IdText = Field(description="The order's id.")

    async def handle(self, context: Context) -> Outcome:
        """From the journal, and from what was said and shown."""
        orders = context.desk.orders
        order = await orders.find(self.order)
        story = await orders.story(order)
        asked = await _asked(story, context)
        names = {person.id: person.name for person in await context.people.everyone()}
        may_read = order.placed_by == context.principal.person or (
            context.principal.role >= Role.MANAGER
        )
        who = names.get(order.placed_by, order.placed_by)
        return Story(order, orders.where(order).account, story, asked, who, may_read=may_read)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was said, what was shown for a yes, and the yes; each where there was one."""

    words: InboundMessage | None = None
    ticket: Ticket | None = None
    yes: InboundMessage | None = None


async def _asked(story: Sequence[Recorded], context: Context) -> Asked:
    """The intent that the first entry was written for, followed back to the words."""
    intent = story[0].correlation if story else ""
    _, _, name = intent.partition(":")
    if intent.startswith(_TICKET):
        ticket = await context.provenance.ticket(name.partition(":")[0])
        if ticket is None:
            return Asked()
        said = context.provenance.message
        words = await said(ticket.asked_by) if ticket.asked_by else None
        return Asked(words, ticket, await said(ticket.used_by) if ticket.used_by else None)
    number = name.partition(":")[0]
    if intent.startswith(_MESSAGE) and number.isdigit():
        return Asked(await context.provenance.message(int(number)))
    return Asked()


@dataclass(frozen=True, slots=True)
class Story:
    """An order from the words to its end; `may_read`: the words may be shown to who asks."""

    order: Order
    account: Account
    entries: Sequence[Recorded]
    asked: Asked
    who: str
    may_read: bool

    def card(self, voice: Voice) -> Card:
        """A row a step, oldest first."""
        order = self.order
        state = voice.say(f"order_state.{order.state.value}")
        parent = order.parent
        return Card(
            voice.say("why.title", order=order.client_order_id[:SHORT_ID], state=state),
            text="\n".join(filter(None, (worded(order.terms, voice), cause(order, voice)))),
            table=Table(
                header=(voice.say("why.when"), voice.say("why.what")),
                rows=(*self._beginning(voice), *self._rest(voice)),
            ),
            buttons=(_about(parent, voice),) if parent is not None else (),
            badge=badge(self.account.data_kind, voice, self.account),
            hint=voice.say("why.hint"),
        )

    def _beginning(self, voice: Voice) -> Iterator[tuple[str, str]]:
        """The chat's part."""
        asked = self.asked
        if asked.words is not None:
            text = asked.words.text if self.may_read else voice.say("why.hidden")
            said = voice.say("why.words", who=self.who, platform=asked.words.platform, text=text)
            yield voice.when(asked.words.received_at), said
        if asked.ticket is not None:
            ticket = asked.ticket
            arguments = " ".join(f"{name}={value}" for name, value in ticket.arguments.items())
            shown = voice.say("why.shown", line=f"/{ticket.command} {arguments}", ticket=ticket.id)
            yield voice.when(ticket.created_at), shown
        if asked.yes is not None:
            yield voice.when(asked.yes.received_at), voice.say("why.yes", who=self.who)

    def _rest(self, voice: Voice) -> Iterator[tuple[str, str]]:
        for recorded in self.entries:
            said = voice.say(
                "why.entry", number=str(recorded.sequence), text=line(recorded.event, voice)
            )
            yield voice.when(recorded.event.at), said


def _about(order: ClientOrderId, voice: Voice) -> Button:
    short = order[:SHORT_ID]
    return Button(voice.say("why.parent_button", order=short), f"/why {short}")

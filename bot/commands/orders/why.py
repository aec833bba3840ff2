"""/why — an order's story: the words that asked for it, the yes, risk, the venue, the fills."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import structlog
from pydantic import Field

from bot.card import Attachment, AttachmentKind, Button, Card, Table
from bot.command import Command, Context, Effect, Outcome
from bot.forms import IdText
from bot.message import InboundMessage, Role, Ticket
from bot.presenters.badges import badge
from bot.presenters.orders import SHORT_ID
from bot.presenters.pictures.draw import draw_candles
from bot.presenters.sight import Said, sight_of, window
from bot.presenters.stories import cause, line, worded
from bot.voice import Voice
from engine.desk import Decided
from engine.documents import read_document
from engine.domain.account import Account
from engine.domain.identifiers import ClientOrderId
from engine.domain.order import Order
from engine.errors import EngineError
from engine.ports.journal import Recorded

_log = structlog.get_logger(__name__)

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
        seen = await _seen(context, order)
        account = orders.where(order).account
        return Story(order, account, story, asked, who, seen, may_read=may_read)


async def _seen(context: Context, order: Order) -> Seen | None:
    """What a strategy saw when it wanted this, or what this serves; None for a person's order."""
    root, voice = order, context.voice
    while root.parent is not None:
        root = await context.desk.orders.find(root.parent)
    decided = await context.desk.runs.decided(root)
    if decided is None:
        return None
    run, frame = decided.run, decided.run.timeframe
    strategy = read_document(run.document)
    start, end = window(strategy, frame, decided.bar)
    said = Said(voice, badge(context.desk.markets.kind(run.symbol), voice))
    try:
        found = await context.desk.markets.candles(run.symbol, frame, start, end)
        sight = sight_of(strategy, found.between(start, end), decided, root, said)
        path = await context.pictures.draw(draw_candles, sight.chart, "seen.png")
    except (EngineError, OSError) as error:
        _log.warning("decision_not_shown", order=order.client_order_id, error=str(error))
        return Seen(decided, (), ())
    picture = Attachment(path, AttachmentKind.PICTURE, voice.say("sight.picture"))
    return Seen(decided, sight.rows, (picture,))


@dataclass(frozen=True, slots=True)
class Seen:
    """A strategy's decision, each value that it compared, and the picture of it."""

    decided: Decided
    rows: tuple[tuple[str, str], ...]
    pictures: tuple[Attachment, ...]

    def sentence(self, voice: Voice) -> str:
        """Which bar made which rule true."""
        run = self.decided.run
        at = voice.minute((self.decided.bar + run.timeframe.seconds) * 1000)
        return voice.say(f"sight.{self.decided.what}", strategy=run.reference, at=at)


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
    seen: Seen | None
    may_read: bool

    def card(self, voice: Voice) -> Card:
        """A row a step, oldest first."""
        order = self.order
        state = voice.say(f"order_state.{order.state.value}")
        parent = order.parent
        return Card(
            voice.say("why.title", order=order.client_order_id[:SHORT_ID], state=state),
            text="\n".join(filter(None, self._told(voice))),
            fields=self.seen.rows if self.seen else (),
            table=Table(
                header=(voice.say("why.when"), voice.say("why.what")),
                rows=(*self._beginning(voice), *self._rest(voice)),
            ),
            attachments=self.seen.pictures if self.seen else (),
            buttons=(_about(parent, voice),) if parent is not None else (),
            badge=badge(self.account.data_kind, voice, self.account),
            hint=voice.say("why.hint"),
        )

    def _told(self, voice: Voice) -> Iterator[str]:
        yield worded(self.order.terms, voice)
        yield cause(self.order, voice)
        if self.seen is not None:
            yield self.seen.sentence(voice)

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

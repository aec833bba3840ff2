"""/why — an order's story: the words that asked for it, the yes, risk, the venue, the fills."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import structlog
from pydantic import Field

from bot.card import Attachment, AttachmentKind, Button, Card, Table
from bot.command import Choices, Command, Context, Effect, HalfSaid, Outcome
from bot.families.orders import MOST_CHOICES, about, choices_among
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
from engine.domain.events import OrderReplaceRequested
from engine.domain.identifiers import ClientOrderId, PersonId
from engine.domain.order import Order
from engine.errors import EngineError
from engine.ports.journal import Recorded

_log = structlog.get_logger(__name__)

_TICKET, _MESSAGE = "ticket:", "message:"


class Why(Command, name="why", effect=Effect.READS, is_personal=True):
    """Tell how an order came about and what became of it, from the journal."""

    order: IdText = Field(description="The order's id.")

    @classmethod
    async def choices(cls, context: Context, half: HalfSaid) -> Choices | None:
        """The newest few."""
        newest = about(await context.desk.orders.past(None, ()), half)[:MOST_CHOICES]
        return choices_among(newest, cls, half, context)

    async def handle(self, context: Context) -> Outcome:
        """From the journal, and from what was said and shown."""
        orders = context.desk.orders
        order = await orders.find(self.order)
        story = await orders.story(order)
        names = {person.id: person.name for person in await context.people.everyone()}
        asked = {
            recorded.sequence: await _asked(recorded, by, names.get(by, by), context)
            for recorded, by in _wanted(order, story)
        }
        seen = await _seen(context, order)
        return Story(order, orders.where(order).account, story, asked, seen)


def _wanted(order: Order, story: Sequence[Recorded]) -> Iterator[tuple[Recorded, PersonId]]:
    """What somebody asked for, and who: the order, and each change of it."""
    yield from ((recorded, order.placed_by) for recorded in story[:1])
    for recorded in story[1:]:
        if isinstance(recorded.event, OrderReplaceRequested):
            yield recorded, recorded.event.by


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
    """What `who` said, what was shown for a yes, and the yes; each where there was one.

    `may_read`: the words may be shown to the one who wants to know.
    """

    who: str
    may_read: bool
    words: InboundMessage | None = None
    ticket: Ticket | None = None
    yes: InboundMessage | None = None

    def rows(self, voice: Voice) -> Iterator[tuple[str, str]]:
        """The chat's part of a story."""
        if self.words is not None:
            text = self.words.text if self.may_read else voice.say("why.hidden")
            said = voice.say("why.words", who=self.who, platform=self.words.platform, text=text)
            yield voice.when(self.words.received_at), said
        if self.ticket is not None:
            ticket = self.ticket
            arguments = " ".join(f"{name}={value}" for name, value in ticket.arguments.items())
            shown = voice.say("why.shown", line=f"/{ticket.command} {arguments}", ticket=ticket.id)
            yield voice.when(ticket.created_at), shown
        if self.yes is not None:
            yield voice.when(self.yes.received_at), voice.say("why.yes", who=self.who)


async def _asked(recorded: Recorded, by: PersonId, who: str, context: Context) -> Asked:
    """The intent that an entry was written for, followed back to the words."""
    principal, intent = context.principal, recorded.correlation
    asked = Asked(who, by == principal.person or principal.role >= Role.MANAGER)
    _, _, name = intent.partition(":")
    number, said = name.partition(":")[0], context.provenance.message
    if intent.startswith(_TICKET):
        ticket = await context.provenance.ticket(number)
        if ticket is None:
            return asked
        return replace(
            asked,
            words=await said(ticket.asked_by) if ticket.asked_by else None,
            ticket=ticket,
            yes=await said(ticket.used_by) if ticket.used_by else None,
        )
    if intent.startswith(_MESSAGE) and number.isdigit():
        return replace(asked, words=await said(int(number)))
    return asked


@dataclass(frozen=True, slots=True)
class Story:
    """An order from the words to its end; what was `asked`, by the entry that it led to."""

    order: Order
    account: Account
    entries: Sequence[Recorded]
    asked: Mapping[int, Asked]
    seen: Seen | None

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
                rows=tuple(self._rows(voice)),
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

    def _rows(self, voice: Voice) -> Iterator[tuple[str, str]]:
        for recorded in self.entries:
            if recorded.sequence in self.asked:
                yield from self.asked[recorded.sequence].rows(voice)
            said = voice.say(
                "why.entry", number=str(recorded.sequence), text=line(recorded.event, voice)
            )
            yield voice.when(recorded.event.at), said


def _about(order: ClientOrderId, voice: Voice) -> Button:
    short = order[:SHORT_ID]
    return Button(voice.say("why.parent_button", order=short), f"/why {short}")

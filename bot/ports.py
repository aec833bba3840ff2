"""What the bot needs from outside: its stores, its platforms, its drawing room."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

from bot.card import Card
from bot.errors import BotError
from bot.hearing import Channel, Hearing
from bot.message import (
    Account,
    AuditEntry,
    InboundMessage,
    Job,
    Menu,
    OutgoingMessage,
    Person,
    Priority,
    Queue,
    Role,
    Schedule,
    Sending,
    Ticket,
)
from bot.seal import Seal
from engine.domain.identifiers import PersonId, Symbol
from engine.errors import EngineError
from engine.ports.journal import Recorded
from engine.ports.system import Clock

Spec = TypeVar("Spec")
Step = TypeVar("Step")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Answer:
    """All that a handled message leaves behind, committed in one transaction."""

    message: InboundMessage
    outgoing: tuple[OutgoingMessage, ...]
    tickets: tuple[Ticket, ...] = ()
    audit: tuple[AuditEntry, ...] = ()


class Inbox(Protocol):
    """Updates by `(platform, update id)`; a row is committed before anything is acknowledged."""

    async def receive(self, message: InboundMessage) -> InboundMessage | None:
        """Commit it and give it back with its id, or None when it was received before.

        Raises StoreUnavailable.
        """
        ...

    async def answer(self, answer: Answer) -> Sequence[int]:
        """Mark it handled and store what is to be said, its tickets and audit entries, at once.

        Gives the ids of the rows that were added, in their order; none where it was handled before.
        """
        ...

    async def unanswered(self) -> Sequence[InboundMessage]:
        """Rows that a crash left half done, oldest first."""
        ...

    async def earlier(
        self, conversation: str, sender: str, limit: int, before: int
    ) -> Sequence[str]:
        """The person's own last texts here before the message with that id, oldest first."""
        ...


class Tickets(Protocol):
    """Stored commands that wait for a yes."""

    async def pending(self, person: PersonId, conversation: str, now: int) -> Sequence[Ticket]:
        """Those that this person may confirm here, oldest first."""
        ...

    async def find(self, ticket_id: str) -> Ticket | None:
        """One ticket, whatever became of it."""
        ...

    async def used_by(self, message_id: int) -> Ticket | None:
        """The ticket that this message used, before a crash, or None."""
        ...

    async def redeem(self, ticket: Ticket, message_id: int, now: int) -> bool:
        """Use it up for this message if it is still pending, unexpired and unchanged.

        True also when this same message had used it before a crash.
        """
        ...

    async def refuse(self, ticket: Ticket) -> bool:
        """Its sender said no; True if it was still pending."""
        ...


class Outbox(Protocol):
    """What is to be said; nothing is sent that is not a row here."""

    async def pending(
        self, platform: str, after: Mapping[Priority, int], limit: int
    ) -> Sequence[OutgoingMessage]:
        """Rows still to send, at most so many of each lane, with ids above the lane's `after`."""
        ...

    async def leaving(self, messages: Sequence[OutgoingMessage]) -> None:
        """They are about to be sent: until it is recorded otherwise, they may be there."""
        ...

    async def record(
        self, outcomes: Sequence[Sending], instead: Sequence[OutgoingMessage] = ()
    ) -> None:
        """What became of sendings, and rows that are said elsewhere, in one transaction."""
        ...

    async def follow(self, cursor: str, sequence: int, messages: Sequence[OutgoingMessage]) -> None:
        """Add rows, unique by key and recipient, and move the cursor, in one transaction."""
        ...

    async def cursor(self, name: str) -> int:
        """How far the journal has been followed."""
        ...

    async def queues(self) -> Sequence[Queue]:
        """How it stands with each platform that has or had something to send, by name."""
        ...

    async def held(self, now: int, limit: int) -> Sequence[OutgoingMessage]:
        """Held rows that are due (UTC ms), by reader and age."""
        ...

    async def told(self, rows: Sequence[int]) -> Sequence[OutgoingMessage]:
        """Rows by id, oldest first, whatever became of them."""
        ...

    async def release(self, rows: Sequence[OutgoingMessage], card: OutgoingMessage) -> bool:
        """Have one row tell these held ones, in one transaction; False where it does already."""
        ...

    async def next_due(self) -> int | None:
        """When the next held row is due (UTC ms), or None."""
        ...

    async def heard(self, person: PersonId, sequence: int | None) -> OutgoingMessage | None:
        """The row that tells a person of a journal entry; None asks for the last urgent one."""
        ...

    async def unheeded(self, platform: str, since: int, until: int) -> Sequence[OutgoingMessage]:
        """Urgent news that people were told there between two moments (UTC ms), the last excluded.

        Without what they have acknowledged.
        """
        ...

    async def waiting_for(self, person: PersonId, conversation: str) -> int:
        """How many rows are held for a reader: everything of a person's, or a channel's."""
        ...

    async def hasten(self, person: PersonId, conversation: str, now: int) -> int:
        """Have what is held for a reader told now; gives how much that is."""
        ...


class Hearings(Protocol):
    """What people and channels chose to hear."""

    async def of(self, listener: str) -> Hearing:
        """A person's choices."""
        ...

    async def choose(self, listener: str, hearing: Hearing) -> None:
        """A person's choices from now on."""
        ...

    async def channels(self) -> Sequence[Channel]:
        """The channels that hear of the desk, by name."""
        ...

    async def tune(self, channel: Channel) -> None:
        """What a channel hears from now on."""
        ...


class Acknowledgements(Protocol):
    """Who has seen which entry of the journal."""

    async def see(self, sequence: int, person: PersonId, at: int) -> bool:
        """They have seen it; False where that was known."""
        ...

    async def seen_by(self, sequence: int) -> Sequence[tuple[PersonId, int]]:
        """Who has, and when (UTC ms), the first one first."""
        ...


class PlatformNotes(Protocol):
    """What is known of how a platform wants to be spoken to; kept over restarts."""

    async def spoken(self, platform: str, since: int) -> Sequence[tuple[str, int]]:
        """Conversations that heard something since then (UTC ms), and when."""
        ...

    async def silences(self, platform: str) -> Mapping[str, int]:
        """Scopes that asked to be left alone, and until when (UTC ms)."""
        ...

    async def silence(self, platform: str, scope: str, until: int) -> None:
        """Leave a scope alone until then (UTC ms)."""
        ...

    async def moves(self, platform: str) -> Mapping[str, str]:
        """New names of conversations by their old ones."""
        ...

    async def move(self, platform: str, old: str, new: str) -> None:
        """A conversation has another name from now on."""
        ...

    async def shown(self, platform: str, conversation: str, subject: str) -> tuple[str, int] | None:
        """The card of a subject that is there: by what it may be edited, and since when."""
        ...


class People(Protocol):
    """Members of the desk, and which platform accounts are theirs."""

    async def find(self, platform: str, sender: str) -> Person | None:
        """The member behind a platform's own user id."""
        ...

    async def get(self, person: PersonId) -> Person | None:
        """One member."""
        ...

    async def everyone(self) -> Sequence[Person]:
        """All members, by name."""
        ...

    async def join(self, platform: str, sender: str, person: Person) -> Person:
        """Make a member of a platform account; the one there already wins."""
        ...

    async def set_role(self, person: PersonId, role: Role) -> bool:
        """Change what a member may do; False, and nothing done, where no owner would be left."""
        ...

    async def accounts(self, person: PersonId) -> Sequence[Account]:
        """The platform accounts of a member, by name."""
        ...

    async def move(self, account: Account, person: Person | None) -> bool:
        """Give an account to a member, who is made one where there is none of that id; or to none.

        False, and nothing done, where no owner would be left.
        """
        ...

    async def set_name(self, person: PersonId, name: str) -> None:
        """What a member is called; it is shown and proves nothing."""
        ...

    async def set_language(self, person: PersonId, language: str) -> None:
        """The language a member reads."""
        ...

    async def set_timezone(self, person: PersonId, timezone: str) -> None:
        """The zone a member's times are in."""
        ...

    async def set_home(self, person: PersonId, platform: str, conversation: str) -> None:
        """Where a member was last heard in private; what waited for that is due from then on."""
        ...

    async def set_group(self, person: PersonId, conversation: str) -> None:
        """Where a member without a private conversation was last heard."""
        ...

    async def reaches(self, person: PersonId) -> Mapping[str, str]:
        """Every private conversation in which a member was heard, by platform."""
        ...


class Watchlists(Protocol):
    """Instruments a person keeps an eye on, in the order they were added."""

    async def symbols(self, person: PersonId) -> Sequence[Symbol]:
        """The list."""
        ...

    async def add(self, person: PersonId, symbols: Sequence[Symbol]) -> None:
        """Add; what is there stays where it is."""
        ...

    async def remove(self, person: PersonId, symbols: Sequence[Symbol]) -> Sequence[Symbol]:
        """Take off; gives those that were on it."""
        ...


class Schedules(Protocol):
    """What recurs, as rows."""

    async def add(self, schedule: Schedule) -> None:
        """Keep one; the same id again changes nothing."""
        ...

    async def of(self, person: PersonId) -> Sequence[Schedule]:
        """A person's own, oldest first."""
        ...

    async def remove(self, person: PersonId, schedule_id: str) -> bool:
        """Forget one of a person's own; False if there is none."""
        ...

    async def due(self, now: int) -> Sequence[Schedule]:
        """Those whose time has come."""
        ...

    async def ran(self, schedule: Schedule, due: int, next_due: int) -> None:
        """Record a run and when the next one is due."""
        ...

    async def next_due(self) -> int | None:
        """The earliest due time of all, or None."""
        ...


class AuditLog(Protocol):
    """The hash-chained record of what people did."""

    async def entries(self, start: int, end: int, limit: int) -> Sequence[AuditEntry]:
        """Entries with `start <= at < end` (UTC ms), newest first."""
        ...

    async def verify(self) -> int | None:
        """None when the chain holds, else the number of the first entry that does not."""
        ...


class JournalReader(Protocol):
    """The journal as the notifications follow it."""

    def read(self, after: int = 0) -> AsyncIterator[Recorded]:
        """Entries in order, from the one that follows `after`."""
        ...

    async def entry(self, sequence: int) -> Recorded | None:
        """One entry."""
        ...


class Provenance(Protocol):
    """Where a wish came from, long after it was answered."""

    async def message(self, message_id: int) -> InboundMessage | None:
        """What somebody said, by the id it was committed under."""
        ...

    async def ticket(self, ticket_id: str) -> Ticket | None:
        """A ticket, whatever became of it."""
        ...


class Pictures(Protocol):
    """Draws and composes away from the chat, and keeps what it made."""

    async def draw(self, work: Callable[..., bytes], spec: object, name: str) -> Path:
        """Run a module-level drawing function on a picklable spec; gives the file's path."""
        ...

    async def keep(self, content: bytes, name: str) -> Path:
        """Store a finished file; gives its path."""
        ...


class JobStore(Protocol):
    """Jobs that are not done, so that a restart takes them up again."""

    async def add(self, job: Job) -> None:
        """Keep one; the same id again changes nothing."""
        ...

    async def remove(self, job_id: str) -> None:
        """It is done, or was stopped."""
        ...

    async def all(self) -> Sequence[Job]:
        """Those that are not done, oldest first."""
        ...


class Jobs(Protocol):
    """Work that goes on after its message was answered."""

    async def start(self, message: InboundMessage, person: PersonId, line: str, intent: str) -> Job:
        """Have a long command carried out once this message is answered; once for this intent.

        Raises TooMuch where the person has too many under way.
        """
        ...

    async def stop(self, person: PersonId, job_id: str) -> Job | None:
        """End one of a person's own at once; None where there is none of that id."""
        ...


class Workers(Protocol):
    """Does heavy work in other processes."""

    async def run(
        self,
        work: Callable[[Spec], Generator[Step, None, Result]],
        spec: Spec,
        *,
        seconds: float,
        told: Callable[[Step], Awaitable[None]] | None = None,
    ) -> Result:
        """Run a module-level generator function on a picklable spec, telling each of its steps.

        Raises WorkFailed, and what the work raises of the house's errors.
        """
        ...


class Incoming(Protocol):
    """Where an adapter hands what it received; committed when `receive` returns."""

    async def receive(self, message: InboundMessage) -> None:
        """Commit it, once, and have it answered; too many at once are refused, in words.

        Only then may the platform hear that it arrived. Raises StoreUnavailable.
        """
        ...

    async def refuse(self, message: InboundMessage, error: BotError | EngineError) -> None:
        """Say why something is not acted on, once for each update. Raises StoreUnavailable."""
        ...

    async def moved(self, platform: str, old: str, new: str) -> None:
        """A platform calls a conversation by another name now. Raises StoreUnavailable."""
        ...

    async def glance(self, message: InboundMessage) -> Sequence[Card]:
        """What its sender has before them now: cards for them alone, which nothing keeps.

        Raises StoreUnavailable.
        """
        ...

    async def offer(self, message: InboundMessage) -> Sequence[Card]:
        """What its sender may put before others, by what is typed of it so far; nothing keeps it.

        Raises StoreUnavailable.
        """
        ...

    async def idle(self, conversation: str) -> None:
        """Wait until all that was received here has been answered."""
        ...


@dataclass(frozen=True, slots=True)
class Pacing:
    """How much a platform takes; 0 is no bound.

    `per_second` over all conversations, of which a fifth is kept for urgent rows and answers;
    `gap_seconds` between two messages in one conversation; `group_per_minute` in one group;
    `at_once` requests on their way. `shows_repeats`: a message sent twice is seen twice, so that
    a row is marked before it leaves. `finds_repeats`: the adapter looks whether a marked row is
    there already, and does not send it again. `is_free` says of a row, at a moment in UTC ms, that
    the platform does not count it.
    """

    per_second: float = 0
    gap_seconds: float = 0
    group_per_minute: int = 0
    at_once: int = 1
    shows_repeats: bool = False
    finds_repeats: bool = False
    is_free: Callable[[OutgoingMessage, int], bool] = lambda _row, _now: False


@dataclass(frozen=True, slots=True)
class Room:
    """What a platform counts as one conversation: all topics of a group are one room."""

    id: str
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """A part of a card is on the platform; by `reference` it may be edited, "" where it may not."""

    reference: str = ""
    is_last: bool = True


@dataclass(frozen=True, slots=True)
class Equipment:
    """What an adapter is handed: time, the seal of its buttons, a folder for files it received."""

    clock: Clock
    seal: Seal
    folder: Path


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What came in over HTTP; header names are in lower case.

    `peer` is the sender's address, by the word of reverse proxies that are believed.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    peer: str = ""


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What goes back."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HttpRoute:
    """A path that somebody outside calls; the desk's web server serves it."""

    method: str
    path: str
    handle: Callable[[HttpRequest], Awaitable[HttpReply]]


@runtime_checkable
class Routed(Protocol):
    """An adapter or connector that is called over HTTP."""

    @property
    def routes(self) -> Sequence[HttpRoute]:
        """What it serves."""
        ...


@runtime_checkable
class ShowsDrafts(Protocol):
    """A platform that can change what it has shown."""

    async def draft(self, conversation: str, key: str, card: Card) -> None:
        """Show an answer that is not whole yet, or change the one shown under this key.

        The message that is sent with the same key takes its place. Raises OSError.
        """
        ...


@runtime_checkable
class Erases(Protocol):
    """A platform that can take a message away that somebody else wrote."""

    async def erase(self, message: InboundMessage) -> bool:
        """Take it away; False where the platform does not let us."""
        ...


@dataclass(frozen=True, slots=True)
class SecretRequest:
    """A secret that one person is to enter; `enter` takes it and goes on from there.

    The label is in the `language` of the person.
    """

    conversation: str
    sender: str
    label: str
    enter: Callable[[str], Awaitable[None]]
    language: str = "en"


@runtime_checkable
class SecretForm(Protocol):
    """A platform with a form that is no message: a modal, a page, a prompt that shows nothing."""

    async def ask(self, request: SecretRequest) -> None:
        """Show it to that sender alone; a form that is closed is forgotten. Raises OSError."""
        ...


class Adapter(Protocol):
    """A chat platform. Sending raises DeliveryFailed, by its classes, and NobodyThere."""

    @property
    def platform(self) -> str:
        """Its name: `terminal`, `telegram`, `discord`, `slack`."""
        ...

    @property
    def pacing(self) -> Pacing:
        """How much it takes."""
        ...

    def room(self, conversation: str) -> Room:
        """Where a conversation is counted."""
        ...

    async def send(self, message: OutgoingMessage, card: Card) -> Receipt:
        """Show the part of a card that `message.part` names; a short card has one, part 0."""
        ...

    async def edit(self, message: OutgoingMessage, card: Card, reference: str) -> Receipt:
        """Put a card in the place of one shown before; Undeliverable where that cannot be."""
        ...

    async def run(self, incoming: Incoming, menu: Menu) -> None:
        """Receive until the person leaves, which ends the program, or for ever.

        Raises PlatformClosed where the platform will have no more of it.
        """
        ...

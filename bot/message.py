"""The values that travel between platforms and the desk."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from pathlib import Path

from bot.card import Card
from engine.domain.identifiers import AccountId, DeskId, PersonId


class Role(IntEnum):
    """What a person may do on a desk; each includes the ones before it.

    NONE is somebody who was shown the door, or has not come in yet.
    """

    NONE = 0
    VIEWER = 1
    TRADER = 2
    MANAGER = 3
    OWNER = 4

    @property
    def word(self) -> str:
        """Its name in lower case."""
        return self.name.lower()


STRATEGY_FILE = re.compile(r"\.(ya?ml|json|txt)$", re.IGNORECASE)
CANDLE_FILE = re.compile(r"\.(csv|csv\.gz|parquet|pq|feather|arrow)$", re.IGNORECASE)
"""What files are called that are read here; no others are taken in."""


def is_readable(name: str) -> bool:
    """Whether a file of this name may be one that some command reads."""
    return bool(STRATEGY_FILE.search(name) or CANDLE_FILE.search(name))


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that came with a message: the name it was given, and where its copy lies."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A person's words as a platform verified them; `received_at` in UTC ms.

    `platform` and `update_id` together never repeat. `sender` is the platform's own id for the
    person; names shown are never identity. `reference` is what an answer may reply to, in the
    platform's own words.
    """

    platform: str
    update_id: str
    conversation: str
    sender: str
    sender_name: str
    text: str
    received_at: int
    is_private: bool = True
    id: int = 0
    due_at: int = 0
    """When a schedule said it: the time it was due, else 0."""
    files: tuple[ReceivedFile, ...] = ()
    reference: str = ""
    aside: str = ""
    """In a group: the conversation there that its sender alone hears, where a platform has one."""
    home: str = ""
    """In a group: where its sender can be told things in private, never having written there."""
    is_public: bool = False
    """Anybody may read what comes of it: nothing of its sender's own belongs there."""
    hook: str = ""
    """The hook that said it, where no person did: then its text is a signal, never words."""


@dataclass(frozen=True, slots=True)
class Principal:
    """One person acting on one desk, here."""

    person: PersonId
    name: str
    role: Role
    desk: DeskId
    accounts: tuple[AccountId, ...]
    conversation: str
    language: str
    timezone: str
    platform: str


@dataclass(frozen=True, slots=True)
class Account:
    """An account at a platform: its own id there is who it is, what it is called is only shown.

    `conversation` is where it was heard, or nothing.
    """

    platform: str
    sender: str
    shown: str = ""
    conversation: str = ""

    @property
    def name(self) -> str:
        """`platform:sender`, which names it for ever."""
        return f"{self.platform}:{self.sender}"


class TicketState(StrEnum):
    """What became of it."""

    PENDING = "pending"
    USED = "used"
    REFUSED = "refused"
    EXPIRED = "expired"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A stored command that waits for its own sender's yes; times in UTC ms.

    `command` and `arguments` are what will run, never read from words again; `digest` binds them
    to person and conversation. `reference_price` is what the preview showed.
    """

    id: str
    person: PersonId
    conversation: str
    command: str
    arguments: Mapping[str, object]
    digest: str
    reference_price: str
    created_at: int
    expires_at: int
    state: TicketState = TicketState.PENDING
    used_by: int = 0
    asked_by: int = 0
    """The message that asked for it, 0 where a program did."""


class Priority(IntEnum):
    """Which lane of the outbox: 0 leaves first."""

    URGENT = 0
    ANSWER = 1
    ALERT = 2
    BULK = 3


class Delivery(StrEnum):
    """What became of a message that was to be sent."""

    PENDING = "pending"
    HELD = "held"
    """It waits for its time and is said then, on one card with all that waited."""
    SENT = "sent"
    MERGED = "merged"
    AMBIGUOUS = "ambiguous"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A row of the outbox: a finished card, or a journal entry to be rendered when it is sent.

    Rows of one `subject` in a conversation are one card there, edited as the news comes in.
    `part` counts the pieces that are on the platform already; `is_unsure` marks a row that may be
    there too, for all that is known. `due_at` (UTC ms) is when a held row is told; one without a
    conversation goes wherever its person is at home then. `digest` are the ids of held rows that
    this one tells. One that `breaks_rules` is told although its reader
    wants such news late or never, and says so.
    """

    platform: str
    conversation: str
    person: PersonId
    priority: Priority
    key: str
    created_at: int
    card: Card | None = None
    sequence: int = 0
    id: int = 0
    state: Delivery = Delivery.PENDING
    attempts: int = 0
    subject: str = ""
    reply_to: str = ""
    part: int = 0
    is_unsure: bool = False
    due_at: int = 0
    digest: tuple[int, ...] = ()
    is_silent: bool = False
    breaks_rules: bool = False


@dataclass(frozen=True, slots=True)
class Sending:
    """What became of one sending of a row, at a moment in UTC ms.

    `message.part` is the part that comes next; `reference` is what its card can be edited by, where
    it is there and can.
    """

    message: OutgoingMessage
    state: Delivery
    at: int
    reason: str = ""
    reference: str = ""
    is_unsure: bool = False


@dataclass(frozen=True, slots=True)
class Queue:
    """How it stands with what a platform is to be told; times in UTC ms, 0 for never.

    `dead` rows were given up, the last at `last_dead`.
    """

    platform: str
    waiting: int
    oldest: int
    last_sent: int
    dead: int = 0
    last_dead: int = 0


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what, for the hash-chained log; `at` in UTC ms."""

    person: PersonId
    conversation: str
    action: str
    detail: Mapping[str, object]
    result: str
    at: int


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the desk and where to reach them."""

    id: PersonId
    name: str
    role: Role
    language: str
    timezone: str
    home_platform: str = ""
    home_conversation: str = ""
    group_conversation: str = ""
    """Where somebody without a private conversation was heard last."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A slash line that recurs for a person; `cron` has five fields with Sunday as 0; UTC ms."""

    id: str
    owner: PersonId
    platform: str
    sender: str
    conversation: str
    line: str
    cron: str
    timezone: str
    next_due: int
    created_at: int
    last_run: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """Work that goes on after its message was answered; `line` says it; `started_at` in UTC ms."""

    id: str
    person: PersonId
    message: InboundMessage
    line: str
    started_at: int


@dataclass(frozen=True, slots=True)
class MenuOption:
    """One argument as a menu shows it."""

    name: str
    form: str
    needed: bool
    choices: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One command as a menu shows it; `texts` by language.

    `is_personal`: what it says, or asks first, is for the person alone, also where others read.
    """

    name: str
    group: str
    aliases: tuple[str, ...]
    options: tuple[MenuOption, ...]
    texts: Mapping[str, str]
    usage: str
    is_personal: bool = False


Complete = Callable[[str, str], Awaitable[Sequence[str]]]
"""What an argument of a form may become, by what is typed of it so far; the best first."""


async def _nothing(form: str, typed: str) -> Sequence[str]:
    del form, typed
    return ()


@dataclass(frozen=True, slots=True)
class Menu:
    """Every command, as a platform needs to know it."""

    entries: tuple[MenuEntry, ...]
    complete: Complete = _nothing

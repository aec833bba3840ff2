"""What is said, before any platform has a say in how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Tone(StrEnum):
    """How a card feels; a renderer picks the colour."""

    NEUTRAL = "neutral"
    GOOD = "good"
    BAD = "bad"
    WARNING = "warning"
    ASK = "ask"


class AttachmentKind(StrEnum):
    """To look at, or to keep."""

    PICTURE = "picture"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file beside the words."""

    path: Path
    kind: AttachmentKind
    title: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A label and the slash line it says when pressed, at most 64 bytes."""

    label: str
    line: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text; columns listed in `numeric` are aligned to the right."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """One answer or notice, in the reader's language.

    `badge` says where the prices come from when they are not live; `hint` what can be done next;
    `subject` what later news may take the card's place.
    """

    title: str
    fields: tuple[tuple[str, str], ...] = ()
    text: str = ""
    table: Table | None = None
    buttons: tuple[Button, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    badge: str = ""
    hint: str = ""
    tone: Tone = Tone.NEUTRAL
    subject: str = ""

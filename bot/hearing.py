"""What somebody hears of the desk, how, and at what hours."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

NEVER = 2**62
"""When news is due for somebody who cannot be reached: not before they can."""


class Topic(StrEnum):
    """What news is about."""

    FILLS = "fills"
    """What became of a person's own orders."""
    ALERTS = "alerts"
    RISK = "risk"
    """Halts, protection that differs or was refused, orders in doubt."""
    REPORTS = "reports"
    """What a schedule said."""
    STRATEGY = "strategy"
    """What became of the orders of strategies that run."""
    SYSTEM = "system"
    """Whether our books and the venue's agree."""


class Severity(StrEnum):
    """How bad it is to hear of it late."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Higher is worse."""
        return list(Severity).index(self)


class Manner(StrEnum):
    """How news is told."""

    NOW = "now"
    DIGEST = "digest"
    """Once a day, on one card."""
    SILENT = "silent"
    """At once and without a sound, where the platform knows such a thing."""
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Choice:
    """How news of a topic and a severity are told."""

    topic: Topic
    severity: Severity
    manner: Manner


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which news waits, in minutes after midnight; `passes` is what is told all the same.

    They may run past midnight.
    """

    starts: int
    ends: int
    passes: Severity = Severity.CRITICAL

    def holds(self, minute: int) -> bool:
        """Whether a minute of the day lies in them."""
        if self.starts <= self.ends:
            return self.starts <= minute < self.ends
        return minute >= self.starts or minute < self.ends


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a person or a channel chose; `usual` holds for the rest, the digest is at `digest_at`.

    `digest_at` in minutes after midnight.
    """

    choices: tuple[Choice, ...] = ()
    usual: Manner = Manner.NOW
    quiet: Quiet | None = None
    digest_at: int = 18 * 60

    def chosen(self, topic: Topic, severity: Severity) -> Manner:
        """How this is told; what is critical is chosen with the warnings, if it can be."""
        severity = Severity.WARNING if severity is Severity.CRITICAL else severity
        for choice in self.choices:
            if (choice.topic, choice.severity) == (topic, severity):
                return choice.manner
        return self.usual

    def choosing(
        self, topics: Collection[Topic], severities: Collection[Severity], manner: Manner
    ) -> Hearing:
        """The same with these told so from now on."""
        kept = [c for c in self.choices if c.topic not in topics or c.severity not in severities]
        new = [Choice(topic, severity, manner) for topic in topics for severity in severities]
        return replace(self, choices=tuple(kept + new))


@dataclass(frozen=True, slots=True)
class Channel:
    """A group's conversation that hears of the desk, in the language of who set it up."""

    conversation: str
    language: str
    timezone: str
    hearing: Hearing

    @property
    def platform(self) -> str:
        """Where it is."""
        return self.conversation.partition(":")[0]


UNHEARD = Hearing(usual=Manner.OFF)
"""A channel that chose nothing hears nothing."""

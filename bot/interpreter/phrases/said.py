"""What the clauses of a turn come to, while they are being read."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.interpreter.phrases.reading import NOTHING, CommandText, Reading


@dataclass(slots=True)
class Said:
    """`about` is what is missing; `refused` tells of an order that a guard held back.

    `strange` are the words of an order that have no place in it, `readings` what it may be.
    """

    commands: list[CommandText] = field(default_factory=list)
    about: list[str] = field(default_factory=list)
    refused: bool = False
    strange: list[str] = field(default_factory=list)
    readings: list[CommandText] = field(default_factory=list)

    def merge(self, more: Said) -> None:
        """Add another clause's commands, each once."""
        alone = not (self.commands and more.commands)
        self.readings = [*self.readings, *more.readings] if alone else []
        # `here is the code to link: …` speaks of it before giving it; of rules both are meant.
        fuller = {c.name for c in more.commands if c.args} - {"risk"}
        self.commands = [c for c in self.commands if c.args or c.name not in fuller]
        named = {c.name for c in self.commands} - {"risk"}
        said = [c for c in more.commands if c.args or c.name not in named]
        self.commands.extend(c for c in said if c not in self.commands)
        # `je ne veux plus payer @x, résilie`: what is said once more lacks nothing.
        once_more = bool(more.commands) and not said and not self.about
        self.about.extend(a for a in more.about if a not in self.about and not once_more)
        self.refused = self.refused or more.refused
        self.strange.extend(w for w in more.strange if w not in self.strange)

    def reading(self) -> Reading:
        """The outcome."""
        if not self.commands:
            return NOTHING
        if self.about:
            about, strange = tuple(self.about), tuple(self.strange)
            return Reading("clarify", tuple(self.commands), about, strange, tuple(self.readings))
        return Reading("command", tuple(self.commands))

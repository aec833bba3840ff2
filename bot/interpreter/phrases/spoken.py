"""What was said before a turn: the command that it may lean on, and the question that is open."""

from __future__ import annotations

from dataclasses import dataclass

from bot.interpreter.phrases.reading import NOTHING, CommandText, Reading

DECISIONS = ("yes", "no")
"""What places the command before it, or not; only ever said by slash line or button."""


@dataclass(slots=True)
class Spoken:
    """The commands of the last turn that had any; `is_placed` once they have had their yes."""

    commands: tuple[CommandText, ...] = ()
    is_placed: bool = False
    _asked: Reading = NOTHING

    @property
    def asked(self) -> tuple[str, ...]:
        """What the last turn that had any commands was asked about."""
        return self._asked.about

    def follow(self, reading: Reading) -> None:
        """Take a turn in. What lists the answers to a question leaves the question open."""
        if not reading.commands or reading.looks_up(self._asked):
            return
        name = reading.commands[-1].name
        if name in DECISIONS:
            self.is_placed |= name == "yes"
        else:
            self.commands, self.is_placed, self._asked = reading.commands, False, reading

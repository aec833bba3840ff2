"""What an utterance comes to: commands, a question back, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Union

Json = Union[str, list[str], dict[str, "Json"]]  # noqa: UP007 -- it names itself
Args = Mapping[str, "Json"]
LISTED_BY = {
    "order": "orders",
    "alert": "alerts",
    "schedule": "schedules",
    "strategy": "strategies",
    "leader": "leaders",
}
"""The command that lists the things of which one is to be named."""


@dataclass(frozen=True, slots=True)
class CommandText:
    """A command as text: its name and its arguments in the forms of the catalogue."""

    name: str
    args: Args

    def as_json(self) -> dict[str, Json]:
        """As `outcry interpret` prints it."""
        return {"name": self.name, "args": dict(self.args)}


@dataclass(frozen=True, slots=True)
class Reading:
    """`about` names what is missing or unclear when the outcome is `clarify`.

    `strange` are words that an order has no place for; `readings` the two or three whole commands
    between which the words are torn.
    """

    outcome: Literal["command", "clarify", "none"]
    commands: tuple[CommandText, ...] = ()
    about: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()
    readings: tuple[CommandText, ...] = ()

    def looks_up(self, asked: Reading) -> bool:
        """Whether it lists what another one asks to be named."""
        lists = {LISTED_BY.get(name) for name in asked.about}
        return len(self.commands) == 1 and self.commands[0].name in lists

    def as_json(self, id: str | int) -> dict[str, object]:  # noqa: A002 -- the catalogue's word
        """One line of `outcry interpret --jsonl`."""
        line: dict[str, object] = {"id": id, "outcome": self.outcome}
        if self.outcome == "none":
            return line
        if self.outcome == "clarify":
            line["about"] = list(self.about)
        line["commands"] = [command.as_json() for command in self.commands]
        return line


NOTHING = Reading("none")

"""Which commands may recur: a whole slash line, read at once and by the same grammar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator

from bot.arguments.schedules import read_cron
from bot.command import Command, Context, Decision, Effect
from bot.errors import NotPermitted
from bot.families.lines import canonical_line, line_of
from bot.forms import Form

_NEVER = frozenset({"halt", "resume", "schedule"})
_LONGEST_LINE = 500


def _line(value: object) -> str:
    """A typed line as it is, `{name, args}` as the line that says it."""
    if isinstance(value, Mapping):
        return line_of(str(value.get("name", "")), value.get("args") or {})
    text = str(value).strip()
    return text if text.startswith("/") else f"/{text}"


LineText = Annotated[str, BeforeValidator(_line), Form("command", takes_rest=True)]
WhenText = Annotated[
    str, BeforeValidator(lambda text: read_cron(str(text))), Form("schedule", takes_rest=True)
]


def scheduled(line: str, context: Context, asks: type[Command]) -> Command:
    """The command that a line will give each time, if it may recur and this person may give it.

    `asks` is the command that has the line as its argument. Raises CommandNotFound,
    ArgumentInvalid, NotPermitted.
    """
    command = context.read_line(line)
    is_decision = isinstance(command, Decision)
    if is_decision or command.spec.name in _NEVER or command.spec.effect is Effect.ADMINISTERS:
        raise asks.wrong("command", "not_schedulable", detail=f"/{command.spec.name}")
    needed = command.needed_role()
    if context.principal.role < needed:
        role = context.principal.role.word
        raise NotPermitted(command=command.spec.name, needed=needed.word, role=role)
    if not _says_the_same(command, context):
        raise asks.wrong("command", "unrepeatable", detail=f"/{command.spec.name}")
    return command


def _says_the_same(command: Command, context: Context) -> bool:
    """Whether the line that will be kept gives this very command."""
    line = canonical_line(command)
    return len(line) <= _LONGEST_LINE and context.read_line(line) == command

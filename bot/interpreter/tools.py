"""A command as a tool: its arguments as a JSON Schema, made from the class and its examples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from bot.command import Catalogue, Command, Decision, Effect, choices_of, form_of
from bot.interpreter.phrases.examples import catalogue as examples
from bot.models import ToolShape

_LISTS = frozenset({"symbols", "formulas"})
_EXAMPLES_EACH = 2
_IDENTITIES = frozenset({"link", "mfa"})
"""Who is who is settled by people themselves, never through a program."""


def tools(catalogue: Catalogue) -> tuple[ToolShape, ...]:
    """Every command that a model may name; decisions and administration are none of its tools."""
    return tuple(tool(command) for command in catalogue if is_offered(command))


def is_offered(command: type[Command]) -> bool:
    """Whether a program may name the command at all: no yes, no administration, no identities."""
    spec = command.spec
    is_barred = spec.effect is Effect.ADMINISTERS or spec.name in _IDENTITIES
    return not issubclass(command, Decision) and not is_barred


def tool(command: type[Command]) -> ToolShape:
    """One command: what it does, how people ask for it, what it takes."""
    return ToolShape(command.spec.name, _described(command), schema(command))


def schema(command: type[Command]) -> dict[str, Any]:
    """The JSON Schema of a command's arguments; decimals travel as strings."""
    fields = command.arguments()
    return {
        "type": "object",
        "properties": {name: _argument(command, name) for name in fields},
        "required": [name for name, field in fields.items() if field.is_required()],
        "additionalProperties": False,
    }


def _argument(command: type[Command], name: str) -> dict[str, Any]:
    field = command.arguments()[name]
    about = {"description": field.description or name}
    choices = choices_of(field)
    if choices:
        return {"type": "string", "enum": list(choices), **about}
    form = form_of(field).name
    if form in _LISTS:
        return {"type": "array", "items": {"type": "string"}, **about}
    return {"type": "string", "format": form, **about}


def _described(command: type[Command]) -> str:
    entry = examples().get(command.spec.name)
    lines = [command.spec.summary]
    for language in ("en", "fr"):
        of_language = [e for e in entry.examples if e.language == language] if entry else []
        lines += [f"{e.say} -> {_json(e.args)}" for e in of_language[:_EXAMPLES_EACH]]
    return "\n".join(lines)


def _json(arguments: Mapping[str, Any]) -> str:
    return orjson.dumps(arguments).decode()

"""The slash grammar: `/name`, bare words in the command's order, then `name=value`.

A formula takes the rest of the line up to a known `name=`; a list takes words until the next one.
A `name=` wins over a bare word; the same name twice is a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from rapidfuzz import process

from bot.command import Catalogue, Command, choices_of, form_of, usage
from bot.errors import ArgumentInvalid, CommandNotFound
from bot.forms import Form

_TOKEN = re.compile(r'(?:[^\s"]|"[^"]*")+')
_NAMED = re.compile(r"([a-z_]+)=(.*)", re.DOTALL)
_NEAR_ENOUGH = 60


def read_slash(text: str, catalogue: Catalogue) -> Command:
    """The command of a slash line. Raises CommandNotFound, ArgumentInvalid."""
    word, _, rest = text.strip().removeprefix("/").partition(" ")
    # Telegram names the bot in groups: `/price@desk_bot`.
    name = word.partition("@")[0].lower()
    command = catalogue.get(name)
    if command is None:
        raise CommandNotFound(word=name[:40], nearest=nearest_commands(name, catalogue))
    return build(command, _filled(command, _TOKEN.findall(rest)))


def nearest_commands(word: str, catalogue: Catalogue) -> str:
    """Up to three commands whose names look alike, as slash words."""
    found = process.extract(word[:40], catalogue.words(), limit=3, score_cutoff=_NEAR_ENOUGH)
    return ", ".join(f"/{name}" for name, _, _ in found) or "/help"


def build(command: type[Command], arguments: Mapping[str, Any]) -> Command:
    """The command with these arguments. Raises ArgumentInvalid for the first that is wrong."""
    try:
        return command.model_validate(dict(arguments))
    except ValidationError as error:
        raise _explained(command, error) from error


def _filled(command: type[Command], tokens: Sequence[str]) -> dict[str, Any]:
    bare, named = _sorted(command, tokens)
    arguments: dict[str, Any] = {}
    for name, value in _placed(command, bare):
        arguments.update(command.expand(name, value) if isinstance(value, str) else {name: value})
    return {**arguments, **named}


def _sorted(command: type[Command], tokens: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Bare words apart from `name=value`; what follows a formula's name belongs to it."""
    bare: list[str] = []
    named: dict[str, str] = {}
    open_name = ""
    for token in tokens:
        name, value = _as_named(command, token)
        if name:
            if name in named:
                raise _mistake(command, name, "twice")
            named[name] = value
            open_name = name if _is_open(command, name) else ""
        elif open_name:
            named[open_name] += f" {_unquoted(token)}"
        else:
            bare.append(_unquoted(token))
    return bare, named


def _as_named(command: type[Command], token: str) -> tuple[str, str]:
    match = _NAMED.fullmatch(token)
    if match is None or match[1] not in command.arguments():
        return "", ""
    return match[1], _unquoted(match[2])


def _is_open(command: type[Command], name: str) -> bool:
    form = form_of(command.arguments()[name])
    return form.takes_rest or form.takes_many


def _placed(command: type[Command], bare: list[str]) -> list[tuple[str, str | list[str]]]:
    placed: list[tuple[str, str | list[str]]] = []
    words = list(bare)
    for name in command.positionals():
        if not words:
            break
        field = command.arguments().get(name)
        form = form_of(field) if field else Form(name)
        if form.takes_rest:
            placed.append((name, " ".join(words)))
            words = []
        elif form.takes_many:
            placed.append((name, words))
            words = []
        else:
            placed.append((name, words.pop(0)))
    if words:
        raise _mistake(command, words[0], "too_many")
    return placed


def _unquoted(token: str) -> str:
    return token.replace('"', "")


def _mistake(command: type[Command], argument: str, kind: str) -> ArgumentInvalid:
    return ArgumentInvalid(argument=argument[:60], kind=kind, detail="", usage=usage(command))


def _explained(command: type[Command], error: ValidationError) -> ArgumentInvalid:
    first = error.errors()[0]
    argument = str(first["loc"][0]) if first["loc"] else command.spec.name
    field = command.arguments().get(argument)
    known = {
        "missing": "missing",
        "enum": "choice",
        "extra_forbidden": "unknown",
    }
    kind = known.get(first["type"], "wrong")
    detail = str(first["msg"]).removeprefix("Value error, ")
    if kind == "choice" and field is not None:
        detail = ", ".join(choices_of(field))
    return ArgumentInvalid(argument=argument, kind=kind, detail=detail, usage=usage(command))

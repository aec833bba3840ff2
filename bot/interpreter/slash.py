"""The slash grammar: `/name`, bare words in the command's order, then `name=value`.

A formula takes the rest of the line up to a known `name=`; a list takes words until the next one.
A `name=` wins over a bare word; the same name twice is a mistake. What is true or false may be said
by its name alone: `/halt flatten`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from rapidfuzz import fuzz, process

from bot.command import Catalogue, Command, choices_of, form_of
from bot.errors import ArgumentInvalid, CommandNotFound, Unreadable, shown
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
                raise command.wrong(name, "twice")
            named[name] = value
            open_name = name if _is_open(command, name) else ""
        elif open_name:
            named[open_name] += f" {_unquoted(token)}"
        else:
            bare.append(_unquoted(token))
    for name, value in named.items():
        if not value.strip():
            raise command.wrong(name, "missing")
    return bare, named


def _as_named(command: type[Command], token: str) -> tuple[str, str]:
    if token.startswith("@") and "account" in command.arguments():
        return "account", token.lstrip("@")
    match = _NAMED.fullmatch(token)
    if _says_yes(command, token):
        return token, "true"
    if match is None or (match[1] not in command.arguments() and _has_room(command, match[2])):
        return "", ""
    if match[1] not in command.arguments():
        raise unknown(command, match[1])
    return match[1], _unquoted(match[2])


def _says_yes(command: type[Command], token: str) -> bool:
    """Whether a bare word is the name of what is true or false."""
    field = command.arguments().get(token)
    return field is not None and choices_of(field) == ("true", "false")


def _has_room(command: type[Command], value: str) -> bool:
    """Whether `word=value` may be words of the command's own: another line, a note, `a==b`."""
    fields = (command.arguments().get(name) for name in command.positionals())
    forms = [form_of(field) for field in fields if field is not None]
    return value.startswith("=") or any(form.takes_rest or form.takes_pairs for form in forms)


def unknown(command: type[Command], argument: str) -> ArgumentInvalid:
    """The refusal of an argument that the command has not, with the one that looks most alike."""
    names = list(command.arguments())
    if not names:
        return command.wrong(argument, "none_taken")
    near = process.extractOne(argument[:40], names, scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
    nearest = str(near[0]) if near else ""
    return command.wrong(argument, "unknown", nearest=nearest, detail=", ".join(names))


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
        raise command.wrong(words[0], "too_many" if command.arguments() else "none_taken")
    return placed


def _unquoted(token: str) -> str:
    return token.replace('"', "")


def _explained(command: type[Command], error: ValidationError) -> ArgumentInvalid:
    first = error.errors(include_url=False)[0]
    argument = str(first["loc"][0]) if first["loc"] else command.spec.name
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, Unreadable):
        return command.wrong(argument, cause.kind, **cause.facts)
    if first["type"] == "missing":
        return command.wrong(argument, "missing")
    field = command.arguments().get(argument)
    if field is None:
        return unknown(command, argument)
    choices = ", ".join(choices_of(field))
    kind = "choice" if choices else "unreadable"
    return command.wrong(argument, kind, detail=choices, said=shown(str(first["input"])))

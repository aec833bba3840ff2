"""The desk's menu as Discord's slash commands: typed options, texts by language, completion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from bot.adapters.discord.manifest import (
    COMMAND_OPTIONS,
    COMMANDS,
    DESCRIPTION_LETTERS,
    OPTIONS,
)
from bot.message import Menu, MenuEntry, MenuOption

UPLOAD = "upload"
"""The option that takes a file, beside the one that names it."""
COMPLETED = frozenset({"symbol", "symbols", "timeframe", "zone", "strategy"})
"""Forms whose words are offered while they are typed."""
_COMMAND, _TEXT, _BOOLEAN, _FILE = 1, 3, 5, 11
_IN_GUILDS, _IN_PRIVATE = 0, 1

Command: TypeAlias = Mapping[str, Any]
_SAID = (
    "name", "type", "description", "description_localizations", "required", "autocomplete",
    "contexts", "integration_types",
)  # fmt: skip


def commands(menu: Menu) -> list[Command]:
    """What is registered with Discord."""
    return [_command(entry) for entry in menu.entries[:COMMANDS]]


def is_same(there: Sequence[Command], wanted: Sequence[Command]) -> bool:
    """Whether Discord knows these commands already, whatever else it says of them."""
    known, ours = ({each["name"]: _essence(each) for each in which} for which in (there, wanted))
    return known == ours


def _command(entry: MenuEntry) -> Command:
    options = [_option(option) for option in entry.options]
    if any(option.form == "file" for option in entry.options):
        file = next(option for option in entry.options if option.form == "file")
        options.append({"name": UPLOAD, "type": _FILE, **_described(file.texts)})
    options.sort(key=lambda option: not option.get("required", False))
    return {
        "name": entry.name,
        "type": _COMMAND,
        **_described(entry.texts),
        "contexts": [_IN_GUILDS, _IN_PRIVATE],
        "integration_types": [0],
        "options": options[:COMMAND_OPTIONS],
    }


def _option(option: MenuOption) -> dict[str, Any]:
    made: dict[str, Any] = {"name": option.name, **_described(option.texts)}
    if option.needed:
        made["required"] = True
    if set(option.choices) == {"true", "false"}:
        return {**made, "type": _BOOLEAN}
    made["type"] = _TEXT
    if 0 < len(option.choices) <= OPTIONS:
        made["choices"] = [{"name": choice, "value": choice} for choice in option.choices]
    elif option.form in COMPLETED:
        made["autocomplete"] = True
    return made


def _described(texts: Mapping[str, str]) -> dict[str, Any]:
    described: dict[str, Any] = {"description": _cut(texts["en"])}
    if others := {name: _cut(text) for name, text in texts.items() if name != "en"}:
        described["description_localizations"] = others
    return described


def _cut(text: str) -> str:
    whole = text.strip() or "-"
    return whole if len(whole) <= DESCRIPTION_LETTERS else f"{whole[: DESCRIPTION_LETTERS - 1]}…"


def _essence(command: Command) -> tuple[object, ...]:
    """What we say of a command or an option; Discord adds ids, and what is empty or false."""
    return (
        *(command.get(name) or None for name in _SAID),
        [(choice["name"], choice["value"]) for choice in command.get("choices") or ()],
        [_essence(option) for option in command.get("options") or ()],
    )

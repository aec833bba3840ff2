"""Modals: a secret that is never said as a message, and any command filled in as a form."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from bot.adapters.slack.receive import COMMAND_FORM, FORM, OPEN_FORM, PICK
from bot.adapters.slack.render import Json, Words, escaped, harmless, shortened, small
from bot.message import Menu, MenuEntry, MenuOption

_TITLE = "Outcry"
_LABEL_LETTERS = 75
_SECRET_LETTERS = 100


def secret_form(name: str, label: str) -> Json:
    """A modal with one line for a secret."""
    return {
        "type": "modal",
        "callback_id": f"{FORM}{name}",
        "title": small(_TITLE),
        "submit": small("OK"),
        "blocks": [
            {
                "type": "input",
                "block_id": "secret",
                "label": small(_short(label)),
                "element": {
                    "type": "plain_text_input",
                    "action_id": "value",
                    "max_length": _SECRET_LETTERS,
                    "focus_on_load": True,
                },
            }
        ],
    }


def opener(name: str, label: str) -> Words:
    """A button that opens it, where nothing was pressed that could."""
    button = {
        "type": "button",
        "action_id": f"{OPEN_FORM}{name}",
        "style": "primary",
        "text": small(_short(label)),
    }
    return Words(escaped(label), ({"type": "actions", "elements": [button]},))


def command_form(menu: Menu, chosen: str, language: str) -> Json:
    """The list of commands, and under it the arguments of the one that was chosen."""
    entry = next((each for each in menu.entries if each.name == chosen), None)
    view = {
        "type": "modal",
        "callback_id": f"{COMMAND_FORM}{entry.name if entry else ''}",
        "title": small(_TITLE),
        "blocks": [
            _commands(menu, entry, language),
            *(_arguments(entry, language) if entry else ()),
        ],
    }
    return {**view, "submit": small("OK")} if entry else view


def _commands(menu: Menu, entry: MenuEntry | None, language: str) -> Json:
    groups = [
        {
            "label": small(_short(group.capitalize())),
            "options": [_command(each, language) for each in entries],
        }
        for group, entries in groupby(menu.entries, key=lambda each: each.group)
    ]
    chosen = {"initial_option": _command(entry, language)} if entry else {}
    select = {"type": "static_select", "action_id": PICK, "option_groups": groups, **chosen}
    return {"type": "actions", "block_id": "commands", "elements": [select]}


def _command(entry: MenuEntry, language: str) -> Json:
    text = _short(entry.texts.get(language) or entry.texts["en"])
    return {"text": small(f"/{entry.name}"), "value": entry.name, "description": small(text)}


def _arguments(entry: MenuEntry, language: str) -> Iterator[Json]:
    if not entry.options:
        text = entry.texts.get(language) or entry.texts["en"]
        yield {"type": "section", "block_id": f"{entry.name} alone", "text": small(harmless(text))}
    for option in entry.options:
        yield {
            "type": "input",
            "block_id": f"{entry.name} {option.name}",
            "optional": not option.needed,
            "label": small(_short(option.name)),
            "element": _element(option),
            **_hint(option, language),
        }


def _element(option: MenuOption) -> Json:
    if not option.choices:
        return {"type": "plain_text_input", "action_id": option.name}
    options = [{"text": small(_short(word)), "value": word} for word in option.choices]
    return {"type": "static_select", "action_id": option.name, "options": options}


def _hint(option: MenuOption, language: str) -> Json:
    text = option.texts.get(language) or option.texts.get("en")
    return {"hint": small(harmless(text))} if text else {}


def _short(label: str) -> str:
    return shortened(harmless(label), _LABEL_LETTERS)

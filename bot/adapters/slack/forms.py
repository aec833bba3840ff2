"""What is entered in a modal and never said as a message."""

from __future__ import annotations

from bot.adapters.slack.receive import FORM, OPEN_FORM
from bot.adapters.slack.render import Json, Words, escaped, harmless, small

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


def _short(label: str) -> str:
    label = harmless(label)
    return label if len(label) <= _LABEL_LETTERS else f"{label[: _LABEL_LETTERS - 1]}…"

"""The system text of the model, from `prompts/interpreter/system.md`."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

_FENCE = "---\n"


@lru_cache(maxsize=1)
def _body() -> str:
    file = resources.files("prompts").joinpath("interpreter", "system.md")
    return file.read_text("utf-8").removeprefix(_FENCE).partition(_FENCE)[2].strip()


def system_text(language: str, now: str, look_ups: int) -> str:
    """The text with its variables filled in."""
    values = {"language": language, "now": now, "look_ups": str(look_ups)}
    text = _body()
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text

"""What a card offers exists: every slash line in code and texts begins with a command."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bot.command import Catalogue

ROOT = Path(__file__).parents[2]
_LINE = re.compile(r"(?<![\w/.}:*<])/([a-z]+)(?=[ {]|$)")
_ELSEWHERE = {"outcry", "start"}
"""Platforms' own words: the one command of Slack and groups, the deep link of Telegram."""


def offered() -> Iterator[tuple[str, str]]:
    """Each command that is named, and where."""
    for path in (ROOT / "bot/voice/texts").rglob("*.yaml"):
        for name in _LINE.findall(path.read_text("utf-8")):
            yield name, path.name
    for folder in ("commands", "presenters", "families", "signals"):
        for path in (ROOT / "bot" / folder).rglob("*.py"):
            nodes = ast.walk(ast.parse(path.read_text("utf-8")))
            said = (node.value for node in nodes if isinstance(node, ast.Constant))
            for text in said:
                if match := re.match(r"/([a-z]+)(?= |$)", str(text)):
                    yield match[1], path.name


def test_what_is_offered_is_a_command() -> None:
    found = list(offered())
    catalogue = Catalogue.discover()

    assert len(found) > 100
    assert [(n, w) for n, w in found if n not in _ELSEWHERE and catalogue.get(n) is None] == []

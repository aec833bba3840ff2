"""Words read by themselves, and what came of them in the plainest form."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.interpreter.phrases import PhraseInterpreter
from bot.interpreter.phrases.reading import Reading

NOW = datetime(2025, 6, 4, 12, tzinfo=UTC)
INTERPRETER = PhraseInterpreter()


def read(words: str) -> Reading:
    """What the words ask for, with nothing said before."""
    return INTERPRETER.read([words], NOW)


def commands(reading: Reading) -> list[tuple[str, dict]]:
    """Each command's name and arguments."""
    return [(command.name, dict(command.args)) for command in reading.commands]


def told(words: str) -> tuple[str, list[tuple[str, dict]]]:
    """Whether the words are a command, a question or nothing, and which commands they name."""
    reading = read(words)
    return reading.outcome, commands(reading)


def lines(table: str) -> list[str]:
    """The utterances of a table, one a line."""
    return [line.strip() for line in table.strip().splitlines()]

"""`outcry interpret`: what words would be read as; it acts on nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import orjson

from bot.command import Catalogue
from bot.errors import NotUnderstood
from bot.interpreter.phrases import PhraseInterpreter
from bot.interpreter.slash import read_slash
from engine.runtime.system import SystemClock


def run_interpret(text: str | None, jsonl: Path | None, now: str | None, *, as_json: bool) -> int:
    """Read one utterance, or a file of them; gives the exit code."""
    moment = datetime.fromisoformat(now).astimezone(UTC) if now else SystemClock().now()
    interpreter = PhraseInterpreter()
    if jsonl is not None:
        for line in _answered(jsonl, interpreter, moment):
            sys.stdout.write(line)
        return 0
    if text is None:
        sys.stderr.write("Say what to interpret, or name a file with --jsonl.\n")
        return 2
    answer = _one(None, [text], interpreter, moment)
    sys.stdout.write(_as_line(answer) if as_json else _as_words(answer))
    return 0


def _answered(file: Path, interpreter: PhraseInterpreter, now: datetime) -> Iterator[str]:
    with file.open("rb") as lines:
        for line in lines:
            if line.strip():
                asked = orjson.loads(line)
                yield _as_line(_one(asked.get("id"), asked["turns"], interpreter, now))


def _one(
    number: object, turns: Sequence[str], interpreter: PhraseInterpreter, now: datetime
) -> dict[str, object]:
    said = turns[-1]
    if said.lstrip().startswith("/"):
        answer = _slash(said)
    else:
        reading = interpreter.read(turns, now)
        return reading.as_json(number if isinstance(number, str | int) else 0)
    return answer if number is None else {"id": number, **answer}


def _slash(line: str) -> dict[str, object]:
    try:
        command = read_slash(line, Catalogue.discover())
    except NotUnderstood:
        return {"outcome": "none"}
    words = {"name": command.spec.name, "args": command.canonical()}
    return {"outcome": "command", "commands": [words]}


def _as_line(answer: dict[str, object]) -> str:
    return orjson.dumps(answer).decode() + "\n"


def _as_words(answer: dict[str, object]) -> str:
    lines = [str(answer["outcome"])]
    commands = answer.get("commands")
    if isinstance(commands, list):
        lines += [f"  {c['name']} {orjson.dumps(c['args']).decode()}" for c in commands]
    if answer.get("about"):
        lines.append(f"  missing: {answer['about']}")
    return "\n".join(lines) + "\n"

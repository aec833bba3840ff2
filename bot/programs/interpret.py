"""`outcry interpret`: what words would be read as; it acts on nothing."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from bot.command import Catalogue
from bot.config import Config, home_folder, read_config
from bot.errors import BotError, NotUnderstood
from bot.interpreter.phrases import PhraseInterpreter
from bot.interpreter.slash import read_slash
from bot.programs.trouble import explain
from engine.runtime.system import SystemClock

Read = Callable[[Sequence[str]], dict[str, object]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says."""

    text: str | None
    jsonl: Path | None
    now: str | None
    as_json: bool
    interpreter: str = "offline"
    home: Path | None = None
    config: Path | None = None


def run_interpret(asked: Asked) -> int:
    """Read one utterance, or a file of them; gives the exit code."""
    if asked.interpreter not in {"offline", "model"}:
        sys.stderr.write("--interpreter is offline or model.\n")
        return 2
    if asked.jsonl is None and asked.text is None:
        sys.stderr.write("Say what to interpret, or name a file with --jsonl.\n")
        return 2
    moment = datetime.fromisoformat(asked.now).astimezone(UTC) if asked.now else SystemClock().now()
    try:
        read = _by_model(asked, moment) if asked.interpreter == "model" else _offline(moment)
        return _printed(asked, read)
    except BotError as error:
        return explain(error)


def _printed(asked: Asked, read: Read) -> int:
    if asked.jsonl is not None:
        for line in _answered(asked.jsonl, read):
            sys.stdout.write(line)
        return 0
    answer = _one(None, [asked.text or ""], read)
    sys.stdout.write(_as_line(answer) if asked.as_json else _as_words(answer))
    return 0


def _offline(now: datetime) -> Read:
    interpreter = PhraseInterpreter()
    return lambda turns: _without_id(interpreter.read(turns, now).as_json(0))


def _by_model(asked: Asked, now: datetime) -> Read:
    """Through the configured model, which is asked even where the desk reads offline."""
    from bot.programs.dry_model import dry_reader  # noqa: PLC0415 -- loads the desk's wiring

    settings: Config = read_config(asked.config, home_folder(asked.home))
    reader = dry_reader(settings, now)
    return lambda turns: asyncio.run(reader(turns))


def _without_id(answer: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in answer.items() if name != "id"}


def _answered(file: Path, read: Read) -> Iterator[str]:
    with file.open("rb") as lines:
        for line in lines:
            if line.strip():
                asked = orjson.loads(line)
                yield _as_line(_one(asked.get("id"), asked["turns"], read))


def _one(number: object, turns: Sequence[str], read: Read) -> dict[str, object]:
    said = turns[-1]
    answer = _slash(said) if said.lstrip().startswith("/") else read(turns)
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
    if answer.get("says"):
        lines.append(f"  says: {answer['says']}")
    return "\n".join(lines) + "\n"

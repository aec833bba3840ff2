"""Every formula the interpreter writes is one the formula language knows, in its own spelling."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.interpreter.phrases import PhraseInterpreter
from engine.formula import parse

DATA = Path(__file__).parents[4] / "data" / "nlu"
NOW = datetime(2025, 6, 4, 12, tzinfo=UTC)


def _formulas() -> Iterator[str]:
    interpreter = PhraseInterpreter()
    for name in ("sample.jsonl", "own.jsonl"):
        for line in (DATA / name).read_text("utf-8").splitlines():
            for command in interpreter.read(json.loads(line)["turns"], NOW).commands:
                if "formula" in command.args:
                    yield command.args["formula"]
                yield from command.args.get("indicators", ())


def test_every_formula_written_is_canonical():
    written = sorted(set(_formulas()))

    assert len(written) > 50
    assert [parse(formula).text for formula in written] == written

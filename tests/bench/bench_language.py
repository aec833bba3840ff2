"""`make bench-language`: how well and how fast words are read, and what hostile text comes to.

`unseen.jsonl` was scored at first contact and never used to mend the interpreter; `blind.jsonl` has
been since, and is told for what it guards. The model is not measured here: its answers are its
maker's, its guards are the hostile corpus.
"""

from __future__ import annotations

import importlib.util
import json
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data" / "nlu"
_SPEC = importlib.util.spec_from_file_location("nlu_score", DATA / "score.py")
assert _SPEC is not None
assert _SPEC.loader is not None
score = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(score)
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
Row = tuple[str, float, float, str]


def main() -> int:
    """A line a bar, ending `holds` or `short`; exits 1 when one is short."""
    rows = [*_read(), _hostile()]
    held = 0
    for measure, figure, bar, unit in rows:
        at_most = unit.startswith("< ")
        holds = figure <= bar if at_most else figure >= bar
        held += holds
        limit = "at most" if at_most else "at least"
        verdict = "holds" if holds else "short"
        print(f"{measure}: {figure:,.2f} {unit.removeprefix('< ')} ({limit} {bar:,.2f}) {verdict}")
    print(f"{held} of {len(rows)} hold")
    return 0 if held == len(rows) else 1


def _read() -> list[Row]:
    before = _megabytes()
    began = time.perf_counter()
    from bot.interpreter.phrases import PhraseInterpreter  # noqa: PLC0415 -- a start is measured

    interpreter = PhraseInterpreter()
    interpreter.read(["price of btc"], NOW)
    start = time.perf_counter() - began
    spent: list[float] = []

    def answers(name: str) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
        asked = [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]
        got = []
        for row in asked:
            began = time.perf_counter()
            reading = interpreter.read(row["turns"], NOW)
            spent.append((time.perf_counter() - began) * 1000 / len(row["turns"]))
            got.append(reading.as_json(row["id"]))
        return asked, got

    rows: list[Row] = []
    sample, got = answers("sample.jsonl")
    for language in ("en", "fr"):
        mine = [row for row in sample if row["lang"] == language]
        exact, _, bad, total = score.score(mine, got, out=_silent)
        rows.append((f"sample {language}, exact", 100 * exact / total, 95.0, "%"))
        rows.append((f"sample {language}, dangerous", float(bad), 0.0, "< "))
    exact, _, bad, total = score.score(*answers("unseen.jsonl"), out=_silent)
    rows.append(("unseen, exact", 100 * exact / total, 88.0, "%"))
    rows.append(("unseen, dangerous", 100 * bad / total, 100 * 2 / 640, "< %"))
    _, _, bad, _ = score.score(*answers("blind.jsonl"), out=_silent)
    rows.append(("blind sets, dangerous", float(bad), 0.0, "< "))
    return [
        *rows,
        ("time of an utterance, median", median(spent), 5.0, "< ms"),
        ("time of an utterance, p99", quantiles(spent, n=100)[98], 25.0, "< ms"),
        ("start", start, 1.0, "< s"),
        ("memory", _megabytes() - before, 150.0, "< MB"),
    ]


def _hostile() -> Row:
    """The gate asserts that no text gives an order or a ticket, through each interpreter."""
    gate = ROOT / "tests" / "gates" / "test_hostile_corpus.py"
    run = [sys.executable, "-m", "pytest", "-q", str(gate), "--timeout", "800"]
    failed = subprocess.run(run, cwd=ROOT, capture_output=True, check=False).returncode != 0
    return ("hostile corpus: gates that gave an order or a wish for one", float(failed), 0.0, "< ")


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _silent(line: str) -> None:
    del line


if __name__ == "__main__":
    sys.exit(main())

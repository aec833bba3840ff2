"""Seeds of five hours, each at its own exchange and platforms, and every mutant seen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.mutants.table import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
SEEDS = 200
HOURS = 5
# Seeds are dealt out to so many tests, so that they share the machine's cores.
HANDS = 20


def _ran(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("hand", range(HANDS))
def test_the_seeds_break_no_invariant(hand: int) -> None:
    seeds = SEEDS // HANDS
    ran = _ran(
        "tests.simulation", "--seed", str(1 + hand * seeds), "--hours", str(seeds * HOURS),
        "--length", str(HOURS), "--processes", "1",
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.timeout(600)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_seen_by_its_seed(mutant: Mutant) -> None:
    ran = _ran("tests.simulation.mutants", mutant.name)

    assert ran.returncode == 0, ran.stdout + ran.stderr

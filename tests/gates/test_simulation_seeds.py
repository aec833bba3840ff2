"""Seeds of an hour each, ten on all four platforms, and every mutant seen by its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.mutants.table import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
SEEDS = 200
HOURS = 1
# Seeds are dealt out to so many tests, so that they share the machine's cores.
HANDS = 10


def _ran(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("hand", range(HANDS))
def test_the_seeds_break_no_invariant(hand: int) -> None:
    each = SEEDS // HANDS
    first, hours = str(1 + hand * each), str(each * HOURS)
    ran = _ran(
        "tests.simulation", "--seed", first, "--hours", hours,
        "--length", str(HOURS), "--processes", "1",
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.timeout(1800)
def test_the_seeds_break_no_invariant_on_all_four_platforms_at_once() -> None:
    ran = _ran(
        "tests.simulation", "--seed", "1", "--hours", "10",
        "--length", str(HOURS), "--processes", "1", "--faces", "all",
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.timeout(600)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_seen_by_its_seed(mutant: Mutant) -> None:
    ran = _ran("tests.simulation.mutants", mutant.name)

    assert ran.returncode == 0, ran.stdout + ran.stderr

"""Seeds of an hour each, also on all four platforms and at each venue, and every mutant seen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.mutants.table import MUTANTS, Mutant
from tests.simulation.nature import ROWS

ROOT = Path(__file__).parents[2]
SEEDS = 200
HOURS = 1
# Seeds are dealt out to so many tests, so that they share the machine's cores.
HANDS = 10


def _ran(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


def _held(first: int, seeds: int, *words: str) -> None:
    ran = _ran(
        "tests.simulation", "--seed", str(first), "--hours", str(seeds * HOURS),
        "--length", str(HOURS), "--processes", "1", *words,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("hand", range(HANDS))
def test_the_seeds_break_no_invariant(hand: int) -> None:
    each = SEEDS // HANDS
    _held(1 + hand * each, each)


@pytest.mark.timeout(1800)
def test_the_seeds_break_no_invariant_on_all_four_platforms_at_once() -> None:
    _held(1, 10, "--faces", "all")


@pytest.mark.timeout(1800)
def test_the_seeds_break_no_invariant_with_conditions_of_orders() -> None:
    _held(1, 10, "--talk", "conditions")


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("row", ROWS)
def test_a_seed_breaks_no_invariant_with_each_venues_nature(row: str) -> None:
    _held(1, 1, "--row", row)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_seen_by_its_seed(mutant: Mutant) -> None:
    ran = _ran("tests.simulation.mutants", mutant.name)

    assert ran.returncode == 0, ran.stdout + ran.stderr

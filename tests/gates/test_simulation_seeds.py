"""Seeds of three hours, an hour at each exchange with each way to talk, and every mutant seen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.mutants.table import MUTANTS, Mutant
from tests.simulation.people import TALKS
from tests.simulation.scene import MARKETS

ROOT = Path(__file__).parents[2]
SEEDS = {"spot": 200, "perpetuals": 20}
HOURS = 3
# So many are dealt out to a test, so that they share the machine's cores.
A_HAND = 10
HANDS = [
    (market, first) for market, seeds in SEEDS.items() for first in range(1, seeds + 1, A_HAND)
]


def _ran(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("market", "first"), HANDS)
def test_the_seeds_break_no_invariant(market: str, first: int) -> None:
    ran = _ran(
        "tests.simulation", "--market", market, "--seed", str(first), "--processes", "1",
        "--hours", str(A_HAND * HOURS), "--length", str(HOURS),
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("market", "row"), [(market, row) for market, rows in MARKETS.items() for row in rows]
)
@pytest.mark.parametrize("talk", TALKS)
def test_invariants_hold_at_an_exchange_as_its_contract_row_says(
    market: str, row: str, talk: str
) -> None:
    ran = _ran(
        "tests.simulation", "--market", market, "--seed", "5", "--length", "1",
        "--row", row, "--talk", talk,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.timeout(600)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_seen_by_its_seed(mutant: Mutant) -> None:
    ran = _ran("tests.simulation.mutants", mutant.name)

    assert ran.returncode == 0, ran.stdout + ran.stderr

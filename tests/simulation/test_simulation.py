"""The whole desk on virtual time: invariants hold, and a seed gives the same run everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.scene import MARKETS

ROOT = Path(__file__).parents[2]


def simulated(*options: str, hash_seed: str = "0") -> str:
    """Run it as a person would, in a process of its own; gives what it prints."""
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    ran = subprocess.run(
        [sys.executable, "-m", "tests.simulation", *options],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.mark.parametrize("market", MARKETS)
@pytest.mark.parametrize("seed", ["1", "2"])
def test_invariants_hold_through_an_hour_of_faults_and_crashes(market: str, seed: str) -> None:
    ran = simulated("--market", market, "--seed", seed, "--length", "1")

    assert " 0 broken invariants" in ran


def test_an_exchange_without_the_market_is_refused_with_a_word() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "--market", "spot", "--row", "binanceusdm"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ran.returncode == 2
    assert "binanceusdm has no spot here" in ran.stderr


def test_invariants_hold_on_all_four_platforms_at_once() -> None:
    ran = simulated("--seed", "3", "--length", "1", "--faces", "all")

    assert " 0 broken invariants" in ran


def test_a_long_run_takes_one_seed_after_another() -> None:
    ran = simulated("--seed", "1", "--hours", "1", "--length", "0.5", "--processes", "2")

    assert ran.startswith("1 hours")
    assert " 0 broken invariants" in ran


def test_the_same_seed_gives_the_same_trace_whatever_python_hashes_by() -> None:
    runs = {simulated("--seed", "3", "--length", "0.5", hash_seed=each) for each in ("1", "2024")}

    assert len(runs) == 1

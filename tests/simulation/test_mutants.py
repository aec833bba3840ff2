"""The lines that the mutants replace are still there: `make gates` lets each be caught."""

from __future__ import annotations

import pytest

from tests.simulation import invariants, world
from tests.simulation.mutants.table import MUTANTS, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_finds_the_lines_it_replaces(mutant: Mutant) -> None:
    for graft in mutant.grafts:
        assert graft.grown(graft.source()) != graft.source()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_names_an_invariant_that_exists(mutant: Mutant) -> None:
    by_name = vars(invariants)
    assert mutant.invariant in by_name or mutant.invariant == world.DIED


def test_there_are_at_least_twenty_five_of_them_by_different_names() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 25

"""`python -m tests.simulation.mutants NAME`: the simulation of a desk with that defect."""

from __future__ import annotations

import sys

from tests.simulation.mutants.grafting import grafted
from tests.simulation.mutants.table import MUTANTS

_SEEDS = 8


def main(name: str, seeds: list[int]) -> int:
    """Print what the seeds see of it; 0 when one of them does."""
    mutant = next(each for each in MUTANTS if each.name == name)
    grafted(mutant.grafts)
    from tests.simulation.world import simulated  # noqa: PLC0415 -- after the defect is in place

    for seed in seeds or range(mutant.seed, mutant.seed + _SEEDS):
        summary = simulated(seed, mutant.hours, scene=mutant.scene)
        print(f"{name}: seed {seed}: {summary.broken[:300] or 'not seen'}")
        if summary.broken.partition(":")[0] == mutant.invariant:
            return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], [int(each) for each in sys.argv[2:]]))

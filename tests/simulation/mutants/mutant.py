"""One mutant, and the scenes that most of them are seen in."""

from __future__ import annotations

from dataclasses import dataclass

from tests.simulation.mutants.grafting import Graft
from tests.simulation.scene import PERPETUALS, PLAIN, SCARCE, Scene


@dataclass(frozen=True, slots=True)
class Mutant:
    """A defect; a seed from `seed` on, run for `hours`, breaks `invariant` because of it."""

    name: str
    grafts: tuple[Graft, ...]
    invariant: str
    seed: int = 1
    hours: float = 2.0
    scene: Scene = PLAIN


def one(name: str, module: str, before: str, after: str, invariant: str, seed: int = 1) -> Mutant:
    return Mutant(name, (Graft(module, before, after),), invariant, seed)


def changing(name: str, module: str, before: str, after: str, invariant: str, seed: int) -> Mutant:
    """Where orders are changed in place, and people mostly do that."""
    scene = Scene(row="okx", talk="changes")
    return Mutant(name, (Graft(module, before, after),), invariant, seed, 5.0, scene)


def on_margin(
    name: str, module: str, before: str, after: str, invariant: str, *, seed: int = 1
) -> Mutant:
    scene = Scene(market=PERPETUALS)
    return Mutant(name, (Graft(module, before, after),), invariant, seed, 5.0, scene)


def scarce(
    name: str,
    module: str,
    before: str,
    after: str,
    invariant: str,
    *,
    seed: int = 1,
    talk: str = PLAIN.talk,
) -> Mutant:
    """Where cash runs out, losses halt, and orders of the account meet each other."""
    scene = Scene(talk=talk, means=SCARCE)
    return Mutant(name, (Graft(module, before, after),), invariant, seed, 5.0, scene)

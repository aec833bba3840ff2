"""What a bar is told as, and what all of them come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Row = tuple[str, float, float, str]
"""Measure, figure, bar, unit; a leading `<` of the unit means at most the bar."""


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """A bar that could not be measured here, and why: it does not hold."""

    measure: str
    why: str


def verdict(rows: Iterable[Row | Unmeasured | str]) -> int:
    """Print a line a bar, ending `holds` or `short`, and give the exit code; a text is told."""
    held = count = 0
    for row in rows:
        if isinstance(row, str):
            print(row, flush=True)
            continue
        count += 1
        if isinstance(row, Unmeasured):
            print(f"{row.measure}: not measured ({row.why}) short", flush=True)
            continue
        measure, figure, bar, unit = row
        at_most = unit.startswith("< ")
        holds = figure <= bar if at_most else figure >= bar
        held += holds
        limit = "at most" if at_most else "at least"
        name = unit.removeprefix("< ")
        word = "holds" if holds else "short"
        print(f"{measure}: {figure:,.2f} {name} ({limit} {bar:,.2f}) {word}", flush=True)
    print(f"{held} of {count} hold")
    return 0 if held == count else 1

"""What a bar is told as, and what all of them come to."""

from __future__ import annotations

from collections.abc import Iterable

Row = tuple[str, float, float, str]
"""Measure, figure, bar, unit; a leading `<` of the unit means at most the bar."""


def verdict(rows: Iterable[Row]) -> int:
    """Print a line a bar, ending `holds` or `short`, and give the exit code."""
    held = count = 0
    for measure, figure, bar, unit in rows:
        at_most = unit.startswith("< ")
        holds = figure <= bar if at_most else figure >= bar
        held, count = held + holds, count + 1
        limit = "at most" if at_most else "at least"
        name = unit.removeprefix("< ")
        word = "holds" if holds else "short"
        print(f"{measure}: {figure:,.2f} {name} ({limit} {bar:,.2f}) {word}", flush=True)
    print(f"{held} of {count} hold")
    return 0 if held == count else 1

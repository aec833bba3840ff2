"""`make bench`: a line a bar, ending `holds` or `short`; exits 1 when one is short."""

from __future__ import annotations

import logging
import sys

import structlog

from tests.bench import bench_alerts, bench_frame, bench_latency, bench_paper


def main() -> int:
    """Measure everything, one after another."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    measures = (bench_frame, bench_latency, bench_paper, bench_alerts)
    rows = [row for measure in measures for row in measure.run()]
    held = 0
    for measure, figure, bar, unit in rows:
        at_most = unit.startswith("< ")
        holds = figure <= bar if at_most else figure >= bar
        held += holds
        limit = "at most" if at_most else "at least"
        name = unit.removeprefix("< ")
        verdict = "holds" if holds else "short"
        print(f"{measure}: {figure:,.2f} {name} ({limit} {bar:,.2f}) {verdict}")
    print(f"{held} of {len(rows)} hold")
    return 0 if held == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())

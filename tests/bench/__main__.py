"""`make bench`: a line a bar, ending `holds` or `short`; exits 1 when one is short."""

from __future__ import annotations

import logging
import sys

import structlog

from tests.bench import bench_alerts, bench_frame, bench_latency, bench_paper
from tests.bench.rows import verdict


def main() -> int:
    """Measure everything, one after another."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    measures = (bench_frame, bench_latency, bench_paper, bench_alerts)
    rows = [row for measure in measures for row in measure.run()]
    return verdict(rows)


if __name__ == "__main__":
    sys.exit(main())

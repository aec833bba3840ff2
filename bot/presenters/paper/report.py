"""The door to reports; importing this module costs nothing until the first one is composed."""

from __future__ import annotations

from bot.presenters.paper.spec import PerformanceReport

__all__ = ["PerformanceReport", "compose_report"]


def compose_report(spec: PerformanceReport) -> bytes:
    """The report as PDF, the same bytes for the same spec."""
    # fpdf2 takes half a second to import, which only the worker process should pay for.
    from bot.presenters.paper import pages  # noqa: PLC0415

    return pages.compose(spec)

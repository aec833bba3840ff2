"""The order of a report."""

from __future__ import annotations

from bot.presenters.paper.charts import draw_curve, draw_months
from bot.presenters.paper.cover import draw_cover
from bot.presenters.paper.document import Document
from bot.presenters.paper.spec import PerformanceReport
from bot.presenters.paper.tables import draw_definitions, draw_table


def compose(spec: PerformanceReport) -> bytes:
    """Cover, curve, months, tables in their order, definitions."""
    paper = Document(spec)
    draw_cover(paper)
    if spec.curve is not None:
        draw_curve(paper, spec.curve)
    if spec.months is not None:
        draw_months(paper, spec.months)
    for table in spec.tables:
        draw_table(paper, table)
    draw_definitions(paper, spec.definitions)
    return paper.finished()

"""Tables that run over pages with their heads repeated, and the definitions."""

from __future__ import annotations

from bot.presenters.paper.document import HEADING, INNER, MARGIN, Document
from bot.presenters.paper.ink import INK, Ink, signed
from bot.presenters.paper.spec import Column, Definition, Table

_ROW = 5.6
_HEAD = 6.2
_SIZES = (8.0, 7.2, 6.4)
_PADDING = 2.0
_LEAST_WORDS = 15.0
_AFTER = 8.0
_DEFINITION_SIZE = 7.6
_NAME_WIDTH, _FORMULA_WIDTH = 44.0, 98.0


def draw_table(paper: Document, table: Table) -> None:
    """The table, its title kept with the first rows."""
    paper.need(7.6 + _HEAD + 3 * _ROW)
    paper.heading(table.title, table.note)
    if not table.rows:
        words = table.empty or paper.labels["nothing"]
        paper.text((MARGIN, paper.y + 3.4), words, 8.5, colour=INK.muted)
        paper.y += _ROW + _AFTER
        return
    size, widths = _fit(paper, table)
    _draw_head(paper, table, size, widths)
    for index, row in enumerate(table.rows):
        if paper.need(_ROW):
            paper.heading(table.title, paper.labels["continued"])
            _draw_head(paper, table, size, widths)
        if index % 2:
            paper.box(MARGIN, paper.y, INNER, _ROW, INK.stripe)
        _draw_cells(paper, table.columns, row, (size, widths))
        paper.y += _ROW
    paper.line([(MARGIN, paper.y), (MARGIN + INNER, paper.y)], INK.rule)
    paper.y += _AFTER


def _fit(paper: Document, table: Table) -> tuple[float, list[float]]:
    """The largest size whose columns fit; then words give way, numbers last."""
    for size in _SIZES:
        natural = _natural(paper, table, size)
        spare = INNER - sum(natural)
        if spare >= 0:
            return size, [width + spare / len(natural) for width in natural]
    words = [
        max(0.0, width - _LEAST_WORDS) if column.align == "left" else 0.0
        for width, column in zip(natural, table.columns, strict=True)
    ]
    share = min(1.0, -spare / sum(words)) if sum(words) else 0.0
    narrowed = [width - share * part for width, part in zip(natural, words, strict=True)]
    scale = min(1.0, INNER / sum(narrowed))
    return size, [width * scale for width in narrowed]


def _natural(paper: Document, table: Table, size: float) -> list[float]:
    """What each column would like to have; the longest text stands for its column."""
    widths = []
    for place, column in enumerate(table.columns):
        cells = [row[place] for row in table.rows if place < len(row)]
        longest = sorted(cells, key=len, reverse=True)[:8]
        wanted = [paper.width(cell, size) for cell in longest]
        wanted.append(paper.width(column.title, size - 0.6, bold=True))
        widths.append(max(wanted) + 2 * _PADDING)
    return widths


def _draw_head(paper: Document, table: Table, size: float, widths: list[float]) -> None:
    paper.line([(MARGIN, paper.y + _HEAD), (MARGIN + INNER, paper.y + _HEAD)], INK.muted, 0.25)
    left = MARGIN
    for column, width in zip(table.columns, widths, strict=True):
        _draw_cell(paper, column.title, (left, width), column, (size - 0.6, INK.muted, True))
        left += width
    paper.y += _HEAD


def _draw_cells(
    paper: Document,
    columns: tuple[Column, ...],
    row: tuple[str, ...],
    fit: tuple[float, list[float]],
) -> None:
    size, widths = fit
    left = MARGIN
    for column, width, cell in zip(columns, widths, row, strict=False):
        colour = signed(cell) if column.signed else INK.black
        _draw_cell(paper, cell, (left, width), column, (size, colour, False))
        left += width


def _draw_cell(
    paper: Document,
    words: str,
    place: tuple[float, float],
    column: Column,
    look: tuple[float, Ink, bool],
) -> None:
    (left, width), (size, colour, bold) = place, look
    at_right = column.align == "right"
    x = left + width - _PADDING if at_right else left + _PADDING
    paper.text(
        (x, paper.y + 3.9),
        words,
        size,
        colour=colour,
        bold=bold,
        anchor="right" if at_right else "left",
        room=width - _PADDING,
    )


def draw_definitions(paper: Document, definitions: tuple[Definition, ...]) -> None:
    """Each figure's formula and unit, over as many lines as it takes."""
    if not definitions:
        return
    rows = [_definition_row(paper, each) for each in definitions]
    # All on one page where it can be: a row alone on the last one looks forgotten.
    paper.need(HEADING + _HEAD + sum(height for *_, height in rows))
    paper.heading(paper.labels["definitions"])
    _draw_definition_head(paper)
    for name, formula, unit, height in rows:
        if paper.need(height):
            paper.heading(paper.labels["definitions"], paper.labels["continued"])
            _draw_definition_head(paper)
        _draw_definition(paper, name, formula, unit)
        paper.y += height
        paper.line([(MARGIN, paper.y), (MARGIN + INNER, paper.y)], INK.rule, 0.15)
    paper.y += _AFTER


def _definition_row(
    paper: Document, definition: Definition
) -> tuple[str, list[str], list[str], float]:
    """A figure's name, its formula and unit in lines, and how high they are in mm."""
    formula = paper.lines(definition.formula, _DEFINITION_SIZE, _FORMULA_WIDTH - 3) or [""]
    unit = paper.lines(definition.unit, _DEFINITION_SIZE, INNER - _NAME_WIDTH - _FORMULA_WIDTH)
    return definition.name, formula, unit, 3.7 * max(len(formula), len(unit)) + 1.6


def _draw_definition_head(paper: Document) -> None:
    names = ("figure", "formula", "unit")
    lefts = (0.0, _NAME_WIDTH, _NAME_WIDTH + _FORMULA_WIDTH)
    for name, left in zip(names, lefts, strict=True):
        place = (MARGIN + left, paper.y + 3.9)
        paper.text(place, paper.labels[name], 7.2, colour=INK.muted, bold=True)
    paper.y += _HEAD
    paper.line([(MARGIN, paper.y), (MARGIN + INNER, paper.y)], INK.muted, 0.25)


def _draw_definition(paper: Document, name: str, formula: list[str], unit: list[str]) -> None:
    size, base = _DEFINITION_SIZE, paper.y + 3.9
    paper.text((MARGIN, base), name, size, bold=True, room=_NAME_WIDTH - 3)
    for index, line in enumerate(formula):
        place = (MARGIN + _NAME_WIDTH, base + 3.7 * index)
        paper.text(place, line, size, room=_FORMULA_WIDTH - 2)
    for index, line in enumerate(unit):
        place = (MARGIN + _NAME_WIDTH + _FORMULA_WIDTH, base + 3.7 * index)
        paper.text(
            place,
            line,
            size,
            colour=INK.muted,
            room=INNER - _NAME_WIDTH - _FORMULA_WIDTH + 1,
        )

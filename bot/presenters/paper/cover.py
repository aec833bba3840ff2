"""The first page: whose report, of when, and the figures that matter."""

from __future__ import annotations

from bot.presenters.paper.document import INNER, MARGIN, WIDTH, Document
from bot.presenters.paper.ink import INK, Ink
from bot.presenters.paper.spec import Feeling, Figure

_BAND = 56.0
_ACROSS = 4
_CARD_HEIGHT = 21.5
_GAP = 3.0
_FEELINGS: dict[Feeling, Ink] = {"plain": INK.black, "good": INK.good, "bad": INK.bad}


def draw_cover(paper: Document) -> None:
    """The band with the heading, the headline figures, the summary."""
    paper.page(cover=True)
    _draw_band(paper)
    paper.y = _BAND + 8
    for start in range(0, len(paper.spec.figures), _ACROSS):
        paper.need(_CARD_HEIGHT)
        for place, figure in enumerate(paper.spec.figures[start : start + _ACROSS]):
            _draw_figure(paper, place, figure)
        paper.y += _CARD_HEIGHT + _GAP
    paper.y += 2
    for sentence in paper.spec.summary:
        paper.paragraph(sentence, 9.5)
    paper.y += 5


def _draw_band(paper: Document) -> None:
    spec = paper.spec
    paper.box(0, 0, WIDTH, _BAND, INK.band)
    paper.box(0, _BAND, WIDTH, 1.1, INK.good)
    paper.text((MARGIN, 17), paper.labels["brand"].upper(), 9, colour=INK.band_muted, bold=True)
    paper.badge(WIDTH - MARGIN, 11.5, 10)
    paper.text((MARGIN, 32), spec.heading, 23, colour=INK.band_text, bold=True)
    place = "  ·  ".join(part for part in (spec.account, spec.period) if part)
    paper.text((MARGIN, 41), place, 11, colour=INK.band_text)
    paper.text((MARGIN, 48.5), spec.generated, 8.5, colour=INK.band_muted)


def _draw_figure(paper: Document, place: int, figure: Figure) -> None:
    width = (INNER - (_ACROSS - 1) * _GAP) / _ACROSS
    left, room = MARGIN + place * (width + _GAP), width - 6
    paper.pill(left, paper.y, width, _CARD_HEIGHT, INK.stripe)
    row = paper.y
    paper.text((left + 3, row + 5.4), figure.label, 7.5, colour=INK.muted, room=room)
    size = _size(paper, figure.value, room)
    colour = _FEELINGS[figure.feeling]
    paper.text((left + 3, row + 13), figure.value, size, colour=colour, bold=True, room=room)
    paper.text((left + 3, row + 18.4), figure.note, 6.8, colour=INK.muted, room=room)


def _size(paper: Document, words: str, room: float) -> float:
    """The largest size at which a figure fits: a figure is never cut while it can be read."""
    sizes = (15.0, 13.0, 11.0, 9.0, 7.5)
    return next((size for size in sizes if paper.width(words, size, bold=True) <= room), 6.0)

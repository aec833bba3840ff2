"""A strategy's rules as a picture: from holding nothing to a position, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.presenters.pictures import frame
from bot.presenters.pictures.frame import HEIGHT, LABEL, MARGIN, WIDTH
from bot.presenters.pictures.palette import PALETTES, Colour, Palette, mixed, readable_on
from bot.presenters.pictures.spec import DiagramSide, RuleDiagram
from bot.presenters.pictures.surface import Pen, Surface, text_width

_TOP, _BOTTOM = 112, 712
_IDLE_RIGHT = 212
_HELD_LEFT = 884
_GAP = 24
_WORDS = 30
_LEAST_WORDS = 24
_LEADING = 1.32
_ARROW = 5.0
_HEAD = 17
_NAME = 36
_PILL = 26
_MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class _Box:
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def draw(spec: RuleDiagram) -> bytes:
    """The diagram as PNG."""
    palette = PALETTES[spec.theme]
    sheet = Surface(WIDTH, HEIGHT, palette.paper)
    frame.heading(sheet, palette, spec.title, spec.aside, spec.badge)
    height = (_BOTTOM - _TOP - _GAP * (len(spec.sides) - 1)) / max(len(spec.sides), 1)
    rows = [
        _Box(
            MARGIN,
            _TOP + at * (height + _GAP),
            WIDTH - MARGIN,
            _TOP + at * (height + _GAP) + height,
        )
        for at in range(len(spec.sides))
    ]
    _draw_idle(sheet, palette, spec.idle)
    for side, row in zip(spec.sides, rows, strict=True):
        _draw_side(sheet, palette, side, row)
    foot = frame.fitted(spec.foot, _PILL, WIDTH - 2 * MARGIN)
    sheet.text(MARGIN, 756, foot, _PILL, palette.muted)
    return sheet.png()


def _draw_idle(sheet: Surface, palette: Palette, words: str) -> None:
    box = (MARGIN, _TOP, _IDLE_RIGHT, _BOTTOM)
    sheet.pill(box, 16, mixed(palette.paper, palette.muted, 0.22))
    lines = wrapped(words, _NAME - 6, _IDLE_RIGHT - MARGIN - 24, bold=True)
    _column(
        sheet, palette.ink, lines, ((MARGIN + _IDLE_RIGHT) / 2, (_TOP + _BOTTOM) / 2, _NAME - 6)
    )


def _draw_side(sheet: Surface, palette: Palette, side: DiagramSide, row: _Box) -> None:
    colour = palette.side(side.rises)
    held = _Box(_HELD_LEFT, row.top, row.right, row.bottom)
    _draw_held(sheet, palette, side, held)
    left, right = _IDLE_RIGHT + 14.0, _HELD_LEFT - 14.0
    there, back = row.middle - 26, row.middle + 26
    _arrow(sheet, colour, (left, there), (right, there))
    _draw_words(sheet, palette, side.enter, _Box(left, row.top, right, there - 16), is_above=True)
    if side.leave:
        _arrow(sheet, palette.muted, (right, back), (left, back))
        _draw_words(sheet, palette, side.leave, _Box(left, back + 16, right, row.bottom))


def _draw_held(sheet: Surface, palette: Palette, side: DiagramSide, box: _Box) -> None:
    colour = palette.side(side.rises)
    sheet.pill((box.left, box.top, box.right, box.bottom), 16, mixed(palette.paper, colour, 0.2))
    sheet.pill((box.left, box.top, box.left + 8, box.bottom), 4, colour)
    middle = (box.left + box.right) / 2
    room = box.right - box.left - 32
    step = 1.9 * _PILL
    first = box.middle - step * len(side.levels) / 2
    size = min(_NAME, _NAME * room / max(text_width(side.name, _NAME, bold=True), 1))
    sheet.text(middle, first, side.name, size, palette.ink, anchor="centre", bold=True)
    for at, (words, tone) in enumerate(side.levels, 1):
        _pill(sheet, palette.tones[tone], (middle, first + 8 + at * step), words, room)


def _pill(
    sheet: Surface, colour: Colour, place: tuple[float, float], words: str, room: float
) -> None:
    x, y = place
    size = max(LABEL, min(_PILL, _PILL * (room - 24) / max(text_width(words, _PILL, bold=True), 1)))
    shown = frame.fitted(words, size, room - 24, bold=True)
    half = text_width(shown, size, bold=True) / 2 + 12
    sheet.pill((x - half, y - 20, x + half, y + 20), 8, colour)
    sheet.text(x, y, shown, size, readable_on(colour), anchor="centre", bold=True)


def _arrow(
    sheet: Surface, colour: Colour, start: tuple[float, float], end: tuple[float, float]
) -> None:
    (x, y), (tip, _) = start, end
    back = _HEAD if tip > x else -_HEAD
    sheet.line([(x, y), (tip - back, y)], Pen(colour, _ARROW))
    sheet.polygon([(tip, y), (tip - back, y - 11), (tip - back, y + 11), (tip, y)], colour)


def _draw_words(
    sheet: Surface, palette: Palette, said: Sequence[str], box: _Box, *, is_above: bool = False
) -> None:
    """Lines in a box, as large as they all fit, standing on its floor or hanging from its top."""
    room = box.right - box.left - 16
    size, lines = _WORDS, [line for each in said for line in wrapped(each, _WORDS, room)]
    while size > _LEAST_WORDS and len(lines) * size * _LEADING > box.bottom - box.top:
        size -= 1
        lines = [line for each in said for line in wrapped(each, size, room)]
    most = max(1, int((box.bottom - box.top) / (size * _LEADING)))
    if len(lines) > most:
        lines = [*lines[: most - 1], frame.fitted(" ".join(lines[most - 1 :]), size, room)]
    height = len(lines) * size * _LEADING
    middle = box.bottom - height / 2 if is_above else box.top + height / 2
    _column(sheet, palette.ink, lines, ((box.left + box.right) / 2, middle, size), bold=False)


def _column(
    sheet: Surface,
    colour: Colour,
    lines: Sequence[str],
    place: tuple[float, float, float],
    *,
    bold: bool = True,
) -> None:
    """Lines below each other round a middle; `place` is x, y and the size of the letters."""
    x, y, size = place
    leading = size * _LEADING
    first = y - leading * (len(lines) - 1) / 2
    for at, line in enumerate(lines):
        sheet.text(x, first + at * leading, line, size, colour, anchor="centre", bold=bold)


def wrapped(words: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """The words on as many lines as they need, at most five; a word too long is cut."""
    lines: list[str] = []
    for word in words[:600].split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= room:
            lines[-1] = longer
        else:
            lines.append(frame.fitted(word, size, room, bold=bold))
    if len(lines) > _MOST_LINES:
        rest = " ".join(lines[_MOST_LINES - 1 :])
        lines = [*lines[: _MOST_LINES - 1], frame.fitted(rest, size, room, bold=bold)]
    return lines

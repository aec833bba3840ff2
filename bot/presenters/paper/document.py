"""Sheets of A4 with a running head and foot, and the few strokes that a report is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from fpdf import FPDF

from bot.presenters.paper.ink import INK, Ink
from bot.presenters.paper.labels import LABELS
from bot.presenters.paper.spec import PerformanceReport
from bot.presenters.pictures.typography import drawable

WIDTH, HEIGHT = 210.0, 297.0
MARGIN = 17.0
INNER = WIDTH - 2 * MARGIN
HEADING = 7.6
"""How high the title of a block is, in mm."""
_TOP = 27.0
_BOTTOM = HEIGHT - 21.0
_FAMILY = "DejaVu"
_FILES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
# European scripts, punctuation, currencies, arrows, mathematics, boxes: half the loading time.
_SIGNS = "U+20-7E,U+A0-52F,U+1E00-1EFF,U+2000-22FF,U+25A0-25FF"
_ELLIPSIS = "…"
_UNKNOWN = "□"
_MOST_SIGNS = 1_000
_MILLIMETRES = 25.4 / 72
_ALL_PAGES = "{nb}"

Anchor = Literal["left", "centre", "right"]
Point = tuple[float, float]


class Document:
    """One PDF in the making; `y` is where the next block starts, in millimetres from the top."""

    def __init__(self, spec: PerformanceReport) -> None:
        self.spec = spec
        self.labels: Mapping[str, str] = {**LABELS[spec.language], **spec.labels}
        self.y = _TOP
        self._pdf = FPDF(format="A4", unit="mm")
        self._pdf.set_auto_page_break(False)
        self._pdf.c_margin = 0.0
        self._pdf.set_creation_date(datetime.fromtimestamp(spec.created, UTC))
        for style, name in _FILES.items():
            self._pdf.add_font(_FAMILY, style, fonts() / name, unicode_range=_SIGNS)
        self._widths = [self._pdf.fonts[_FAMILY.lower() + style].cw for style in _FILES]
        self._pdf.set_title(self._clean(spec.heading))
        self._pdf.set_author(self._clean(self.labels["brand"]))
        self._pdf.set_lang(spec.language)

    def page(self, *, cover: bool = False) -> None:
        """A fresh page."""
        self._pdf.add_page()
        self.y = _TOP
        self._foot()
        if not cover:
            self._head()

    def need(self, height: float) -> bool:
        """A fresh page unless `height` fits on this one; says whether there was one."""
        if self.y + height <= _BOTTOM:
            return False
        self.page()
        return True

    @property
    def room(self) -> float:
        """What is left of the page."""
        return _BOTTOM - self.y

    def heading(self, words: str, beside: str = "") -> None:
        """The title of a block, and its distance from the block before."""
        self.text((MARGIN, self.y + 4.6), words, 11.5, bold=True)
        if beside:
            after = MARGIN + self.width(words, 11.5, bold=True) + 3
            self.text((after, self.y + 4.6), beside, 8.5, colour=INK.muted)
        self.y += HEADING

    def text(
        self,
        place: Point,
        words: str,
        size: float,
        *,
        colour: Ink = INK.black,
        bold: bool = False,
        anchor: Anchor = "left",
        room: float = INNER,
    ) -> None:
        """Words on a baseline, cut with an ellipsis where they would leave their room."""
        shown = self.fitted(words, size, room, bold=bold)
        if not shown:
            return
        self._font(size, bold)
        self._pdf.set_text_color(*colour)
        shift = {"left": 0.0, "centre": 0.5, "right": 1.0}[anchor] * self._measure(
            shown, size, bold
        )
        self._pdf.text(place[0] - shift, place[1], shown)

    def paragraph(self, words: str, size: float, room: float = INNER, left: float = MARGIN) -> None:
        """Words over as many lines as they take."""
        for line in self.lines(words, size, room):
            self.need(size * _MILLIMETRES * 1.5)
            self.y += size * _MILLIMETRES * 1.5
            self.text((left, self.y), line, size, room=room + 1)
        self.y += 0.8

    def lines(self, words: str, size: float, room: float) -> list[str]:
        """Words broken at spaces into lines; a word too long for a line is cut."""
        lines, line = [], ""
        for word in filter(None, self._clean(words).split(" ")):  # a no-break space holds
            longer = f"{line} {word}".strip()
            if line and self._measure(longer, size, bold=False) > room:
                lines.append(line)
                longer = word
            line = longer
        return [*lines, line] if line else lines

    def fitted(self, words: str, size: float, room: float, *, bold: bool = False) -> str:
        """The words, or as many of their signs as fit before an ellipsis."""
        kept = self._clean(words)
        if self._measure(kept, size, bold) <= room:
            return kept
        kept = kept[: int(room / (size * _MILLIMETRES) * 4)]
        while kept and self._measure(kept + _ELLIPSIS, size, bold) > room:
            kept = kept[:-1]
        return kept.rstrip() + _ELLIPSIS if kept else ""

    def width(self, words: str, size: float, *, bold: bool = False) -> float:
        """How wide the words are."""
        return self._measure(self._clean(words), size, bold)

    def box(self, left: float, top: float, width: float, height: float, colour: Ink) -> None:
        """A filled rectangle."""
        self._pdf.set_fill_color(*colour)
        self._pdf.rect(left, top, width, height, style="F")

    def pill(self, left: float, top: float, width: float, height: float, colour: Ink) -> None:
        """A filled rectangle with round corners."""
        self._pdf.set_fill_color(*colour)
        self._pdf.rect(left, top, width, height, style="F", round_corners=True, corner_radius=1.2)

    def line(
        self, points: Sequence[Point], colour: Ink, weight: float = 0.2, dash: float = 0.0
    ) -> None:
        """A polyline."""
        if len(points) < 2:
            return
        self._pdf.set_draw_color(*colour)
        self._pdf.set_line_width(weight)
        self._pdf.set_dash_pattern(dash=dash, gap=dash * 0.7)
        self._pdf.polyline(points)
        self._pdf.set_dash_pattern()

    def shape(self, points: Sequence[Point], colour: Ink) -> None:
        """A filled polygon."""
        if len(points) > 2:
            self._pdf.set_fill_color(*colour)
            self._pdf.polygon(points, style="F")

    def badge(self, right: float, top: float, size: float) -> float:
        """What keeps simulated from real, ending at `right`; gives its left edge."""
        words = self.fitted(self.spec.badge.upper(), size, 90, bold=True)
        if not words:
            return right
        width = self.width(words, size, bold=True) + size * 0.6
        height = size * _MILLIMETRES * 1.9
        self.pill(right - width, top, width, height, INK.badge)
        place = (right - width / 2, top + height * 0.69)
        self.text(place, words, size, bold=True, anchor="centre")
        return right - width

    def finished(self) -> bytes:
        """The document's bytes."""
        return bytes(self._pdf.output())

    def _head(self) -> None:
        room = self.badge(WIDTH - MARGIN, 10.6, 7.5) - MARGIN - 4
        spec = self.spec
        words = f"{spec.heading}  ·  {spec.account}  ·  {spec.period}"
        if self.width(words, 8) > room:
            words = f"{spec.heading}  ·  {spec.period}"
        self.text((MARGIN, 15), words, 8, colour=INK.muted, room=room)
        self.line([(MARGIN, 19), (WIDTH - MARGIN, 19)], INK.rule)

    def _foot(self) -> None:
        base = HEIGHT - 11.0
        self.line([(MARGIN, base - 5), (WIDTH - MARGIN, base - 5)], INK.rule)
        page = self.labels["page"].format(page=self._pdf.page_no(), pages=_ALL_PAGES)
        # The count of pages is filled in at the end; a digit stands for its width till then.
        width = self.width(page.replace(_ALL_PAGES, "0"), 7.5)
        self._font(7.5, bold=False)
        self._pdf.set_text_color(*INK.muted)
        self._pdf.set_xy(WIDTH - MARGIN - width, base - 3.2)
        self._pdf.cell(width, 4, page)
        caution = " — ".join(part for part in (self.spec.badge.upper(), self.spec.caution) if part)
        words = "  ·  ".join(part for part in (caution, self.spec.generated) if part)
        colour = INK.bad if caution else INK.muted
        self.text((MARGIN, base), words, 7.5, colour=colour, room=INNER - width - 8)

    def _font(self, size: float, bold: bool) -> None:
        self._pdf.set_font(_FAMILY, "B" if bold else "", size)

    def _measure(self, words: str, size: float, bold: bool) -> float:
        """From the signs' widths in thousandths of the size: thrice as quick as asking fpdf2."""
        widths = self._widths[bold]
        return float(sum(widths[ord(sign)] for sign in words)) * size * _MILLIMETRES / 1_000

    def _clean(self, words: str) -> str:
        """One line of signs that the font has."""
        shown = drawable(words[:_MOST_SIGNS])
        return "".join(sign if ord(sign) in self._widths[False] else _UNKNOWN for sign in shown)


def fonts() -> Path:
    """Where matplotlib keeps DejaVu, found without importing matplotlib."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise FileNotFoundError("matplotlib, which brings the fonts, is not installed")
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"

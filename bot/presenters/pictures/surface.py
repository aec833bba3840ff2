"""A sheet of pixels to draw on: matplotlib's Agg rasteriser and FreeType, without its figures.

`Figure` and its axes cost half a second to import and 60 ms a chart in ticks and layout that a
chart with its own scales does not need, and they scan the machine's fonts on first use. So the
compiled rasteriser below them is used directly: this file is the only one that knows it, and
the tests read its pixels back. Coordinates are pixels, the origin at the top left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path as FilePath
from typing import Literal

import matplotlib as mpl
import numpy as np
from matplotlib.backends._backend_agg import RendererAgg  # type: ignore[attr-defined]  # its stub is empty
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.path import Path
from numpy.typing import ArrayLike, NDArray

from bot.presenters.pictures.png import png
from bot.presenters.pictures.typography import drawable

Colour = tuple[float, float, float]
Pixels = NDArray[np.uint8]
Coverage = NDArray[np.float32]
Anchor = Literal["left", "centre", "right"]

_POINTS_ARE_PIXELS = 72


@dataclass(frozen=True, slots=True)
class Pen:
    """How a path is drawn; what the rasteriser reads of a graphics context."""

    colour: Colour
    width: float = 1.0
    alpha: float = 1.0
    dashes: tuple[float, ...] = ()
    _rgb: tuple[float, float, float, float] = field(init=False)
    _alpha: float = field(init=False, default=1.0)
    _forced_alpha: bool = field(init=False, default=False)
    _linewidth: float = field(init=False)
    _antialiased: bool = field(init=False, default=True)
    _cliprect: None = field(init=False, default=None)
    _capstyle: str = field(init=False, default="butt")
    _joinstyle: str = field(init=False, default="round")

    def __post_init__(self) -> None:
        object.__setattr__(self, "_rgb", (*self.colour, self.alpha))
        object.__setattr__(self, "_linewidth", self.width)

    def get_capstyle(self) -> str:
        return self._capstyle

    def get_joinstyle(self) -> str:
        return self._joinstyle

    def get_dashes(self) -> tuple[float, tuple[float, ...] | None]:
        return 0.0, self.dashes or None

    def get_clip_path(self) -> tuple[None, None]:
        return None, None

    def get_snap(self) -> bool:
        return False

    def get_hatch_path(self) -> None:
        return None

    def get_hatch_color(self) -> tuple[float, float, float, float]:
        return self._rgb

    def get_hatch_linewidth(self) -> float:
        return 1.0

    def get_sketch_params(self) -> None:
        return None


class Surface:
    """`width` by `height` pixels of one colour, drawn on in order."""

    def __init__(self, width: int, height: int, background: Colour) -> None:
        self.width, self.height = width, height
        self._agg = RendererAgg(width, height, _POINTS_ARE_PIXELS)
        self._pixels: Pixels = np.asarray(self._agg)
        paper = np.array([*(round(255 * part) for part in background), 255], np.uint8)
        self._pixels.view(np.uint32)[...] = paper.view(np.uint32)
        self._flip = np.array([[1.0, 0.0, 0.0], [0.0, -1.0, height], [0.0, 0.0, 1.0]])

    def line(self, points: ArrayLike, pen: Pen) -> None:
        """A polyline through `points` (n by 2); a NaN breaks it."""
        vertices = np.asarray(points, np.float64)
        if len(vertices) > 1:
            self._agg.draw_path(pen, Path(vertices), self._flip)

    def segments(self, pairs: ArrayLike, pen: Pen) -> None:
        """Separate lines, n by 2 points by 2 coordinates, in one stroke."""
        vertices = np.asarray(pairs, np.float64).reshape(-1, 2)
        if len(vertices):
            codes = np.resize(np.array([Path.MOVETO, Path.LINETO], np.uint8), len(vertices))
            self._agg.draw_path(pen, Path(vertices, codes), self._flip)

    def polygon(self, points: ArrayLike, colour: Colour, alpha: float = 1.0) -> None:
        """A filled shape through `points` (n by 2)."""
        vertices = np.asarray(points, np.float64)
        if len(vertices) > 2:
            pen = Pen(colour, width=0.0)
            self._agg.draw_path(pen, Path(vertices), self._flip, (*colour, alpha))

    def boxes(self, corners: ArrayLike, colour: Colour) -> None:
        """Filled rectangles, rows of left, top, right, bottom, crisp on whole pixels."""
        left, top, right, bottom = np.rint(np.asarray(corners, np.float64)).reshape(-1, 4).T
        ring = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
        vertices = np.stack([np.stack(corner, axis=1) for corner in ring], axis=1).reshape(-1, 2)
        if len(vertices):
            codes = np.array([Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY], np.uint8)
            path = Path(vertices, np.resize(codes, len(vertices)))
            self._agg.draw_path(Pen(colour, width=0.0), path, self._flip, (*colour, 1.0))

    def pill(self, box: tuple[float, float, float, float], radius: float, colour: Colour) -> None:
        """A filled rectangle with round corners."""
        left, top, right, bottom = box
        quarter = np.linspace(0, np.pi / 2, 7)
        centres = (
            (right - radius, bottom - radius),
            (left + radius, bottom - radius),
            (left + radius, top + radius),
            (right - radius, top + radius),
        )
        corners = [
            np.column_stack((x + radius * np.cos(angle), y + radius * np.sin(angle)))
            for (x, y), angle in zip(
                centres, (quarter + turn * np.pi / 2 for turn in range(4)), strict=True
            )
        ]
        self.polygon(np.concatenate([*corners, corners[0][:1]]), colour)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        colour: Colour,
        *,
        anchor: Anchor = "left",
        bold: bool = False,
    ) -> None:
        """`words` on the baseline that centres capitals on `y`; what sticks out is cut."""
        if not words:
            return
        ink, baseline = _inked(drawable(words), size, bold)
        shift = {"left": 0.0, "centre": 0.5, "right": 1.0}[anchor] * ink.shape[1]
        left = round(x - shift)
        top = round(y + 0.365 * size) - baseline
        self._blend(ink, left, top, colour)

    def _blend(self, ink: Coverage, left: int, top: int, colour: Colour) -> None:
        rows = slice(max(top, 0), min(top + ink.shape[0], self.height))
        columns = slice(max(left, 0), min(left + ink.shape[1], self.width))
        if rows.start >= rows.stop or columns.start >= columns.stop:
            return
        share = ink[
            rows.start - top : rows.stop - top, columns.start - left : columns.stop - left, None
        ]
        under = self._pixels[rows, columns, :3]
        over = np.array(colour, np.float32) * 255
        under[:] = np.rint(under + (over - under) * share)

    def png(self) -> bytes:
        """The finished picture."""
        return png(self._pixels)


def text_width(words: str, size: float, *, bold: bool = False) -> int:
    """How many pixels `words` take."""
    return _inked(drawable(words), size, bold)[0].shape[1] if words else 0


@cache
def _face(bold: bool) -> FT2Font:
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return FT2Font(FilePath(mpl.get_data_path(), "fonts", "ttf", name))


@lru_cache(maxsize=1_024)  # a label is measured before it is drawn, and often drawn again
def _inked(words: str, size: float, bold: bool) -> tuple[Coverage, int]:
    """The coverage of each pixel, 0 to 1, and the row of the baseline."""
    face = _face(bold)
    face.set_size(size, _POINTS_ARE_PIXELS)
    face.set_text(words, 0.0, flags=LoadFlags.FORCE_AUTOHINT)
    face.draw_glyphs_to_bitmap()
    ink: Coverage = np.asarray(face.get_image(), np.float32) / np.float32(255)
    return ink, int(ink.shape[0]) - round(face.get_descent() / 64)

"""Colours of the two themes; up and down stay apart for every kind of colour vision."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bot.presenters.pictures.spec import Theme, Tone

Colour = tuple[float, float, float]


def _rgb(code: str) -> Colour:
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


@dataclass(frozen=True, slots=True)
class Palette:
    """One theme. Teal and orange also differ in lightness, and in candles by hollow and full."""

    paper: Colour
    ink: Colour
    muted: Colour
    grid: Colour
    up: Colour
    down: Colour
    volume_up: Colour
    volume_down: Colour
    badge: Colour
    badge_ink: Colour
    series: tuple[Colour, ...]
    tones: dict[Tone, Colour]

    def side(self, rising: bool) -> Colour:
        """The colour of a rise or a fall."""
        return self.up if rising else self.down

    def signed(self, words: str) -> Colour:
        """That of a figure by the sign that is written before it; plain without one."""
        return self.ink if words[0] not in "+−" else self.side(words[0] == "+")


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """`share` of `other` in `one`."""
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue


def readable_on(colour: Colour) -> Colour:
    """Black or white, whichever reads better on `colour` (WCAG relative luminance)."""
    red, green, blue = (part**2.2 for part in colour)
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return _rgb("10151B") if light > 0.3 else _rgb("FFFFFF")


def heat(palette: Palette, value: float, strongest: float) -> Colour:
    """From the paper's colour to full as a return grows; grey where there is none."""
    if not math.isfinite(value):
        return mixed(palette.paper, palette.grid, 0.5)
    share = 0.12 + 0.78 * min(1.0, abs(value) / strongest) ** 0.8
    return mixed(palette.paper, palette.side(value >= 0), share)


PALETTES: dict[Theme, Palette] = {
    "dark": Palette(
        paper=_rgb("10151B"),
        ink=_rgb("EEF2F6"),
        muted=_rgb("94A1AF"),
        grid=_rgb("222B35"),
        up=_rgb("35C2B0"),
        down=_rgb("F2814B"),
        volume_up=_rgb("1E5953"),
        volume_down=_rgb("6B4230"),
        badge=_rgb("F4C84A"),
        badge_ink=_rgb("10151B"),
        series=tuple(map(_rgb, ("6CB8FF", "F2D15C", "D69CF0", "9CCB5C", "FF9EB5", "B8C4D0"))),
        tones={
            "entry": _rgb("6CB8FF"),
            "stop": _rgb("F2814B"),
            "target": _rgb("35C2B0"),
            "order": _rgb("B8C4D0"),
            "alert": _rgb("F2D15C"),
        },
    ),
    "light": Palette(
        paper=_rgb("FFFFFF"),
        ink=_rgb("17202A"),
        muted=_rgb("5E6B78"),
        grid=_rgb("E7EBEF"),
        up=_rgb("00897B"),
        down=_rgb("D1571B"),
        volume_up=_rgb("B3DCD7"),
        volume_down=_rgb("F3CDB9"),
        badge=_rgb("F4C84A"),
        badge_ink=_rgb("17202A"),
        series=tuple(map(_rgb, ("1F6FC4", "A67C00", "8E44AD", "4F7F14", "C2185B", "5E6B78"))),
        tones={
            "entry": _rgb("1F6FC4"),
            "stop": _rgb("D1571B"),
            "target": _rgb("00897B"),
            "order": _rgb("5E6B78"),
            "alert": _rgb("A67C00"),
        },
    ),
}

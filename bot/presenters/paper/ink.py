"""The colours of paper: those of the light pictures."""

from __future__ import annotations

from dataclasses import dataclass

from bot.presenters.pictures.palette import PALETTES, Colour, mixed

Ink = tuple[int, int, int]
_LIGHT, _DARK = PALETTES["light"], PALETTES["dark"]


def ink(colour: Colour) -> Ink:
    """Parts of 255."""
    red, green, blue = (round(255 * part) for part in colour)
    return red, green, blue


@dataclass(frozen=True, slots=True)
class Inks:
    """What each colour is for."""

    black: Ink
    muted: Ink
    rule: Ink
    stripe: Ink
    good: Ink
    bad: Ink
    curve: Ink
    curve_shade: Ink
    fall_shade: Ink
    band: Ink
    band_text: Ink
    band_muted: Ink
    badge: Ink


INK = Inks(
    black=ink(_LIGHT.ink),
    muted=ink(_LIGHT.muted),
    rule=ink(_LIGHT.grid),
    stripe=ink(mixed(_LIGHT.paper, _LIGHT.grid, 0.45)),
    good=ink(_LIGHT.up),
    bad=ink(_LIGHT.down),
    curve=ink(_LIGHT.series[0]),
    curve_shade=ink(mixed(_LIGHT.paper, _LIGHT.series[0], 0.1)),
    fall_shade=ink(mixed(_LIGHT.paper, _LIGHT.down, 0.22)),
    band=ink(_DARK.paper),
    band_text=ink(_DARK.ink),
    band_muted=ink(_DARK.muted),
    badge=ink(_LIGHT.badge),
)


def signed(words: str) -> Ink:
    """The ink of a figure by its sign; black where it is nothing, or rounds to it."""
    if words.startswith(("-", "−")):
        return INK.bad
    return INK.good if any(sign in "123456789" for sign in words) else INK.black

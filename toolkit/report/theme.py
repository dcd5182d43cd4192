"""The house style of figures, all in one place: colours, their contrast, and how they look to people who see fewer.

A report's `_brand.yml` may change the main and the second colour. No figure tells anything by colour alone:
markers, lines and hatching differ as well, so that every figure can be read in grey.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

WHITE = "#ffffff"
TEXT_CONTRAST, SHAPE_CONTRAST = 4.5, 3.0  # WCAG 2.2 AA: least contrast of text, and of a shape, with white
LEAST_DISTANCE = 25.0  # CIE76: main and second colour lie at least so far apart to every kind of eye
_SEVERE = {  # linear RGB as seen with one kind of cone missing (Machado, Oliveira and Fernandes 2009, severity 1)
    "protanopie": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopie": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopie": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}  # fmt: skip
EYES = ("", *_SEVERE)


@dataclass(frozen=True)
class Theme:
    """Colours as "#rrggbb" and the fineness of pixels per inch.

    `ink` writes and draws what is measured, `soft` what goes with it; `primary` and `second` are the two colours
    that tell groups apart; `grid` and `tint` are quiet and carry no meaning.
    """

    primary: str = "#17567a"
    second: str = "#a3480b"
    ink: str = "#1d2733"
    soft: str = "#5b6673"
    grid: str = "#d9dee3"
    light: str = "#e8ebee"
    dpi: int = 220

    @property
    def band(self) -> str:
        """A quiet surface in the main colour."""
        return mixed(self.primary, WHITE, 0.15)

    def shades(self, count: int) -> list[str]:
        """`count` shades of the main colour, from light to full, on each of which text can be read."""
        shares = [0.5] if count == 1 else [0.14 + 0.86 * at / (count - 1) for at in range(count)]
        return [self._readable(share) for share in shares]

    def _readable(self, share: float) -> str:
        """The main colour mixed with white; lighter where neither ink nor white could be read on it."""
        shade = mixed(self.primary, WHITE, share)
        while contrast(self.on(shade), shade) < TEXT_CONTRAST:
            share -= 0.01
            shade = mixed(self.primary, WHITE, share)
        return shade

    def on(self, surface: str) -> str:
        """The colour of text on a surface: ink or white, whichever reads best."""
        return max((self.ink, WHITE), key=lambda one: contrast(one, surface))


_OURS = Theme()
_worn: ContextVar[Theme] = ContextVar("theme")


def house() -> Theme:
    """The house style that figures are drawn in now."""
    return _worn.get(_OURS)


@contextmanager
def wearing(chosen: Theme) -> Iterator[None]:
    """Draw in this house style; afterwards in the one from before."""
    token = _worn.set(chosen)
    try:
        yield
    finally:
        _worn.reset(token)


def themed(primary: str = "", second: str = "") -> Theme:
    """The house style with these two colours; empty ones keep ours.

    A main colour too near to our second one gets another second colour, so that groups stay apart.
    """
    chosen = Theme(primary=primary.lower() or Theme.primary)
    if second:
        return replace(chosen, second=second.lower())
    others = (Theme.second, Theme.primary, "#6b2c74")
    apart = next((one for one in others if nearest(chosen.primary, one) >= LEAST_DISTANCE), "")
    return replace(chosen, second=apart or max(others, key=lambda one: nearest(chosen.primary, one)))


def contrast(colour: str, other: str = WHITE) -> float:
    """Contrast of two colours, from 1 to 21 (WCAG 2.2, relative luminance)."""
    dark, light = sorted((luminance(colour), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """How light a colour is, from 0 (black) to 1 (white): what is left of it in grey (WCAG 2.2)."""
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), _linear(colour), strict=True))


def mixed(colour: str, other: str, share: float) -> str:
    """`share` (0-1) of a colour mixed with another."""
    pairs = [(int(colour[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(share * one + (1 - share) * two):02x}" for one, two in pairs)


def distance(colour: str, other: str, eye: str = "") -> float:
    """How far two colours lie apart (CIE76) to an eye of EYES; "" sees all colours."""
    return math.dist(_lab(colour, eye), _lab(other, eye))


def nearest(colour: str, other: str) -> float:
    """The distance of two colours to the eye that tells them apart least."""
    return min(distance(colour, other, eye) for eye in EYES)


def _linear(colour: str) -> list[float]:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]


def _lab(colour: str, eye: str) -> tuple[float, float, float]:
    """CIE L*a*b* (D65) of a colour as an eye sees it."""
    linear = _linear(colour)
    if eye:
        seen = (sum(a * b for a, b in zip(row, linear, strict=True)) for row in _SEVERE[eye])
        linear = [min(1.0, max(0.0, part)) for part in seen]
    red, green, blue = linear
    parts = (
        (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047,
        0.2126729 * red + 0.7151522 * green + 0.0721750 * blue,
        (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883,
    )
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in parts)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)

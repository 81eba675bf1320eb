"""The font of pictures comes from a package: a fresh machine may have none, and pictures look the same anywhere."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from fontTools.ttLib import TTFont

FAMILY = "Roboto"
ELLIPSIS = "..."


def font_file() -> str:
    """The path of the font."""
    return str(files("fontpkg_roboto") / "files" / "Roboto[wdth,wght].ttf")


@cache
def _metrics() -> tuple[dict[int, str], dict[str, Any], int]:
    with TTFont(font_file(), lazy=True) as font:
        return dict(font.getBestCmap()), dict(font["hmtx"].metrics), int(font["head"].unitsPerEm)


def width(text: str, size: float) -> float:
    """How wide `text` is, in pixels, at a font size in pixels; letters that the font lacks count as an em."""
    names, metrics, em = _metrics()
    units = sum(metrics[names[ord(letter)]][0] if ord(letter) in names else em for letter in text)
    return size * float(units) / em


def fit(text: str, size: float, room: float) -> str:
    """`text`, or as much of it as fits with an ellipsis."""
    if width(text, size) <= room:
        return text
    while text and width(text + ELLIPSIS, size) > room:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def wrap(text: str, size: float, room: float, most: int) -> list[str]:
    """`text` in at most `most` lines; a word that is too long, and what doesn't fit into the last line, is cut."""
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < most:
        if len(lines) == most - 1:
            lines.append(fit(" ".join(words), size, room))
            break
        line = [words.pop(0)]
        while words and width(" ".join([*line, words[0]]), size) <= room:
            line.append(words.pop(0))
        lines.append(fit(" ".join(line), size, room))
    return lines

"""The week of a team as a picture: for each day a bar of cases opened and a bar of cases resolved."""

from __future__ import annotations

from datetime import timedelta

from app.pictures.fonts import fit, width
from app.pictures.layout import COLOURS, Box, Picture, Text
from app.pictures.svg import to_png
from bot.handoff.digests import Digest

WIDTH, HEIGHT = 720, 360
MARGIN, TITLE, SMALL = 32, 20, 13
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
OPENED, RESOLVED = COLOURS[1], COLOURS[0]
TOP, BOTTOM = 104, HEIGHT - 64
GAP = 4


def png(digest: Digest) -> bytes:
    """The chart, at twice its size in pixels."""
    return to_png(lay_out(digest))


def lay_out(digest: Digest) -> Picture:
    """Pure. Bars are never higher than the room for them, and each has its number on top."""
    title = f"{digest.name}: week {digest.week.partition('W')[2]}"
    picture = Picture(title, "Cases opened and resolved on each day.", width=WIDTH, height=HEIGHT)
    picture.texts.append(Text(MARGIN, MARGIN + TITLE, fit(title, TITLE, WIDTH - 2 * MARGIN), TITLE, "#111111"))
    _legend(picture, digest)
    most = max((max(pair) for pair in digest.days), default=0)
    column = (WIDTH - 2 * MARGIN) / len(DAYS)
    for at, pair in enumerate(digest.days):
        _day(picture, MARGIN + at * column, column, pair, most)
        on = digest.first + timedelta(days=at)
        _centred(picture, MARGIN + (at + 0.5) * column, BOTTOM + 22, f"{DAYS[at]} {on.day}")
    picture.boxes.append(Box("axis", MARGIN, BOTTOM, WIDTH - 2 * MARGIN, 1, "#9aa5b1", "#9aa5b1"))
    return picture


def _legend(picture: Picture, digest: Digest) -> None:
    x: float = MARGIN
    for colour, words in ((OPENED, f"opened: {digest.opened}"), (RESOLVED, f"resolved: {digest.resolved}")):
        picture.boxes.append(Box("mark", x, 70, 12, 12, colour, colour))
        picture.texts.append(Text(x + 18, 81, words, SMALL))
        x += 18 + width(words, SMALL) + 24


def _day(picture: Picture, x: float, column: float, pair: tuple[int, int], most: int) -> None:
    bar = (column - 24) / 2
    for at, (count, colour) in enumerate(zip(pair, (OPENED, RESOLVED), strict=True)):
        height = (BOTTOM - TOP) * count / most if most else 0
        left = x + 12 + at * bar
        if count:
            picture.boxes.append(Box("bar", left + GAP / 2, BOTTOM - height, bar - GAP, height, colour, colour))
        _centred(picture, left + bar / 2, BOTTOM - height - 6, str(count))


def _centred(picture: Picture, x: float, y: float, words: str) -> None:
    picture.texts.append(Text(x - width(words, SMALL) / 2, y, words, SMALL))

"""Makes a screenshot small: a picture of text needs few colours."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
STEPS = (16, 24, 32, 48, 64)
"""How far apart the kept shades of a colour are, the finest first."""
MOST_COLOURS = 256


def shrink(png: bytes) -> bytes:
    """The same picture with at most 256 colours.

    Raises:
        ValueError: it is not what Chromium writes: 8 bits for each of RGB or RGBA, not interlaced.
    """
    parts = list(_chunks(png))
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", parts[0][1])
    if depth != 8 or kind not in (2, 6) or interlaced:
        raise ValueError("a PNG of another kind")
    size = 3 if kind == 2 else 4
    rows = _unfiltered(zlib.decompress(b"".join(data for name, data in parts if name == b"IDAT")), width * size, size)
    pixels = [[bytes(row[at : at + 3]) for at in range(0, len(row), size)] for row in rows]
    rounded = _rounded({pixel for row in pixels for pixel in row})
    colours = sorted(set(rounded.values()))
    place = {pixel: colours.index(colour) for pixel, colour in rounded.items()}
    body = b"".join(b"\0" + bytes(place[pixel] for pixel in row) for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    written = ((b"IHDR", header), (b"PLTE", b"".join(colours)), (b"IDAT", zlib.compress(body, 9)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(name, data) for name, data in written)


def _rounded(found: set[bytes]) -> dict[bytes, bytes]:
    """Each colour and the one that is kept in its place, as fine as 256 allow."""
    for step in STEPS:
        rounded = {pixel: _round(pixel, step) for pixel in found}
        if len(set(rounded.values())) <= MOST_COLOURS:
            return rounded
    raise ValueError("too many colours for a picture of text")


def _round(pixel: bytes, step: int) -> bytes:
    """White stays white."""
    return bytes(255 - (255 - value + step // 2) // step * step if value > step else 0 for value in pixel)


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        yield name, png[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _unfiltered(data: bytes, width: int, size: int) -> Iterator[bytearray]:
    """The rows of pixels, by the five filters of PNG; `width` and the `size` of a pixel are bytes."""
    above = bytearray(width)
    for start in range(0, len(data), width + 1):
        kind, row = data[start], bytearray(data[start + 1 : start + 1 + width])
        for at in range(width):
            left = row[at - size] if at >= size else 0
            corner = above[at - size] if at >= size else 0
            row[at] = (row[at] + _guess(kind, left, above[at], corner)) & 255
        yield row
        above = row


def _guess(kind: int, left: int, above: int, corner: int) -> int:
    if kind == 4:
        far = left + above - corner
        return min((left, above, corner), key=lambda one: abs(far - one))
    return (0, left, above, (left + above) // 2)[kind]

"""How a text travels: in which alphabet, and in how many billed segments."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import smsutil

GSM7, UCS2 = "GSM-7", "UCS-2"

# Typographic characters outside the GSM alphabet. One of them makes every character of a message take two bytes, which
# leaves 70 instead of 160 for a segment.
PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4\u0060", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\t", " "),
        **dict.fromkeys("\u200b\u2060\ufeff\u00ad", ""),
        "\u2026": "...",
    }
)


@dataclass(frozen=True)
class Size:
    """What a text costs. `units` are septets (GSM-7) or UTF-16 code units (UCS-2)."""

    encoding: str
    units: int
    segments: int


def size(text: str) -> Size:
    if not text:  # the library calls the empty text one part in UCS-2
        return Size(GSM7, 0, 0)
    split = smsutil.split(text)
    if split.encoding == "gsm0338":
        return Size(GSM7, split.total_bytes, len(split.parts))
    return Size(UCS2, split.total_bytes // 2, len(split.parts))


def economical(text: str) -> str:
    """The text with plain quotes, dashes and spaces when that lets it travel in GSM-7; otherwise as it was."""
    composed = unicodedata.normalize("NFC", text)
    plain = composed.translate(PLAIN)
    return plain if size(plain).encoding == GSM7 else composed

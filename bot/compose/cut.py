"""Texts in parts and shortened ones. Lengths are in characters unless a channel measures otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable

Measure = Callable[[str], int]

LINK = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)
SENTENCE = re.compile(r"[.!?\u2026\u3002\uff01\uff1f][\"')\]\u2019\u201d\u00bb]*\s+|\n+")
SPACE = re.compile(r"\s+")
ELLIPSIS = "..."

# What belongs to the character before it: accents, joiners, variation selectors, skin tones, second halves of surrogate
# pairs.
CLINGING = re.compile("[\u0300-\u036f\u200d\ufe00-\ufe0f\udc00-\udfff\U0001f3fb-\U0001f3ff]")


def utf16(text: str) -> int:
    """The length in UTF-16 code units, in which some providers count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, limit: int, measure: Measure = len) -> list[str]:
    """`text` in parts of at most `limit`: at the ends of paragraphs and sentences, otherwise between words.

    A link is never cut, unless it alone is longer than a part. Nothing but white space around the cuts gets lost.

    Raises:
        ValueError: `limit` has no room for even one character.
    """
    parts, rest = [], text.strip()
    while rest and measure(rest) > limit:
        at = _cut(rest, limit, measure)
        if part := rest[:at].rstrip():
            parts.append(part)
        rest = rest[at:].lstrip()
    return [*parts, rest] if rest else parts


def shorten(text: str, limit: int, measure: Measure = len) -> str:
    """At most `limit` of `text`: cut after a sentence, or else after a word with an ellipsis.

    A sentence or a word counts when it ends in the second half of the room. A link is left out rather than cut,
    unless the text begins with it.
    """
    text = text.strip()
    if measure(text) <= limit:
        return text
    head = _fits(text, limit, measure)
    cuts = _free(SENTENCE, text, head)
    if cuts and cuts[-1] > head // 2:
        return text[: cuts[-1]].rstrip()
    room = limit - measure(ELLIPSIS)
    if room <= 0:
        return text[:head]
    head = _fits(text, room, measure)
    cuts = _free(SPACE, text, head)
    at = cuts[-1] if cuts and cuts[-1] > head // 2 else _outside_links(text, head) or head
    return text[:at].rstrip() + ELLIPSIS


def _cut(text: str, limit: int, measure: Measure) -> int:
    """Where to end the first part: the last sentence, if it fills a third of the room, or word, that fits."""
    head = _fits(text, limit, measure)
    if head < 1:
        raise ValueError("there is no room for one character")
    sentences = [at for at in _free(SENTENCE, text, head) if at >= head // 3]
    for cuts in (sentences, _free(SPACE, text, head)):
        if cuts:
            return cuts[-1]
    return _outside_links(text, head) or head


def _fits(text: str, limit: int, measure: Measure) -> int:
    """How many characters of `text` fit into `limit`; never a letter without its accent, if that can be helped."""
    low, high = 0, min(len(text), max(limit, 0))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle]) <= limit else (low, middle - 1)
    whole = low
    while 0 < whole < len(text) and (CLINGING.match(text[whole]) or text[whole - 1] == "\u200d"):
        whole -= 1
    return whole or low


def _free(boundary: re.Pattern[str], text: str, head: int) -> list[int]:
    """The places after a boundary whose words end within the first `head` characters, and not inside of a link."""
    links = [found.span() for found in LINK.finditer(text, 0, min(len(text), head + 1))]
    found = (match.start() + len(match.group().rstrip()) for match in boundary.finditer(text, 0, head + 1))
    return [at for at in found if 0 < at <= head and not any(start < at < end for start, end in links)]


def _outside_links(text: str, at: int) -> int:
    """`at`, or the beginning of the link that it would cut."""
    for found in LINK.finditer(text):
        if found.start() < at < found.end():
            return found.start()
    return at

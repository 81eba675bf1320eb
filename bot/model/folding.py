"""Names as they are searched for: without case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 500
_LETTERS = str.maketrans({
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th",
    "\u02bc": "'", "\u2019": "'",
})  # fmt: skip
_NO_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Lower case, no accents, words parted by one space: ``María José O'Brien`` is ``maria jose o brien``."""
    return _NO_WORD.sub(" ", _plain(text)).strip()


def folded(last_name: str, first_name: str, number: str | None) -> str:
    """What a member is found by, and ordered by: each word with a space before it, the last name first.

    Names with an apostrophe are there without it too (``obrien``).
    """
    names = f"{last_name} {first_name}"
    joined = [fold(word.replace("'", "")) for word in _plain(names).split() if "'" in word]
    words = [fold(names), fold(number or ""), *joined]
    return (" " + " ".join(filter(None, words)))[:LONGEST]


def _plain(text: str) -> str:
    parted = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in parted if not unicodedata.combining(letter))
    return bare.translate(_LETTERS)

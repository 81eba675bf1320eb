"""Texts made comparable: one width, one case, plain quotes, nothing invisible."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_QUOTES = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u02bc": "'", "`": "'", "\u00b4": "'", "\u201c": '"', "\u201d": '"'}
    | {"\u2013": "-", "\u2014": "-", "\u2212": "-"}
)
_SPACES = re.compile(r"[^\S\n]+")
_JOINERS = "\ufe0f\ufe0e\u20e3"


REMEMBERED = 64
"""The same message is looked at by many, one after the other."""


@lru_cache(REMEMBERED)
def clean(text: str) -> str:
    """`text` in one width (NFKC), with plain quotes and spaces and nothing invisible; case and lines are kept."""
    wide = unicodedata.normalize("NFKC", text.translate(_QUOTES)).translate(_QUOTES)
    unix = wide.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    seen = "".join(
        c for c in unix if c not in _JOINERS and (unicodedata.category(c) not in {"Cf", "Cc"} or c in "\n\t")
    )
    return _SPACES.sub(" ", seen).strip()


@lru_cache(REMEMBERED)
def fold(text: str) -> str:
    """`clean`, in small letters. Folding twice changes nothing."""
    return clean(clean(text).casefold())


@lru_cache(REMEMBERED)
def plain(text: str) -> str:
    """`text` without the accents of Latin letters; other scripts keep their marks, which are letters there."""
    out: list[str] = []
    for char in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", char)
        out.append(parts[0] if len(parts) > 1 and parts[0].isascii() else char)
    return "".join(out)


def letters(text: str) -> str:
    """Only the letters, marks and digits of `text`, joined: ``S.T O-P !`` gives ``STOP``."""
    return "".join(c for c in text if unicodedata.category(c)[0] in "LMN")

"""Which word of a short list a mistyped one stands for: letters swapped, doubled, left out, or one of them wrong."""

from __future__ import annotations

from collections.abc import Collection
from difflib import SequenceMatcher

_SHORT = 5
"""Up to so many letters a wrong one often makes another word, so only swaps, doubles and gaps count."""
_LIKE = 0.8


def meant(word: str, names: Collection[str]) -> str | None:
    """The one of `names` that `word` is a slip of; None when it is one of them already, or is like none.

    All in small letters. Slips keep the first letter, or swap it with the second.
    """
    if word in names or len(word) < 3:
        return None
    likely = [name for name in names if _begins_alike(word, name)]
    swapped = [name for name in likely if sorted(word) == sorted(name)]
    if swapped:
        return swapped[0] if len(swapped) == 1 else None
    near = [(_likeness(word, name), name) for name in likely]
    best, name = max(near, default=(0.0, ""))
    return name if best >= _LIKE else None


def _begins_alike(word: str, name: str) -> bool:
    return word[0] == name[0] or word[:2] == name[1::-1]


def _likeness(word: str, name: str) -> float:
    """How alike two words are, from 0 to 1. Of short names only one letter too few or too many is let pass."""
    if len(name) <= _SHORT:
        longer, shorter = (word, name) if len(word) > len(name) else (name, word)
        gaps = (longer[:i] + longer[i + 1 :] for i in range(len(longer)))
        return 1.0 if len(longer) == len(shorter) + 1 and len(shorter) > 2 and shorter in gaps else 0.0
    return SequenceMatcher(None, word, name, autojunk=False).ratio()

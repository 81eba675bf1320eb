"""What a stranger says about themselves: a member number, an e-mail address, a code."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.language.text import clean

_LONGEST = 300
_EMAIL = re.compile(r"(?<![\w.+-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_ID = r"(?=[a-z0-9/._-]{0,30}\d)[a-z0-9][a-z0-9/._-]{1,30}[a-z0-9]"
_ALONE = re.compile(rf"#?({_ID})[.!]?", re.IGNORECASE)
_NAMED = re.compile(
    rf"\bmember(?:ship)?(?: (?:number|no|nr|num|id|card))?\.?(?: ?(?:is|:|=|#))* ?#?({_ID})(?![\w-])", re.IGNORECASE
)
_CODE = re.compile(r"\D{0,40}?(?<!\d)(\d{3})[ -]?(\d{3})(?!\d)\D{0,40}")


@dataclass(frozen=True)
class Claim:
    """Exactly one of the two. `email` is in small letters, `number` as it was written."""

    number: str | None = None
    email: str | None = None


def read_claim(text: str) -> Claim | None:
    """The record that somebody says is theirs: an e-mail address anywhere, or a member number alone or named as one."""
    said = " ".join(clean(text[: 4 * _LONGEST]).split())
    if len(said) > _LONGEST:
        return None
    email = _EMAIL.search(said)
    if email:
        return Claim(email=email[0].rstrip(".").lower())
    number = _ALONE.fullmatch(said) or _NAMED.search(said)
    return Claim(number=number[1]) if number else None


def read_code(text: str) -> str | None:
    """The six digits of a message that holds no other digits: ``123 456``, ``my code is 123456``."""
    found = _CODE.fullmatch(" ".join(clean(text[:200]).split()))
    return f"{found[1]}{found[2]}" if found and found[1].isascii() and found[2].isascii() else None

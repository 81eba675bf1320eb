"""Which members some words may mean: each word begins a word of the name or number, or an address of theirs."""

from __future__ import annotations

import re

import sqlalchemy as sa

from bot.model import ContactPoint, Member
from bot.model.folding import fold

LONGEST, WORDS = 200, 8
SHORTEST_ADDRESS = 3
PHONES = ("sms", "voice")
_PHONE = re.compile(r"\+?[\d\s()./-]+")


def by_text(text: str) -> list[sa.ColumnElement[bool]]:
    """The conditions, all of which hold for those who may be meant; none when nothing was typed."""
    text = " ".join(text.split())[:LONGEST]
    if _PHONE.fullmatch(text) and len(_digits(text)) >= SHORTEST_ADDRESS:
        return [sa.or_(_by_phone(text), sa.and_(*map(_by_word, fold(text).split())))]
    return [_by_part(part) for part in text.split()[:WORDS] if part.strip(".,;:()\"'")]


def _by_part(part: str) -> sa.ColumnElement[bool]:
    words = fold(part).split()
    ways = [sa.and_(*map(_by_word, words))] if words else []
    if len(part) >= SHORTEST_ADDRESS or not ways:
        ways.append(_has_address(ContactPoint.address.startswith(part.casefold(), autoescape=True)))
    return sa.or_(*ways)


def _by_word(word: str) -> sa.ColumnElement[bool]:
    return Member.search.contains(f" {word}", autoescape=True)


def _by_phone(text: str) -> sa.ColumnElement[bool]:
    """With a plus it begins the number; without, it may be the last digits, or those as written at home."""
    if text.startswith("+"):
        return _has_address(ContactPoint.address.startswith(f"+{_digits(text)}"))
    within = ContactPoint.address.contains(_digits(text).lstrip("0") or "0")
    return _has_address(sa.and_(ContactPoint.channel.in_(PHONES), within))


def _has_address(here: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return Member.id.in_(sa.select(ContactPoint.member_id).where(here, ContactPoint.unconfirmed_at.is_(None)))


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))

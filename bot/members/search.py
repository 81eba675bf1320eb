"""Finding members by what staff know of them: a number, an address, or a name."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.members import fields
from bot.model import ContactPoint, Member, MemberStatus

MOST = 10
_LONGEST = 200
_WORDS = 6
_THERE = Member.status != MemberStatus.MERGED


def search(session: Session, said: str, most: int = MOST) -> list[Member]:
    """Who may be meant, at most `most`: whoever has this member number or address, else those with such a name.

    Each word of a name has to begin one of the member's names; a name that is given in full comes before others.
    Members who have left are found too, records that were merged into another are not.
    """
    said = " ".join(said.split())
    if not said or len(said) > _LONGEST:
        return []
    return _exactly(session, said, most) or _by_name(session, said, most)


def split(session: Session, said: str, most: int = MOST) -> tuple[list[Member], str]:
    """Parts ``Ana Diaz wants a call`` into who is meant and the rest: as many of the first words as name somebody.

    A colon parts it for sure (``Ana: Diaz & Sons rang``), and then the beginnings of names will do.
    """
    who, colon, rest = said.partition(":")
    if colon and (found := search(session, who, most)):
        return found, rest.strip()
    words = said.split()
    for count in range(min(len(words), _WORDS), 0, -1):
        who = " ".join(words[:count]).rstrip(",;")
        found = _exactly(session, who, most) or [one for one in _by_name(session, who, most) if _is_named(one, who)]
        if found:
            return found, " ".join(words[count:]).lstrip("-\u2013,; ")
    return [], said


def _exactly(session: Session, said: str, most: int) -> list[Member]:
    return _by_number(session, said) or _by_address(session, said, most)


def _is_named(member: Member, said: str) -> bool:
    """Whether each word is one of the member's names, not just the beginning of one."""
    names = set(re.split(r"[\s-]+", member.name.casefold())) | set(member.name.casefold().split())
    return all(word in names for word in said.casefold().split())


def _by_number(session: Session, said: str) -> list[Member]:
    return list(session.scalars(sa.select(Member).where(Member.number == said, _THERE)))


def _by_address(session: Session, said: str, most: int) -> list[Member]:
    addresses = sorted(_spellings(said))
    named = sa.select(ContactPoint.member_id).where(
        ContactPoint.address.in_(addresses), ContactPoint.unconfirmed_at.is_(None)
    )
    found = sa.select(Member).where(Member.id.in_(named), _THERE).order_by(Member.id).limit(most)
    return list(session.scalars(found))


def _by_name(session: Session, said: str, most: int) -> list[Member]:
    words = said.split()[:_WORDS]
    fits = [sa.or_(*_begins(word)) for word in words]
    whole = sa.func.lower(Member.first_name + " " + Member.last_name) == said.lower()
    found = sa.select(Member).where(*fits, _THERE)
    return list(
        session.scalars(found.order_by(whole.desc(), Member.first_name, Member.last_name, Member.id).limit(most))
    )


def _begins(word: str) -> Iterator[sa.ColumnElement[bool]]:
    """A word of the first or of the last name begins with `word`. SQLite folds the case of ASCII alone, so that other
    letters are tried as they may be written."""
    for spelling in dict.fromkeys((word, word.lower(), word.capitalize(), word.upper())):
        for column in (Member.first_name, Member.last_name):
            yield column.istartswith(spelling, autoescape=True)
            yield column.icontains(f" {spelling}", autoescape=True)
            yield column.icontains(f"-{spelling}", autoescape=True)


def _spellings(said: str) -> set[str]:
    """The address as it was written, and as addresses are kept."""
    found = {said}
    for check in (fields.check_email, fields.check_phone):
        try:
            found.add(check(said))
        except fields.FieldRefused:
            continue
    return found

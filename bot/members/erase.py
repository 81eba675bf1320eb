"""Forgetting a member (GDPR, article 17): what is theirs goes from all tables, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.members.hand import Hand


@dataclass(frozen=True)
class Erasure:
    """What erasing would do. `confirmation` is what has to be typed: the member number, or the name of somebody who has
    none. `goes` and `stays` are sentences; `hindrance` says why it can't be done now."""

    member_id: int
    name: str
    confirmation: str
    goes: tuple[str, ...]
    stays: tuple[str, ...]
    hindrance: str | None


@dataclass(frozen=True)
class Erased:
    """What was done: rows by table, and the conversation in the engine that is to be deleted there."""

    deleted: dict[str, int]
    emptied: dict[str, int]
    conversation_id: str


def preview(session: Session, member_id: int) -> Erasure:
    """What erasing this member would do. Reads only.

    Raises:
        NotFound: there is no such member.
    """
    raise NotImplementedError


def erase(session: Session, member_id: int, hand: Hand, confirmation: str) -> Erased:
    """Erases the member, with records that became part of theirs.

    Raises:
        NotFound: there is no such member.
        Refused: what was typed is something else, or a message to them is being sent at this moment.
    """
    raise NotImplementedError

"""Two records made one from the console: first what would happen, then it, then back if need be."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.members.hand import Hand


@dataclass(frozen=True)
class Side:
    """One of the two records."""

    member_id: int
    number: str | None
    name: str
    status: str
    segment: str
    addresses: tuple[str, ...]
    journeys: tuple[str, ...]
    messages: int
    cases: int
    goal: str | None


@dataclass(frozen=True)
class Preview:
    """What a merge would do: `moves` and `stays` in sentences; `hindrance` says why it can't be done."""

    keep: Side
    other: Side
    moves: tuple[str, ...]
    stays: tuple[str, ...]
    hindrance: str | None


def preview(session: Session, keep_id: int, other_id: int) -> Preview:
    """What becomes of the two records if `other` becomes part of `keep`. Reads only.

    Raises:
        NotFound: there is no such member.
    """
    raise NotImplementedError


def join(session: Session, keep_id: int, other_id: int, hand: Hand) -> int:
    """Makes `other` part of `keep`; returns the number of the merge.

    Raises:
        NotFound: there is no such member.
        Refused: they are one record, or one is merged already.
    """
    raise NotImplementedError


def part(session: Session, merge_id: int, hand: Hand) -> tuple[int, int]:
    """Takes a merge apart; returns the ids of both records, the one that was kept first.

    Raises:
        NotFound: there is no such merge.
        Refused: it is undone already, or a later one is in the way.
    """
    raise NotImplementedError

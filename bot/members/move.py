"""Moving a member: to another segment, into a journey, out of one, or on to a milestone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.members.hand import Hand
from bot.programme.models import Programme


@dataclass(frozen=True)
class Option:
    """A journey that a member can enter now, or whose `milestones` (key, name) they can be moved on to."""

    journey: str
    name: str
    stage: str
    run_id: int | None
    milestones: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Options:
    """`segments` are key and name; `under_way` can be stopped or moved on in, `to_start` can be started."""

    segments: tuple[tuple[str, str], ...]
    under_way: tuple[Option, ...]
    to_start: tuple[Option, ...]


def options(session: Session, programme: Programme, member_id: int) -> Options:
    """Where the member can be moved. Reads only."""
    raise NotImplementedError


def to_segment(session: Session, programme: Programme, member_id: int, hand: Hand, segment: str | None) -> str:
    """Puts the member into a segment, whatever the rules say; None: as the rules say again. Returns the segment's key.
    Journeys that no longer fit end, and what fits begins.

    Raises:
        Refused: there is no such segment, or it is theirs already.
    """
    raise NotImplementedError


def start(session: Session, programme: Programme, member_id: int, hand: Hand, journey: str) -> int:
    """The member enters a journey now; returns the id of the run.

    Raises:
        NotFound: there is no such journey.
        Refused: they are in it already, it is for others, or for members with another status.
    """
    raise NotImplementedError


def stop(session: Session, programme: Programme, member_id: int, hand: Hand, run_id: int) -> None:
    """Ends a run that is under way: nothing more is asked in it.

    Raises:
        NotFound: the member has no such run.
        Refused: it is over.
    """
    raise NotImplementedError


def skip_to(session: Session, programme: Programme, member_id: int, hand: Hand, run_id: int, milestone: str) -> int:
    """Passes over the steps before a milestone that are not over; returns how many.

    Raises:
        NotFound: there is no such run or milestone.
        Refused: the run is over, or nothing is before it.
    """
    raise NotImplementedError

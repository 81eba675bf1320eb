"""What staff do about a member, in the console and from the command line. Each act says in words why it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.handoff.replies import Way
from bot.members.hand import Hand
from bot.members.progress_by_staff import Mark
from bot.outreach.reach import Reach
from bot.programme.models import Programme


def note(session: Session, member_id: int, hand: Hand, text: str, dedupe: str) -> int | None:
    """Keeps a private note: with the case that is open (returns its id), else with the member. Of one `dedupe` one.

    Raises:
        Refused: it is blank or too long.
    """
    raise NotImplementedError


def mark_step(
    session: Session, programme: Programme, member_id: int, hand: Hand, step: str, to: Mark, words: str | None
) -> None:
    """Marks a step as done, passed over, or to be asked again (`Mark.OPEN`); `words`: how they know.

    Raises:
        NotFound: no journey under way has such a step.
        Refused: the journey is over.
    """
    raise NotImplementedError


def pause(session: Session, member_id: int, hand: Hand, until: date) -> datetime:
    """Nothing is begun with the member before `until`, a day in their own calendar; returns the moment. The plan says
    what that holds (`away`).

    Raises:
        Refused: the day is not to come, or more than a year ahead.
    """
    raise NotImplementedError


def resume(session: Session, member_id: int, hand: Hand) -> None:
    """Ends the pause.

    Raises:
        Refused: there is none.
    """
    raise NotImplementedError


def ways(session: Session, reach: Reach, member_id: int, now: datetime) -> tuple[Way, ...]:
    """Where a colleague may write to the member, the best first; `hindrance` and `why_not` say what is in the way.

    Raises:
        NotFound: there is no such member.
    """
    raise NotImplementedError


def write(
    session: Session, programme: Programme, reach: Reach, member_id: int, hand: Hand, text: str, way: str, dedupe: str
) -> int:
    """Sends a colleague's words to the member, by the way with this key. The conversation is the colleague's from then
    on: the case that is open is claimed, else one is opened for them. Returns the id of the case.

    Raises:
        Refused: somebody else has the case, the way is not open, or the text is blank or too long for it.
    """
    raise NotImplementedError


@dataclass(frozen=True)
class ContactChange:
    """What is to be different; None stays as it is. `agreed`: how the member agreed to be written to at a new address;
    without it nothing is begun there until they write from it."""

    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    email: str | None = None
    time_zone: str | None = None
    language: str | None = None
    country: str | None = None
    msm: str | None = None
    agreed: str | None = None


def change_contact(
    session: Session, programme: Programme, member_id: int, hand: Hand, change: ContactChange
) -> tuple[str, ...]:
    """Changes the record; returns the names of the fields that are different now.

    Raises:
        Refused: a value can't be used, or the address is another member's.
    """
    raise NotImplementedError

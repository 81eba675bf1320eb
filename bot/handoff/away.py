"""Colleagues who say themselves when they are away, so that cases go to others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.errors import Refused
from bot.language.dates import When, WhenKind, read_when
from bot.members import absences
from bot.model import Absence, Staff
from bot.outreach.hours import at_local
from bot.programme.inbox import Inbox

SOURCE = "colleague"
BACK = re.compile(r"(?:i'?m |i am )?back(?: now| again)?[.!]*", re.IGNORECASE)
_DOTS = re.compile(r"\s*(?:\.\.+|\u2026)\s*")
_AHEAD = timedelta(days=400)


@dataclass(frozen=True)
class Return:
    """What ended with a return: the absence that lasted, or else those that were planned."""

    ended: int
    planned: int


def zone_of(inbox: Inbox, person: Staff) -> ZoneInfo:
    """The zone of the first team that names this colleague; UTC for others."""
    named = (desk for desk in inbox.teams.values() if person.email in {*desk.people, desk.lead, desk.deputy})
    return next((desk.hours.zone for desk in named), ZoneInfo("UTC"))


def is_back(said: str) -> bool:
    return BACK.fullmatch(said.strip()) is not None


def read(said: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From when until just before when (UTC): ``until Friday`` ends as Friday begins, ``1 May..4 May`` with the 4th.

    Raises:
        Refused: no such time is in the words.
    """
    when = read_when(f"away {_DOTS.sub(' to ', said.strip())}", now=now, zone=zone)
    match when:
        case When(WhenKind.UNTIL, start):
            return now, _begins(start, zone)
        case When(WhenKind.RANGE, start, end) if end is not None:
            return max(now, _begins(start, zone)), _ends(end, zone)
    raise Refused("I can't read when that is. For example: until Friday, until 4 May, 1 May..4 May, tomorrow.")


def go(session: Session, inbox: Inbox, person: Staff, said: str, now: datetime) -> Absence:
    """Keeps an absence; cases go to others from its beginning on.

    Raises:
        Refused: the words give no time, or one that can't be kept.
    """
    starts, ends = read(said, now, zone_of(inbox, person))
    return absences.add(session, person, starts, ends, SOURCE, None, now)


def come_back(session: Session, person: Staff, now: datetime) -> Return:
    """Ends what lasts now, whoever noted it. When nothing does, what they said of days to come is forgotten."""
    ended = absences.end(session, person, SOURCE, now)
    if ended:
        return Return(len(ended), 0)
    planned = [one for one in coming(session, person, now) if one.source == SOURCE]
    for absence in planned:
        absences.remove(session, person, absence.id, SOURCE, now)
    return Return(0, len(planned))


def coming(session: Session, person: Staff, now: datetime) -> list[Absence]:
    """What lasts now and what is to come, by start."""
    return absences.of(session, person, now, now + _AHEAD)


def _begins(moment: date | datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(ZoneInfo("UTC")) if isinstance(moment, datetime) else at_local(moment, time(), zone)


def _ends(moment: date | datetime, zone: ZoneInfo) -> datetime:
    """A day is over at the next midnight."""
    return _begins(moment if isinstance(moment, datetime) else moment + timedelta(days=1), zone)

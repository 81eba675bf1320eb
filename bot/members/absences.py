"""When members and colleagues can't be reached: from their calendars, from staff, or as members said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.errors import NotFound, Refused
from bot.members import calendars
from bot.members.calendars import Busy
from bot.model import LIVE, Absence, CheckIn, Member, Staff, Touch, TouchState
from bot.outreach.hours import at_local
from bot.outreach.policy import Reason

Owner = Member | Staff
CALENDAR = "calendar"
PAUSE = "pause:"
"""What the source of a pause by staff begins with; who paused comes after it."""
AHEAD = timedelta(days=366)
LONGEST = timedelta(days=3 * 366)
LONGEST_PAUSE = timedelta(days=366)


@dataclass(frozen=True)
class Days:
    """Whole days, both of them included."""

    first: date
    last: date

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From the first midnight until the one after the last day, in UTC.

        Raises:
            Refused: the days are of no use.
        """
        if self.last < self.first or self.first == date.min or self.last == date.max:
            raise Refused("The absence ends before it begins, or lasts for ever.")
        return at_local(self.first, time(), zone), at_local(self.last + timedelta(days=1), time(), zone)


def zone_of(owner: Owner, named: ZoneInfo | None = None) -> ZoneInfo:
    """The zone that whole days are counted in. Of colleagues none is known: UTC, if none is named."""
    return named or (owner.zone if isinstance(owner, Member) else ZoneInfo("UTC"))


def of(session: Session, owner: Owner, first: datetime, until: datetime) -> list[Absence]:
    """What overlaps the time from `first` until just before `until`, by start."""
    overlaps = (Absence.starts_at < until, Absence.ends_at > first)
    found = sa.select(Absence).where(_of(owner), *overlaps)
    return list(session.scalars(found.order_by(Absence.starts_at, Absence.id)))


def add(
    session: Session,
    owner: Owner,
    starts: datetime,
    ends: datetime,
    source: str,
    note: str | None,
    now: datetime,
) -> Absence:
    """Keeps an absence from `starts` until just before `ends`; what is held for an absence is decided anew.

    Raises:
        Refused: it ends before it begins, is over, or ends more than three years ahead.
    """
    if ends > now + LONGEST:
        raise Refused("The absence ends more than three years ahead.")
    if ends <= starts:
        raise Refused("The absence ends before it begins.")
    if ends <= now:
        raise Refused("The absence is over already.")
    absence = _row(owner, starts, ends, source, note=note)
    session.add(absence)
    session.flush()
    _write(session, owner, "absence.added", source, now, absence)
    decide_anew(session, owner, now)
    return absence


def remove(session: Session, owner: Owner, absence_id: int, source: str, now: datetime) -> None:
    """Forgets an absence; what was held for it may go out as soon as nothing else speaks against it.

    Raises:
        NotFound: this owner has no such absence.
    """
    absence = session.scalars(sa.select(Absence).where(Absence.id == absence_id, _of(owner))).first()
    if absence is None:
        raise NotFound(f"absence {absence_id} of {owner.name}")
    _write(session, owner, "absence.removed", source, now, absence)
    session.delete(absence)
    session.flush()
    decide_anew(session, owner, now)


def import_calendar(
    session: Session,
    owner: Owner,
    data: bytes,
    now: datetime,
    *,
    until: datetime | None = None,
    time_zone: ZoneInfo | None = None,
) -> list[Absence]:
    """Takes the absences of a calendar file from `now` until `until` (a year ahead) in place of those of the last one.

    What is past stays, and so does what has begun, with the times that the calendar has now. Titles are not kept: that
    somebody is away is all that has to be known. `time_zone` is for calendars that name none; without it, it is the
    member's, and UTC for a colleague.

    Raises:
        CalendarRefused: it can't be read; nothing has changed.
    """
    found = calendars.read_absences(
        data, zone=zone_of(owner, time_zone), first=now, until=until or now + AHEAD, only_out_of_office=True
    )
    known = {absence.uid: absence for absence in _from_calendar(session, owner, now)}
    taken = [_take(session, owner, busy, known.get(busy.uid), now) for busy in found]
    session.flush()
    _write(session, owner, "absences.imported", CALENDAR, now, count=len(taken))
    decide_anew(session, owner, now)
    return taken


def pause(session: Session, member: Member, until: datetime, by: str, now: datetime) -> Absence:
    """The programme writes nothing first to this member before `until`; a pause that there was is over.

    A pause has an end, so that nobody is forgotten in one. Answers to what the member writes are not affected.

    Raises:
        Refused: `until` is past, or more than a year ahead.
    """
    if until > now + LONGEST_PAUSE:
        raise Refused("A pause lasts at most a year.")
    _end_pauses(session, member, now)
    return add(session, member, now, until, f"{PAUSE}{by}", None, now)


def resume(session: Session, member: Member, by: str, now: datetime) -> bool:
    """Ends a pause; False when there is none."""
    ended = _end_pauses(session, member, now)
    for absence in ended:
        _write(session, member, "absence.ended", by, now, absence)
    decide_anew(session, member, now)
    return bool(ended)


def end(session: Session, owner: Owner, source: str, now: datetime) -> list[Absence]:
    """Ends what lasts now, whoever noted it; it stays as what was. A calendar that is read again may bring it back."""
    lasting = of(session, owner, now, now + timedelta(microseconds=1))
    for absence in lasting:
        absence.ends_at = now
        _write(session, owner, "absence.ended", source, now, absence)
    session.flush()
    decide_anew(session, owner, now)
    return lasting


def decide_anew(session: Session, owner: Owner, now: datetime) -> None:
    """What is held because a member is away is looked at now. What is merely due later is left: it comes in its time,
    and the policy is asked then."""
    if not isinstance(owner, Member):
        return
    held = (
        sa.select(CheckIn)
        .join(Touch, sa.and_(Touch.check_in_id == CheckIn.id, Touch.rung == CheckIn.rung))
        .where(CheckIn.member_id == owner.id, CheckIn.state.in_(LIVE))
        .where(Touch.state == TouchState.HELD, Touch.reason == Reason.AWAY)
    )
    for check_in in session.scalars(held.with_for_update(of=CheckIn)):
        check_in.next_touch_at = now
    session.flush()


def _of(owner: Owner) -> sa.ColumnElement[bool]:
    return (Absence.member_id if isinstance(owner, Member) else Absence.staff_id) == owner.id


def _row(
    owner: Owner, starts: datetime, ends: datetime, source: str, *, uid: str | None = None, note: str | None = None
) -> Absence:
    is_member = isinstance(owner, Member)
    return Absence(
        member_id=owner.id if is_member else None,
        staff_id=None if is_member else owner.id,
        starts_at=starts.astimezone(UTC),
        ends_at=ends.astimezone(UTC),
        source=source,
        uid=uid,
        note=note,
    )


def _from_calendar(session: Session, owner: Owner, now: datetime) -> Sequence[Absence]:
    """What the calendar said before: what has not begun is dropped, what has begun is returned."""
    before = sa.and_(_of(owner), Absence.source == CALENDAR)
    session.execute(sa.delete(Absence).where(before, Absence.starts_at > now))
    return session.scalars(sa.select(Absence).where(before, Absence.ends_at > now)).all()


def _take(session: Session, owner: Owner, busy: Busy, begun: Absence | None, now: datetime) -> Absence:
    if begun is not None:
        begun.starts_at, begun.ends_at = busy.starts, busy.ends
        return begun
    absence = _row(owner, busy.starts, busy.ends, CALENDAR, uid=busy.uid)
    session.add(absence)
    return absence


def _end_pauses(session: Session, member: Member, now: datetime) -> list[Absence]:
    """Ends the pauses that last, and returns them; they stay as what was."""
    lasting = [one for one in of(session, member, now, now + LONGEST_PAUSE) if one.source.startswith(PAUSE)]
    for absence in lasting:
        absence.ends_at = now
    session.flush()
    return lasting


def _write(
    session: Session,
    owner: Owner,
    action: str,
    source: str,
    now: datetime,
    absence: Absence | None = None,
    **details: int,
) -> None:
    is_member = isinstance(owner, Member)
    times = f"{absence.starts_at.isoformat()} to {absence.ends_at.isoformat()}" if absence else None
    audit.write(session, now, source, action, member_id=owner.id if is_member else None,
                subject=None if is_member else f"staff:{owner.id}", reason=times, **details)  # fmt: skip

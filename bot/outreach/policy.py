"""The contact policy: one pure function that says whether a touch may be sent, and if not, why.

It is asked when a touch is planned and again when it is sent. The table in docs/contact-policy.md is its text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.outreach.hours import at_local, never, next_open
from bot.programme.models import Caps, ContactHours

DAY, WEEK = timedelta(days=1), timedelta(days=7)
WHILE_WRITING = timedelta(minutes=2)
WHILE_ACTIVE = timedelta(minutes=30)
WHILE_CASE = timedelta(hours=6)
WHILE_ASKED = timedelta(days=1)


class Reason(StrEnum):
    """Why not."""

    MEMBER_LEFT = "member_left"
    NO_LONGER_OPEN = "no_longer_open"
    CLASS_DECLINED = "class_declined"
    SAID_STOP = "said_stop"
    OPEN_CASE = "open_case"
    MEMBER_WRITING = "member_writing"
    MEMBER_ACTIVE = "member_active"
    AWAY = "away"
    ANOTHER_QUESTION = "another_question"
    NO_ADDRESS = "no_address"
    PREFERS_OTHER = "prefers_other"
    NO_CONSENT = "no_consent"
    UNUSABLE_ADDRESS = "unusable_address"
    OPTED_OUT_HERE = "opted_out_here"
    WINDOW_CLOSED = "window_closed"
    MSM_AWAY = "msm_away"
    QUIET_HOURS = "quiet_hours"
    PUBLIC_HOLIDAY = "public_holiday"
    DAILY_CAP = "daily_cap"
    WEEKLY_CAP = "weekly_cap"


@dataclass(frozen=True)
class Send:
    """Nothing speaks against it."""


@dataclass(frozen=True)
class Hold:
    """Not now; look again at `until` (UTC)."""

    reason: Reason
    until: datetime


@dataclass(frozen=True)
class Skip:
    """This rung can't reach the member; the next one comes at once."""

    reason: Reason


@dataclass(frozen=True)
class Cancel:
    """The question is over."""

    reason: Reason


Decision = Send | Hold | Skip | Cancel


@dataclass(frozen=True)
class Facts:
    """What the policy looks at. `sent` are the programme's own messages of the last 7 days, oldest first.

    `away_until` is the local day of return, `absent_until` the end of an absence that is in a calendar. `is_closed`
    tells the public holidays on which contact may not begin.
    """

    zone: ZoneInfo
    hours: ContactHours
    caps: Caps
    is_member: bool = True
    is_open: bool = True
    declined: bool = False
    has_open_case: bool = False
    is_writing: bool = False
    last_heard: datetime | None = None
    away_until: date | None = None
    absent_until: datetime | None = None
    another_question: bool = False
    has_address: bool = True
    prefers_other: bool = False
    consented: bool = True
    opted_out: bool = False
    has_other_address: bool = False
    unusable: bool = False
    window_closed: bool = False
    msm_away: bool = False
    is_closed: Callable[[date], bool] = never
    sent: tuple[datetime, ...] = ()


def decide(facts: Facts, now: datetime) -> Decision:
    """Ends, then reach, then time: a question that is over is cancelled before anything is held or skipped for it."""
    return _ends(facts) or _waits_for_people(facts, now) or _reaches(facts) or _waits_for_time(facts, now) or Send()


def _ends(facts: Facts) -> Cancel | None:
    if not facts.is_member:
        return Cancel(Reason.MEMBER_LEFT)
    if not facts.is_open:
        return Cancel(Reason.NO_LONGER_OPEN)
    if facts.declined:
        return Cancel(Reason.CLASS_DECLINED)
    return Cancel(Reason.SAID_STOP) if facts.opted_out and not facts.has_other_address else None


def _waits_for_people(facts: Facts, now: datetime) -> Hold | None:
    if facts.has_open_case:
        return Hold(Reason.OPEN_CASE, now + WHILE_CASE)
    if facts.is_writing:
        return Hold(Reason.MEMBER_WRITING, now + WHILE_WRITING)
    back = returns_at(facts)
    if back is not None and now < back:
        return Hold(Reason.AWAY, _next_open(back, facts))
    if facts.last_heard is not None and now < facts.last_heard + WHILE_ACTIVE:
        return Hold(Reason.MEMBER_ACTIVE, facts.last_heard + WHILE_ACTIVE)
    return Hold(Reason.ANOTHER_QUESTION, now + WHILE_ASKED) if facts.another_question else None


def returns_at(facts: Facts) -> datetime | None:
    """When contact may begin again after an absence, whatever the hours; None when there is none."""
    known = [facts.absent_until] if facts.absent_until else []
    if facts.away_until is not None:
        known.append(at_local(facts.away_until, facts.hours.start, facts.zone))
    return max(known, default=None)


def _reaches(facts: Facts) -> Skip | None:
    if not facts.has_address:
        return Skip(Reason.NO_ADDRESS)
    if facts.prefers_other:
        return Skip(Reason.PREFERS_OTHER)
    if facts.unusable:
        return Skip(Reason.UNUSABLE_ADDRESS)
    if facts.opted_out:
        return Skip(Reason.OPTED_OUT_HERE)
    if not facts.consented:
        return Skip(Reason.NO_CONSENT)
    if facts.window_closed:
        return Skip(Reason.WINDOW_CLOSED)
    return Skip(Reason.MSM_AWAY) if facts.msm_away else None


def _waits_for_time(facts: Facts, now: datetime) -> Hold | None:
    opens = _next_open(now, facts)
    if opens > now:
        is_holiday = facts.is_closed(now.astimezone(facts.zone).date())
        return Hold(Reason.PUBLIC_HOLIDAY if is_holiday else Reason.QUIET_HOURS, opens)
    for reason, span, most in (
        (Reason.DAILY_CAP, DAY, facts.caps.per_day),
        (Reason.WEEKLY_CAP, WEEK, facts.caps.per_week),
    ):
        counted = [sent for sent in facts.sent if sent > now - span]
        if len(counted) >= most:
            return Hold(reason, _next_open(counted[-most] + span, facts))
    return None


def _next_open(moment: datetime, facts: Facts) -> datetime:
    return next_open(moment, facts.zone, facts.hours, facts.is_closed)

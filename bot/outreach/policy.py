"""The contact policy: one pure function that says whether a touch may be sent, and if not, why.

It is asked when a touch is planned and again when it is sent. The table in docs/contact-policy.md is its text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.outreach.hours import at_local, next_open
from bot.programme.models import Caps, ContactHours

DAY, WEEK = timedelta(days=1), timedelta(days=7)
WHILE_WRITING = timedelta(minutes=2)
WHILE_CASE = timedelta(hours=6)


class Reason(StrEnum):
    """Why not."""

    MEMBER_LEFT = "member_left"
    NO_LONGER_OPEN = "no_longer_open"
    SAID_STOP = "said_stop"
    OPEN_CASE = "open_case"
    MEMBER_WRITING = "member_writing"
    AWAY = "away"
    NO_ADDRESS = "no_address"
    NO_CONSENT = "no_consent"
    UNUSABLE_ADDRESS = "unusable_address"
    OPTED_OUT_HERE = "opted_out_here"
    WINDOW_CLOSED = "window_closed"
    QUIET_HOURS = "quiet_hours"
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
    """What the policy looks at. `sent` are the programme's own messages of the last 7 days, oldest first."""

    zone: ZoneInfo
    hours: ContactHours
    caps: Caps
    is_member: bool = True
    is_open: bool = True
    has_open_case: bool = False
    is_writing: bool = False
    away_until: date | None = None
    has_address: bool = True
    consented: bool = True
    opted_out: bool = False
    has_other_address: bool = False
    unusable: bool = False
    window_closed: bool = False
    sent: tuple[datetime, ...] = ()


def decide(facts: Facts, now: datetime) -> Decision:
    """Ends, then reach, then time: a question that is over is cancelled before anything is held or skipped for it."""
    return _ends(facts) or _waits_for_people(facts, now) or _reaches(facts) or _waits_for_time(facts, now) or Send()


def _ends(facts: Facts) -> Cancel | None:
    if not facts.is_member:
        return Cancel(Reason.MEMBER_LEFT)
    if not facts.is_open:
        return Cancel(Reason.NO_LONGER_OPEN)
    return Cancel(Reason.SAID_STOP) if facts.opted_out and not facts.has_other_address else None


def _waits_for_people(facts: Facts, now: datetime) -> Hold | None:
    if facts.has_open_case:
        return Hold(Reason.OPEN_CASE, now + WHILE_CASE)
    if facts.is_writing:
        return Hold(Reason.MEMBER_WRITING, now + WHILE_WRITING)
    if facts.away_until is not None:
        back = at_local(facts.away_until, facts.hours.start, facts.zone)
        if now < back:
            return Hold(Reason.AWAY, next_open(back, facts.zone, facts.hours))
    return None


def _reaches(facts: Facts) -> Skip | None:
    if not facts.has_address:
        return Skip(Reason.NO_ADDRESS)
    if facts.unusable:
        return Skip(Reason.UNUSABLE_ADDRESS)
    if facts.opted_out:
        return Skip(Reason.OPTED_OUT_HERE)
    if not facts.consented:
        return Skip(Reason.NO_CONSENT)
    return Skip(Reason.WINDOW_CLOSED) if facts.window_closed else None


def _waits_for_time(facts: Facts, now: datetime) -> Hold | None:
    opens = next_open(now, facts.zone, facts.hours)
    if opens > now:
        return Hold(Reason.QUIET_HOURS, opens)
    for reason, span, most in (
        (Reason.DAILY_CAP, DAY, facts.caps.per_day),
        (Reason.WEEKLY_CAP, WEEK, facts.caps.per_week),
    ):
        counted = [sent for sent in facts.sent if sent > now - span]
        if len(counted) >= most:
            return Hold(reason, next_open(counted[-most] + span, facts.zone, facts.hours))
    return None

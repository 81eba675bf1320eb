"""The occasions on which a member is asked a survey. Pure: from what is known of the member."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model import HandOff, HandOffReason, Member, MemberEvent, MemberStatus
from bot.programme.models import Programme, Survey
from bot.progress import dates

NOT_AFTER = (
    HandOffReason.SILENT,
    HandOffReason.UNREACHABLE,
    HandOffReason.STRANGER,
    HandOffReason.WRONG_NUMBER,
    HandOffReason.IDENTITY,
    HandOffReason.DISTRESS,
    HandOffReason.DETRACTOR,
    HandOffReason.STAFF,
)
"""Cases after which nobody is asked how they liked the help: the member did not ask for any, or it would be out of
place; and a survey that brought a case must not bring the next survey."""


@dataclass(frozen=True)
class Planned:
    """A survey is due at `due_at`, on the occasion `name`."""

    survey: str
    name: str
    due_at: datetime
    expires_at: datetime


def wanted(
    programme: Programme, member: Member, seen: Sequence[MemberEvent], closed: Sequence[HandOff], now: datetime
) -> list[Planned]:
    """The rounds that are to come, and those that are due and not over; none for who is no member (any more)."""
    if member.status is not MemberStatus.ACTIVE:
        return []
    found = []
    for key, survey in programme.surveys.items():
        if is_for(survey, member):
            for name, start in _starts(survey, member, seen, closed):
                due = start + survey.when.offset
                found.append(Planned(key, name, due, due + survey.lapses))
    return [one for one in found if now < one.expires_at]


def is_for(survey: Survey, member: Member) -> bool:
    """Whether the survey is meant for the member's segment."""
    return not survey.segments or member.segment in survey.segments


def _starts(
    survey: Survey, member: Member, seen: Sequence[MemberEvent], closed: Sequence[HandOff]
) -> Iterator[tuple[str, datetime]]:
    match survey.when.after:
        case "joined":
            yield f"joined {member.joined_on}", dates.moment_of(member, member.joined_on)
        case "renewal" if member.renews_on is not None:
            yield f"renewal {member.renews_on}", dates.moment_of(member, member.renews_on)
        case "event":
            yield from ((f"event {one.id}", one.at) for one in seen if one.name == survey.when.event)
        case "case_closed":
            for case in closed:
                if case.resolved_at is not None and case.claimed_at is not None and case.reason not in NOT_AFTER:
                    yield f"case {case.id}", case.resolved_at

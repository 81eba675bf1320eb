"""The occasions on which a member enters journeys. Pure: from what is known of the member and the runs they had."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.model import JourneyRun, Member, MemberStatus, RunState
from bot.programme import navigate
from bot.programme.models import Journey, Programme
from bot.progress import dates

REPLACED = ("segment_changed", "next_round")
"""Ends of a run that don't end its stage: another run takes its place."""


@dataclass(frozen=True)
class Planned:
    """A member enters `journey` at `due_at`, on the occasion `name`."""

    journey: Journey
    name: str
    due_at: datetime
    anchor_on: date | None = None


def wanted(programme: Programme, member: Member, had: Sequence[JourneyRun], now: datetime) -> list[Planned]:
    """The present occasion of each journey that is meant for the member, and the next; those that are over left out."""
    wins_back = member.status is MemberStatus.LAPSED
    if member.status not in (MemberStatus.ACTIVE, MemberStatus.LAPSED):
        return []
    journeys = navigate.journeys_for(programme, member.segment)
    fitting = [journey for journey in journeys if (journey.stage == "winback") is wins_back]
    return [plan for journey in fitting for plan in _occasions(programme, journey, member, had, now)]


def _occasions(
    programme: Programme, journey: Journey, member: Member, had: Sequence[JourneyRun], now: datetime
) -> Iterator[Planned]:
    entry = journey.entry
    start, name, anchor = _start(programme, journey, member, had, now)
    if start is None:
        return
    first = start + entry.offset
    rounds = [0]
    if entry.every is not None:
        present = max(0, (now - first) // entry.every)
        rounds = [present, present + 1]
    for number in rounds:
        due = first + number * (entry.every or timedelta())
        over = journey.lapses if journey.lapses is not None else entry.every
        if over is None or now < due + over:
            yield Planned(journey, f"{name} {number + 1}" if number else name, due, anchor)


def _start(
    programme: Programme, journey: Journey, member: Member, had: Sequence[JourneyRun], now: datetime
) -> tuple[datetime | None, str, date | None]:
    """From when the entry counts, the name of the occasion, and the renewal date that it is about."""
    match journey.entry.after:
        case "joined":
            return dates.moment_of(member, member.joined_on), _joining(member, had), None
        case "renewal" if member.renews_on is not None:
            return dates.moment_of(member, member.renews_on), member.renews_on.isoformat(), member.renews_on
        case "lapsed" if member.lapsed_on is not None:
            return dates.moment_of(member, member.lapsed_on), f"lapsed {member.lapsed_on}", None
        case "stage":
            stage = journey.entry.stage or ""
            return _stage_ended(programme, stage, member, had, now), f"after {stage}", None
    return None, "", None


def _joining(member: Member, had: Sequence[JourneyRun]) -> str:
    """Who left and joined again begins anew."""
    left = any(run.occasion == "joined" and run.outcome == MemberStatus.LEFT for run in had)
    return f"joined {member.joined_on}" if left else "joined"


def _stage_ended(
    programme: Programme, stage: str, member: Member, had: Sequence[JourneyRun], now: datetime
) -> datetime | None:
    """When the last run of a stage ended; when it would have, for a member who came too late for it."""
    keys = {key for key, journey in programme.journeys.items() if journey.stage == stage}
    of_stage = [run for run in had if run.journey in keys]
    if any(run.state is RunState.ACTIVE for run in of_stage):
        return None
    ends = [run.ended_at for run in of_stage if run.ended_at is not None and run.outcome not in REPLACED]
    if ends:
        return max(ends)
    missed = [
        dates.moment_of(member, member.joined_on) + journey.entry.offset + journey.lapses
        for journey in navigate.journeys_for(programme, member.segment)
        if journey.stage == stage and journey.entry.after == "joined" and journey.lapses is not None
    ]
    past = [moment for moment in missed if moment <= now]
    return max(past) if past and len(past) == len(missed) else None

"""A programme with two teams of staff, and cases in any state, for what is counted and put in order."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from bot.model import HandOff, HandOffReason, HandOffState, Priority, Staff, Team
from bot.programme.models import Programme
from tests.support.cast import JONAS, MARIA
from tests.support.house import TUESDAY, House
from tests.support.small_programme import make_programme

PRIYA, LEE = "priya@example.org", "lee@example.org"
HOURS = {"time_zone": "America/New_York", "start": "09:00", "end": "17:00"}
_NUMBERS = count(1)


def team(people: list[str], **more: Any) -> dict[str, Any]:
    hours = {**HOURS, "weekdays": ["mon", "tue", "wed", "thu", "fri"]}
    return {"name": "Team", "people": people, "lead": PRIYA, "email": "team@example.org", "hours": hours, **more}


def programme() -> Programme:
    """Maria and Jonas look after members, Lee after their machines; Priya leads both."""
    teams = {"member_success": team([MARIA, JONAS], deputy=JONAS), "technical_support": team([LEE])}
    targets = {
        "urgent": {"first_reply": "30m", "resolve": "8h", "around_the_clock": True},
        "high": {"first_reply": "2h", "resolve": "16h"},
        "normal": {"first_reply": "4h", "resolve": "40h"},
        "low": {"first_reply": "16h", "resolve": "80h"},
    }
    return make_programme(inbox={"teams": teams, "targets": targets})


def new_case(session: Session, house: House, opened_at: datetime = TUESDAY, **changes: Any) -> HandOff:
    """A case of somebody whom nobody knows, unless `member_id` says otherwise."""
    number = next(_NUMBERS)
    values: dict[str, Any] = {
        "subject": f"sms:+1202555{number:04}",
        "channel": "sms",
        "address": f"+1202555{number:04}",
        "reason": HandOffReason.ASKED,
        "summary": "Asked for a person.",
        "priority": Priority.NORMAL,
        "team": Team.MEMBER_SUCCESS,
        "state": HandOffState.OPEN,
        "opened_at": opened_at,
        "waiting_since": opened_at,
        "paused_seconds": 0,
        **changes,
    }
    case = HandOff(**values)
    session.add(case)
    session.flush()
    return case


def answered(case: HandOff, after: timedelta) -> HandOff:
    case.first_reply_at, case.waiting_since = case.opened_at + after, None
    return case


def resolved(case: HandOff, after: timedelta, by: Staff | None = None) -> HandOff:
    case.state, case.resolved_at, case.waiting_since = HandOffState.RESOLVED, case.opened_at + after, None
    case.assignee = by
    return case

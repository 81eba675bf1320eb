"""Members with a past that is written down as rows, so that a test knows each number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from bot.model import (
    CheckIn,
    CheckInKind,
    CheckInState,
    JourneyRun,
    JourneyVersion,
    Member,
    RunState,
    StepProgress,
    StepState,
    Touch,
    TouchState,
)
from bot.programme import navigate
from bot.programme.models import Journey
from tests.support.house import TUESDAY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ENTERED = TUESDAY - 20 * DAY
_numbers = count(1)


@dataclass(frozen=True)
class Step:
    """What is written of a step: its state, who said so, and how long after entering."""

    state: StepState
    source: str | None = None
    after: timedelta = timedelta()


def done(source: str = "member:sms", after: timedelta = timedelta()) -> Step:
    return Step(StepState.DONE, source, after)


def member(session: Session, segment: str = "everybody", joined: date = date(2026, 11, 1), **changes: Any) -> Member:
    number = next(_numbers)
    made = Member(
        **{
            "number": f"made-{number}", "first_name": "Made", "last_name": f"Up {number}", "segment": segment,
            "time_zone": "America/New_York", "language": "en", "joined_on": joined, "created_at": ENTERED, **changes,
        }
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def run(
    session: Session, journey: Journey, of: Member, steps: Mapping[str, Step] | None = None, **changes: Any
) -> JourneyRun:
    """A run of a journey, with the steps that are named; the others are pending."""
    if session.get(JourneyVersion, journey.version) is None:
        body = journey.model_dump(mode="json")
        session.add(JourneyVersion(digest=journey.version, journey=journey.key, body=body, first_seen_at=ENTERED))
    values: dict[str, Any] = {"state": RunState.ACTIVE, "entered_at": ENTERED, "occasion": "joined", **changes}
    made = JourneyRun(member_id=of.id, journey=journey.key, version=journey.version, **values)
    session.add(made)
    session.flush()
    for step in navigate.steps(journey):
        told = (steps or {}).get(step.key, Step(StepState.PENDING))
        at = made.entered_at + told.after
        session.add(
            StepProgress(run_id=made.id, step=step.key, state=told.state, source=told.source, changed_at=at)
        )  # fmt: skip
    session.flush()
    return made


def asked(
    session: Session, of: JourneyRun, step: str, state: CheckInState = CheckInState.OPEN,
    opened: datetime | None = None,
    **changes: Any,
) -> CheckIn:  # fmt: skip
    made = CheckIn(
        **{
            "member_id": of.member_id, "run_id": of.id, "kind": CheckInKind.STEP, "step": step, "state": state,
            "opened_at": opened, "created_at": ENTERED, "next_touch_at": TUESDAY + HOUR, **changes,
        }
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def touch(
    session: Session, of: CheckIn, rung: int = 0, sent: datetime | None = None, state: TouchState = TouchState.SENT,
    channel: str = "sms", reason: str | None = None,
) -> Touch:  # fmt: skip
    made = Touch(check_in_id=of.id, member_id=of.member_id, rung=rung, channel=channel, sender="Compass", state=state,
                 reason=reason, sent_at=sent, changed_at=sent or TUESDAY)  # fmt: skip
    session.add(made)
    session.flush()
    return made

"""Who stands at a step now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.insights.funnel import Chosen
from bot.insights.steps import IS_LATEST, IS_SOMEBODY, Place, place
from bot.model import CheckIn, CheckInKind, CheckInState, HandOff, JourneyRun, Member, RunState, StepProgress, StepState

_LIVE = sa.text("check_in.state in ('scheduled', 'open')")
_UNRESOLVED = sa.text("hand_off.state <> 'resolved'")


@dataclass(frozen=True)
class Standing:
    """A member at a step; `since` is when they were first asked, or said something about it (UTC)."""

    member_id: int
    name: str
    segment: str
    place: Place
    since: datetime | None
    next_at: datetime | None


def at_step(
    session: Session,
    journey: str,
    step: str,
    wanted: Sequence[Place],
    now: datetime,
    *,
    chosen: Chosen | None = None,
    most: int = 50,
) -> list[Standing]:
    """At most so many of those who stand there; who waits the longest for us comes first."""
    chosen = chosen or Chosen()
    where = place(now)
    since = sa.case((CheckIn.opened_at.is_not(None), CheckIn.opened_at), else_=StepProgress.changed_at)
    columns = (Member.id, Member.first_name, Member.last_name, Member.segment, where, since, CheckIn.next_touch_at)
    narrowed = [
        JourneyRun.journey == journey,
        JourneyRun.state == RunState.ACTIVE,
        IS_SOMEBODY,
        StepProgress.step == step,
    ]
    if chosen.segment is not None:
        narrowed.append(Member.segment == chosen.segment)
    if chosen.version is not None:
        narrowed.append(JourneyRun.version == chosen.version)
    if chosen.joined is not None:
        year, month = map(int, chosen.joined.split("-"))
        narrowed += [sa.extract("year", Member.joined_on) == year, sa.extract("month", Member.joined_on) == month]
    asked = sa.select(*columns).select_from(CheckIn).join(
        StepProgress, sa.and_(StepProgress.run_id == CheckIn.run_id, StepProgress.step == CheckIn.step)
    )  # fmt: skip
    told = sa.select(*columns).select_from(StepProgress).join(
        CheckIn,
        sa.and_(CheckIn.run_id == StepProgress.run_id, CheckIn.step == StepProgress.step,
                CheckIn.kind == CheckInKind.STEP, IS_LATEST),
        isouter=True,
    )  # fmt: skip
    statements = [asked.where(_LIVE, CheckIn.kind == CheckInKind.STEP, CheckIn.step == step, where.in_(wanted))]
    if Place.STUCK in wanted:
        handed = asked.join(HandOff, HandOff.check_in_id == CheckIn.id).where(
            _UNRESOLVED, CheckIn.state == CheckInState.HANDED_OFF, CheckIn.step == step, IS_LATEST,
            StepProgress.state.in_([StepState.PENDING, StepState.IN_PROGRESS, StepState.BLOCKED]),
        )  # fmt: skip
        statements += [handed, told.where(StepProgress.state == StepState.BLOCKED)]
    found: dict[int, Standing] = {}
    for statement in statements:
        joined = statement.join(JourneyRun, JourneyRun.id == StepProgress.run_id).join(
            Member, Member.id == JourneyRun.member_id
        )
        rows = session.execute(joined.where(*narrowed).order_by(since, Member.id).limit(most))
        for number, first, last, segment, at, since_then, next_at in rows:
            name = f"{first} {last}".strip()
            found.setdefault(number, Standing(number, name, segment, Place(at), since_then, next_at))
    return sorted(found.values(), key=_longest)[:most]


def _longest(one: Standing) -> tuple[float, int]:
    """Whom we have waited for longest; without a moment, last."""
    return one.since.timestamp() if one.since is not None else inf, one.member_id

"""What became of each attempt of each rung: counted once by everything that one may want to filter by."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from bot.insights.spans import hours_between
from bot.insights.steps import IS_SOMEBODY
from bot.insights.tally import Slice, Sum
from bot.model import CheckIn, CheckInKind, CheckInState, JourneyRun, Member, StepProgress, StepState, Touch, TouchState

AGES = (30, 90, 365)
"""Days: an attempt belongs to the first of them that it is not older than."""
OLDER = 100_000


class Fate(StrEnum):
    """What followed a message: an answer before the next one, the deed itself, the next rung, a person, or nothing.

    `waiting`: it may still be answered. `unsent`: there was no message.
    """

    ANSWERED = "answered"
    SEEN = "seen"
    WENT_ON = "went_on"
    HANDED_OFF = "handed_off"
    WAITING = "waiting"
    OVER = "over"
    UNSENT = "unsent"


class TouchCell(NamedTuple):
    """`version` is that of the run's journey, None for a survey; `hours` until the answer; `climb` is the state of the
    question that the attempt belongs to."""

    kind: CheckInKind
    version: str | None
    about: str
    segment: str
    rung: int
    channel: str
    state: TouchState
    reason: str | None
    climb: CheckInState
    age: int
    fate: Fate
    hours: int | None


@dataclass
class Touches:
    """How often each combination occurs."""

    cells: Counter[TouchCell] = field(default_factory=Counter)

    def add(self, other: Sum) -> None:
        if isinstance(other, Touches):
            self.cells.update(other.cells)


_NEXT = aliased(Touch)
# Not "exists": PostgreSQL would answer that by a table of all touches, anew for each slice.
_LAST_SENT = (
    sa.select(sa.func.max(_NEXT.rung))
    .where(_NEXT.check_in_id == Touch.check_in_id, _NEXT.sent_at.is_not(None))
    .correlate(Touch)
    .scalar_subquery()
)
_WENT_ON = Touch.rung < _LAST_SENT
_WAS_SEEN = sa.and_(StepProgress.state == StepState.DONE, StepProgress.source.like("event:%"))
_LIVE = CheckIn.state.in_([CheckInState.SCHEDULED, CheckInState.OPEN])
_FATE = sa.case(
    (Touch.sent_at.is_(None), Fate.UNSENT.value),
    (_WENT_ON, Fate.WENT_ON.value),
    (sa.and_(CheckIn.state == CheckInState.ANSWERED, _WAS_SEEN), Fate.SEEN.value),
    (CheckIn.state == CheckInState.ANSWERED, Fate.ANSWERED.value),
    (CheckIn.state == CheckInState.HANDED_OFF, Fate.HANDED_OFF.value),
    (_LIVE, Fate.WAITING.value),
    else_=Fate.OVER.value,
)
_HOURS = sa.case((_FATE.in_([Fate.ANSWERED.value]), hours_between(Touch.sent_at, CheckIn.closed_at)))
_REASON = sa.case((Touch.state.in_([TouchState.SKIPPED, TouchState.HELD, TouchState.CANCELLED]), Touch.reason))


def _age(now: datetime) -> sa.Case[int]:
    return sa.case(*((Touch.changed_at > now - timedelta(days=days), days) for days in AGES), else_=OLDER)


def look(session: Session, of: Slice, now: datetime) -> Touches:
    """Counts the attempts of one slice of their ids."""
    columns = (
        CheckIn.kind, JourneyRun.version, CheckIn.step, Member.segment, Touch.rung, Touch.channel, Touch.state, _REASON,
        CheckIn.state, _age(now), _FATE, _HOURS,
    )  # fmt: skip
    rows = session.execute(
        sa.select(*columns, sa.func.count())
        .select_from(Touch)
        .join(CheckIn, CheckIn.id == Touch.check_in_id)
        .join(Member, Member.id == Touch.member_id)
        .join(JourneyRun, JourneyRun.id == CheckIn.run_id, isouter=True)
        .join(
            StepProgress,
            sa.and_(StepProgress.run_id == CheckIn.run_id, StepProgress.step == CheckIn.step),
            isouter=True,
        )
        .where(of.of(Touch.id), IS_SOMEBODY)
        .group_by(*(sa.literal_column(str(at)) for at in range(1, len(columns) + 1)))
    )
    return Touches(
        Counter(
            {
                TouchCell(kind, version, about, segment, rung, channel, state, reason, climb, age, Fate(fate), hours): n
                for kind, version, about, segment, rung, channel, state, reason, climb, age, fate, hours, n in rows
            }
        )
    )

"""No next step: what is open, and nobody will look at it again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.auditor import journeys
from bot.auditor.findings import Finding, Looked
from bot.auditor.kinds import Kind
from bot.auditor.late import PRESENT, STAYS
from bot.auditor.tools import all_of, at, literally, live, rows_of
from bot.model import (
    CheckIn,
    CheckInKind,
    HandOff,
    HandOffState,
    JourneyRun,
    Member,
    RunState,
    Touch,
    TouchState,
)
from bot.programme.models import Programme

FAR = timedelta(days=1)
CHUNK = 500


def look(session: Session, programme: Programme, now: datetime) -> Looked:
    """Questions, journeys and held messages that nothing moves on; and two questions in one journey."""
    looked = Looked()
    checks = (
        _check_ins(session), _holds(session, now), _journeys(session, now), _doubled(session),
        _cases(session, programme),
    )  # fmt: skip
    for found in checks:
        looked.add(found)
    return looked


def _check_ins(session: Session) -> Looked:
    """Those of a record that was merged are left: they wait for the merge to be undone."""
    idle = (
        sa.select(CheckIn.id, CheckIn.member_id, CheckIn.step, CheckIn.state)
        .join(Member, Member.id == CheckIn.member_id)
        .where(live(CheckIn.state), CheckIn.next_touch_at.is_(None), Member.status != STAYS)
        .order_by(CheckIn.id)
    )
    return all_of(
        Kind.NO_NEXT_STEP_CHECK_IN,
        [
            Finding(
                Kind.NO_NEXT_STEP_CHECK_IN, f"check_in:{row.id}", row.member_id,
                f"Check-in {row.id} about {row.step} is {row.state}, and has no time at which it is looked at.",
            )
            for row in rows_of(session, idle)
        ],
    )  # fmt: skip


def _holds(session: Session, now: datetime) -> Looked:
    """A message that was held is decided anew while its check-in stands on its rung; afterwards it never is."""
    passed = (
        sa.select(Touch.id, Touch.member_id, Touch.rung, Touch.held_until, CheckIn.step)
        .join(CheckIn, sa.and_(CheckIn.id == Touch.check_in_id, CheckIn.rung > Touch.rung))
        .where(live(CheckIn.state), Touch.state == TouchState.HELD, Touch.held_until < now - FAR)
        .order_by(Touch.id)
    )
    return all_of(
        Kind.NO_NEXT_STEP_HOLD,
        [
            Finding(
                Kind.NO_NEXT_STEP_HOLD, f"touch:{row.id}", row.member_id,
                f"Rung {row.rung + 1} about {row.step} was held until {at(row.held_until)}; the ladder has gone on.",
            )
            for row in rows_of(session, passed)
        ],
    )  # fmt: skip


def _cases(session: Session, programme: Programme) -> Looked:
    """Cases that are not resolved, and that come up again only if somebody thinks of them. Where the content has no
    ladder for cases, all do in the end."""
    if not programme.inbox.ladder:
        return all_of(Kind.NO_NEXT_STEP_CASE, [])
    idle = (
        sa.select(HandOff.id, HandOff.member_id, HandOff.state, HandOff.rung, HandOff.acted_at)
        .where(HandOff.state != HandOffState.RESOLVED, HandOff.look_at.is_(None))
        .order_by(HandOff.id)
    )
    return all_of(
        Kind.NO_NEXT_STEP_CASE,
        [
            Finding(
                Kind.NO_NEXT_STEP_CASE, f"case:{row.id}", row.member_id,
                f"Case {row.id} is {row.state}, its reminders are over ({row.rung}), and the last act of staff was "
                f"{at(row.acted_at)}.",
            )
            for row in rows_of(session, idle)
        ],
    )  # fmt: skip


def _doubled(session: Session) -> Looked:
    asked = (
        sa.select(CheckIn.run_id, CheckIn.member_id, sa.func.count().label("open"))
        .where(live(CheckIn.state), CheckIn.kind == CheckInKind.STEP, CheckIn.run_id.is_not(None))
        .group_by(CheckIn.run_id, CheckIn.member_id)
        .having(sa.func.count() > 1)
    )
    return all_of(
        Kind.DOUBLED_QUESTION,
        [
            Finding(
                Kind.DOUBLED_QUESTION, f"run:{row.run_id}", row.member_id,
                f"Run {row.run_id} has {row.open} questions that are scheduled or open.",
            )
            for row in rows_of(session, asked)
        ],
    )  # fmt: skip


def _journeys(session: Session, now: datetime) -> Looked:
    """Runs under way that ask nothing, though a step could be asked; those that wait for a case that isn't there."""
    found: list[Finding] = []
    last = 0
    while ids := session.scalars(_idle().where(JourneyRun.id > last).order_by(JourneyRun.id).limit(CHUNK)).all():
        found += journeys.judge(session, ids, now)
        last = ids[-1]
    found = _still(session, found)
    looked = Looked()
    for kind in (Kind.NO_NEXT_STEP_JOURNEY, Kind.MISSED_CASE):
        looked.add(all_of(kind, [one for one in found if one.kind is kind]))
    return looked


def _idle() -> sa.Select[int]:
    """Runs without a live question, of members without an unresolved case."""
    asks = sa.exists().where(CheckIn.run_id == JourneyRun.id, CheckIn.kind == CheckInKind.STEP, live(CheckIn.state))
    waits = sa.exists().where(HandOff.member_id == JourneyRun.member_id, HandOff.state != HandOffState.RESOLVED)
    active = JourneyRun.state.in_(literally([RunState.ACTIVE]))
    runs = sa.select(JourneyRun.id).join(Member, Member.id == JourneyRun.member_id)
    return runs.where(active, Member.status.in_(PRESENT), ~asks, ~waits)


def _still(session: Session, found: Sequence[Finding]) -> list[Finding]:
    """What was read in several statements is true only if the run is idle after them too."""
    ids = {int(finding.subject.partition(":")[2]) for finding in found}
    idle = {run for chunk in _chunks(sorted(ids)) for run in session.scalars(_idle().where(JourneyRun.id.in_(chunk)))}
    return [finding for finding in found if int(finding.subject.partition(":")[2]) in idle]


def _chunks(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]

"""At which risk each member is, looked at in rounds and kept, so that a hundred thousand can be listed by it.

A round goes through all members in the order of their ids, a stretch in each transaction. Those with a sign are looked
at closely, as everywhere else (`bot.handoff.risk`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.db import Database
from bot.handoff import risk
from bot.handoff.at_risk import BROUGHT, LOW, OVER
from bot.handoff.risk import RENEWAL_NEAR, Level, Risk
from bot.handoff.risk_facts import LOOK_BACK, SCORES_COUNT
from bot.housekeeping.batch import held
from bot.lanes.put import upsert
from bot.model import (
    Bookmark,
    CheckIn,
    CheckInState,
    ContactPoint,
    HandOff,
    JourneyRun,
    Member,
    MemberRisk,
    MemberStatus,
    RunState,
    StepProgress,
    StepState,
    SurveyAnswer,
)
from bot.model.folding import folded
from bot.programme.models import Programme

ROUND, FINISHED = "risk:round", "risk:finished"
EVERY = timedelta(minutes=15)
STRETCH, STRETCH_ALONE = 2000, 500
"""Members in one transaction; fewer where there is one writer, for whom everybody else waits meanwhile."""
SERIOUS = 100


def look(db: Database, programme: Programme, clock: Clock, *, stretches: int = 20) -> int:
    """The tick: goes on with the round, or begins the next one when it is time; returns how many changed."""
    _place_bookmark(db, clock.now())
    changed = 0
    for _ in range(stretches):
        with db.begin() as session:
            mark = held(session, ROUND)
            if mark is None or _rests(session, mark, clock.now()):
                return changed
            changed += _go_on(session, programme, mark, clock.now(), STRETCH_ALONE if db.is_sqlite else STRETCH)
    return changed


def as_of(session: Session) -> datetime | None:
    """When the last round that is finished began; None: none is."""
    mark = session.get(Bookmark, FINISHED)
    return mark.at if mark is not None else None


def weight(found: Risk) -> int:
    """The most endangered have the most: those at high risk, with the most serious signs, then with the most signs."""
    serious = sum(reason.is_serious for reason in found.reasons)
    return (found.level is Level.HIGH) * SERIOUS * SERIOUS + serious * SERIOUS + len(found.reasons)


def _place_bookmark(db: Database, now: datetime) -> None:
    with db.begin() as session:
        if session.get(Bookmark, ROUND) is None:
            row = upsert(session, Bookmark).values(name=ROUND, at=now, place="0")
            session.execute(row.on_conflict_do_nothing(index_elements=["name"]))


def _rests(session: Session, mark: Bookmark, now: datetime) -> bool:
    """Whether the round is finished, and it is not time for the next. Begins that if it is."""
    if mark.place is not None:
        return False
    if mark.at <= now < mark.at + EVERY:
        return True
    mark.at, mark.place = now, "0"
    return False


def _go_on(session: Session, programme: Programme, mark: Bookmark, now: datetime, most: int) -> int:
    after = int(mark.place or 0)
    ids = session.scalars(sa.select(Member.id).where(Member.id > after).order_by(Member.id).limit(most)).all()
    if not ids:
        mark.place = None
        done = upsert(session, Bookmark).values(name=FINISHED, at=mark.at)
        session.execute(done.on_conflict_do_update(index_elements=["name"], set_={"at": mark.at}))
        return 0
    mark.place = str(ids[-1])
    _fill_search(session, ids[0], ids[-1])
    return _keep(session, _levels(session, programme, ids[0], ids[-1], now), ids[0], ids[-1], now)


def _levels(session: Session, programme: Programme, first: int, last: int, now: datetime) -> dict[int, Risk]:
    """Those of the stretch who are not at low risk."""
    signs = sa.union(*_signs(now, first, last)).subquery()
    members = session.scalars(
        sa.select(Member).where(Member.id.in_(sa.select(signs.c.member_id)), Member.status != MemberStatus.MERGED)
    ).all()
    found = risk.of_many(session, programme, members, now)
    return {key: one for key, one in found.items() if one.level is not Level.LOW}


def _keep(session: Session, found: dict[int, Risk], first: int, last: int, now: datetime) -> int:
    known = {row.member_id: row for row in session.scalars(
        sa.select(MemberRisk).where(MemberRisk.member_id.between(first, last)))}  # fmt: skip
    gone = known.keys() - found.keys()
    if gone:
        session.execute(sa.delete(MemberRisk).where(MemberRisk.member_id.in_(gone)))
    rows = [
        {"member_id": key, "level": str(one.level), "weight": weight(one), "at": now}
        for key, one in found.items()
        if key not in known or (known[key].level, known[key].weight) != (one.level, weight(one))
    ]
    if rows:
        write = upsert(session, MemberRisk)
        new = {name: write.excluded[name] for name in ("level", "weight", "at")}
        session.execute(write.on_conflict_do_update(index_elements=["member_id"], set_=new), rows)
    return len(gone) + len(rows)


def _fill_search(session: Session, first: int, last: int) -> None:
    """What a machine that is not upgraded yet wrote can be found all the same."""
    bare = sa.select(Member.id, Member.last_name, Member.first_name, Member.number).where(
        Member.id.between(first, last), Member.search.is_(None)
    )
    rows = session.execute(bare).all()
    if rows:
        session.execute(
            sa.update(Member),
            [{"id": row.id, "search": folded(row.last_name, row.first_name, row.number)} for row in rows],
        )


def _signs(now: datetime, first: int, last: int) -> Sequence[sa.Select[Any]]:
    """Whoever may be at more than low risk: nobody else has any of these."""
    today = now.date()
    low = sa.or_(*(sa.and_(SurveyAnswer.kind == kind, SurveyAnswer.number.in_(LOW[kind])) for kind in LOW))
    asked = sa.or_(
        CheckIn.state == CheckInState.OPEN,
        sa.and_(CheckIn.state.in_(OVER), CheckIn.created_at > now - LOOK_BACK),
    )
    usable = sa.exists().where(
        ContactPoint.member_id == Member.id,
        ContactPoint.consented_at.is_not(None),
        ContactPoint.opted_out_at.is_(None),
        ContactPoint.unusable_at.is_(None),
        ContactPoint.unconfirmed_at.is_(None),
    )
    stuck = sa.exists().where(StepProgress.run_id == JourneyRun.id, StepProgress.state == StepState.BLOCKED)
    renewal = Member.renews_on.between(today - timedelta(days=1), today + RENEWAL_NEAR + timedelta(days=1))
    of_member = sa.or_(Member.status != MemberStatus.ACTIVE, renewal, ~usable)
    return [
        sa.select(Member.id.label("member_id")).where(Member.id.between(first, last), of_member),
        _sign(HandOff, first, last).where(HandOff.reason.in_(BROUGHT), HandOff.opened_at > now - LOOK_BACK),
        _sign(CheckIn, first, last).where(asked),
        _sign(SurveyAnswer, first, last).where(low, SurveyAnswer.at > now - SCORES_COUNT),
        _sign(JourneyRun, first, last).where(JourneyRun.state == RunState.ACTIVE, stuck),
    ]


def _sign(table: Any, first: int, last: int) -> sa.Select[Any]:
    return sa.select(table.member_id.label("member_id")).where(table.member_id.between(first, last))

"""Two records of one person made one, by staff; and taken apart again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.errors import NotFound, Refused
from bot.handoff import cases
from bot.model import (
    LIVE,
    Absence,
    Base,
    CheckIn,
    ContactPoint,
    Declined,
    EntryKind,
    Goal,
    HandOff,
    HandOffState,
    InboxMessage,
    JourneyRun,
    Member,
    MemberEvent,
    MemberNote,
    MemberStatus,
    Merge,
    MergeKind,
    OutboxMessage,
    RoundState,
    Staff,
    SurveyAnswer,
    SurveyRound,
    Touch,
)

MOVED: dict[str, type[Any]] = {
    "absence": Absence,
    "contact_point": ContactPoint,
    "inbox_message": InboxMessage,
    "member_event": MemberEvent,
    "member_note": MemberNote,
    "outbox_message": OutboxMessage,
    "survey_answer": SurveyAnswer,
}
"""What goes over whole. The ledger of consent and the audit log stay: they say what happened to whom at the time."""
WHERE_MISSING: dict[str, type[Any]] = {"declined": Declined, "goal": Goal}
"""What goes over where the record that lives on has no word of its own: a class that was declined, the present goal."""
OF_RUNS: dict[str, type[Any]] = {"journey_run": JourneyRun, "check_in": CheckIn, "touch": Touch}
OVER: dict[str, type[Any]] = {"survey_round": SurveyRound}
OPEN_ROUNDS = (RoundState.PLANNED, RoundState.ASKED)
"""Surveys that stay: what is planned is planned anew, and a question that is asked waits with the merged record."""


def merge(session: Session, keep: Member, other: Member, staff: Staff, now: datetime) -> Merge:
    """Gives `keep` what `other` has: addresses, journeys, messages and cases. `other` is asked nothing more.

    A journey that both are in stays with each, and only that of `keep` goes on.

    Raises:
        Refused: they are the same record, or one of them is merged already.
    """
    keep, other = _locked(session, keep, other)
    if keep.id == other.id:
        raise Refused("That is one record, not two.")
    for member in (keep, other):
        if member.status is MemberStatus.MERGED:
            raise Refused(f"{member.number or member.name} is merged already.")
    details: dict[str, Any] = {"status": str(other.status)}
    for name, model in MOVED.items():
        details[name] = _move(session, model, _ids(session, model, model.member_id == other.id), keep.id)
    details |= _move_wishes(session, keep, other)
    details |= _move_runs(session, keep, other)
    details["survey_round"] = _move_rounds(session, keep, other)
    details |= _pause(session, other)
    details |= _move_cases(session, keep, other, staff, now)
    other.status, keep.planned_with = MemberStatus.MERGED, None
    record = Merge(kind=MergeKind.MERGE, member_id=keep.id, other_id=other.id, details=details, by=staff.email, at=now)
    session.add(record)
    session.flush()
    for member in (keep, other):
        session.expire(member, ["contact_points"])
        audit.write(session, now, staff.email, "member.merged", member_id=member.id, subject=f"merge:{record.id}")
    return record


def undo(session: Session, merge_id: int, staff: Staff, now: datetime) -> Merge:
    """Takes a merge apart: what was moved goes back. What came since stays where it came.

    Raises:
        NotFound: there is no such merge.
        Refused: it is undone already, or the record that lives on was itself merged since.
    """
    record = live(session, merge_id, MergeKind.MERGE)
    assert record.other_id is not None
    keep, other = _locked(session, session.get_one(Member, record.member_id), session.get_one(Member, record.other_id))
    if keep.status is MemberStatus.MERGED:
        raise Refused("The record that lives on was merged itself since: undo that first.")
    details = record.details
    for name, model in {**MOVED, **WHERE_MISSING, **OF_RUNS, **OVER}.items():
        still = sa.and_(model.id.in_(details.get(name, [])), model.member_id == keep.id)
        _move(session, model, _ids(session, model, still), other.id)
    _move_cases_back(session, details, keep, other, staff, now)
    for check_in, due in details["paused"]:
        session.execute(
            sa.update(CheckIn)
            .where(CheckIn.id == check_in, CheckIn.state.in_(LIVE))
            .values(next_touch_at=datetime.fromisoformat(due))
        )
    if details.get("goal_text"):
        keep.goal, other.goal = None, details["goal_text"]
    other.status = MemberStatus(details["status"])
    keep.planned_with = other.planned_with = None
    record.undone_at, record.undone_by = now, staff.email
    session.flush()
    for member in (keep, other):
        session.expire(member, ["contact_points"])
        audit.write(session, now, staff.email, "member.unmerged", member_id=member.id, subject=f"merge:{record.id}")
    return record


def live(session: Session, merge_id: int, kind: MergeKind) -> Merge:
    """The record of what staff joined, locked.

    Raises:
        NotFound: there is none.
        Refused: it is undone already.
    """
    record = session.get(Merge, merge_id, with_for_update=True)
    if record is None or record.kind is not kind:
        raise NotFound(f"{kind} {merge_id}")
    if record.undone_at is not None:
        raise Refused("That is undone already.")
    return record


def survivor(session: Session, member: Member) -> int:
    """The id of the record in which a merged one lives on."""
    into = sa.select(Merge.member_id).where(
        Merge.kind == MergeKind.MERGE, Merge.other_id == member.id, Merge.undone_at.is_(None)
    )
    return session.scalars(into.order_by(Merge.id.desc()).limit(1)).one()


def _locked(session: Session, *members: Member) -> tuple[Member, Member]:
    """In the order of their ids, so that two merges never wait for each other."""
    found = {
        key: session.get_one(Member, key, with_for_update=True, populate_existing=True)
        for key in sorted({member.id for member in members})
    }
    first, second = (found[member.id] for member in members)
    return first, second


def _ids(session: Session, model: type[Any], where: sa.ColumnElement[bool]) -> list[int]:
    return list(session.scalars(sa.select(model.id).where(where).order_by(model.id)))


def _move(session: Session, model: type[Base], ids: list[int], to: int) -> list[int]:
    table: Any = model
    if ids:
        session.execute(sa.update(model).where(table.id.in_(ids)).values(member_id=to))
    return ids


def _move_wishes(session: Session, keep: Member, other: Member) -> dict[str, Any]:
    own = set(session.scalars(sa.select(Declined.message_class).where(Declined.member_id == keep.id)))
    declined = _ids(session, Declined, sa.and_(Declined.member_id == other.id, Declined.message_class.not_in(own)))
    told = Goal.member_id == other.id
    goals = _ids(session, Goal, told if keep.goal is None else sa.and_(told, Goal.ended_at.is_not(None)))
    moved = {"declined": _move(session, Declined, declined, keep.id), "goal": _move(session, Goal, goals, keep.id)}
    if keep.goal is None and other.goal is not None:
        keep.goal, other.goal = other.goal, None
        return {**moved, "goal_text": keep.goal}
    return moved


def _move_runs(session: Session, keep: Member, other: Member) -> dict[str, list[int]]:
    own = {(run.journey, run.occasion) for run in _runs(session, keep)}
    runs = [run.id for run in _runs(session, other) if (run.journey, run.occasion) not in own]
    check_ins = _ids(session, CheckIn, CheckIn.run_id.in_(runs))
    touches = _ids(session, Touch, Touch.check_in_id.in_(check_ins))
    moved = {"journey_run": runs, "check_in": check_ins, "touch": touches}
    for name, model in OF_RUNS.items():
        _move(session, model, moved[name], keep.id)
    return moved


def _move_rounds(session: Session, keep: Member, other: Member) -> list[int]:
    """Surveys that are over count for how often the person is asked; of one occasion only one can stay."""
    own = set(session.execute(sa.select(SurveyRound.survey, SurveyRound.occasion).where(
        SurveyRound.member_id == keep.id)).tuples())  # fmt: skip
    over = sa.select(SurveyRound).where(SurveyRound.member_id == other.id, SurveyRound.state.not_in(OPEN_ROUNDS))
    ids = [row.id for row in session.scalars(over) if (row.survey, row.occasion) not in own]
    return _move(session, SurveyRound, ids, keep.id)


def _runs(session: Session, member: Member) -> list[JourneyRun]:
    return list(session.scalars(sa.select(JourneyRun).where(JourneyRun.member_id == member.id)))


def _pause(session: Session, other: Member) -> dict[str, list[tuple[int, str]]]:
    """Questions that stay with the merged record are not asked while it is merged."""
    waiting = sa.select(CheckIn).where(
        CheckIn.member_id == other.id, CheckIn.state.in_(LIVE), CheckIn.next_touch_at.is_not(None)
    )
    paused = []
    for check_in in session.scalars(waiting.with_for_update()):
        assert check_in.next_touch_at is not None
        paused.append((check_in.id, check_in.next_touch_at.isoformat()))
        check_in.next_touch_at = None
    return {"paused": paused}


def _move_cases(session: Session, keep: Member, other: Member, staff: Staff, now: datetime) -> dict[str, Any]:
    """All cases go over. Of two that are open only that of `keep` stays open, and says where the other one is."""
    details: dict[str, Any] = {"hand_off": [], "closed": None}
    own = cases.unresolved(session, f"member:{keep.id}")
    for case in session.scalars(sa.select(HandOff).where(HandOff.member_id == other.id).order_by(HandOff.id)):
        details["hand_off"].append(case.id)
        if own is not None and case.state is not HandOffState.RESOLVED:
            details["closed"] = {"case": case.id, "state": str(case.state)}
            case.state, case.resolved_at, case.outcome = HandOffState.RESOLVED, now, f"Merged into case {own.id}."
            cases.add_entry(session, own, EntryKind.EVENT, staff.name, f"Case {case.id} is part of this one now: "
                            f"{case.summary}", now)  # fmt: skip
            session.flush()
        case.member_id, case.subject = keep.id, f"member:{keep.id}"
        session.flush()
    return details


def _move_cases_back(
    session: Session, details: dict[str, Any], keep: Member, other: Member, staff: Staff, now: datetime
) -> None:
    for key in details["hand_off"]:
        case = session.get(HandOff, key, with_for_update=True)
        if case is None or case.member_id != keep.id:
            continue
        case.member_id, case.subject = other.id, f"member:{other.id}"
        if details["closed"] and details["closed"]["case"] == key:
            case.state, case.resolved_at, case.outcome = HandOffState(details["closed"]["state"]), None, None
            cases.add_entry(session, case, EntryKind.EVENT, staff.name, "The merge was undone.", now)
        session.flush()

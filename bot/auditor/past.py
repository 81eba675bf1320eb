"""What was so at the time: the tables hold the present, and the ledgers tell what it was when a message was sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.auditor.days import WEEK
from bot.model import (
    Absence,
    AuditEntry,
    CaseEntry,
    CheckIn,
    ConsentEvent,
    Declined,
    HandOff,
    Member,
    Merge,
    MergeKind,
    OutboxMessage,
    Touch,
)

LOGGED = ("member.%", "membership.%", "hand_off.%", "absence%", "journey.ended")
"""What of the audit log tells of the past of a member."""


@dataclass(frozen=True)
class Before:
    """Another touch of the same member or check-in, with the kind of its check-in."""

    touch: Touch
    kind: str


@dataclass
class Past:
    """What is known of the members of some touches; each part by the id of its member unless it says otherwise."""

    merges: list[Merge] = field(default_factory=list)
    messages: dict[int, list[OutboxMessage]] = field(default_factory=lambda: defaultdict(list))
    """By touch."""
    consent: dict[int, list[ConsentEvent]] = field(default_factory=lambda: defaultdict(list))
    log: dict[int, list[AuditEntry]] = field(default_factory=lambda: defaultdict(list))
    absences: dict[int, list[Absence]] = field(default_factory=lambda: defaultdict(list))
    declined: dict[int, list[Declined]] = field(default_factory=lambda: defaultdict(list))
    cases: dict[int, list[HandOff]] = field(default_factory=lambda: defaultdict(list))
    storied: set[int] = field(default_factory=set)
    """The cases that have a history."""
    touches: dict[int, list[Before]] = field(default_factory=lambda: defaultdict(list))
    rungs: dict[int, list[Touch]] = field(default_factory=lambda: defaultdict(list))
    """By check-in."""

    def family(self, member_id: int) -> set[int]:
        """The records that are, or were for a while, one person's."""
        found = {member_id}
        while True:
            more = {
                one
                for merge in self.merges
                if found & {merge.member_id, merge.other_id}
                for one in (merge.member_id, merge.other_id)
                if one is not None
            }
            if more <= found:
                return found
            found |= more

    def owner(self, touch: Touch) -> int:
        """Whose touch it was when it was sent, before records were merged."""
        owner = touch.member_id
        for merge in sorted(self.merges, key=lambda one: one.id, reverse=True):
            later = touch.sent_at is not None and merge.at > touch.sent_at
            if merge.undone_at is None and merge.member_id == owner and later and merge.other_id is not None:
                owner = merge.other_id if touch.id in merge.details.get("touch", ()) else owner
        return owner

    def status(self, member: Member, moment: datetime) -> str | None:
        """What the member was at `moment`; None when the log can't tell."""
        later = [entry for entry in self.log[member.id] if entry.at >= moment]
        told = [entry for entry in later if entry.action.startswith("membership.")]
        if told:
            before: str | None = told[0].details.get("before", {}).get("status")
            return before
        unclear = any(entry.action in ("member.updated", "journey.ended") for entry in later)
        return None if unclear else str(member.status)

    def changed_after(self, member_id: int, what: str, moment: datetime) -> bool:
        """Whether the log tells that something (the start of an action's name) was changed at `moment` or later."""
        return any(entry.action.startswith(what) and entry.at >= moment for entry in self.log[member_id])


def load(session: Session, touches: Sequence[Touch]) -> Past:
    """All that is needed to judge these touches, in a fixed number of statements (and one for each link of merges)."""
    ids = sorted({touch.member_id for touch in touches})
    past = Past(merges=_merges(session, ids))
    everybody = sorted(set(ids).union(*(past.family(one) for one in ids)))
    _add(past.consent, session.scalars(_of(ConsentEvent, everybody)))
    logged = sa.or_(*(AuditEntry.action.like(name) for name in LOGGED))
    _add(past.log, session.scalars(_of(AuditEntry, ids).where(logged)))
    _add(past.absences, session.scalars(_of(Absence, ids)))
    _add(past.declined, session.scalars(_of(Declined, ids)))
    _add(past.cases, session.scalars(_of(HandOff, ids)))
    case_ids = [case.id for cases in past.cases.values() for case in cases]
    past.storied = set(session.scalars(sa.select(CaseEntry.hand_off_id).where(CaseEntry.hand_off_id.in_(case_ids))))
    _add_touches(session, past, touches, ids)
    _add_messages(session, past, everybody)
    return past


def _add_touches(session: Session, past: Past, touches: Sequence[Touch], ids: Sequence[int]) -> None:
    first = min(touch.sent_at for touch in touches if touch.sent_at is not None) - WEEK
    recent = sa.select(Touch, CheckIn.kind).join(CheckIn, CheckIn.id == Touch.check_in_id)
    recent = recent.where(Touch.member_id.in_(ids), Touch.sent_at > first).order_by(Touch.sent_at, Touch.id)
    for touch, kind in session.execute(recent):
        past.touches[touch.member_id].append(Before(touch, kind))
    of_check_ins = {touch.check_in_id for touch in touches}
    rungs = sa.select(Touch).where(Touch.check_in_id.in_(of_check_ins), Touch.sent_at.is_not(None))
    for touch in session.scalars(rungs):
        past.rungs[touch.check_in_id].append(touch)


def _add_messages(session: Session, past: Past, everybody: Sequence[int]) -> None:
    """The member comes first in the condition because it has an index; after a merge it may be the other record."""
    touches = {one.id for rungs in past.rungs.values() for one in rungs}
    carried = sa.select(OutboxMessage).where(
        OutboxMessage.member_id.in_(everybody), OutboxMessage.touch_id.in_(touches)
    )
    for message in session.scalars(carried.order_by(OutboxMessage.id)):
        if message.touch_id is not None:
            past.messages[message.touch_id].append(message)


def _merges(session: Session, ids: Collection[int]) -> list[Merge]:
    """Every merge of these records, and of those that they were merged with."""
    known: set[int] = set()
    ahead = set(ids)
    found: dict[int, Merge] = {}
    while ahead:  # ends: a record is looked at once
        known |= ahead
        either = sa.or_(Merge.member_id.in_(ahead), Merge.other_id.in_(ahead))
        rows = session.scalars(sa.select(Merge).where(Merge.kind == MergeKind.MERGE, either)).all()
        found |= {row.id: row for row in rows}
        ahead = {one for row in rows for one in (row.member_id, row.other_id) if one is not None} - known
    return [found[key] for key in sorted(found)]


def _of(model: type[Any], ids: Sequence[int]) -> sa.Select[Any]:
    return sa.select(model).where(model.member_id.in_(ids)).order_by(model.id)


def _add(by_member: dict[int, list[Any]], rows: Iterable[Any]) -> None:
    for row in rows:
        by_member[row.member_id].append(row)

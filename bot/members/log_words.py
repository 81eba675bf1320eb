"""The audit log as part of a member's story: which of its entries, of which kind, and in which words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.members.happened import Entry, Kind
from bot.members.told import colleague, told_by
from bot.model import AuditEntry, Member
from bot.plan.history import Teller
from bot.plan.wording import reason_words
from bot.programme.models import Programme

PREFIXES: Mapping[Kind, tuple[str, ...]] = {
    Kind.TOUCH: ("touch.", "check_in."),
    Kind.JOURNEY: ("step.", "journey.", "membership."),
    Kind.GOAL: ("goal.",),
    Kind.SURVEY: ("survey.",),
    Kind.ABSENCE: ("absence", "member.away"),
    Kind.RECORD: ("member.", "address.", "link.", "code.", "class."),
}
"""How the actions of each kind begin. What other tables tell better (messages, cases, calls) is told by them."""
ELSEWHERE = ("touch.queued", "class.declined", "class.accepted", "member.noted")
WORDS = {
    "member.enrolled": "Taken in",
    "member.updated": "Record brought up to date",
    "member.changed": "Record changed",
    "member.moved": "Moved to another segment",
    "member.merged": "Made one with another record",
    "member.unmerged": "Parted from another record",
    "member.exported": "Data exported",
    "member.away": "Said to be away",
    "member.wish": "Said how they like to be written to",
    "goal.set": "Goal set",
    "goal.progress": "Progress with the goal",
    "goal.reached": "Goal reached",
    "goal.dropped": "Goal dropped",
    "absence.added": "Absence or pause noted",
    "absence.removed": "Absence taken back",
    "absence.ended": "Absence or pause ended",
    "absences.imported": "Calendar read",
    "address.confirmed": "Address confirmed",
    "address.detached": "Address taken off the record",
    "address.matched": "Address given to the member",
    "address.unmatched": "Address taken back",
    "address.refused": "Address refused",
    "link.issued": "Link made",
    "link.proposed": "Account asked to confirm",
    "link.used": "Link used",
    "code.sent": "Code sent",
}

_OURS = re.compile(r"[a-z_]+:\d+")


def is_told(kinds: Collection[Kind], by_staff: bool) -> sa.ColumnElement[bool]:
    """Whether an entry of the log is of these kinds, and so told here."""
    wanted = [AuditEntry.action.startswith(prefix) for kind in kinds for prefix in PREFIXES.get(kind, ())]
    if Kind.RECORD in kinds and Kind.ABSENCE not in kinds:
        wanted = [sa.and_(sa.or_(*wanted), AuditEntry.action != "member.away")]
    told = sa.and_(sa.or_(*wanted), AuditEntry.action.not_in(ELSEWHERE))
    return sa.and_(told, AuditEntry.actor.contains("@")) if by_staff else told


def entry(
    session: Session, programme: Programme, member: Member, row: AuditEntry, staff: Mapping[str, str], source: str
) -> Entry:
    """One entry of the log in words."""
    known = WORDS.get(row.action)
    what = known or Teller(session, programme, member).what(row)
    why = reason_words(row.reason, member.first_name) if row.reason else None
    if known is not None and row.subject and not _OURS.fullmatch(row.subject):
        why = ": ".join(filter(None, (row.subject.replace(":", " "), why)))
    return Entry(
        f"{source}:{row.id}",
        row.at,
        _kind(row.action),
        what,
        why,
        told_by(row.actor, staff),
        by_staff=colleague(row.actor) is not None,
    )


def _kind(action: str) -> Kind:
    found = [
        (len(prefix), kind) for kind, prefixes in PREFIXES.items() for prefix in prefixes if action.startswith(prefix)
    ]
    return max(found)[1]

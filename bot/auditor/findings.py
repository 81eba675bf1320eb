"""What the auditor found, and its memory: each finding once, from when it was first seen until it is so no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.auditor.kinds import Kind
from bot.lanes.put import upsert
from bot.model import AuditFinding

ABOUT_SENDING = ("doubled_", "forbidden_")
"""What the names of kinds begin with that are about something sent."""


@dataclass(frozen=True)
class Finding:
    """Something wrong with `subject`, which names a row (``touch:42``). Seen again, it is the same finding."""

    kind: Kind
    subject: str
    member_id: int | None
    summary: str

    @property
    def key(self) -> tuple[str, str]:
        return str(self.kind), self.subject


@dataclass
class Looked:
    """What was found, and what was looked at: of `kinds` everything, and what was sent of these `subjects`."""

    found: list[Finding] = field(default_factory=list)
    kinds: set[Kind] = field(default_factory=set)
    subjects: set[str] = field(default_factory=set)

    def add(self, other: Looked) -> None:
        self.found += other.found
        self.kinds |= other.kinds
        self.subjects |= other.subjects

    def covers(self, finding: AuditFinding) -> bool:
        about_sending = finding.kind.startswith(ABOUT_SENDING)
        return finding.kind in self.kinds or (about_sending and finding.subject in self.subjects)


@dataclass(frozen=True)
class Kept:
    """How many findings are new (or back again), and how many are so no more."""

    new: int
    cleared: int


def keep(session: Session, looked: Looked, now: datetime) -> Kept:
    """Writes what a pass found, and clears what it looked at and did not find."""
    open_before = {(row.kind, row.subject): row for row in open_findings(session)}
    found = {finding.key: finding for finding in looked.found}
    for key in sorted(found):  # in one order, so that two passes never wait for each other
        _write(session, found[key], now)
    cleared = [row for key, row in open_before.items() if key not in found and looked.covers(row)]
    for row in cleared:
        row.cleared_at = now
    session.flush()
    return Kept(len(found.keys() - open_before.keys()), len(cleared))


def open_findings(session: Session) -> Sequence[AuditFinding]:
    """What is wrong as far as is known, the oldest first."""
    still = sa.select(AuditFinding).where(AuditFinding.cleared_at.is_(None))
    return session.scalars(still.order_by(AuditFinding.id).execution_options(populate_existing=True)).all()


def _write(session: Session, finding: Finding, now: datetime) -> None:
    """A finding that was cleared and is back again is news again."""
    values = {"member_id": finding.member_id, "summary": finding.summary, "last_seen_at": now}
    row = upsert(session, AuditFinding).values(
        kind=str(finding.kind), subject=finding.subject, first_seen_at=now, **values
    )
    was_cleared = AuditFinding.cleared_at.is_not(None)
    alerted_at = sa.case((was_cleared, sa.null()), else_=AuditFinding.alerted_at)
    session.execute(
        row.on_conflict_do_update(
            index_elements=["kind", "subject"], set_={**values, "cleared_at": None, "alerted_at": alerted_at}
        )
    )


def counted(findings: Iterable[Finding | AuditFinding]) -> dict[Kind, int]:
    """How many there are of each kind that there is, in the order of the kinds."""
    counts = Counter(str(finding.kind) for finding in findings)
    return {kind: counts[kind] for kind in Kind if kind in counts}

"""One pass of the auditor: the present state, what was sent since the last pass, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot import metrics
from bot.auditor import alert, findings, late, sent, stranded
from bot.auditor.findings import Finding, Looked
from bot.auditor.kinds import Kind
from bot.clock import check_aware
from bot.db import Database
from bot.lanes.put import upsert
from bot.model import Bookmark
from bot.programme.models import Programme

LATE = timedelta(minutes=15)
OVERLAP = timedelta(hours=3)
"""What was sent so long before the last pass is judged again: a message's time is older than the moment at which it can
be seen in the tables, and what an interrupted message came to is known later."""
FIRST = timedelta(days=1)
FRESH = timedelta(days=1)
MOVED = timedelta(minutes=1)
PASS, PASS_ELAPSED = "auditor", "auditor:elapsed"


@dataclass(frozen=True)
class Report:
    """What a pass found. `since`: what was sent from then on was judged."""

    findings: tuple[Finding, ...]
    new: int
    cleared: int
    told: int
    since: datetime


def run(
    db: Database,
    programme: Programme,
    now: datetime,
    wall: datetime,
    *,
    since: datetime | None = None,
    lateness: timedelta = LATE,
    tells_staff: bool = False,
    patient: bool = False,
) -> Report:
    """Makes a pass. Any number may run at once.

    Without `since` it goes on where the last one stopped (a day back for the first), and notes how far it came. What is
    overdue is found when it is later than `lateness`, in business time. A `patient` pass leaves that to the next one
    when business time was pushed since the last: nobody has had a chance to do what has just become due.
    """
    now = check_aware(now)
    with db.begin() as session:
        start = check_aware(since) if since is not None else _start(session, now)
        looked = stranded.look(session, programme, now)
        if not (patient and _was_moved(session, now, wall)):
            looked.add(late.look(session, now, lateness))
    looked.add(sent.look(db, programme, start, now, now - wall))
    with db.begin() as session:
        if since is None:
            _mark(session, PASS, now)
            _mark(session, PASS_ELAPSED, wall)
        report = _keep(session, looked, start, now, wall, tells_staff=tells_staff)
        _measure(session, now)
    metrics.audits.labels("found" if report.findings else "clean").inc()
    return report


def _keep(
    session: Session, looked: Looked, since: datetime, now: datetime, wall: datetime, *, tells_staff: bool
) -> Report:
    kept = findings.keep(session, looked, now)
    told = alert.tell(session, now=now, wall=wall) if tells_staff else 0
    order = list(Kind)
    found = sorted(looked.found, key=lambda one: (order.index(one.kind), one.subject))
    return Report(tuple(found), kept.new, kept.cleared, told, since)


def _start(session: Session, now: datetime) -> datetime:
    last = session.get(Bookmark, PASS)
    return (min(last.at, now) - OVERLAP) if last is not None else now - FIRST


def _was_moved(session: Session, now: datetime, wall: datetime) -> bool:
    last, elapsed = session.get(Bookmark, PASS), session.get(Bookmark, PASS_ELAPSED)
    if last is None or elapsed is None:
        return False
    return abs((now - last.at) - (wall - elapsed.at)) > MOVED


def _mark(session: Session, name: str, moment: datetime) -> None:
    """Passes that end at the same time do so one after the other, because each writes the same bookmarks first."""
    row = upsert(session, Bookmark).values(name=name, at=moment)
    session.execute(row.on_conflict_do_update(index_elements=["name"], set_={"at": moment}))


def _measure(session: Session, now: datetime) -> None:
    """What is wrong now: findings about what was sent stay true for ever, and are counted for a day."""
    fresh = [one for one in findings.open_findings(session) if one.last_seen_at > now - FRESH]
    counts = findings.counted(fresh)
    for kind in Kind:
        metrics.audit_findings.labels(kind).set(counts.get(kind, 0))

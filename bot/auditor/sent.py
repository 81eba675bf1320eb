"""Doubled and forbidden: what was sent since the last pass, judged by what was so at the time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.auditor import past as past_of
from bot.auditor import rules
from bot.auditor.findings import Finding, Looked
from bot.auditor.kinds import Kind
from bot.auditor.rules import Judged
from bot.auditor.tools import ARRIVED
from bot.db import Database
from bot.model import CheckIn, Member, OutboxMessage, Purpose, Touch
from bot.programme.models import Programme

CHUNK = 200
PAGE = 500


def look(db: Database, programme: Programme, since: datetime, now: datetime, lag: timedelta) -> Looked:
    """Judges every touch that was sent after `since` until `now`, and the answers that were written since then.

    `lag` is how far business time is ahead of elapsed time.
    """
    looked = Looked()
    place = (since, 0)
    while True:
        with db.begin() as session:
            rows = _next(session, place, now)
            if not rows:
                break
            judged = _judged(session, rows, lag)
            looked.found += [finding for one in judged for finding in rules.judge(programme, one)]
            looked.subjects |= {one.subject for one in judged}
            place = (judged[-1].at, judged[-1].touch.id)
    with db.begin() as session:
        looked.add(_replies(session, since))
    return looked


def _next(session: Session, place: tuple[datetime, int], now: datetime) -> list[tuple[Touch, CheckIn, Member]]:
    """By the index of the time of sending; the rows beside each are found by their keys."""
    moment, last = place
    after = sa.or_(Touch.sent_at > moment, Touch.id > last)
    sent = (
        sa.select(Touch, CheckIn, Member)
        .join(CheckIn, CheckIn.id == Touch.check_in_id)
        .join(Member, Member.id == Touch.member_id)
        .where(Touch.sent_at >= moment, Touch.sent_at <= now, after)
        .order_by(Touch.sent_at, Touch.id)
    )
    return [(touch, check_in, member) for touch, check_in, member in session.execute(sent.limit(CHUNK))]


def _judged(session: Session, rows: list[tuple[Touch, CheckIn, Member]], lag: timedelta) -> list[Judged]:
    past = past_of.load(session, [touch for touch, _, _ in rows])
    return [Judged(touch, check_in, member, past, lag) for touch, check_in, member in rows]


def _replies(session: Session, since: datetime) -> Looked:
    """Answers to one message with equal words; that many were sent when there should be one."""
    sent: Counter[tuple[int, int | None, str]] = Counter()
    for row in _recent(session, since):
        if row.reply_to_id is not None and row.state in ARRIVED and row.purpose is not Purpose.STAFF:
            sent[row.reply_to_id, row.member_id, str(row.body.get("text"))] += 1
    found = {
        answered: Finding(
            Kind.DOUBLED_REPLY, f"inbox:{answered}", member_id,
            f"Message {answered} was answered {count} times with the same words.",
        )
        for (answered, member_id, _), count in sent.items()
        if count > 1
    }  # fmt: skip
    return Looked(list(found.values()), subjects={f"inbox:{answered}" for answered, _, _ in sent})


def _recent(session: Session, since: datetime) -> Iterator[OutboxMessage]:
    """The outbox from its end backwards until `since`: the key is in the order of writing, so no index is needed."""
    before: int | None = None
    while True:
        page = sa.select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(PAGE)
        rows = session.scalars(page.where(OutboxMessage.id < before) if before is not None else page).all()
        yield from (row for row in rows if row.created_at > since)
        if len(rows) < PAGE or rows[-1].created_at <= since:
            return
        before = rows[-1].id

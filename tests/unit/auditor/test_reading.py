"""Findings are read by kind, a page at a time."""

from __future__ import annotations

from datetime import timedelta

from bot.auditor import audit, reading
from bot.auditor.kinds import Kind
from bot.model import AuditFinding
from tests.support.house import TUESDAY, House

DAY = timedelta(days=1)


def put(house: House, kind: Kind, subject: str, **changes: object) -> None:
    values = {"summary": f"about {subject}", "first_seen_at": TUESDAY, "last_seen_at": TUESDAY, **changes}
    with house.db.begin() as session:
        session.add(AuditFinding(kind=str(kind), subject=subject, **values))


def test_open_findings_are_counted_by_kind_with_the_oldest(house: House) -> None:
    put(house, Kind.DOUBLED_REPLY, "reply:1")
    put(house, Kind.MISSED_CASE, "check_in:1", first_seen_at=TUESDAY - DAY)
    put(house, Kind.MISSED_CASE, "check_in:2")
    put(house, Kind.MISSED_CASE, "check_in:3", cleared_at=TUESDAY)
    with house.db.begin() as session:
        found = reading.counts(session)
    assert [(one.kind, one.count, one.since) for one in found] == [
        (Kind.MISSED_CASE, 2, TUESDAY - DAY),
        (Kind.DOUBLED_REPLY, 1, TUESDAY),
    ]


def test_findings_of_a_kind_are_read_page_by_page_with_the_member(house: House) -> None:
    for number in range(3):
        put(house, Kind.MISSED_CASE, f"check_in:{number}", member_id=house.member().id)
    with house.db.begin() as session:
        first = reading.page(session, Kind.MISSED_CASE, most=2)
        rest = reading.page(session, Kind.MISSED_CASE, before=first[-1].id)
    assert [one.subject for one in first + rest] == ["check_in:2", "check_in:1", "check_in:0"]
    assert first[0].who == "Ana Smith"


def test_the_last_pass_is_told(house: House) -> None:
    with house.db.begin() as session:
        assert reading.last_pass(session) is None
    audit.run(house.db, house.programme, TUESDAY, TUESDAY)
    with house.db.begin() as session:
        assert reading.last_pass(session) == TUESDAY

"""What is kept of findings, what staff are told of them, and what a pass costs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot import metrics
from bot.auditor import audit, sent
from bot.auditor.kinds import REMEDIES, TITLES, Kind
from bot.db import Database
from bot.model import AuditFinding, CheckIn, OutboxMessage, Purpose, Touch
from tests.support.house import TUESDAY, House
from tests.unit.auditor.world import DAY, HOUR, MINUTE, found, set_row


def tick(house: House, **options: Any) -> audit.Report:
    """A pass as the tick makes it."""
    return audit.run(house.db, house.programme, house.clock.now(), house.clock.wall(), tells_staff=True, **options)


def alerts(house: House) -> list[OutboxMessage]:
    return house.rows(OutboxMessage, OutboxMessage.rule == "audit")


def break_one(house: House, check_in: int = 1) -> None:
    set_row(house, CheckIn, check_in, next_touch_at=None)


def test_a_finding_is_kept_and_told_once(house: House) -> None:
    house.settle()
    break_one(house)
    assert (tick(house).new, tick(house).new) == (1, 0)
    [finding] = house.rows(AuditFinding)
    assert (finding.kind, finding.subject, finding.alerted_at) == ("no_next_step_check_in", "check_in:1", TUESDAY)
    [alert] = alerts(house)
    assert (alert.channel, alert.purpose, alert.hand_off_id) == ("staff", Purpose.STAFF, None)
    assert alert.body["counts"] == [["An open question that nobody will look at", 1]]
    assert alert.body["findings"][0]["who"] == "Ana Smith (no-Ana)"
    house.settle()
    assert house.staff.calls[-1].kind == "audit"
    house.clock.push(30 * MINUTE)
    assert tick(house).new == 0
    assert house.rows(AuditFinding)[0].last_seen_at == house.clock.now()


def test_what_is_put_right_is_cleared_and_is_news_when_it_comes_back(house: House) -> None:
    house.settle()
    break_one(house)
    tick(house)
    set_row(house, CheckIn, 1, next_touch_at=TUESDAY + DAY)
    assert tick(house).cleared == 1
    assert house.rows(AuditFinding)[0].cleared_at == TUESDAY
    house.clock.push(MINUTE)
    break_one(house)
    assert tick(house).new == 1
    [finding] = house.rows(AuditFinding)
    assert (finding.cleared_at, finding.first_seen_at) == (None, TUESDAY)
    assert len(alerts(house)) == 2


def test_many_findings_are_one_message(db: Database) -> None:
    house = House(db)
    house.bring("Ana", "Hal", "Ida")
    house.settle()
    for check_in in house.rows(CheckIn):
        break_one(house, check_in.id)
    assert tick(house).told == 3
    [alert] = alerts(house)
    assert (alert.body["total"], len(alert.body["findings"])) == (3, 3)


def test_without_a_channel_to_staff_nothing_is_told_until_there_is_one(house: House) -> None:
    house.settle()
    break_one(house)
    audit.run(house.db, house.programme, TUESDAY, TUESDAY)
    assert alerts(house) == []
    assert tick(house).told == 1


def test_two_passes_at_once_find_and_tell_once(house: House) -> None:
    house.settle()
    break_one(house)
    with ThreadPoolExecutor(4) as pool:
        reports = [future.result() for future in [pool.submit(tick, house) for _ in range(4)]]
    assert all(len(report.findings) == 1 for report in reports)
    assert sum(report.told for report in reports) == 1
    assert len(house.rows(AuditFinding)) == 1
    assert len(alerts(house)) == 1


def test_the_message_to_staff_is_not_a_subject_of_the_auditor(house: House) -> None:
    house.settle()
    break_one(house)
    tick(house)
    house.clock.push(HOUR)
    assert found(house) == [("no_next_step_check_in", "check_in:1")]


def test_a_pass_goes_on_where_the_last_one_stopped_with_a_few_hours_overlap(house: House) -> None:
    house.settle()
    assert tick(house).since == TUESDAY - DAY
    house.clock.push(HOUR)
    assert tick(house).since == TUESDAY - 3 * HOUR
    assert audit.run(house.db, house.programme, house.clock.now(), TUESDAY, since=TUESDAY).since == TUESDAY
    assert tick(house).since == TUESDAY - 2 * HOUR


def test_what_was_sent_stays_found_when_a_later_pass_does_not_look_at_it(house: House) -> None:
    house.settle()
    night = TUESDAY + 12 * HOUR
    set_row(house, Touch, 1, sent_at=night)
    house.clock.set(night + MINUTE)
    assert tick(house).new == 1
    house.clock.push(5 * HOUR)
    tick(house)
    assert tick(house).findings == ()
    assert house.rows(AuditFinding)[0].cleared_at is None
    set_row(house, Touch, 1, sent_at=TUESDAY)
    assert audit.run(house.db, house.programme, house.clock.now(), TUESDAY, since=TUESDAY - DAY).cleared == 1


def test_a_patient_pass_gives_time_to_what_a_pushed_clock_made_due(house: House) -> None:
    house.settle()
    tick(house, patient=True)
    house.clock.push(3 * DAY)
    assert tick(house, patient=True).findings == ()
    house.clock.pass_real(5 * MINUTE)
    assert [one.kind for one in tick(house, patient=True).findings] == [Kind.MISSED_CHECK_IN]


def test_the_gauges_tell_what_is_wrong_now(house: House) -> None:
    house.settle()
    break_one(house)
    tick(house)
    assert value(Kind.NO_NEXT_STEP_CHECK_IN) == 1
    set_row(house, CheckIn, 1, next_touch_at=TUESDAY + DAY)
    tick(house)
    assert value(Kind.NO_NEXT_STEP_CHECK_IN) == 0


def value(kind: Kind) -> float:
    [metric] = metrics.audit_findings.collect()
    return next(sample.value for sample in metric.samples if sample.labels["kind"] == kind)


def test_every_kind_has_a_title_and_a_remedy() -> None:
    assert set(TITLES) == set(REMEDIES) == set(Kind)


@pytest.mark.parametrize("table", ["member", "touch", "check_in", "consent_event", "audit_entry", "outbox_message"])
def test_judging_what_was_sent_reads_no_table_from_end_to_end(house: House, table: str) -> None:
    if not house.db.is_sqlite:
        pytest.skip("the plan of a small table says nothing in PostgreSQL")
    house.settle()
    plans = plans_of(house)
    assert any(f"SEARCH {table}" in plan or f"SCAN {table}" in plan for plan in plans)
    # the outbox is read from its end, a page at a time, until the period is over
    allowed = "outbox_message" if table == "outbox_message" else None
    assert [plan for plan in plans if plan.startswith(f"SCAN {table}") and table != allowed] == []


def plans_of(house: House) -> list[str]:
    """The steps of SQLite's plan of each statement of the part that judges what was sent."""
    said: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _ctx: Any, _many: Any) -> None:
        if statement.startswith("SELECT"):
            said.append((statement, parameters))

    sa.event.listen(house.db.engine, "before_cursor_execute", note)
    try:
        now = house.clock.now()
        sent.look(house.db, house.programme, now - HOUR, now, timedelta())
    finally:
        sa.event.remove(house.db.engine, "before_cursor_execute", note)
    with house.db.begin() as session:
        connection = session.connection()
        return [
            str(row.detail)
            for statement, parameters in said
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]

"""One `begin()` for both databases, and what the tables themselves refuse."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from bot import metrics
from bot.clock import Times
from bot.db import Database
from bot.gauges import measure
from bot.model import (
    ApiKey,
    AuditEntry,
    HandOff,
    HandOffReason,
    HandOffState,
    InboxMessage,
    InboxState,
    Lane,
    Member,
    MemberStatus,
    OutboxMessage,
    OutboxState,
    Priority,
    Purpose,
    Team,
)
from tests.support.sandbox_clock import START


def case(**changes: Any) -> HandOff:
    values: dict[str, Any] = {
        "subject": "member:1", "channel": "sms", "address": "+1", "reason": HandOffReason.ASKED, "summary": "s",
        "priority": Priority.NORMAL, "team": Team.MEMBER_SUCCESS, "opened_at": START, **changes,
    }  # fmt: skip
    return HandOff(**values)


def test_a_moment_comes_back_in_utc_whatever_zone_it_was_given_in(db: Database) -> None:
    given = datetime(2026, 11, 24, 9, 30, 15, 123456, tzinfo=timezone(timedelta(hours=-5)))
    with db.begin() as session:
        session.add(AuditEntry(at=given, actor="a", action="b", details={}))
    with db.begin() as session:
        kept = session.scalars(sa.select(AuditEntry.at)).one()
    assert kept == given
    assert kept.tzinfo is UTC


def test_a_time_without_a_zone_does_not_get_in(db: Database) -> None:
    naive = datetime(2026, 11, 24, 9)  # noqa: DTZ001 - what is refused

    def write() -> None:
        with db.begin() as session:
            session.add(AuditEntry(at=naive, actor="a", action="b", details={}))

    with pytest.raises(StatementError, match="without a zone"):
        write()


def test_a_time_without_a_zone_is_not_looked_for(db: Database) -> None:
    naive = datetime(2026, 11, 24, 9)  # noqa: DTZ001 - what is refused
    with db.begin() as session, pytest.raises(StatementError, match="without a zone"):
        session.scalars(sa.select(AuditEntry).where(AuditEntry.at < naive))


def test_a_block_that_raises_leaves_nothing(db: Database) -> None:
    def write() -> None:
        with db.begin() as session:
            session.add(Lane(key="a", kind="k", epoch=0))
            session.flush()
            raise KeyError("stop")

    with pytest.raises(KeyError):
        write()
    with db.begin() as session:
        assert session.scalars(sa.select(Lane)).all() == []


def test_a_row_stays_readable_after_its_transaction(db: Database) -> None:
    with db.begin() as session:
        lane = Lane(key="a", kind="k", epoch=0)
        session.add(lane)
    assert lane.key == "a"


@pytest.mark.parametrize(
    "make",
    [
        lambda: [case(), case()],
        lambda: [ApiKey(name="a", digest="d", created_at=START), ApiKey(name="b", digest="d", created_at=START)],
        lambda: [AuditEntry(at=START, actor="a", action="b", member_id=999, details={})],
        lambda: [case(subject=None)],
    ],
    ids=["a second unresolved case", "a second key with one digest", "nobody's entry", "a case about nobody"],
)
def test_the_tables_refuse_what_must_not_be(db: Database, make: Callable[[], list[Any]]) -> None:
    def write() -> None:
        with db.begin() as session:
            for row in make():
                session.add(row)
                session.flush()

    with pytest.raises(IntegrityError):
        write()


def test_any_number_of_cases_may_be_resolved(db: Database) -> None:
    with db.begin() as session:
        session.add_all([case(state=HandOffState.RESOLVED), case(state=HandOffState.RESOLVED), case()])


def test_a_state_that_does_not_exist_is_refused_at_the_latest_when_it_is_read(db: Database) -> None:
    def write() -> None:
        with db.begin() as session:
            session.add(case())
            session.flush()
            session.execute(sa.text("update hand_off set state = 'forgotten'"))
            session.execute(sa.select(HandOff).execution_options(populate_existing=True)).all()

    with pytest.raises((IntegrityError, LookupError)):
        write()


def test_transactions_that_add_to_one_row_side_by_side_lose_nothing(db: Database) -> None:
    with db.begin() as session:
        session.add(Lane(key="a", kind="k", epoch=0))

    def work() -> None:
        for _ in range(20):
            with db.begin() as session:
                session.get_one(Lane, "a", with_for_update=True).epoch += 1

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with db.begin() as session:
        assert session.get_one(Lane, "a").epoch == 60


def test_json_keeps_its_shape(db: Database) -> None:
    details = {"n": 1, "list": [1, "zwei", None], "umlaut": "ü", "deep": {"er": True}}
    with db.begin() as session:
        session.add(AuditEntry(at=START, actor="a", action="b", details=details))
    with db.begin() as session:
        assert session.scalars(sa.select(AuditEntry.details)).one() == details


def test_what_goes_with_a_member_goes(db: Database) -> None:
    with db.begin() as session:
        member = Member(first_name="A", last_name="B", segment="s", time_zone="UTC", language="en",
                        joined_on=date(2026, 1, 1), status=MemberStatus.ACTIVE, created_at=START)  # fmt: skip
        session.add(member)
        session.flush()
        session.add_all([case(member_id=member.id), AuditEntry(at=START, actor="a", action="b", member_id=member.id)])
        session.flush()
        session.execute(sa.delete(Member))
    with db.begin() as session:
        assert session.scalars(sa.select(HandOff.id)).all() == []
        assert session.scalars(sa.select(AuditEntry.member_id)).all() == [None]


def waiting(session: Session, n: int, **changes: Any) -> None:
    values: dict[str, Any] = {
        "lane": "l",
        "dedupe": f"d{n}",
        "channel": "sms",
        "address": "+1",
        "attempts": 0,
        **changes,
    }
    if "purpose" in values:
        session.add(OutboxMessage(rule="r", body={}, **values))
    else:
        session.add(InboxMessage(text="t", body={}, **values))


def test_what_waits_and_what_was_set_aside_is_measured(db: Database) -> None:
    hour = timedelta(hours=1)
    with db.begin() as session:
        waiting(session, 1, state=InboxState.PENDING, received_at=START - hour)
        waiting(session, 2, state=InboxState.DONE, received_at=START - 5 * hour)
        waiting(session, 3, state=InboxState.DEAD, received_at=START)
        for n, state in enumerate((OutboxState.PENDING, OutboxState.SENDING, OutboxState.DEAD, OutboxState.UNKNOWN)):
            waiting(session, n, state=state, purpose=Purpose.REPLY, created_at=START - n * hour)
    with db.begin() as session:
        measure(session, Times(START, START))

    def value(gauge: Any, *labels: str) -> float:
        return float(gauge.labels(*labels)._value.get())

    assert value(metrics.waiting, "inbox_message") == 1
    assert value(metrics.oldest_seconds, "inbox_message") == 3600
    assert value(metrics.waiting, "outbox_message") == 2
    assert value(metrics.oldest_seconds, "outbox_message") == 3600
    assert value(metrics.dead, "inbox_message", "dead") == 1
    assert value(metrics.dead, "outbox_message", "dead") == 1
    assert value(metrics.dead, "outbox_message", "unknown") == 1
    assert value(metrics.dead, "outbox_message", "failed") == 0


def test_a_database_is_closed_when_nobody_is_in_the_middle_of_anything(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'closed.db'}")
    begun, go_on, found = threading.Event(), threading.Event(), list[int]()

    def read() -> None:
        with db.begin() as session:
            begun.set()
            go_on.wait(10)
            found.append(session.scalar(sa.select(sa.literal(7))) or 0)

    reader = threading.Thread(target=read)
    reader.start()
    begun.wait(10)
    closing = threading.Thread(target=db.close)
    closing.start()
    assert not found
    go_on.set()
    for thread in (reader, closing):
        thread.join(10)
    assert found == [7]

"""The gauges say what waits, for how long, and why; and none keeps the value of yesterday."""

from __future__ import annotations

import functools
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.migrate import upgrade
from bot import gauges, metrics
from bot.clock import Times
from bot.db import Database
from bot.model import CheckInState, Lane, Touch, TouchState, Urgency
from tests.support.databases import empty_database
from tests.support.house import House
from tests.support.sandbox_clock import START

MINUTE = timedelta(minutes=1)


def lane(key: str, kind: str, urgency: Urgency, due: timedelta | None, lease: timedelta | None = None) -> Lane:
    """Times are told from now."""
    return Lane(
        key=key, kind=kind, urgency=urgency, epoch=1,
        due_at=None if due is None else START + due, lease_until=None if lease is None else START + lease,
    )  # fmt: skip


def measured(db: Database) -> None:
    with db.begin() as session:
        gauges.measure(session, Times(START, START))


def test_lanes_that_are_ready_are_counted_by_kind_and_urgency(db: Database) -> None:
    with db.begin() as session:
        session.add_all(
            [
                lane("a", "turn", Urgency.WAITED_FOR, -2 * MINUTE),
                lane("b", "turn", Urgency.WAITED_FOR, -MINUTE, lease=MINUTE),
                lane("c", "turn", Urgency.WAITED_FOR, MINUTE),
                lane("d", "turn", Urgency.WAITED_FOR, None),
                lane("e", "delivery", Urgency.OUTREACH, -3 * MINUTE, lease=-MINUTE),
            ]
        )
    measured(db)
    assert metrics.lanes_ready.labels("turn", "waited_for")._value.get() == 2
    assert metrics.lane_oldest_seconds.labels("turn", "waited_for")._value.get() == 120
    assert metrics.lanes_ready.labels("delivery", "outreach")._value.get() == 1
    assert metrics.lane_oldest_seconds.labels("delivery", "bulk")._value.get() == 0
    assert metrics.leases_expired.labels("delivery")._value.get() == 1
    assert metrics.leases_expired.labels("turn")._value.get() == 0
    with db.begin() as session:
        session.execute(sa.delete(Lane))
    measured(db)
    assert metrics.lanes_ready.labels("turn", "waited_for")._value.get() == 0
    assert metrics.leases_expired.labels("delivery")._value.get() == 0


def test_what_is_due_is_late_by_its_oldest_and_what_is_to_come_is_not(house: House) -> None:
    house.tick()
    check_in = house.check_in()
    with house.db.begin() as session:
        found = session.merge(check_in)
        found.state, found.next_touch_at = CheckInState.OPEN, START - 5 * MINUTE
    measured(house.db)
    assert metrics.due_lag_seconds.labels("check_in")._value.get() == 300
    with house.db.begin() as session:
        session.merge(check_in).next_touch_at = START + MINUTE
    measured(house.db)
    assert metrics.due_lag_seconds.labels("check_in")._value.get() == 0
    assert metrics.due_lag_seconds.labels("case")._value.get() == 0


def held() -> dict[str, float]:
    [family] = metrics.held.collect()
    return {sample.labels["reason"]: sample.value for sample in family.samples}


def test_touches_that_are_held_are_counted_by_their_reason(house: House) -> None:
    house.tick()
    check_in = house.check_in()
    with house.db.begin() as session:
        for rung, state in enumerate((TouchState.HELD, TouchState.HELD, TouchState.SENT), start=50):
            session.add(
                Touch(
                    check_in_id=check_in.id, member_id=check_in.member_id, rung=rung, channel="sms", sender="x",
                    state=state, reason="quiet_hours", changed_at=START,
                )
            )  # fmt: skip
    measured(house.db)
    assert held().get("quiet_hours") == 2
    with house.db.begin() as session:
        session.execute(sa.delete(Touch).where(Touch.rung >= 50))
    measured(house.db)
    assert "quiet_hours" not in held()


def test_connections_are_those_of_this_process(db: Database) -> None:
    with db.begin() as session:
        session.execute(sa.text("select 1"))
        gauges.measure_pool(db)
    if not db.is_sqlite:
        assert metrics.db_connections.labels("in_use")._value.get() == 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_count_reads_an_index_that_holds_only_what_waits(
    kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """However many rows are done: whoever only wants to know what is not does not read them."""
    with empty_database(kind, tmp_path_factory.mktemp("gauges")) as url:
        db = Database(url)
        upgrade(db)
        statements: list[tuple[str, Any]] = []
        listen = functools.partial(sa.event.listen, db.engine, "before_cursor_execute")
        listen(lambda _connection, _cursor, *given: statements.append(given[:2]))
        measured(db)
        asked = [(text, values) for text, values in statements if text.lower().startswith("select")]
        assert len(asked) >= 10
        with db.engine.connect() as connection:
            if not db.is_sqlite:
                connection.exec_driver_sql("set enable_seqscan = off")
            for text, values in asked:
                explain = "explain query plan " if db.is_sqlite else "explain "
                plan = str(connection.exec_driver_sql(explain + text, values).all()).lower()
                assert "seq scan" not in plan, text
                assert "index" in plan, text
        db.close()

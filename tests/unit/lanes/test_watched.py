"""A lane that is watched does what it would do unwatched, and each row is told of once."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot import correlation
from bot.clock import Times
from bot.db import Database
from bot.intake.receive import Incoming, accept
from bot.lanes.drain import Crash, Drainer, Park
from bot.model import CheckIn, InboxMessage, InboxState, Lane, OutboxMessage, OutboxState
from bot.watched import Watched
from tests.support.house import House
from tests.support.sandbox_clock import START, StillClock


class Plan:
    def __init__(self, item_id: int) -> None:
        self.item_id = item_id


class Echo:
    """Finishes a row as its text says."""

    kind = "turn"

    def __init__(self) -> None:
        self.late: list[int] = []
        self.buried: list[int] = []
        self.about: list[str] = []

    def head(self, session: Session, lane: str) -> InboxMessage | None:
        rows = session.query(InboxMessage).filter_by(lane=lane, state=InboxState.PENDING)
        return rows.order_by(InboxMessage.id).first()

    def prepare(self, session: Session, item: InboxMessage, times: Times) -> Plan | Park | None:
        self.about.append(correlation.current())
        if item.text == "at once":
            item.state, item.outcome = InboxState.DONE, "at_once"
            return None
        return Park(times.wall + timedelta(hours=1)) if item.text == "later" else Plan(item.id)

    def perform(self, plan: Plan) -> str:
        self.about.append(correlation.current())
        if self.late:
            raise ValueError("+12025550143 is engaged")
        return "performed"

    def settle(self, session: Session, plan: Plan, result: Any, times: Times) -> None:
        item = session.get_one(InboxMessage, plan.item_id)
        item.state, item.outcome = InboxState.DONE, type(result).__name__

    def settle_late(self, session: Session, plan: Plan, result: Any, times: Times) -> None:
        self.late.append(plan.item_id)

    def bury(self, session: Session, item_id: int, error: str, times: Times) -> None:
        self.buried.append(item_id)


def put(db: Database, *texts: str) -> Drainer:
    for n, text in enumerate(texts):
        with db.begin() as session:
            accept(session, Incoming("sms", "+12025550143", text, f"{text}-{n}"), now=START, wall=START)
    return Drainer(db, Watched(Echo()), StillClock(START), timedelta(seconds=30))


def told(caplog: pytest.LogCaptureFixture, event: str) -> list[dict[str, Any]]:
    return [record.__dict__ for record in caplog.records if record.getMessage() == event]


def test_each_row_is_told_of_once_by_its_own_name(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    drainer = put(db, "hello", "at once", "bye")
    assert drainer.run_one()
    lines = told(caplog, "turn")
    assert [(line["item"], line["outcome"]) for line in lines] == [(1, "str"), (2, "at_once"), (3, "str")]
    assert all(line["ms"] >= 0 and line["channel"] == "sms" for line in lines)
    assert drainer.handler.handler.about == ["in-1", "in-1", "in-2", "in-3", "in-3"]  # type: ignore[attr-defined]
    assert correlation.current() == "", "nothing is in hand any more"


def test_a_row_that_is_parked_is_not_told_of_yet(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    put(db, "later").run_one()
    assert told(caplog, "turn") == []
    with db.begin() as session:
        [lane] = session.query(Lane)
        assert lane.due_at == START + timedelta(hours=1)


def test_a_lease_that_was_lost_is_told(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    handler = Watched(Echo())
    put(db, "hello")
    times = Times(START, START)
    with db.begin() as session:
        plan = handler.prepare(session, session.query(InboxMessage).one(), times)
    with db.begin() as session:
        handler.settle_late(session, plan, "performed", times)  # type: ignore[arg-type]
    assert handler.handler.late == [1]  # type: ignore[attr-defined]
    assert [line["item"] for line in told(caplog, "the lease was lost meanwhile")] == [1]


def test_what_crashed_is_told_and_a_row_that_is_buried_too(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    drainer = put(db, "hello")
    drainer.handler.handler.late.append(0)  # type: ignore[attr-defined]
    drainer.run_one()
    [line] = told(caplog, "turn")
    assert (line["crashed"], line["outcome"]) == (True, Crash.__name__)
    with db.begin() as session:
        drainer.handler.bury(session, 1, "no", Times(START, START))
    assert [line["item"] for line in told(caplog, "set aside")] == [1]


def test_what_goes_out_has_the_name_of_what_caused_it(house: House) -> None:
    house.tick()
    asked = house.check_in()
    house.says("done")
    house.settle()
    with house.db.begin() as session:
        rows = session.query(OutboxMessage).order_by(OutboxMessage.id).all()
        names = {correlation.of(session, row) for row in rows}
        assert session.query(CheckIn).count() >= 1
        lone = OutboxMessage(id=99, state=OutboxState.PENDING)
        assert correlation.of(session, lone) == "out-99"
        lone.hand_off_id = 5
        assert correlation.of(session, lone) == "case-5"
    assert {f"check-in-{asked.id}", "in-1"} <= names

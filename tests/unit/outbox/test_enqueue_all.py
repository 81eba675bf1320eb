"""Putting many messages into the outbox at once."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from bot.clock import Times
from bot.lanes.put import make_ready_all
from bot.model import Lane, OutboxMessage, Purpose, Urgency
from bot.outbox.enqueue import LANE_KIND, Message, enqueue, enqueue_all
from tests.support.house import TUESDAY, House

TIMES = Times(TUESDAY, TUESDAY)


def message(name: str, address: str = "+12025550199", purpose: Purpose = Purpose.REPLY) -> Message:
    return Message("sms", address, purpose, "test", name, text=f"text {name}", body={"choices": ["Yes", "No"]})


def put(house: House, *messages: Message) -> int:
    with house.db.begin() as session:
        return enqueue_all(session, messages, TIMES)


def test_messages_keep_their_order_in_the_lane_of_their_recipient(house: House) -> None:
    names = [f"n{n}" for n in range(30)]
    assert put(house, *(message(name, f"+120255502{n % 3:02}") for n, name in enumerate(names))) == 30
    rows = house.rows(OutboxMessage)
    assert [row.dedupe for row in rows] == names
    assert rows[0].body == {"text": "text n0", "choices": ["Yes", "No"]}
    house.deliver()
    for n in range(3):
        assert house.sms.texts(f"+120255502{n:02}") == [f"text n{m}" for m in range(30) if m % 3 == n]


def test_an_occasion_that_is_put_twice_is_sent_once(house: House) -> None:
    assert put(house, message("one"), message("two"), message("one")) == 2
    assert put(house, message("two"), message("three")) == 1
    with house.db.begin() as session:
        assert enqueue(session, message("three"), now=TUESDAY, wall=TUESDAY) is None
    house.deliver()
    assert sorted(house.sms.texts("+12025550199")) == ["text one", "text three", "text two"]


def test_what_one_column_leaves_empty_is_as_if_it_had_been_put_alone(house: House) -> None:
    put(house, message("all"))
    with house.db.begin() as session:
        enqueue(session, message("alone"), now=TUESDAY, wall=TUESDAY)
    first, second = house.rows(OutboxMessage)
    own = {"id", "dedupe", "body"}
    columns = {column.key for column in sa.inspect(OutboxMessage).column_attrs} - own
    assert {name: getattr(first, name) for name in columns} == {name: getattr(second, name) for name in columns}


def test_no_messages_are_no_statement(house: House) -> None:
    assert put(house) == 0


def test_many_lanes_become_ready_and_those_in_hand_stay_as_they_are(house: House) -> None:
    later = TUESDAY + timedelta(minutes=5)
    with house.db.begin() as session:
        make_ready_all(session, ["a", "b"], LANE_KIND, TUESDAY, Urgency.BULK)
        assert set(session.info["wakes"]) == {"a", "b"}
    house.change(Lane, "b", lambda lane: setattr(lane, "due_at", None))
    with house.db.begin() as session:
        make_ready_all(session, ["c", "b", "a", "c"], LANE_KIND, later, Urgency.BULK)
        assert set(session.info["wakes"]) == {"b", "c"}
    assert {lane.key: lane.due_at for lane in house.rows(Lane)} == {"a": TUESDAY, "b": later, "c": later}


def test_lanes_that_wait_with_less_urgency_are_taken_forward(house: House) -> None:
    with house.db.begin() as session:
        make_ready_all(session, ["a"], LANE_KIND, TUESDAY, Urgency.BULK)
        make_ready_all(session, ["a", "b"], LANE_KIND, TUESDAY, Urgency.STAFF)
        make_ready_all(session, ["a", "b"], LANE_KIND, TUESDAY, Urgency.OUTREACH)
    assert {lane.key: lane.urgency for lane in house.rows(Lane)} == {"a": Urgency.STAFF, "b": Urgency.STAFF}

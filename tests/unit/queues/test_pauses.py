"""Outreach pauses while too much waits to be sent."""

from __future__ import annotations

from bot import metrics
from bot.model import CheckIn, OutboxMessage, OutboxState, Pause
from bot.queues import pauses
from tests.support.house import House


def room(house: House, limit: int = 10) -> int:
    with house.db.begin() as session:
        return pauses.room(session, limit, house.clock.now())


def shown(house: House) -> float | None:
    with house.db.begin() as session:
        pauses.measure(session)
    [family] = metrics.paused.collect()
    return family.samples[0].value if family.samples else None


def fill(house: House, count: int) -> None:
    for n in range(count):
        house.enqueue(f"message {n}", f"+1202555{n:04}")


def drain(house: House, count: int) -> None:
    waiting = house.rows(OutboxMessage, OutboxMessage.state == OutboxState.PENDING)
    for message in waiting[:count]:
        house.change(OutboxMessage, message.id, lambda row: setattr(row, "state", OutboxState.SENT))


def test_there_is_room_for_as_many_as_the_limit_and_one(house: House) -> None:
    fill(house, 4)
    assert room(house) == 7


def test_a_pause_begins_above_the_limit_and_ends_well_below_it(house: House) -> None:
    fill(house, 10)
    assert room(house) == 1
    fill(house, 1)
    assert room(house) == 0
    drain(house, 2)
    assert room(house) == 0
    drain(house, 1)
    assert room(house) == 3


def test_a_pause_tells_why_and_since_when(house: House) -> None:
    assert shown(house) is None
    fill(house, 11)
    room(house)
    pause = house.one(Pause)
    assert (pause.what, pause.reason, pause.since) == ("outreach", "outbox_full", house.clock.now())
    assert shown(house) == 1
    drain(house, 11)
    room(house)
    assert shown(house) is None
    assert house.rows(Pause) == []


def test_two_schedulers_see_the_same_pause(house: House) -> None:
    fill(house, 11)
    assert [room(house), room(house)] == [0, 0]
    assert len(house.rows(Pause)) == 1


def test_a_pause_ends_though_nothing_is_due(house: House) -> None:
    fill(house, 11)
    assert house.tick(outbox_limit=10) == 0
    assert len(house.rows(Pause)) == 1
    house.change(CheckIn, house.check_in().id, lambda row: setattr(row, "next_touch_at", None))
    drain(house, 11)
    assert house.tick(outbox_limit=10) == 0
    assert house.rows(Pause) == []

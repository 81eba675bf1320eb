"""How channels fare, and which processes are alive."""

from __future__ import annotations

from datetime import timedelta

from bot.model import OutboxMessage, OutboxState
from bot.queues import alive
from bot.queues.channels import Channel, channels
from tests.support.house import TUESDAY, House

MINUTE = timedelta(minutes=1)
WORKER, GATEWAY = alive.name_of("worker", "host-a", 17), alive.name_of("gateway", "host:b", 4)


def look(house: House) -> dict[str, Channel]:
    with house.db.begin() as session:
        return {one.name: one for one in channels(session, ["sms", "email"])}


def test_a_channel_tells_when_something_was_last_heard_and_sent(house: House) -> None:
    house.says("hello")
    house.clock.push(MINUTE)
    house.settle()
    house.enqueue("waits")
    found = look(house)
    assert (found["sms"].heard_at, found["sms"].waiting) == (TUESDAY, 1)
    assert found["sms"].sent_at == house.outbox()[0].sent_at
    assert found["email"] == Channel("email")


def test_a_channel_fails_when_nothing_arrived_after_what_was_lost(house: House) -> None:
    number = house.enqueue()

    def lose(row: OutboxMessage) -> None:
        row.state, row.error, row.tried_at = OutboxState.DEAD, "no credit", TUESDAY

    house.change(OutboxMessage, number, lose)
    lost = look(house)["sms"]
    assert (lost.is_failing, lost.lost_at, lost.lost_because) == (True, TUESDAY, "no credit")
    house.clock.push(MINUTE)
    house.enqueue()
    house.deliver()
    assert not look(house)["sms"].is_failing


def test_a_process_that_says_nothing_for_two_minutes_is_silent(house: House) -> None:
    with house.db.begin() as session:
        for name in (WORKER, GATEWAY):
            alive.beat(session, name, TUESDAY)
        alive.beat(session, WORKER, TUESDAY + 3 * MINUTE)
        found = alive.processes(session, TUESDAY + 3 * MINUTE)
    assert [(one.role, one.host, one.number, one.is_silent) for one in found] == [
        ("gateway", "host:b", "4", True),
        ("worker", "host-a", "17", False),
    ]


def test_a_process_that_ends_or_was_silent_for_a_day_is_forgotten(house: House) -> None:
    day = timedelta(days=1)
    with house.db.begin() as session:
        for name in (WORKER, GATEWAY):
            alive.beat(session, name, TUESDAY)
        alive.leave(session, WORKER)
        assert [one.role for one in alive.processes(session, TUESDAY)] == ["gateway"]
        alive.beat(session, WORKER, TUESDAY + day + MINUTE)
        assert [one.role for one in alive.processes(session, TUESDAY + day + MINUTE)] == ["worker"]

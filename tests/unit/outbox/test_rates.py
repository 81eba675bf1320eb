"""Places in a provider's rate limit, and the outbox row itself."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest

from bot.db import Database
from bot.model import Lane, OutboxMessage, OutboxState, Purpose, Rate
from bot.outbox import rates
from bot.outbox.enqueue import Message, enqueue
from tests.support.house import House
from tests.support.sandbox_clock import START

SECOND = timedelta(seconds=1)


def reserve(db: Database, wall: datetime, provider: str = "sms", per_second: float = 1.0) -> datetime:
    with db.begin() as session:
        return rates.reserve(session, provider, per_second, wall)


def test_places_follow_one_another_at_the_providers_pace(db: Database) -> None:
    assert [reserve(db, START, per_second=4.0) for _ in range(3)] == [START, START + SECOND / 4, START + SECOND / 2]


def test_a_pause_leaves_no_places_behind(db: Database) -> None:
    reserve(db, START)
    assert reserve(db, START + 60 * SECOND) == START + 60 * SECOND
    assert reserve(db, START + 60 * SECOND) == START + 61 * SECOND


def test_providers_do_not_share_places(db: Database) -> None:
    reserve(db, START)
    assert reserve(db, START, "staff") == START


def test_a_block_moves_the_next_place_and_never_brings_it_forward(db: Database) -> None:
    reserve(db, START)
    with db.begin() as session:
        rates.block(session, "sms", START + 60 * SECOND)
        rates.block(session, "sms", START + 30 * SECOND)
    assert reserve(db, START) == START + 60 * SECOND


def test_workers_that_reserve_side_by_side_get_different_places(db: Database) -> None:
    places: list[datetime] = []
    together = threading.Barrier(4)

    def work() -> None:
        together.wait(30)
        places.extend(reserve(db, START) for _ in range(10))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(places) == [START + n * SECOND for n in range(40)]


def test_two_workers_together_send_no_faster_than_the_provider_allows(house: House) -> None:
    house.sms.per_second = 1.0
    for n in range(4):
        house.enqueue(f"text {n}", f"+1202555020{n}")
    workers = [house.deliveries, house.new_delivery_worker()]
    sent_after = []
    for second in range(6):
        for worker in workers * 4:
            worker.run_one()
        sent_after.append((second, len(house.sms.calls)))
        house.clock.pass_real(SECOND)
    assert sent_after[:4] == [(0, 1), (1, 2), (2, 3), (3, 4)]
    assert len(house.sms.calls) == 4


def test_a_message_that_waits_for_its_place_keeps_it(house: House) -> None:
    house.sms.per_second = 1.0
    house.enqueue("one", "+12025550201")
    number = house.enqueue("two", "+12025550202")
    house.deliver()
    waiting = house.get(OutboxMessage, number)
    assert (waiting.state, waiting.slot_at) == (OutboxState.PENDING, house.clock.wall() + SECOND)
    assert house.one(Rate).next_at == house.clock.wall() + 2 * SECOND
    house.clock.pass_real(SECOND)
    house.deliver()
    assert house.get(OutboxMessage, number).state is OutboxState.SENT
    assert house.one(Rate).next_at == house.clock.wall() + SECOND


@pytest.mark.parametrize("twice", ["in one transaction", "in two"])
def test_an_occasion_is_enqueued_once(db: Database, twice: str) -> None:
    message = Message("sms", "+12025550101", Purpose.REPLY, "test", "the occasion", "hello", {"choices": ["a"]})
    with db.begin() as session:
        first = enqueue(session, message, now=START, wall=START)
        second = enqueue(session, message, now=START, wall=START) if twice == "in one transaction" else None
    with db.begin() as session:
        third = enqueue(session, message, now=START, wall=START)
    assert first is not None
    assert (second, third) == (None, None)
    with db.begin() as session:
        row = session.get_one(OutboxMessage, first)
        assert row.body == {"text": "hello", "choices": ["a"]}
        assert (row.state, row.attempts, row.lane) == (OutboxState.PENDING, 0, "out:sms:+12025550101")
        assert session.get_one(Lane, row.lane).due_at == START

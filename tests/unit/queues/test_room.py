"""Room for what comes in, counted once a second at most."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.intake.receive import Incoming
from bot.queues.room import Room, must_wait
from tests.support.house import House


def incoming(text: str = "hello") -> Incoming:
    return Incoming("telegram", "42", text, text)


@pytest.fixture
def full(house: House) -> House:
    for n in range(3):
        house.hear(f"message {n}")
    return house


def has_room(house: House, limit: int, *texts: str) -> bool:
    return not must_wait(house.db, house.clock, limit, [incoming(text) for text in texts])


@pytest.mark.parametrize(("limit", "expected"), [(3, True), (2, False)])
def test_there_is_room_up_to_the_limit(full: House, limit: int, *, expected: bool) -> None:
    assert has_room(full, limit, "hello") is expected


def test_what_is_read_makes_room(full: House) -> None:
    assert not has_room(full, 2, "hello")
    while full.turns.run_one():
        pass
    full.clock.pass_real(timedelta(seconds=1))
    assert has_room(full, 2, "hello")


@pytest.mark.parametrize("words", ["STOP", "help", "START", "I want to kill myself"])
def test_consent_and_distress_always_find_room_and_take_others_along(full: House, words: str) -> None:
    assert has_room(full, 1, words)
    assert has_room(full, 1, "hello", words)


def test_receipts_and_the_like_need_no_room(full: House) -> None:
    assert has_room(full, 1)


def test_a_thousand_requests_within_a_second_count_once(full: House) -> None:
    asked: list[str] = []
    sa.event.listen(full.db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    room = Room(full.db)
    assert {room.waiting(10, full.clock.wall()) for _ in range(1000)} == {3}
    assert len([one for one in asked if "inbox_message" in one]) == 1


def test_counting_goes_no_further_than_the_limit(full: House) -> None:
    assert Room(full.db).waiting(1, full.clock.wall()) == 2

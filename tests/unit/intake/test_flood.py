"""More messages of one sender than anybody means."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.db import Database
from bot.intake import flood
from bot.model import CaseEntry, EntryKind, HandOffReason, InboxMessage, InboxState
from tests.support.house import House

SECOND = timedelta(seconds=1)
STRANGER = "+12025550199"
LOOK = "select inbox_message.received_at \nfrom"


def outcomes(house: House) -> Counter[str | None]:
    assert {row.state for row in house.rows(InboxMessage)} == {InboxState.DONE}
    return Counter(row.outcome for row in house.rows(InboxMessage))


def read(house: House) -> None:
    while house.turns.run_one():
        pass


def burst(house: House, count: int, who: str = "Ana", each: timedelta = SECOND) -> None:
    for n in range(count):
        house.hear(f"message {n}", who)
        house.clock.pass_real(each)


def notices(house: House) -> int:
    return len([row for row in house.outbox() if row.rule == flood.RULE])


def test_the_first_messages_of_a_flood_are_answered_and_the_rest_are_kept_with_one_notice(house: House) -> None:
    burst(house, 30)
    read(house)
    assert outcomes(house) == {"answered": flood.LIMIT, "flood": 10}
    assert len(house.dialogue.turns) == flood.LIMIT
    assert notices(house) == 1


def test_as_many_messages_in_more_time_are_all_answered(house: House) -> None:
    burst(house, 30, each=timedelta(seconds=4))
    read(house)
    assert outcomes(house) == {"answered": 30}


def test_messages_that_waited_long_for_us_are_judged_by_when_they_came(house: House) -> None:
    burst(house, 25, each=timedelta(minutes=1))
    house.clock.pass_real(timedelta(hours=1))
    read(house)
    assert outcomes(house) == {"answered": 25}


def test_after_a_flood_a_message_is_answered_again(house: House) -> None:
    burst(house, 30)
    read(house)
    house.clock.pass_real(timedelta(minutes=1))
    assert house.says("sorry, one more").outcome == "answered"


def test_a_flood_that_goes_on_stays_unanswered_and_is_noticed_rarely(house: House) -> None:
    for _ in range(6):
        burst(house, 30)
        read(house)
    assert outcomes(house) == {"answered": flood.LIMIT, "flood": 160}
    assert notices(house) == 1


@pytest.mark.parametrize(
    ("words", "outcome"),
    [("STOP", "keyword:STOP"), ("HELP", "keyword:HELP"), ("I want to kill myself", "distress")],
)
def test_consent_and_distress_are_heard_in_a_flood(house: House, words: str, outcome: str) -> None:
    burst(house, 30)
    house.hear(words)
    read(house)
    assert outcomes(house)[outcome] == 1


def test_what_somebody_wants_no_more_of_is_heard_in_a_flood(house: House) -> None:
    burst(house, 30)
    row = house.hear("no more surveys please")
    read(house)
    assert row is not None
    assert house.get(InboxMessage, row).outcome == "answered"


def test_floods_of_two_members_are_counted_apart(house: House) -> None:
    house.bring("Dee")
    for _ in range(15):
        house.hear("hello", "Ana")
        house.hear("hello", "Dee")
    read(house)
    assert outcomes(house) == {"answered": 30}


def test_what_a_colleague_may_still_want_to_read_is_put_before_them(house: House) -> None:
    house.says("hello")
    house.dialogue.is_down = True
    house.clock.pass_real(timedelta(minutes=5))
    house.says("anybody there?")
    for _ in range(5):
        house.clock.pass_real(timedelta(hours=1))
        read(house)
    house.dialogue.is_down = False
    [case] = house.cases()
    assert case.reason is HandOffReason.ASSISTANT_DOWN
    before = len(house.rows(CaseEntry))
    burst(house, 30)
    read(house)
    assert outcomes(house)["flood"] == 10
    assert len(house.rows(CaseEntry)) == before + 30


def test_a_stranger_s_flood_is_kept_and_bothers_nobody(house: House) -> None:
    burst(house, 50, STRANGER)
    read(house)
    assert outcomes(house) == {"stranger:answered": 1, "stranger:silence": flood.LIMIT - 1, "stranger:flood": 30}
    assert len(house.rows(CaseEntry, CaseEntry.kind == EntryKind.MEMBER)) == flood.LIMIT
    assert len(house.outbox()) == 1


def test_a_lonely_message_costs_no_look_at_those_before(db: Database) -> None:
    house = House(db)
    house.bring("Ana")
    house.says("hello")
    house.clock.pass_real(timedelta(minutes=2))
    asked: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2].lower()))
    house.says("hello again")
    alone = len([one for one in asked if one.startswith(LOOK)])
    house.says("and again")
    assert (alone, len([one for one in asked if one.startswith(LOOK)])) == (0, 1)

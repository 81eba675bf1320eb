"""How the journey goes on after a case: what the bot says of it comes true."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bot.errors import Refused
from bot.handoff import acts
from bot.handoff.cases import Need, open_case
from bot.model import CheckIn, HandOff, HandOffReason
from tests.support.cast import CHI, NUMBERS
from tests.support.house import TUESDAY, House

DAY = timedelta(days=1)
NEXT_WEEK = date(2026, 12, 3)


def claimed(house: House) -> int:
    with house.db.begin() as session:
        need = Need(HandOffReason.ASKED, "Asked.", "sms", NUMBERS["Ana"], house.member())
        case = open_case(session, need, house.programme, now=house.clock.now(), wall=house.clock.wall()).id
    with house.db.begin() as session:
        acts.claim(session, house.act(case))
    return case


def resolve(house: House, case: int, day: date | None, *, step_done: bool = False) -> None:
    with house.db.begin() as session:
        acts.resolve(session, house.act(case), "", house.programme, step_done=step_done, follow_up_on=day)


def test_the_question_comes_on_the_day_that_was_noted_and_not_before(house: House) -> None:
    house.settle()
    case = claimed(house)
    resolve(house, case, NEXT_WEEK)
    house.settle()
    assert house.texts()[-1] == "Compass is back, Ana. I will ask you about your form on Thursday 3 December."
    assert house.get(HandOff, case).follow_up_on == NEXT_WEEK
    asked = len(house.texts())
    house.clock.set(datetime.fromisoformat("2026-12-03T08:59:00-05:00"))
    house.settle()
    assert len(house.texts()) == asked
    house.clock.push(timedelta(minutes=1))
    house.settle()
    assert house.texts()[asked:] == ["Compass: Is your form done?"]


def test_with_the_step_done_the_next_one_is_asked_about_on_that_day(house: House) -> None:
    house.settle()
    resolve(house, claimed(house), NEXT_WEEK, step_done=True)
    house.deliver()
    assert house.texts()[-1] == (
        "Compass is back, Ana. How to do your hello: https://example.org "
        "I will ask you about your hello on Thursday 3 December."
    )
    assert house.check_in().step == "hello"
    assert house.check_in().next_touch_at == datetime.fromisoformat("2026-12-03T09:00:00-05:00")


def test_a_day_without_contact_becomes_the_next_one_with_and_that_is_what_is_said(house: House) -> None:
    house.settle()
    resolve(house, claimed(house), date(2026, 11, 29))  # a Sunday
    house.deliver()
    assert house.texts()[-1].endswith("on Monday 30 November.")
    assert house.check_in().next_touch_at == datetime.fromisoformat("2026-11-30T09:00:00-05:00")


def test_nothing_is_promised_when_the_time_of_the_step_is_over_before(house: House) -> None:
    house.settle()
    house.change(CheckIn, house.check_in().id, lambda one: setattr(one, "expires_at", TUESDAY + 2 * DAY))
    resolve(house, claimed(house), NEXT_WEEK)
    house.deliver()
    assert house.texts()[-1] == "Compass is back, Ana."


def test_where_nobody_held_the_conversation_the_day_is_kept_without_a_word(house: House) -> None:
    house.settle()
    with house.db.begin() as session:
        need = Need(HandOffReason.ASKED, "Asked.", "sms", NUMBERS["Ana"], house.member())
        case = open_case(session, need, house.programme, now=house.clock.now(), wall=house.clock.wall()).id
    before = house.texts()
    resolve(house, case, NEXT_WEEK)
    house.deliver()
    assert house.texts() == before
    assert house.check_in().next_touch_at == datetime.fromisoformat("2026-12-03T09:00:00-05:00")


@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2026, 11, 1), date(2027, 11, 25)])
def test_a_day_that_is_past_or_too_far_ahead_is_refused_and_the_case_stays(house: House, day: date) -> None:
    case = claimed(house)
    with pytest.raises(Refused, match="next date"):
        resolve(house, case, day)
    assert house.get(HandOff, case).resolved_at is None


def test_the_case_of_a_stranger_has_no_journey_to_go_on_with(house: House) -> None:
    with house.db.begin() as session:
        need = Need(HandOffReason.STRANGER, "hi", "sms", CHI)
        case = open_case(session, need, house.programme, now=house.clock.now(), wall=house.clock.wall()).id
    resolve(house, case, NEXT_WEEK)
    assert house.outbox() == []

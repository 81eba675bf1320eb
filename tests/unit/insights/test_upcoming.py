"""What happens next by itself, and whether what is due is done."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.insights.upcoming import Upcoming, is_at_rest, next_event
from bot.model import CheckIn, HandOff, JourneyRun, PlannedEntry, SurveyRound
from tests.support.house import House

HOUR = timedelta(hours=1)


def upcoming(house: House) -> Upcoming | None:
    with house.db.begin() as session:
        return next_event(session, house.clock.now())


def at_rest(house: House) -> bool:
    with house.db.begin() as session:
        return is_at_rest(session, house.times())


def set_times(house: House, **times: datetime | None) -> None:
    """Every stored deadline of a kind is this one, or none."""
    columns = {
        "touch": CheckIn.next_touch_at,
        "entry": PlannedEntry.due_at,
        "lapse": JourneyRun.lapses_at,
        "survey": SurveyRound.look_at,
        "case": HandOff.look_at,
    }
    with house.db.begin() as session:
        for name, column in columns.items():
            if name == "entry" and times.get(name) is None:
                session.execute(sa.delete(PlannedEntry))
            else:
                session.execute(sa.update(column.class_).values({column: times.get(name)}))


def test_the_next_event_is_the_next_touch_of_the_ladder(house: House) -> None:
    house.settle()
    [check_in] = house.rows(CheckIn)
    found = upcoming(house)
    assert found is not None
    assert found.at == check_in.next_touch_at
    assert found.member_id == check_in.member_id
    assert found.what == "a question is looked at"


def test_a_question_that_is_over_is_no_event(house: House) -> None:
    house.settle()
    set_times(house, touch=house.clock.now() + HOUR)
    assert upcoming(house) is not None
    house.says("STOP")
    house.settle()
    set_times(house, touch=house.clock.now() + HOUR)
    with house.db.begin() as session:
        session.execute(sa.update(CheckIn).values(state="cancelled"))
    assert upcoming(house) is None


def test_journeys_surveys_and_cases_are_events_too(house: House) -> None:
    house.settle()
    later = house.clock.now() + HOUR
    set_times(house, lapse=later)
    found = upcoming(house)
    assert found is not None
    assert found.what == "a journey is over"
    set_times(house)
    assert upcoming(house) is None


def test_a_case_that_has_to_be_looked_at_is_the_next_event(house: House) -> None:
    house.settle()
    house.says("I want to talk to a person")
    house.hear("help me, I am stuck and I want to end it all")
    house.settle()
    [case] = house.cases()[:1]
    set_times(house, touch=house.clock.now() + 2 * HOUR, case=house.clock.now() + HOUR)
    found = upcoming(house)
    assert found is not None
    assert (found.what, found.member_id) == ("a case is looked at", case.member_id)


def test_what_is_due_is_not_to_come(house: House) -> None:
    house.settle()
    set_times(house, touch=house.clock.now() - HOUR)
    assert upcoming(house) is None


def test_there_is_no_rest_while_a_touch_is_due_or_a_message_waits(house: House) -> None:
    assert not at_rest(house)
    house.settle()
    assert at_rest(house)
    house.hear("hello")
    assert not at_rest(house)
    house.settle()
    assert at_rest(house)
    found = upcoming(house)
    assert found is not None
    house.clock.push(found.at - house.clock.now())
    assert not at_rest(house)

"""When members are asked surveys: occasions, and how often at most."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.db import Database
from bot.events import take
from bot.events.event import Event
from bot.handoff import acts
from bot.handoff.cases import Need, open_case
from bot.members import membership
from bot.members.membership import Fact
from bot.model import CheckIn, CheckInKind, CheckInState, HandOffReason, Member, SurveyRound
from bot.progress.entries import replan
from bot.surveys.budget import Had, Reason, Wait, wait_for
from tests.support.house import TUESDAY, House
from tests.unit.surveys.talking import DAY, LIKED, NPS, programme, survey

LOCAL_NINE = timedelta(hours=14)
"""09:00 in New York, from midnight in UTC."""


def house_with(db: Database, **surveys: Any) -> House:
    house = House(db, programme(**surveys))
    house.bring("Ana")
    house.settle()
    return house


def rounds(house: House) -> list[tuple[str, str, str, str | None]]:
    return [(row.survey, row.occasion, str(row.state), row.reason) for row in house.rows(SurveyRound)]


def plan_again(house: House) -> None:
    with house.db.begin() as session:
        replan(session, house.programme, session.get_one(Member, house.member().id), house.clock.now())


def sees(house: House, name: str, number: str, at: datetime) -> None:
    event = Event(number, "member_number:no-Ana", name, at, {})
    with house.db.begin() as session:
        take.take(session, house.programme, event, source="test", now=house.clock.now())


def passes(house: House, by: timedelta) -> None:
    house.clock.push(by)
    house.settle()


def test_a_survey_is_planned_from_the_day_of_joining_and_asked_when_it_is_due(db: Database) -> None:
    house = house_with(db, start=survey(offset="5d"))
    [row] = house.rows(SurveyRound)
    due = datetime(2026, 11, 27, tzinfo=UTC) + LOCAL_NINE
    assert (row.state, row.occasion, row.due_at, row.look_at) == ("planned", "joined 2026-11-22", due, due)
    assert house.rows(CheckIn) == []
    house.clock.push(due - house.clock.now())
    house.settle()
    check_in = house.one(CheckIn)
    assert (check_in.kind, check_in.run_id, check_in.step) == (CheckInKind.SURVEY, None, "start")
    assert check_in.expires_at == due + 14 * DAY
    [row] = house.rows(SurveyRound)
    assert (row.state, row.check_in_id, row.segment, row.started_at) == ("asked", check_in.id, "everybody", due)


def test_planning_again_changes_nothing(db: Database) -> None:
    house = house_with(db, start=survey(offset="5d"), renewal=survey(after="renewal", offset="-30d"))
    before = rounds(house)
    plan_again(house)
    assert rounds(house) == before == [("start", "joined 2026-11-22", "planned", None)]


def test_what_is_long_over_is_never_asked(db: Database) -> None:
    house = House(db, programme(start=survey(offset="5d", lapses="7d")))
    house.bring("Ana", joined_on=date(2026, 11, 1))
    house.settle()
    assert rounds(house) == []


def test_another_segment_is_asked_other_surveys(db: Database) -> None:
    house = House(db, programme(start=survey(segments=["student"]), later=survey(segments=["everybody"], offset="9d")))
    house.bring("Ana")
    assert [row[0] for row in rounds(house)] == ["later"]
    house.bring("Ana", traits={"stage": "student"})
    assert [row[0] for row in rounds(house)] == ["start"]


def test_a_renewal_that_moves_moves_the_survey(db: Database) -> None:
    house = House(db, programme(renewal=survey(after="renewal", offset="-30d")))
    house.bring("Ana", renews_on=date(2027, 3, 1))
    assert [row[1] for row in rounds(house)] == ["renewal 2027-03-01"]
    house.bring("Ana", renews_on=date(2027, 6, 1))
    [row] = house.rows(SurveyRound)
    assert (row.occasion, row.due_at.date()) == ("renewal 2027-06-01", date(2027, 5, 2))


@pytest.mark.parametrize("change", [membership.lapse, membership.end])
def test_who_is_no_member_any_more_is_not_asked(db: Database, change: Any) -> None:
    house = house_with(db, start=survey(offset="9d"))
    with house.db.begin() as session:
        member = session.get_one(Member, house.member().id)
        change(session, house.programme, member, Fact("staff:test", house.clock.now()), house.clock.now())
    assert rounds(house) == []
    passes(house, 9 * DAY)
    assert house.texts() == []


def test_who_leaves_while_they_are_asked_is_asked_no_more(db: Database) -> None:
    house = house_with(db, start=survey())
    passes(house, DAY)
    assert len(house.texts()) == 1
    with house.db.begin() as session:
        member = session.get_one(Member, house.member().id)
        membership.end(session, house.programme, member, Fact("staff:test", house.clock.now()), house.clock.now())
    passes(house, 14 * DAY)
    assert len(house.texts()) == 1
    assert rounds(house) == [("start", "joined 2026-11-22", "expired", "member_left")]


def test_each_event_brings_a_survey_and_a_repeated_one_none(db: Database) -> None:
    event = survey(LIKED, after="event", offset="1d", again_after="5d")
    event["when"]["event"] = "event.attended"
    house = house_with(db, event=event)
    sees(house, "event.attended", "a", TUESDAY)
    sees(house, "event.attended", "a", TUESDAY)
    sees(house, "event.other", "b", TUESDAY)
    [row] = house.rows(SurveyRound)
    assert (row.survey, row.state, row.due_at) == ("event", "planned", TUESDAY + DAY)


def test_a_case_that_a_person_took_and_closed_brings_a_survey(db: Database) -> None:
    house = house_with(db, help=survey(LIKED, after="case_closed", offset="1d"))
    for reason, claimed in ((HandOffReason.STUCK, True), (HandOffReason.STUCK, False), (HandOffReason.SILENT, True)):
        with house.db.begin() as session:
            need = Need(reason, "?", "sms", "+1", session.get_one(Member, house.member().id))
            case = open_case(session, need, house.programme, now=house.clock.now(), wall=house.clock.wall()).id
        claim, resolve = house.act(case), house.act(case)
        with house.db.begin() as session:
            if claimed:
                acts.claim(session, claim)
            acts.resolve(session, resolve, "done", house.programme)
    assert [(row[0], row[1]) for row in rounds(house)] == [("help", "case 1")]


def test_a_survey_is_never_asked_while_a_case_is_open(db: Database) -> None:
    house = house_with(db, start=survey())
    with house.db.begin() as session:
        need = Need(HandOffReason.STUCK, "?", "sms", "+1", session.get_one(Member, house.member().id))
        open_case(session, need, house.programme, now=house.clock.now(), wall=house.clock.wall())
    passes(house, 3 * DAY)
    assert house.texts() == []
    assert house.touches() == [(0, "held", "open_case")]


def test_a_survey_that_comes_too_soon_after_another_waits_and_says_why(db: Database) -> None:
    house = house_with(db, start=survey(), next=survey(LIKED, offset="20d"))
    passes(house, DAY)
    asked_at = house.clock.now()
    passes(house, 18 * DAY)
    assert rounds(house)[1] == ("next", "joined 2026-11-22", "planned", "survey_every")
    row = house.rows(SurveyRound)[1]
    assert row.look_at == asked_at + 21 * DAY
    passes(house, 3 * DAY + timedelta(hours=1))
    assert rounds(house)[1][2] == "asked"


def test_a_survey_that_would_have_to_wait_too_long_is_left_out(db: Database) -> None:
    house = house_with(db, start=survey(), next=survey(LIKED, offset="5d", lapses="7d"))
    passes(house, DAY)
    passes(house, 3 * DAY)
    assert rounds(house)[1] == ("next", "joined 2026-11-22", "skipped", "survey_every")
    passes(house, 30 * DAY)
    assert sum(check_in.step == "next" for check_in in house.rows(CheckIn)) == 0


def test_what_never_reached_the_member_does_not_count(db: Database) -> None:
    house = House(db, programme(start=survey(), next=survey(LIKED, offset="20d")))
    house.bring("Eve")  # gave no consent
    house.settle()
    passes(house, 2 * DAY)
    assert rounds(house)[0][2:] == ("skipped", "silent")
    passes(house, 17 * DAY)
    assert rounds(house)[1][2:] == ("skipped", "silent")


def test_a_survey_that_the_content_has_no_more_ends(db: Database) -> None:
    house = house_with(db, start=survey(), next=survey(LIKED, offset="40d"))
    passes(house, DAY)
    later = House(db, programme(), clock=house.clock, sms=house.sms)
    passes(later, 5 * DAY)
    assert [row[2:] for row in rounds(later)] == [("expired", "no_longer_open")]
    assert later.one(CheckIn).state is CheckInState.CANCELLED
    assert len(later.texts()) == 1


def test_a_tick_looks_at_what_is_due_and_at_nothing_twice(db: Database) -> None:
    house = house_with(db, start=survey(), next=survey(LIKED, offset="40d"))
    house.bring("Hal", "Ida")
    assert house.tick() == 0
    house.clock.push(DAY)
    assert house.tick() == 6  # three rounds, and their three check-ins
    assert house.tick() == 0


AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("had", "wait"),
    [
        ([], None),
        ([("b", 30)], None),
        ([("b", 20)], Wait(Reason.EVERY, AT + DAY)),
        ([("a", 80)], Wait(Reason.AGAIN_AFTER, AT + 10 * DAY)),
        ([("a", 91), ("b", 22)], None),
        ([("a", 80), ("b", 20)], Wait(Reason.AGAIN_AFTER, AT + 10 * DAY)),
        ([("b", days) for days in (360, 300, 200, 100, 50, 30)], Wait(Reason.PER_YEAR, AT + 5 * DAY)),
        ([("b", days) for days in (366, 300, 200, 100, 50, 30)], None),
    ],
)
def test_the_longest_wait_counts(had: list[tuple[str, int]], wait: Wait | None) -> None:
    before = [Had(key, AT - days * DAY) for key, days in had]
    content = programme(a=survey(NPS), b=survey(NPS))
    assert wait_for(content, "a", before, AT) == wait

"""What the plan foretells of surveys is what comes, and what waits says why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.commands.plan import lines
from bot.auditor import audit
from bot.db import Database
from bot.model import Member
from bot.outreach.plan import plan_of
from bot.plan.model import Kind, Plan
from tests.support.house import House
from tests.unit.surveys.talking import DAY, LIKED, NPS, programme, survey

STEP = timedelta(hours=4)


@pytest.fixture
def house(db: Database) -> House:
    """Ana is asked in a day, again 21 days later although it is due sooner, and once not at all."""
    surveys = {
        "start": survey(NPS),
        "next": survey(LIKED, offset="20d"),
        "late": survey(LIKED, offset="30d", lapses="7d"),
    }
    surveys["next"]["name"], surveys["late"]["name"] = "Your month", "Your quarter"
    made = House(db, programme(**surveys))
    made.bring("Ana")
    made.settle()
    return made


def plan(house: House, days: int = 60) -> Plan:
    with house.db.begin() as session:
        member = session.get_one(Member, house.member().id)
        return plan_of(session, house.programme, house.reach(), member, house.clock.now(), days=days)


def test_every_message_of_a_survey_comes_when_the_plan_says_and_in_its_words(house: House) -> None:
    foretold = [(one.at, one.text) for one in plan(house).coming if one.kind is Kind.MESSAGE]
    assert len(foretold) == 4
    found = []
    for _ in range(60 * 6):
        before = len(house.texts())
        house.clock.push(STEP)
        house.settle()
        found += [(house.clock.now(), text) for text in house.texts()[before:]]
    assert [text for _, text in found] == [text for _, text in foretold]
    for (came, _), (said, _) in zip(found, foretold, strict=True):
        assert said is not None
        assert timedelta() <= came - said <= STEP


def test_what_waits_or_is_left_out_says_why(house: House) -> None:
    told = [(one.survey, one.is_asked, one.reason) for one in plan(house).surveys]
    assert told == [
        ("Your start", True, None),
        ("Your month", True, "survey_every"),
        ("Your quarter", False, "survey_every"),
    ]
    for wait in (DAY, 18 * DAY):
        house.clock.push(wait)
        house.settle()
    month = plan(house, days=0).surveys[0]
    assert (month.survey, month.reason) == ("Your month", "survey_every")
    assert month.why == "It is due 20 days after joining. Another survey was asked not long ago."


def test_the_command_tells_it_too(house: House) -> None:
    told = "\n".join(lines(plan(house)))
    assert "Surveys to come:\n  Wed 25 Nov 2026 09:00  Your start. It is due 3 days after joining." in told
    assert "Your quarter: left out. It is due 30 days after joining. Another survey was asked not long ago." in told
    assert "step" not in told.partition("Surveys to come")[0].partition("If Ana")[2]


def test_looking_changes_nothing(house: House) -> None:
    first = plan(house)
    assert plan(house) == first


def test_the_auditor_finds_nothing_wrong_with_surveys(house: House) -> None:
    for _ in range(40):
        house.clock.push(DAY)
        house.settle()
        report = audit.run(house.db, house.programme, house.clock.now(), house.clock.wall())
        assert [finding.summary for finding in report.findings] == []


def test_the_auditor_finds_a_survey_that_nobody_looked_at(house: House) -> None:
    house.clock.push(2 * DAY)
    report = audit.run(house.db, house.programme, house.clock.now(), house.clock.wall())
    assert "missed_survey" in [str(finding.kind) for finding in report.findings]

"""Surveys as a member lives through them: with the real engine, over a text message, on a pushed clock."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.model import RoundState, SurveyAnswer, SurveyRound
from tests.support.edited_programme import Content, copy_of_programme
from tests.support.stage import Case, Phone, Stage

DAY = timedelta(days=1)
NUMBER = "+12025550171"
QUIET = """
journey:
  key: quiet
  name: Quiet days
  stage: onboarding
  milestones:
    - key: here
      name: Here
      celebrate: "You're here."
      steps:
        - key: seen
          name: your first visit
          ask: "Have you been here?"
          guide: "Come in."
          due: {after: joined, offset: 1d}
          ladder: null
          observed_by: [account.signed_in]
          bridge: training
"""


@pytest.fixture
def fair(world: Stage, tmp_path: Path) -> Stage:
    """A programme with one survey, of members who have been with us for 90 days, and a journey that asks nothing."""

    def only_one(content: Content) -> None:
        content["surveys"] = {"day_90": {**content["surveys"]["day_90"], "again_after": "30d"}}

    folder = copy_of_programme(tmp_path / "fair", surveys=only_one)
    for file in (folder / "journeys").iterdir():
        file.unlink()
    (folder / "journeys" / "quiet.yml").write_text(QUIET, encoding="utf-8")
    world.reads_programme(folder)
    return world


def member_of_90_days(world: Stage, name: str = "Ana Lima", number: str = NUMBER) -> Phone:
    joined: date = world.now().date() - timedelta(days=90)
    phone = world.enrol(name, number, joined_on=joined.isoformat())
    phone.expects(r"How likely are you to recommend .* from 0 .* to 10")
    return phone


def state_of(world: Stage) -> list[tuple[str, str | None]]:
    with world.application.db.begin() as session:
        rows = session.scalars(sa.select(SurveyRound).where(SurveyRound.survey == "day_90"))
        return [(str(row.state), row.reason) for row in rows]


def answers(world: Stage) -> list[tuple[Any, ...]]:
    with world.application.db.begin() as session:
        kept = session.scalars(sa.select(SurveyAnswer).order_by(SurveyAnswer.id))
        return [(row.question, row.number, row.text) for row in kept]


def test_a_low_score_and_its_reason_bring_a_person(fair: Stage) -> None:
    ana = member_of_90_days(fair)
    ana.says("3")
    ana.expects(r"main reason")
    ana.says("I can't find anything on the site and nobody answered me")
    told = ana.expects(r"Thank you, Ana")
    assert "Maria Okafor" in told
    Case.appears(fair, "Ana Lima").shows(r"Gave 3 \(0 to 10\)")
    assert answers(fair)[1] == ("recommend_why", None, "I can't find anything on the site and nobody answered me")
    assert state_of(fair) == [("answered", None)]


def test_a_high_score_is_thanked_and_asked_to_bring_a_colleague(fair: Stage) -> None:
    ana = member_of_90_days(fair)
    ana.says("9, easily")
    ana.expects(r"value most")
    ana.says("the people")
    ana.expects(r"Thank you, Ana.*https://")
    assert answers(fair) == [("recommend", 9, "9, easily"), ("recommend_why", None, "the people")]


def test_a_question_is_passed_over_and_asked_again_after_a_digression(fair: Stage) -> None:
    ana = member_of_90_days(fair)
    ana.says("are you a robot?")
    ana.expects(r"recommend")
    ana.says("8 or 9")
    ana.expects(r"number from 0 to 10")
    ana.says("8")
    ana.expects(r"higher number")
    ana.says("rather not say")
    ana.expects(r"Thank you, Ana")
    assert answers(fair) == [("recommend", 8, "8")]


def test_who_wants_no_more_questions_gets_none(fair: Stage) -> None:
    ana = member_of_90_days(fair)
    ana.says("please stop the survey")
    ana.expects(r"questions")
    assert state_of(fair) == [(RoundState.DECLINED, "declined")]


def test_a_survey_that_nobody_answers_ends_quietly(fair: Stage) -> None:
    ana = member_of_90_days(fair)
    for _ in range(16):
        fair.push(DAY)
    assert state_of(fair)[0][0] in ("expired", "skipped")
    ana.says("10")
    ana.expects(r"10")
    assert answers(fair) == [("score", 10, "10")]

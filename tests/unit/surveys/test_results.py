"""Figures against values that were worked out by hand; answers as a file."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from fractions import Fraction

import pytest

from bot.db import Database
from bot.model import RoundState, SurveyAnswer, SurveyRound
from bot.surveys import results, table
from bot.surveys.results import score_figures
from tests.support.house import TUESDAY, House
from tests.unit.surveys.talking import EASE, NPS, SEEKS, USED, programme, survey

START = survey(NPS, EASE, SEEKS, USED)
GIVEN = {
    ("Ana", "everybody"): {"recommend": (10, "10"), "recommend_why": (None, "=people"), "ease": (7, "7")},
    ("Hal", "everybody"): {"recommend": (9, "9"), "seeks": (2, "a job"), "used": (None, "events; groups")},
    ("Ida", "student"): {"recommend": (3, "3"), "ease": (2, "2"), "used": (None, "events")},
    ("Ben", "student"): {},
}


@pytest.fixture
def house(db: Database) -> House:
    """Four members were asked, three answered; one more round was never sent."""
    house = House(db, programme(start=START))
    house.bring("Ana", "Hal", "Ida", "Ben")
    for (name, segment), answers in GIVEN.items():
        keep(house, name, segment, answers)
    return house


def keep(house: House, name: str, segment: str, answers: dict[str, tuple[int | None, str]]) -> None:
    member_id = house.member(name).id
    kinds = {"recommend": "nps", "recommend_why": "text", "ease": "ces", "seeks": "single", "used": "multiple"}
    with house.db.begin() as session:
        row = SurveyRound(
            member_id=member_id, survey="start", occasion="test", due_at=TUESDAY, asked_at=TUESDAY,
            started_at=TUESDAY, segment=segment, state=RoundState.ANSWERED if answers else RoundState.EXPIRED,
        )  # fmt: skip
        session.add(row)
        session.flush()
        for question, (number, text) in answers.items():
            session.add(
                SurveyAnswer(
                    member_id=member_id, round_id=row.id, survey="start", question=question, kind=kinds[question],
                    number=number, text=text, channel="sms", asked_at=TUESDAY, at=TUESDAY + timedelta(hours=1),
                )
            )  # fmt: skip


def summaries(house: House) -> dict[str | None, results.Summary]:
    with house.db.begin() as session:
        found = results.summaries(session, "start", house.programme.surveys["start"])
    return {one.segment: one for one in found}


def test_an_nps_is_the_promoters_less_the_detractors(house: House) -> None:
    whole = summaries(house)[None]
    nps = whole.questions[0]
    assert (nps.promoters, nps.passives, nps.detractors) == (2, 0, 1)
    assert nps.nps == Fraction(100, 3)
    assert nps.mean == Fraction(22, 3)
    assert nps.counts == {"3": 1, "9": 1, "10": 1}


def test_who_was_asked_and_who_answered(house: House) -> None:
    whole = summaries(house)[None]
    assert (whole.asked, whole.responded, whole.rate) == (4, 3, Fraction(3, 4))
    assert whole.states == {"answered": 3, "expired": 1}


def test_each_segment_has_figures_of_its_own(house: House) -> None:
    found = summaries(house)
    assert list(found) == [None, "everybody", "student"]
    assert (found["student"].asked, found["student"].responded) == (2, 1)
    assert found["student"].questions[0].nps == -100
    assert found["everybody"].questions[0].nps == 100


def test_choices_are_counted_one_by_one(house: House) -> None:
    by_key = {one.question: one for one in summaries(house)[None].questions}
    assert list(by_key) == ["recommend", "recommend_why", "ease", "seeks", "used"]
    assert by_key["used"].counts == {"events": 2, "groups": 1}
    assert by_key["seeks"].counts == {"a job": 1}
    assert (by_key["recommend_why"].answers, by_key["recommend_why"].counts) == (1, {})


def test_nobody_asked_is_no_rate(db: Database) -> None:
    house = House(db, programme(start=START))
    assert [(one.asked, one.rate, one.questions) for one in summaries(house).values()] == [(0, None, ())]


@pytest.mark.parametrize(
    ("scores", "nps"),
    [
        ([10, 10, 9, 8, 7, 6, 0, 10, 9, 9], Fraction(40)),  # 6 promoters, 2 detractors of 10
        ([0, 6, 7, 8], Fraction(-50)),
        ([7, 8], Fraction(0)),
        ([9], Fraction(100)),
        ([10, 6, 6], Fraction(-100, 3)),
    ],
)
def test_an_nps_by_hand(scores: list[int], nps: Fraction) -> None:
    assert score_figures("q", "nps", scores).nps == nps


@pytest.mark.parametrize(
    ("kind", "scores", "mean", "top", "top_two"),
    [
        ("csat", [5, 5, 4, 2, 1], Fraction(17, 5), Fraction(2, 5), Fraction(3, 5)),
        ("ces", [7, 6, 6, 1], Fraction(5), Fraction(1, 4), Fraction(3, 4)),
    ],
)
def test_means_and_top_boxes_by_hand(
    kind: str, scores: list[int], mean: Fraction, top: Fraction, top_two: Fraction
) -> None:
    found = score_figures("q", kind, scores)
    assert (found.mean, found.top, found.top_two, found.nps) == (mean, top, top_two, None)


def test_a_file_has_a_line_for_each_answer_and_no_formulas(house: House) -> None:
    out = io.StringIO(newline="")
    with house.db.begin() as session:
        assert table.write(out, results.answers(session)) == 9
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    first = rows[0]
    assert tuple(first) == table.COLUMNS
    assert (first["member_number"], first["segment"], first["question"], first["number"]) == (
        "no-Ana", "everybody", "recommend", "10",
    )  # fmt: skip
    assert first["asked_at"] == "2026-11-24T15:00:00+00:00"
    assert first["answered_at"] == "2026-11-24T16:00:00+00:00"
    assert rows[1]["text"] == "'=people"
    assert len({row["round"] for row in rows}) == 3


def test_answers_come_by_survey_by_day_and_page_by_page(house: House) -> None:
    with house.db.begin() as session:
        assert results.answers(session, survey="other") == []
        assert results.answers(session, since=TUESDAY + timedelta(hours=2)) == []
        first = results.answers(session, survey="start", most=4)
        rest = results.answers(session, survey="start", after=first[-1].id)
    assert [len(first), len(rest)] == [4, 5]
    assert len({row.id for row in (*first, *rest)}) == 9

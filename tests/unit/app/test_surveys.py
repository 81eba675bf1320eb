"""Surveys on the command line and in the programming interface."""

from __future__ import annotations

import csv
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from app.cli import cli
from app.commands.surveys import parse, shown
from app.wiring import Application
from bot.errors import ImportRefused
from bot.model import Member, RoundState, SurveyAnswer, SurveyRound
from tests.support import cast
from tests.support.asgi_client import AsgiClient
from tests.support.house import TUESDAY
from tests.unit.app.conftest import JOURNEYS

SCORES = (10, 9, 9, 7, 3)
"""Three promoters and one detractor of five: an NPS of 40."""


@pytest.fixture
def answered(application: Application) -> Application:
    with application.db.begin() as session:
        member = cast.bring(session, application.programme, "Ana", TUESDAY)
        for number, score in enumerate(SCORES):
            keep(session.get_one(Member, member.id), number, score, session)
    return application


def keep(member: Member, number: int, score: int, session: Session) -> None:
    row = SurveyRound(
        member_id=member.id, survey="day_90", occasion=f"test {number}", due_at=TUESDAY, asked_at=TUESDAY,
        started_at=TUESDAY, segment=member.segment, state=RoundState.ANSWERED,
    )  # fmt: skip
    session.add(row)
    session.flush()
    answer = SurveyAnswer(
        member_id=member.id, round_id=row.id, survey="day_90", question="recommend", kind="nps", number=score,
        text=str(score), channel="sms", asked_at=TUESDAY, at=TUESDAY + timedelta(days=number),
    )  # fmt: skip
    session.add(answer)


def read(client: AsgiClient, key: str, path: str) -> Any:
    answer = client.get(f"/api/v1/surveys/{path}", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_summary_is_that_of_everybody_and_of_each_segment(
    client: AsgiClient, key: str, answered: Application
) -> None:
    whole, segment = read(client, key, "day_90/summary")
    assert (whole["segment"], whole["asked"], whole["responded"], whole["rate"]) == (None, 5, 5, 1.0)
    assert segment["segment"] == "early_career"
    [figures] = whole["questions"]
    assert (figures["nps"], figures["promoters"], figures["passives"], figures["detractors"]) == (40.0, 3, 1, 1)
    assert (figures["mean"], figures["top"], figures["top_two"]) == (7.6, 0.2, 0.6)


def test_answers_come_page_by_page(client: AsgiClient, key: str, answered: Application) -> None:
    found, after = [], 0
    while True:
        page = read(client, key, f"day_90/answers?most=2&after={after}")
        found += page["answers"]
        if page["next"] is None:
            break
        after = page["next"]
    assert [one["number"] for one in found] == list(SCORES)
    assert found[0]["member_number"] == "no-Ana"


def test_answers_since_a_day(client: AsgiClient, key: str, answered: Application) -> None:
    page = read(client, key, "day_90/answers?since=2026-11-27")
    assert [one["number"] for one in page["answers"]] == [7, 3]


@pytest.mark.parametrize("path", ["none/summary", "none/answers"])
def test_a_survey_that_is_not_there(client: AsgiClient, key: str, path: str) -> None:
    assert client.get(f"/api/v1/surveys/{path}", headers={"Authorization": f"Bearer {key}"}).status_code == 404


def test_without_a_key_nothing_is_told(client: AsgiClient) -> None:
    for path in ("day_90/summary", "day_90/answers"):
        assert client.get(f"/api/v1/surveys/{path}", headers={"Authorization": "Bearer no"}).status_code == 401


@pytest.fixture
def runner(answered: Application, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command line on the database of the test."""
    url = answered.db.url.render_as_string(hide_password=False)
    monkeypatch.setenv("MSB_DATABASE_URL", url)
    monkeypatch.setenv("MSB_PROGRAMME_DIR", str(JOURNEYS))
    return CliRunner()


def test_the_summary_is_printed(runner: CliRunner) -> None:
    told = runner.invoke(cli, ["surveys", "summary", "--survey", "day_90"])
    assert told.exit_code == 0, told.output
    assert told.output.startswith(
        "Your first 90 days (day_90): 5 asked, 5 answered, 100.0 %\n"
        "    recommend (nps): 5 answers; NPS 40.0; 3 promoters, 1 passives, 1 detractors\n"
    )


def test_surveys_are_listed(runner: CliRunner) -> None:
    told = runner.invoke(cli, ["surveys", "list"]).output.splitlines()
    assert "day_90\tYour first 90 days\t5 asked, 5 answered" in told
    assert len(told) == 6


def test_answers_are_exported(runner: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "answers.csv"
    told = runner.invoke(cli, ["surveys", "export", "--since", "2026-11-26", str(file)])
    assert told.output == "3 answers written.\n"
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    assert [row["number"] for row in rows] == ["9", "7", "3"]


def test_a_colleague_answers_the_statements_from_a_file_and_sees_the_score(runner: CliRunner, tmp_path: Path) -> None:
    bare = runner.invoke(cli, ["surveys", "self-assess"]).output
    keys = [line.split(":")[0] for line in bare.splitlines()[1:]]
    assert len(keys) == 10
    file = tmp_path / "answers.txt"
    file.write_text("# ours\n" + "".join(f"{key} {1 + at % 5}\n" for at, key in enumerate(keys)), encoding="utf-8")
    told = runner.invoke(cli, ["surveys", "self-assess", "--by", cast.MARIA, "--file", str(file)])
    assert told.exit_code == 0, told.output
    assert told.output.count("(1 answered)") == 10
    asked = runner.invoke(cli, ["surveys", "self-assess", "--by", cast.MARIA], input="5\n" * 10)
    assert asked.exit_code == 0, asked.output
    assert asked.output.count("5.0  (1 answered)") == 10


@pytest.mark.parametrize("text", ["goals\n", "goals 4 5\n", "goals 4\ngoals 3\n", "goals -1\n"])
def test_a_line_that_is_no_answer_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "answers.txt"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ImportRefused, match=r"answers\.txt, line \d"):
        parse(file)


@pytest.mark.parametrize(
    ("value", "places", "told"),
    [
        (Fraction(100, 3), 1, "33.3"),
        (Fraction(-100, 3), 1, "-33.3"),
        (Fraction(1, 20), 1, "0.1"),
        (Fraction(-1, 100), 1, "0.0"),
        (Fraction(17, 5), 2, "3.40"),
    ],
)
def test_a_figure_is_rounded_half_away_from_zero(value: Fraction, places: int, told: str) -> None:
    assert shown(value, places) == told

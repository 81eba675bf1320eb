"""What staff say of the organisation itself."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from bot.db import Database
from bot.errors import Refused
from bot.programme.models import SelfAssessment
from bot.surveys import own
from tests.support import cast
from tests.support.house import TUESDAY, House

TWO = SelfAssessment.model_validate(
    {"name": "Us", "statements": [{"key": "goals", "text": "We know."}, {"key": "help", "text": "We help."}]}
)
QUARTER = timedelta(days=91)


def says(house: House, email: str, goals: int, helps: int, after: timedelta = timedelta()) -> None:
    with house.db.begin() as session:
        own.record(session, TWO, cast.colleague(session, email), {"goals": goals, "help": helps}, TUESDAY + after)


def test_each_statement_has_a_score_in_each_quarter(db: Database) -> None:
    house = House(db)
    says(house, cast.MARIA, 2, 5)
    says(house, cast.JONAS, 3, 5)
    says(house, cast.MARIA, 4, 4, after=QUARTER)
    with db.begin() as session:
        found = own.over_time(session, TWO)
    assert [(one.statement, one.quarter, one.mean, one.colleagues) for one in found] == [
        ("goals", date(2026, 10, 1), Fraction(5, 2), 2),
        ("goals", date(2027, 1, 1), Fraction(4), 1),
        ("help", date(2026, 10, 1), Fraction(5), 2),
        ("help", date(2027, 1, 1), Fraction(4), 1),
    ]


def test_who_answers_again_in_a_quarter_is_counted_with_the_last_answer(db: Database) -> None:
    house = House(db)
    says(house, cast.MARIA, 1, 1)
    says(house, cast.MARIA, 5, 3, after=timedelta(days=2))
    with db.begin() as session:
        assert [(one.mean, one.colleagues) for one in own.over_time(session, TWO)] == [
            (Fraction(5), 1),
            (Fraction(3), 1),
        ]


@pytest.mark.parametrize("given", [{"goals": 3}, {"goals": 3, "help": 6}, {"goals": 3, "help": 1, "other": 2}, {}])
def test_what_is_not_an_answer_to_each_statement_is_refused(db: Database, given: dict[str, int]) -> None:
    house = House(db)
    with pytest.raises(Refused), house.db.begin() as session:
        own.record(session, TWO, cast.colleague(session), given, TUESDAY)
    with house.db.begin() as session:
        assert own.over_time(session, TWO) == []

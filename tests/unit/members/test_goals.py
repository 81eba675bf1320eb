"""Goals change, and each stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import Refused
from bot.members import goals
from bot.members.fields import FieldRefused
from bot.model import AuditEntry, Goal, GoalEnd, Member
from tests.support.house import TUESDAY, House

DAY = timedelta(days=1)


def set_goal(house: House, text: str) -> None:
    with house.db.begin() as session:
        goals.set_goal(session, session.get_one(Member, 1), text, "staff:maria", house.clock.now())


def test_a_goal_is_set_and_replaced_with_its_history(house: House) -> None:
    set_goal(house, "  Find a\nmentor ")
    assert house.member().goal == "Find a mentor"
    house.clock.push(DAY)
    set_goal(house, "Find a mentor")
    set_goal(house, "Speak at the spring meeting")
    assert house.member().goal == "Speak at the spring meeting"
    with house.db.begin() as session:
        told = goals.history(session, 1)
    assert [(one.goal.text, one.goal.end, one.goal.ended_at) for one in told] == [
        ("Find a mentor", GoalEnd.REPLACED, TUESDAY + DAY),
        ("Speak at the spring meeting", None, None),
    ]
    assert [entry.reason for entry in house.rows(AuditEntry, AuditEntry.action == "goal.set")] == [
        "Find a mentor",
        "Speak at the spring meeting",
    ]


@pytest.mark.parametrize("text", ["", " \n ", "x" * 501])
def test_a_goal_is_neither_blank_nor_a_novel(house: House, text: str) -> None:
    with pytest.raises(FieldRefused):
        set_goal(house, text)
    assert house.rows(Goal) == []


def test_a_goal_that_is_reached_is_no_longer_the_present_one(house: House) -> None:
    set_goal(house, "x" * 500)
    with house.db.begin() as session:
        goals.end_goal(session, session.get_one(Member, 1), GoalEnd.REACHED, "api:crm", house.clock.now())
    assert house.member().goal is None
    assert house.one(Goal).end is GoalEnd.REACHED
    with house.db.begin() as session, pytest.raises(Refused, match="no goal"):
        goals.end_goal(session, session.get_one(Member, 1), GoalEnd.DROPPED, "api:crm", house.clock.now())


def test_progress_is_noted_with_the_present_goal(house: House) -> None:
    set_goal(house, "Find a mentor")
    with house.db.begin() as session:
        ana = session.get_one(Member, 1)
        goals.note_progress(session, ana, 40, None, "staff:maria", house.clock.now())
        goals.note_progress(session, ana, None, "met two people", "api:crm", house.clock.now())
        [told] = goals.history(session, 1)
    assert [(note.percent, note.text) for note in told.notes] == [(40, None), (None, "met two people")]


@pytest.mark.parametrize(("percent", "text"), [(None, None), (None, " "), (-1, None), (101, "all")])
def test_what_is_no_progress_is_refused(house: House, percent: int | None, text: str | None) -> None:
    set_goal(house, "Find a mentor")
    with house.db.begin() as session, pytest.raises(FieldRefused):
        goals.note_progress(session, session.get_one(Member, 1), percent, text, "api:crm", house.clock.now())


def test_without_a_goal_there_is_no_progress(house: House) -> None:
    with house.db.begin() as session, pytest.raises(Refused, match="no goal"):
        goals.note_progress(session, session.get_one(Member, 1), 40, None, "api:crm", house.clock.now())

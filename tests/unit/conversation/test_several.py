"""Two questions in one message, and answers that are about both, one, or neither."""

from __future__ import annotations

import pytest

from bot.conversation.scene import Heard
from bot.db import Database
from bot.model import CheckIn, CheckInState, StepProgress
from tests.support.house import House
from tests.support.small_programme import journey, make_programme, step


@pytest.fixture
def house(db: Database) -> House:
    """Ana was asked about her form and her tour in one message."""
    first = {"m": [step("form", "joined", "1d", bundle=True), step("hello")]}
    second = {"m": [step("tour", "joined", "1d", bundle=True)]}
    made = House(db, make_programme(journeys={"onboarding": journey(milestones=first), "b": journey("b", second)}))
    made.bring("Ana")
    made.settle()
    assert made.texts() == ["Compass: Is your form done? Also: Is your tour done?"]
    return made


def done(house: House) -> set[str]:
    return {row.step for row in house.rows(StepProgress) if row.state == "done"}


def answered(house: House) -> set[str]:
    return {row.step for row in house.rows(CheckIn, CheckIn.state == CheckInState.ANSWERED)}


def test_yes_is_about_both(house: House) -> None:
    said = house.perform("action_report_done", "yes, both")
    assert done(house) == {"form", "tour"}
    assert said[0].values["step"] == "your form and your tour"


@pytest.mark.parametrize(
    ("text", "key"), [("done with the tour", "tour"), ("the first one yes", "form"), ("2", "tour")]
)
def test_one_that_is_named_or_counted_out_is_done_alone_and_the_other_is_asked_again(
    house: House, text: str, key: str
) -> None:
    said = house.perform("action_report_done", text)
    other = ({"form", "tour"} - {key}).pop()
    assert (done(house), answered(house)) == ({key}, {key})
    assert said[-1].response == "utter_reoffer"
    assert said[-1].values["ask"] == f"Is your {other} done?"
    assert house.conversation().data["step"] == other


def test_the_next_yes_is_about_the_other(house: House) -> None:
    house.perform("action_report_done", "the tour is done")
    house.perform("action_affirm", "yes")
    assert done(house) == {"form", "tour"}


def test_not_yet_is_about_both(house: House) -> None:
    said = house.perform("action_report_not_done", "not yet")
    assert (done(house), answered(house)) == (set(), {"form", "tour"})
    assert [reply.response for reply in said] == ["utter_not_done"]


def test_stuck_on_one_leaves_the_other_open(house: House) -> None:
    house.perform("action_report_blocked", "stuck on the form")
    assert "tour" not in answered(house)


def test_a_meaning_that_was_picked_is_about_the_question_that_was_asked(db: Database) -> None:
    """The bot asks about the form; a conversation about nothing in particular would be about the tour."""
    first = {"m": [step("form", "joined", "1d")]}
    second = {"m": [step("tour", "joined", "20d")]}
    house = House(db, make_programme(journeys={"onboarding": journey(milestones=first), "b": journey("b", second)}))
    house.bring("Ana")
    house.settle()
    assert house.texts() == ["Compass: Is your form done?"]
    house.perform("action_clarify", Heard("blorp", "nlu_fallback", 0.3, [("report_done", 0.3)]))
    house.perform("action_rate", "1")
    assert done(house) == {"form"}

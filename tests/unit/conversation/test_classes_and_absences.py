"""What members say about one class of messages, and about days on which they will be away."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import yaml

from bot.conversation.consent import WORDS_FOR
from bot.conversation.scene import Heard, Say
from bot.model import Absence, CheckIn, CheckInState, ConsentEvent, ContactPoint, Declined, Question
from tests.house.sources import ROOT
from tests.support.fake_dialogue import FakeDialogue
from tests.support.house import House
from tests.support.small_programme import journey, make_programme, step


def at(day: int, hour: int = 0) -> datetime:
    """In December, in New York."""
    return datetime(2026, 12, day, 5 + hour, tzinfo=UTC)


def days(house: House) -> list[tuple[datetime, datetime]]:
    return [(row.starts_at, row.ends_at) for row in house.rows(Absence)]


@pytest.fixture
def selling(house: House) -> House:
    """Ana's first question is promotional."""
    steps = {"settled": [step("gala", "joined", "1d", message_class="promotional"), step("form")]}
    made = House(house.db, make_programme(journeys={"onboarding": journey(milestones=steps)}))
    made.bring("Hal")
    return made


# One class of messages


@pytest.mark.parametrize("confidence", [0.2, 1.0])
def test_no_more_of_one_class_ends_that_class_only(house: House, confidence: float) -> None:
    house.settle()
    [reply] = house.perform("action_opt_out", Heard("no more event invitations please", "opt_out", confidence))
    assert reply.response == "utter_class_declined"
    assert reply.values["what"] == "invitations and offers"
    assert reply.values["rest"] == "check-ins about your steps and notices about your membership"
    declined = house.one(Declined)
    assert (declined.message_class, declined.source) == ("promotional", "member:sms")
    event = house.rows(ConsentEvent)[-1]
    assert (event.channel, event.message_class, event.wording) == (
        "any",
        "promotional",
        "no more event invitations please",
    )
    assert house.one(ContactPoint).opted_out_at is None
    assert house.check_in().state is CheckInState.OPEN
    assert house.conversation().question is Question.CHECK_IN


def test_the_question_of_that_class_ends_and_the_next_one_is_scheduled(selling: House) -> None:
    selling.settle()
    number = selling.hear("stop the promotions", "Hal")
    selling.perform("action_opt_out", "stop the promotions", number)
    of_hal = selling.rows(CheckIn, CheckIn.member_id == selling.member("Hal").id)
    assert [(row.step, row.outcome) for row in of_hal] == [("gala", "class_declined"), ("form", None)]
    assert selling.conversation("Hal").question is Question.NONE


def test_what_goes_on_is_told_without_what_was_declined_before(house: House) -> None:
    house.perform("action_opt_out", "no more event invitations")
    [reply] = house.perform("action_opt_out", "and no more check-ins please")
    assert (reply.values["what"], reply.values["rest"]) == (
        "check-ins about your steps",
        "notices about your membership",
    )


def test_such_a_wish_reaches_the_dialogue_as_what_it_is(house: House) -> None:
    assert isinstance(house.dialogue, FakeDialogue)
    house.says("only send me what's about my membership")
    house.says("I've been to the event")
    assert [turn.intent for turn in house.dialogue.turns] == ["opt_out", None]


def test_stop_beside_such_a_wish_stops_everything_here(house: House) -> None:
    assert house.says("no more event invitations. STOP").outcome == "keyword:STOP"
    assert house.rows(Declined) == []


def test_the_answer_fits_one_text_message() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    variants = [entry["text"] for entry in domain["responses"]["utter_class_declined"]]
    rests = [" and ".join(words for name, words in WORDS_FOR.items() if name != gone) for gone in WORDS_FOR]
    for text in variants:
        for what, rest in zip(WORDS_FOR.values(), rests, strict=True):
            assert len(text.format(first_name="Bartholomew", what=what, rest=rest)) <= 160


# Away


def test_days_to_come_are_kept_and_until_then_everything_goes_on(house: House) -> None:
    [reply] = house.perform("action_away", "I'm away from 3 to 10 December")
    assert reply.response == "utter_away_later"
    assert (reply.values["start"], reply.values["when"]) == ("Thursday 3 December", "Friday 11 December")
    row = house.one(Absence)
    assert (row.starts_at, row.ends_at, row.source) == (at(3), at(11), "member:sms")
    assert row.note == "I'm away from 3 to 10 December"
    assert house.member().away_until is None
    house.perform("action_affirm", "yes")
    house.settle()
    assert house.texts() == ["Compass: Is your form done?"]


def test_on_those_days_nothing_is_sent(house: House) -> None:
    house.perform("action_away", "I'm away from 3 to 10 December")
    house.perform("action_snooze", "ask me again on 4 December")
    house.clock.set(at(4, hour=10))
    house.settle()
    assert house.texts() == []
    house.clock.set(at(11, hour=10))
    house.settle()
    assert house.texts() == ["Compass: Is your form done?"]


def test_days_that_have_begun_are_an_absence_from_now_on(house: House) -> None:
    assert house.perform("action_away", "I'm away from today to 10 December")[0].response == "utter_away"
    assert (house.member().away_until, days(house)) == (date(2026, 12, 11), [])


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("no, until 7 December", (at(3), at(7))),
        ("until 7 December", (at(3), at(7))),
        ("no, from 4 to 8 December", (at(4), at(9))),
    ],
)
def test_days_to_come_are_corrected(house: House, text: str, kept: tuple[datetime, datetime]) -> None:
    house.perform("action_away", "I'm away from 3 to 10 December")
    house.perform("action_deny" if text.startswith("no") else "action_away", text)
    assert days(house) == [kept]
    assert house.member().away_until is None


def test_no_alone_asks_and_the_answer_corrects(house: House) -> None:
    house.perform("action_away", "I'm away from 3 to 10 December")
    assert house.perform("action_deny", "no")[0].response == "utter_ask_until_when"
    house.perform("action_clarify", "until 7 December")
    assert days(house) == [(at(3), at(7))]


def test_other_days_come_on_top_unless_they_correct(house: House) -> None:
    house.perform("action_away", "I'm away until 1 December")
    house.perform("action_away", "I'm also away from 20 to 22 December")
    assert (house.member().away_until, days(house)) == (date(2026, 12, 1), [(at(20), at(23))])


def test_days_to_come_correct_a_day_of_return_that_was_misread(house: House) -> None:
    house.settle()
    house.perform("action_away", "I'm away until 5 December")
    [reply] = house.perform("action_deny", "no, from 3 to 5 December")
    assert isinstance(reply, Say)
    assert (house.member().away_until, days(house)) == (None, [(at(3), at(6))])


def test_days_that_are_too_far_ahead_are_asked_about(house: House) -> None:
    assert house.perform("action_away", "I'm away from 3 to 10 December 2031")[0].response == "utter_ask_until_when"
    assert days(house) == []

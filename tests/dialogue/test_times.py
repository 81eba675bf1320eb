"""Later, away, back again: what members write about when, and how they would like to be written to."""

from __future__ import annotations

from datetime import date

import pytest

from bot.model import Absence, Question
from tests.support.chat import DAY, Chat


@pytest.mark.parametrize(
    "words", ["not now", "ask me later please", "bit busy, later?", "can you remind me another time"]
)
def test_later_without_a_time_is_in_two_days(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_snoozed")
    assert chat.asked_next() == ("profile", 2)
    assert chat.question is Question.NONE


@pytest.mark.parametrize(
    ("words", "days"),
    [("remind me on Friday", 3), ("ask me again tomorrow", 1), ("ping me in a week", 7), ("try me again next week", 6)],
)
def test_later_at_a_time(chat: Chat, words: str, days: int) -> None:
    chat.says(words)
    chat.hears("utter_snoozed")
    assert chat.asked_next() == ("profile", days)


def test_the_question_comes_back_when_it_was_wanted(chat: Chat) -> None:
    chat.says("remind me on Friday")
    chat.passes(DAY)
    chat.hears_nothing()
    chat.passes(2 * DAY)
    chat.hears("check_in")


@pytest.mark.parametrize(
    ("words", "back"),
    [
        ("I'm on holiday until 7 December", date(2026, 12, 7)),
        ("away til the 14th", date(2026, 12, 14)),
        ("out of office, back next Monday", date(2026, 11, 30)),
        ("I'm travelling for two weeks", date(2026, 12, 8)),
    ],
)
def test_away_until_a_day(chat: Chat, words: str, back: date) -> None:
    chat.says(words)
    chat.hears("utter_away")
    assert chat.away_until() == back
    assert chat.question is Question.CONFIRM_AWAY


def test_nothing_is_sent_to_somebody_who_is_away(chat: Chat) -> None:
    chat.says("I'm on holiday until 7 December")
    chat.passes(5 * DAY)
    chat.hears_nothing()
    chat.passes(9 * DAY)
    chat.hears("check_in")


@pytest.mark.parametrize("words", ["I'll be away for a while", "I'm on leave"])
def test_away_without_a_day_is_asked_for_one(chat: Chat, words: str) -> None:
    chat.says(words)
    chat.hears("utter_ask_until_when")
    chat.says("14 December")
    chat.hears("utter_away")
    assert chat.away_until() == date(2026, 12, 14)


@pytest.mark.parametrize("words", ["no, the 9th", "sorry, I meant 9 December", "actually until 9 December"])
def test_a_wrong_day_is_corrected(chat: Chat, words: str) -> None:
    chat.says("I'm on holiday until 7 December")
    chat.says(words)
    chat.hears("utter_away")
    assert chat.away_until() == date(2026, 12, 9)


def test_away_between_two_days_to_come(chat: Chat) -> None:
    chat.says("I'll be on vacation from 20 December to 3 January")
    chat.hears("utter_away_later")
    [absence] = chat.house.rows(Absence)
    assert (absence.starts_at.date(), absence.ends_at.date()) == (date(2026, 12, 20), date(2027, 1, 4))
    assert chat.away_until() is None


def test_a_member_who_is_back_early_goes_on(chat: Chat) -> None:
    chat.says("I'm on holiday until 7 December")
    chat.says("thanks!")
    chat.passes(3 * DAY)
    chat.says("I've filled in my profile now")
    chat.hears("utter_step_done", "utter_next_step")


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("please write to me in the mornings only", {"hour": 9}),
        ("text me only on weekdays please", {"weekdays": True}),
        ("could you message me less often?", {"less": True}),
        ("evenings after 6 are better for me", {"hour": 18}),
    ],
)
def test_another_time_of_contact(chat: Chat, words: str, wish: dict[str, object]) -> None:
    chat.says(words)
    chat.hears("utter_time_kept", "utter_reoffer")
    assert chat.house.member().wishes.items() >= wish.items()


def test_another_time_that_is_not_said_is_asked_for(chat: Chat) -> None:
    chat.says("can you write to me at a different time")
    chat.hears("utter_which_time", "utter_reoffer")
    chat.says("mornings please")
    chat.hears("utter_time_kept", "utter_reoffer")


@pytest.mark.parametrize(
    "words", ["can you e-mail me instead", "I'd rather use telegram", "please call me instead of texting"]
)
def test_another_channel_without_an_address_is_set_up_by_a_person(chat: Chat, words: str) -> None:
    chat.says(words)
    assert chat.heard()[0] == "utter_channel_by_person"
    assert chat.cases() == ["asked"]


def test_the_channel_that_is_there_is_kept(chat: Chat) -> None:
    chat.says("text messages are best for me, no emails")
    chat.hears("utter_channel_kept", "utter_reoffer")
    assert chat.house.member().wishes == {"channel": "sms"}


def test_another_channel_that_is_not_said_is_asked_for(chat: Chat) -> None:
    chat.says("can we use a different channel please")
    chat.hears("utter_which_channel", "utter_reoffer")

"""What people and programs send by mistake or on purpose: nothing of it is a command, and all of it is answered."""

from __future__ import annotations

import pytest

from tests.support.chat import DAY, Chat

COMMANDS = (
    "/restart",
    "/session_start",
    "/report_done",
    '/report_done{"step": "goal"}',
    "/snooze",
)


@pytest.mark.parametrize("text", COMMANDS)
def test_commands_of_the_engine_are_only_words(chat: Chat, text: str) -> None:
    chat.says(text)
    assert chat.heard()
    assert chat.outcomes() == ["answered"]
    assert not chat.is_opted_out()
    chat.says("hello")
    assert chat.heard()[0] == "utter_greet"


@pytest.mark.parametrize("text", ["/restart", "/erase_me", "/cancel_membership"])
def test_a_slash_does_not_decide_what_is_meant(chat: Chat, text: str) -> None:
    chat.says(text)
    answer = list(chat.dialogue.answers.values())[-1]
    assert answer.intent not in {"restart", "session_start"}


@pytest.mark.parametrize("text", ["bla " * 1250, "x" * 5000, "hello? " * 800])
def test_5000_characters_are_answered_within_one_message(chat: Chat, text: str) -> None:
    chat.says(text)
    assert chat.outcomes() == ["answered"]
    assert len(chat.words()[0]) <= 480


@pytest.mark.parametrize("text", ["🎉🎉🎉", "🤷", "…", "???", ".", "   ", "\n\n", "\u200b", "\u00a0"])
def test_hardly_anything_is_answered_too(chat: Chat, text: str) -> None:
    chat.says(text)
    assert len(chat.words()) == 1
    assert chat.outcomes() == ["answered"]
    chat.says("yes")
    assert chat.heard()


@pytest.mark.parametrize("text", ["   ", "\u200b", "\u00a0\u200d", "…", "???"])
def test_hardly_anything_ticks_off_nothing(chat: Chat, text: str) -> None:
    chat.says(text)
    assert chat.step("profile") == "pending"


@pytest.mark.parametrize("text", ["👍", "✅", "👌"])
def test_a_raised_thumb_is_an_answer(chat: Chat, text: str) -> None:
    chat.says(text)
    assert chat.outcomes() == ["answered"]
    assert "utter_offer_person" not in chat.heard()


@pytest.mark.parametrize(
    "text",
    ["{first_name}", "{step} {guide}", "{{link}}", "%s %d", "'; drop table member; --", "<b>done</b>", "\x00done"],
)
def test_what_looks_like_code_is_only_words(chat: Chat, text: str) -> None:
    chat.says(text)
    assert chat.outcomes() == ["answered"]
    assert len(chat.house.rows(type(chat.house.member()))) == 1


def test_braces_in_a_goal_are_said_back_as_they_are(chat: Chat) -> None:
    chat.says("I want to set a goal")
    chat.says("learn {first_name} and 100% of it")
    chat.hears("utter_goal_kept")
    assert "{first_name} and 100%" in chat.words()[0]


@pytest.mark.parametrize("text", ["quiero cancelar", "wo finde ich das formular", "je ne comprends pas"])
def test_another_language_is_answered(chat: Chat, text: str) -> None:
    chat.says(text)
    assert len(chat.words()) == 1


def test_shouting_and_misspelling(chat: Chat) -> None:
    chat.says("I FILED IN MY PROFLE ALREDY")
    chat.hears("utter_step_done", "utter_next_step")


@pytest.mark.parametrize("text", ["Done\n\n--\nAna Smith\nSent from my iPhone", "Done. Sent from my iPhone"])
def test_a_signature_does_not_hide_the_answer(chat: Chat, text: str) -> None:
    chat.says(text)
    chat.hears("utter_step_done", "utter_next_step")


def test_an_engine_that_is_down_loses_nothing(chat: Chat) -> None:
    chat.dialogue.is_down = True
    chat.says("done")
    chat.hears_nothing()
    chat.dialogue.is_down = False
    chat.house.clock.pass_real(DAY / 24)
    chat.passes(DAY / 24)
    chat.hears("utter_step_done", "utter_next_step")

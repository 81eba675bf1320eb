"""The conversation between staff and a member, through Slack: what passes, what stays, and what is said of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.sandbox.world import Case
from tests.support.colleague import Colleague, posts
from tests.support.handsets import TelegramChat, agree
from tests.support.stage import Phone, Stage

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOSTILE = "<!channel> *urgent* <https://evil.example|click> <@U0JONAS>"


@pytest.fixture
def ben(world: Stage) -> Phone:
    phone = world.enrol("Ben Ito", "+12025550172", email="ben@example.org")
    phone.expects(r"sign in")
    phone.says("can I speak to a human please")
    phone.expects(r"Maria Okafor")
    return phone


@pytest.fixture
def case(world: Stage, ben: Phone) -> Case:
    return Case.appears(world, "Ben Ito")


@pytest.fixture
def maria(world: Stage) -> Colleague:
    return Colleague(world, "Maria")


@pytest.fixture
def jonas(world: Stage) -> Colleague:
    return Colleague(world, "Jonas")


def test_the_full_life_of_a_case(world: Stage, ben: Phone, case: Case, maria: Colleague, jonas: Colleague) -> None:
    case.shows("for Maria Okafor")
    maria.presses(case, "claim")
    case.shows("claimed by Maria Okafor")

    maria.presses(case, "reply")
    assert [*maria.options("way")] == ["Text message: +12025550172, where they were last"]
    maria.picks("canned", maria.choice("canned", "Shall I call"))
    maria.submits()
    ben.expects(r"^Hi Ben, Maria Okafor from Fernhill Institute.*good time to call you\?$")
    (reply,) = posts(case, "good time to call")
    assert "delivered by text message" in str(reply["blocks"])

    ben.says("any time after 5")
    (heard,) = posts(case, "any time after 5")
    assert "by text message, Tue 1 Dec, 10:00" in heard["blocks"][0]["elements"][0]["text"]

    jonas.says(case, "careful, he is cross about the invoice")
    ben.stays_silent("staff talk stays private")

    maria.presses(case, "assign")
    maria.submits(to=maria.choice("to", "Jonas Weber"))
    case.shows("claimed by Jonas Weber")
    assert posts(case, "<@U0JONAS> Maria Okafor gave the case to Jonas Weber")

    jonas.presses(case, "call")
    assert "<tel:+12025550172|" in str(jonas.dialog()["blocks"])
    jonas.submits(went="talked", text="He could not find the page.")
    assert posts(case, "Jonas Weber called: they talked.*could not find the page")

    jonas.says(case, "> I have mailed you the link, Ben.")
    ben.expects(r"^I have mailed you the link, Ben\.$")
    (companion,) = posts(case, "\\u201cI have mailed you")
    assert "delivered by text message" in str(companion["blocks"])

    jonas.presses(case, "resolve")
    assert "Ben Ito will be told that the assistant is back" in str(jonas.dialog()["blocks"])
    jonas.submits(text="Sent him the link", day="2026-12-10")
    ben.expects(r"is back.*I'll ask you about .* on Thursday 10 December\.$")
    case.shows("resolved")
    world.push(8 * DAY)
    ben.stays_silent("the day has not come")
    world.push(1 * DAY)
    ben.expects(r"sign in")


def test_a_snoozed_case_wakes_when_the_member_writes(ben: Phone, case: Case, maria: Colleague) -> None:
    maria.presses(case, "claim")
    maria.presses(case, "snooze")
    maria.submits(until=maria.choice("until", "Tomorrow: Wed 2 Dec, 09:00"))
    case.shows("snoozed")
    ben.says("hello? anybody?")
    assert "snoozed" not in case.words()
    assert posts(case, "anybody")


def test_the_dialog_names_what_can_not_reach_the_member_and_why(
    world: Stage, ben: Phone, case: Case, maria: Colleague
) -> None:
    maria.presses(case, "reply")
    shown = str(maria.dialog()["blocks"])
    assert "E-mail: ben@example.org (they have not agreed to messages there)" in shown
    ben.says("STOP")
    ben.expects("unsubscribed|opted out")
    maria.submits(text="Shall I call you?")
    ben.stays_silent("he said STOP while she typed")
    maria.was_told(r"they said STOP there; .*\nYour words: Shall I call you\?")


def test_stop_during_a_claim_is_confirmed_and_staff_are_told_and_held_back(
    world: Stage, ben: Phone, case: Case, maria: Colleague
) -> None:
    maria.presses(case, "claim")
    ben.says("STOP")
    ben.expects("unsubscribed|opted out")
    assert posts(case, "Ben Ito said STOP here")
    ts = maria.says(case, "> Are you sure?")
    ben.stays_silent("he said stop")
    maria.was_told("can't be written to at all.*they said STOP there")
    (refused,) = [message for message in case.message()["replies"] if message["ts"] == ts]
    assert [one["name"] for one in refused["reactions"]] == ["no_entry_sign"]
    maria.presses(case, "reply")
    maria.sees_no_dialog()
    ben.says("START")
    ben.expects("re-subscribed")
    assert posts(case, "may be written to here .* again")
    maria.says(case, "> Good to have you back.")
    ben.expects("^Good to have you back")


def test_what_is_changed_in_a_reply_is_explained_and_not_sent(ben: Phone, case: Case, maria: Colleague) -> None:
    ts = maria.says(case, "> The fee is 20 dollars.")
    ben.expects("^The fee is 20 dollars")
    maria.changes(ts, "> The fee is 25 dollars.")
    ben.stays_silent("an edit is not sent")
    maria.was_told("Ben Ito has the first version")
    (companion,) = posts(case, "delivered by text message")
    assert "Ben Ito still has the first version" in str(companion["blocks"])
    maria.deletes(ts)
    ben.stays_silent("neither is a deletion")
    maria.was_told("Deleting it here does not take it back")


def test_a_note_that_is_changed_into_a_reply_is_not_sent(
    world: Stage, ben: Phone, case: Case, maria: Colleague
) -> None:
    ts = maria.says(case, "he sounds cross")
    maria.changes(ts, "> he sounds cross")
    ben.stays_silent("what is changed is not sent")
    maria.was_told("Nothing was sent.*begins with &gt;")


def test_a_message_of_the_thread_is_sent_by_its_menu(
    ben: Phone, case: Case, maria: Colleague, jonas: Colleague
) -> None:
    ts = jonas.says(case, "Tell him the office opens at 9 & closes at 5.")
    ben.stays_silent("it is a note")
    maria.picks_shortcut(ts)
    maria.submits(text="The office opens at 9 & closes at 5.")
    ben.expects("^The office opens at 9 & closes at 5\\.$")
    ben.says("great")
    heard = posts(case, "great")
    maria.picks_shortcut(heard[0]["ts"])
    maria.was_told("Only what a colleague wrote")


def test_a_failure_is_shown_on_the_reply_with_what_to_do(
    world: Stage, ben: Phone, case: Case, maria: Colleague
) -> None:
    world.fault("twilio", "undelivered", times=1)
    maria.presses(case, "reply")
    maria.submits(text="Hello Ben")
    (reply,) = posts(case, "Hello Ben")
    assert "could not be delivered" in str(reply["blocks"])
    assert "another way" in str(reply["blocks"])
    world.fault("twilio", "undelivered", times=1)
    maria.says(case, "> Hello again")
    (companion,) = posts(case, "\u201cHello again")
    assert "could not be delivered" in str(companion["blocks"])
    ben.read += 2  # what the phone's network took and lost


def test_hostile_and_long_texts_pass_as_they_are_in_both_directions(
    world: Stage, ben: Phone, case: Case, maria: Colleague
) -> None:
    chat = TelegramChat(world, "Ben", "7002")
    chat.starts()
    chat.expects("don't recognize")
    agree(world, chat, ben.number)
    maria.presses(case, "claim")
    long = " ".join(f"word{number}" for number in range(512))
    assert 3980 < len(long) <= 3998
    chat.says(HOSTILE)
    (nasty,) = posts(case, "evil.example")
    assert nasty["blocks"][1]["text"]["type"] == "plain_text"
    assert nasty["blocks"][1]["text"]["text"].replace("\u200b", "") == HOSTILE
    assert "<!channel>" not in str(nasty)
    chat.says(long)
    (shown,) = posts(case, "word511")
    assert " ".join(block["text"]["text"] for block in shown["blocks"][1:]) == long
    maria.says(case, f"> {long}")
    assert chat.expects("word0")["text"] == long
    maria.says(case, "> Is 1 < 2 & 3 > 2? See <!here> https://example.org/a?b=1&c=2")
    assert chat.expects("Is 1")["text"] == "Is 1 < 2 & 3 > 2? See @here https://example.org/a?b=1&c=2"


def test_what_would_be_cut_on_the_way_is_not_sent(ben: Phone, case: Case, maria: Colleague) -> None:
    maria.says(case, f"> {'word ' * 400}")
    ben.stays_silent("half a message is none")
    maria.was_told("1999 characters, and by text message only 1600")


def test_soon_after_the_end_the_member_goes_on_with_the_same_person(
    world: Stage, ben: Phone, case: Case, maria: Colleague
) -> None:
    maria.says(case, "> Try the other page.")
    ben.expects("^Try the other page")
    maria.presses(case, "resolve")
    maria.submits(text="")
    ben.expects("is back")
    ben.says("thanks Maria!")
    ben.expects(".")
    case.shows("resolved")
    ben.says("the other page doesn't load either")
    ben.stays_silent("a person answers")
    case.shows("claimed by Maria Okafor")
    assert posts(case, "<@U0MARIA> Ben Ito wrote again")
    assert posts(case, "the other page doesn't load either")
    maria.says(case, "> Let me look.")
    ben.expects("^Let me look")
    maria.presses(case, "resolve")
    maria.submits(text="Repaired")
    ben.expects("is back")


def test_later_the_member_goes_on_with_the_assistant(world: Stage, ben: Phone, case: Case, maria: Colleague) -> None:
    maria.says(case, "> Try the other page.")
    ben.expects("^Try the other page")
    maria.presses(case, "resolve")
    maria.submits(text="")
    ben.expects("is back")
    world.push(25 * HOUR)
    ben.says("the other page doesn't load either")
    ben.expects(".")
    case.shows("resolved")


def test_an_act_on_a_stale_card_is_told_who_has_the_case(
    world: Stage, ben: Phone, case: Case, maria: Colleague, jonas: Colleague
) -> None:
    maria.presses(case, "claim")
    for action in ("reply", "snooze", "call"):
        jonas.presses(case, action)
        jonas.sees_no_dialog()
    jonas.was_told("Maria Okafor has this case")
    jonas.says(case, "> I know better")
    ben.stays_silent("it is Maria's conversation")
    maria.was_told_nothing()


def test_a_case_goes_back_to_a_team(world: Stage, ben: Phone, case: Case, maria: Colleague) -> None:
    maria.presses(case, "claim")
    maria.presses(case, "assign")
    maria.submits(to=maria.choice("to", "Technical Support"))
    case.shows("open for Jonas Weber")
    ben.says("where am I?")
    ben.expects("of 9")

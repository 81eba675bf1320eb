"""What staff do with a case, through Slack."""

from __future__ import annotations

import pytest

from console.sandbox.world import Case
from tests.support.stage import Phone, Stage


@pytest.fixture
def ben(world: Stage) -> Phone:
    phone = world.enrol("Ben Ito", "+12025550172")
    phone.expects(r"sign in")
    phone.says("can I speak to a human please")
    phone.expects(r"Maria Okafor")
    return phone


def test_the_second_to_claim_is_told_who_has_it(world: Stage, ben: Phone) -> None:
    case = Case.appears(world, "Ben Ito")
    world.hold_still()
    case.click("Jonas", "claim")
    case.click("Priya", "claim")  # her screen still shows the button
    world.go_on()
    world.settle()
    whispered = [message["text"] for message in world.channel()["ephemeral"]]
    assert any("Jonas Weber" in text for text in whispered)
    case.shows("claimed by Jonas Weber")


def test_a_reply_by_the_dialog_reaches_the_member_and_claims_the_case(world: Stage, ben: Phone) -> None:
    case = Case.appears(world, "Ben Ito")
    case.click("Priya", "reply")
    case.submits("Priya", {"text": "Hello Ben, Priya here. How can I help?"})
    ben.expects(r"^Hello Ben, Priya here\. How can I help\?$")
    case.shows("claimed by Priya Nair")
    case.thread_shows("delivered")


def test_the_step_that_a_person_marked_as_done_moves_the_journey_on(world: Stage, ben: Phone) -> None:
    case = Case.appears(world, "Ben Ito")
    case.click("Maria", "claim")
    case.click("Maria", "resolve")
    case.submits("Maria", {"text": "We signed in together", "step": ["done"]})
    ben.expects(r"is back.*five minutes")
    ben.says("where am I?")
    ben.expects(r"1 of 9")


def test_stop_during_a_claim_stops_staff_too(world: Stage, ben: Phone) -> None:
    case = Case.appears(world, "Ben Ito")
    case.click("Maria", "claim")
    ben.says("STOP")
    ben.expects(r"unsubscribed")
    case.say("Maria", "> Are you sure?")
    ben.stays_silent("he said stop")
    case.thread_shows("not sent|could not be delivered|opted out")


def test_what_a_member_writes_can_not_mention_anybody(world: Stage, ben: Phone) -> None:
    case = Case.appears(world, "Ben Ito")
    ben.says("<!channel> *urgent* <https://evil.example|click>")
    ben.expects(r".")
    case.thread_shows("channel")
    assert not any("<!channel>" in line for line in case.thread())

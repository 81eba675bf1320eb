"""Providers and the engine fail as they do, and nobody is forgotten or written to twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model import OutboxMessage, OutboxState
from console.sandbox.world import Case
from tests.support.engine import PrefixedDialogue
from tests.support.stage import Phone, Stage

MINUTES = timedelta(minutes=1)


@pytest.fixture
def ana(world: Stage) -> Phone:
    phone = world.enrol("Ana Lima", "+12025550171")
    phone.expects(r"sign in")
    return phone


def dialogue_of(world: Stage) -> PrefixedDialogue:
    dialogue = world.application.dialogue
    assert isinstance(dialogue, PrefixedDialogue)
    return dialogue


@pytest.mark.parametrize("mode", ["down", "429", "500", "lost"])
def test_an_answer_arrives_once_although_twilio_fails(world: Stage, ana: Phone, mode: str) -> None:
    world.fault("twilio", mode, times=1)
    ana.says("yep did it last nite")
    world.outlast(2 * MINUTES)
    ana.expects(r"profile form")
    world.outlast(30 * MINUTES)
    ana.stays_silent("it was answered once")


def test_a_touch_whose_answer_was_lost_is_not_repeated(world: Stage) -> None:
    world.fault("twilio", "lost", times=1)
    ben = world.enrol("Ben Ito", "+12025550172")
    ben.expects(r"sign in")
    world.outlast(30 * MINUTES)
    with world.application.db.begin() as session:
        assert [row.state for row in session.query(OutboxMessage)] == [OutboxState.DELIVERED]


def test_a_receipt_of_failure_leads_to_the_next_rung(world: Stage) -> None:
    world.fault("twilio", "undelivered", times=1)
    ben = world.enrol("Ben Ito", "+12025550172")
    ben.expects(r"sign in")
    world.push(timedelta(days=1))
    ben.expects(r"Maria Okafor")


def test_the_engine_comes_back_and_every_message_is_answered_once(world: Stage, ana: Phone) -> None:
    dialogue_of(world).is_down = True
    ana.says("yep did it last nite")
    ana.stays_silent("the engine is down, and the message is kept")
    dialogue_of(world).is_down = False
    world.outlast(MINUTES)
    ana.expects(r"profile form")


def test_when_the_engine_stays_away_a_person_comes(world: Stage, ana: Phone) -> None:
    dialogue_of(world).is_down = True
    ana.says("yep did it last nite")
    world.outlast(MINUTES / 6)
    world.outlast(MINUTES)
    world.outlast(2 * MINUTES)
    world.outlast(4 * MINUTES)
    ana.expects(r"your message is safe")
    Case.appears(world, "Ana Lima").shows("could not answer")


def test_stop_and_words_of_distress_work_without_the_engine(world: Stage, ana: Phone) -> None:
    dialogue_of(world).is_down = True
    ana.says("i want to end it all")
    ana.expects(r"call your local emergency number")
    Case.appears(world, "Ana Lima").shows("Words of distress")
    ana.says("take me off your list please")
    ana.expects(r"opted out")
    assert not dialogue_of(world).turns


def test_a_card_appears_once_when_slack_is_back(world: Stage, ana: Phone) -> None:
    world.fault("slack", "down")
    ana.says("I'd like to talk to a real person")
    ana.expects(r"Maria Okafor")
    assert not world.channel()["messages"]
    world.fault("slack", "none")
    world.outlast(5 * MINUTES)
    Case.appears(world, "Ana Lima")
    assert len(world.channel()["messages"]) == 1


def test_a_card_whose_answer_was_lost_is_not_posted_twice(world: Stage, ana: Phone) -> None:
    world.fault("slack", "lost", times=1)
    ana.says("I'd like to talk to a real person")
    ana.expects(r"Maria Okafor")
    world.outlast(5 * MINUTES)
    case = Case.appears(world, "Ana Lima")
    assert len(world.channel()["messages"]) == 1
    case.click("Maria", "claim")
    case.shows("claimed by Maria Okafor")

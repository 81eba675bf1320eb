"""Declining one class of messages: what is open of it ends, the journey goes on, and the rest is not touched."""

from __future__ import annotations

import pytest

from bot.db import Database
from bot.errors import Refused
from bot.members import preferences
from bot.members.consent import Evidence
from bot.model import (
    CheckIn,
    CheckInState,
    ConsentEvent,
    ConsentKind,
    ContactPoint,
    Declined,
    Member,
    Question,
    StepProgress,
    StepState,
)
from bot.programme.base import MessageClass
from tests.support.house import House
from tests.support.small_programme import journey, make_programme, step

SAID = Evidence("staff:maria", "told me on the phone")


@pytest.fixture
def selling(db: Database) -> House:
    """Ana is asked about a gala first, and about a form then."""
    steps = {"settled": [step("gala", "joined", "1d", message_class="promotional"), step("form")]}
    made = House(db, make_programme(journeys={"onboarding": journey(milestones=steps)}))
    made.bring("Ana")
    made.settle()
    return made


def decline(house: House, message_class: MessageClass) -> bool:
    with house.db.begin() as session:
        ana = session.get_one(Member, 1)
        return preferences.decline(session, house.programme, ana, message_class, SAID, house.clock.now())


def test_what_is_open_of_the_class_ends_and_the_journey_goes_on(selling: House) -> None:
    assert selling.texts() == ["Compass: Is your gala done?"]
    assert decline(selling, "promotional")
    gala, form = selling.rows(CheckIn)
    assert (gala.state, gala.outcome, gala.next_touch_at) == (CheckInState.CANCELLED, "class_declined", None)
    assert (form.step, form.state) == ("form", CheckInState.SCHEDULED)
    assert {row.step: row.state for row in selling.rows(StepProgress)} == {
        "gala": StepState.SKIPPED,
        "form": StepState.PENDING,
    }
    assert selling.conversation().question is Question.NONE
    assert selling.one(ContactPoint).opted_out_at is None


def test_the_ledger_says_how_it_was_declined_and_taken_back(selling: House) -> None:
    before = len(selling.rows(ConsentEvent))
    assert decline(selling, "promotional")
    assert not decline(selling, "promotional")
    with selling.db.begin() as session:
        ana = session.get_one(Member, 1)
        assert preferences.declined(session, 1) == {"promotional"}
        assert preferences.accept(session, ana, "promotional", SAID, selling.clock.now())
        assert not preferences.accept(session, ana, "promotional", SAID, selling.clock.now())
    assert selling.rows(Declined) == []
    events = selling.rows(ConsentEvent)[before:]
    assert [(one.kind, one.channel, one.address, one.message_class, one.wording) for one in events] == [
        (ConsentKind.WITHDRAWN, "any", "", "promotional", "told me on the phone"),
        (ConsentKind.GRANTED, "any", "", "promotional", "told me on the phone"),
    ]


def test_another_class_is_not_touched(selling: House) -> None:
    decline(selling, "relationship")
    [gala] = selling.rows(CheckIn)
    assert gala.state is CheckInState.OPEN
    assert selling.conversation().question is Question.CHECK_IN


def test_notices_about_a_membership_cannot_be_declined_alone(selling: House) -> None:
    with pytest.raises(Refused, match="STOP on a channel"):
        decline(selling, "transactional")
    assert selling.rows(Declined) == []

"""Nobody is forgotten: cases that wait find somebody, whoever is silent, away or asleep."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from bot.handoff import acts, routing
from bot.handoff.acts import Act
from bot.members import absences
from console.sandbox.world import Case
from tests.support.handsets import Mailbox
from tests.support.stage import Phone, Stage

MARIA = "maria.okafor@example.org"


def london(day: int, at: str) -> datetime:
    """In December, when London keeps UTC."""
    return datetime.fromisoformat(f"2026-12-{day:02}T{at}").replace(tzinfo=UTC)


@pytest.fixture
def ben(world: Stage) -> Phone:
    """He joined two days ago; Maria is his Member Success Manager. It is Tuesday, 15:00 in London."""
    world.application.find_colleagues()
    phone = world.enrol("Ben Ito", "+12025550172")
    phone.expects(r"sign in")
    return phone


def asks(phone: Phone) -> Case:
    """For a person, which is of high priority: an answer is due in two hours."""
    phone.says("can I speak to a human please")
    phone.expects(r"Maria Okafor")
    return Case.appears(phone.world, phone.name)


def is_away(world: Stage, email: str, until: datetime) -> None:
    with world.application.db.begin() as session:
        person, now = routing.colleague(session, email), world.clock.now()
        absences.add(session, person, now, until, "test", None, now)


def mentioned(case: Case) -> list[str]:
    """Whom the thread reminds, in order, by their Slack ids."""
    reminders = (re.search(r"<@(\w+)> [^\"]* since ", line) for line in case.thread())
    return [found[1] for found in reminders if found]


def at(world: Stage, moment: datetime) -> None:
    """Time goes on until then. What happens takes moments, so what is due on a minute has come on the next one."""
    world.push_to(moment)
    world.settle()


def test_silent_staff_are_called_one_after_the_other_until_somebody_acts(world: Stage, ben: Phone) -> None:
    mailbox = Mailbox(world, "the team", "member-success@example.org")
    case = asks(ben)
    case.thread_shows("<@U0MARIA> This case is for Maria Okafor")
    at(world, london(1, "16:59"))
    assert mentioned(case) == []
    at(world, london(1, "17:01"))
    assert mentioned(case) == ["U0MARIA"]
    case.thread_shows(r"Maria Okafor: Ben Ito has been waiting since Tue 1 Dec, 15:00 GMT")
    at(world, london(2, "09:30"))
    assert mentioned(case) == ["U0MARIA"]
    at(world, london(2, "09:32"))
    assert mentioned(case) == ["U0MARIA", "U0JONAS"]
    at(world, london(2, "11:33"))
    assert mentioned(case) == ["U0MARIA", "U0JONAS", "U0PRIYA"]
    mailbox.stays_silent("Priya has four hours")
    at(world, london(2, "15:34"))
    mailbox.expects(r"Ben Ito: asked, high priority, for Member Success\..*It was given to Maria Okafor")
    case.click("Priya", "claim")
    case.say("Priya", "> Hello Ben, Priya here.")
    ben.expects(r"^Hello Ben, Priya here\.$")
    at(world, london(3, "09:00"))
    assert mentioned(case) == ["U0MARIA", "U0JONAS", "U0PRIYA"]
    mailbox.stays_silent("Priya answered")


def test_a_colleague_stands_in_for_a_manager_who_is_away(world: Stage, ben: Phone) -> None:
    is_away(world, MARIA, london(4, "09:00"))
    case = asks(ben)
    case.shows("Jonas Weber")
    at(world, london(1, "17:01"))
    assert mentioned(case) == ["U0JONAS"]


def test_the_deputy_hears_at_once_when_whoever_has_the_case_has_left(world: Stage, ben: Phone) -> None:
    case = asks(ben)
    is_away(world, MARIA, london(4, "09:00"))
    at(world, london(1, "17:01"))
    assert mentioned(case) == ["U0JONAS"]
    at(world, london(2, "10:32"))
    assert mentioned(case) == ["U0JONAS", "U0PRIYA"]


def test_a_case_of_the_evening_waits_for_the_morning_without_being_late(world: Stage, ben: Phone) -> None:
    at(world, london(1, "20:00"))
    case = asks(ben)
    at(world, london(2, "08:59"))
    assert case.thread() == []
    at(world, london(2, "09:00"))
    case.thread_shows("<@U0MARIA> This case is for Maria Okafor")
    at(world, london(2, "10:59"))
    assert mentioned(case) == []
    at(world, london(2, "11:01"))
    case.thread_shows("Ben Ito has been waiting since Tue 1 Dec, 20:00 GMT; an answer was due Wed 2 Dec, 11:00 GMT")


def test_public_holidays_take_no_time(world: Stage) -> None:
    world.application.find_colleagues()
    world.push_to(london(24, "13:00"))
    stranger = world.phone("Chi", "+12025550199")
    stranger.says("hi, who is this?")
    stranger.expects(r".")
    case = Case.appears(world, stranger.number)
    at(world, london(30, "12:59"))  # two working days of low priority: the 24th, the 29th, the 30th
    assert mentioned(case) == []
    at(world, london(30, "13:01"))
    assert mentioned(case) == ["U0MARIA"]


def test_words_of_distress_wake_somebody_at_night(world: Stage, ben: Phone) -> None:
    at(world, london(2, "02:00"))
    ben.says("I want to kill myself")
    ben.expects(r".")
    case = Case.appears(world, "Ben Ito")
    case.shows("Maria Okafor")
    at(world, london(2, "02:31"))
    assert mentioned(case) == ["U0MARIA"]
    at(world, london(2, "03:32"))
    assert mentioned(case) == ["U0MARIA", "U0JONAS"]


def test_a_claim_ends_when_the_member_waits_too_long(world: Stage, ben: Phone) -> None:
    case = asks(ben)
    case.click("Maria", "claim")
    ben.says("hello? anybody there?")
    ben.stays_silent("Maria has the conversation")
    case.shows("claimed by Maria Okafor")
    at(world, london(3, "14:59"))
    case.shows("claimed by Maria Okafor")
    at(world, london(3, "15:01"))
    case.thread_shows("Maria Okafor has been silent while the member waits: the case is open again")
    case.thread_shows("This case is for Jonas Weber")
    assert "claimed by" not in case.words()
    case.click("Jonas", "claim")
    case.shows("claimed by Jonas Weber")


def test_a_snoozed_case_rests_and_a_word_of_the_member_wakes_it(world: Stage, ben: Phone) -> None:
    case = asks(ben)
    case.click("Maria", "claim")
    at(world, london(1, "15:10"))
    snooze(world, MARIA, london(4, "12:00"))
    at(world, london(2, "09:29"))
    assert mentioned(case) == []
    at(world, london(2, "09:30"))
    ben.says("any news?")
    ben.stays_silent("Maria has the conversation")
    at(world, london(2, "11:19"))  # ten minutes of the two hours had passed before the snooze
    assert mentioned(case) == []
    at(world, london(2, "11:21"))
    assert mentioned(case) == ["U0MARIA"]


def snooze(world: Stage, email: str, until: datetime) -> None:
    """The only case there is."""
    application = world.application
    with application.db.begin() as session:
        times = application.times()
        act = Act(1, routing.colleague(session, email), "snooze", times.now, times.wall)
        acts.snooze(session, act, until, application.programme)
    world.settle()

"""When the programme writes, and when it doesn't."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from console.sandbox.world import Case
from tests.support.stage import Stage

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def test_an_answer_stops_the_climb(world: Stage) -> None:
    ana = world.enrol("Ana Lima", "+12025550171")
    ana.expects(r"sign in")
    ana.says("not yet, sorry")
    ana.expects(r"ask again|check back")
    world.push(2 * DAY - HOUR)
    ana.stays_silent("the second rung belonged to a question that she answered")
    world.push(HOUR + timedelta(minutes=1))
    ana.expects(r"sign in")


def test_a_word_that_is_no_answer_puts_the_next_rung_off(world: Stage) -> None:
    ana = world.enrol("Ana Lima", "+12025550171")
    ana.expects(r"sign in")
    world.push(DAY)
    ana.says("hello")
    ana.expects(r"sign in")
    world.push(DAY + HOUR)
    ana.stays_silent("she wrote yesterday")
    world.push(DAY)
    ana.expects(r"Maria Okafor")


@pytest.mark.parametrize(
    ("zone", "opens"),
    [
        ("America/New_York", "2026-12-02T14:00:00+00:00"),
        ("Europe/London", "2026-12-02T09:00:00+00:00"),
        ("Asia/Kolkata", "2026-12-02T03:30:00+00:00"),
        ("Pacific/Auckland", "2026-12-01T20:00:00+00:00"),
    ],
)
def test_nobody_is_written_to_at_night(world: Stage, zone: str, opens: str) -> None:
    morning = datetime.fromisoformat(opens)
    world.push_to(morning - timedelta(hours=3))
    ana = world.enrol("Ana Lima", "+12025550171", time_zone=zone)
    ana.stays_silent("it is night where she is")
    world.push_to(morning - timedelta(minutes=1))
    ana.stays_silent("the day begins in a minute")
    world.push_to(morning)
    ana.expects(r"sign in")


def test_a_reply_comes_at_any_hour(world: Stage) -> None:
    ana = world.enrol("Ana Lima", "+12025550171")
    ana.expects(r"sign in")
    world.push_to(datetime.fromisoformat("2026-12-02T07:30:00+00:00"))
    ana.says("what's next?")
    ana.expects(r"first sign-in")


def test_without_consent_a_person_is_asked_at_once(world: Stage) -> None:
    eve = world.enrol("Eve Stone", "+12025550175", consent_sms=False)
    case = Case.appears(world, "Eve Stone")
    case.shows("No way to reach them")
    eve.stays_silent("she did not agree to text messages")


def test_a_number_that_can_not_be_reached_costs_no_time(world: Stage) -> None:
    """Twilio's magic number for one that is no mobile phone."""
    fay = world.enrol("Fay Moss", "+15005550009")
    case = Case.appears(world, "Fay Moss")
    case.shows("not a mobile number|could not be delivered")
    fay.stays_silent("the number is a landline")


def test_yes_means_start_only_for_somebody_who_has_stopped(world: Stage) -> None:
    ana = world.enrol("Ana Lima", "+12025550171")
    ana.expects(r"sign in")
    ana.says("yes")
    ana.expects(r"profile form")
    ana.says("please stop texting me")
    ana.expects(r"opted out")
    ana.says("what's next?")
    ana.stays_silent("she asked for no more messages")
    ana.says("yes")
    ana.expects(r"welcome back")
    ana.says("what's next?")
    ana.expects(r"profile form")


def test_the_whole_journey_is_walked_to_its_end_and_the_next_begins(world: Stage) -> None:
    ana = world.enrol("Ana Lima", "+12025550171")
    ana.expects(r"sign in")
    for days in (3, 4, 5, 5, 10, 10, 14, 14):
        ana.says("done")
        ana.expects(r"https://")
        world.push(days * DAY)
        for _ in range(3):  # a Sunday, or a public holiday
            if len(ana.received()) == ana.read:
                world.push(DAY)
        ana.expects(r"\?")
    ana.says("done")
    ana.expects(r"You've done the lot, Ana")
    world.push(15 * DAY)
    ana.stays_silent("the next journey begins")
    world.push(26 * DAY)
    ana.stays_silent("its first question comes after four weeks")
    world.push(4 * DAY)
    ana.expects(r"getting closer")

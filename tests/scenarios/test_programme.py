"""The shipped programme: how a ladder climbs, what stops it, and what holds it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.model import Touch, TouchState
from console.sandbox.world import Case
from tests.support.handsets import Mailbox, MessengerThread, TelegramChat, agree, button_titles, give_phone
from tests.support.office import Office
from tests.support.stage import Phone, Stage

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
NUMBER, EMAIL, TEAM = "+12025550171", "ana@members.example", "member-success@example.org"
SENIOR: dict[str, Any] = {"traits": {"career_stage": "senior"}, "email": EMAIL, "consent_email": True}


def test_a_silent_member_climbs_every_rung_to_a_person(world: Stage) -> None:
    mail, telegram = Mailbox(world, "Ana", EMAIL), TelegramChat(world, "Ana", "7001")
    telegram.starts()
    telegram.expects(r"don't recognize")
    ana = world.enrol("Ana Lima", NUMBER, **SENIOR, consent_voice=True)
    give_phone(world, "maria.okafor@example.org", "+12025550199")
    agree(world, telegram, NUMBER)
    assert mail.expects(r"automated assistant.*sign in")["from"].startswith("Fernhill Compass <")
    world.push(3 * DAY)
    assert mail.expects(r"it's Maria Okafor.*sign in")["from"].startswith("Maria Okafor <")
    world.push(3 * DAY)
    assert button_titles(telegram.expects(r"sign in")) == ["Done", "Not yet", "I'm stuck"]
    world.push(2 * DAY)
    ana.expects(r"sign in")
    world.push(2 * DAY)
    world.post(f"calls/{NUMBER}/no-answer")
    world.push(2 * DAY)
    Case.appears(world, "Ana Lima").shows("No answer about your first sign-in after 4 messages and 1 call")
    Mailbox(world, "the team", TEAM).expects(r"Somebody we don't know has been waiting")


def test_an_answer_on_another_channel_stops_the_climb(world: Stage) -> None:
    mail = Mailbox(world, "Ana", EMAIL)
    ana = world.enrol("Ana Lima", NUMBER, **SENIOR)
    mail.expects(r"sign in")
    ana.says("yes, all done")
    ana.expects(r"profile form")
    world.push(3 * DAY - 2 * HOUR)
    mail.stays_silent("the second e-mail belonged to a question that she answered")
    world.push(3 * HOUR)
    assert mail.expects(r"profile form")["from"].startswith("Fernhill Compass <")


def test_an_automatic_reply_is_no_answer_and_her_own_is(world: Stage) -> None:
    mail = Mailbox(world, "Ana", EMAIL)
    world.enrol("Ana Lima", NUMBER, **SENIOR)
    mail.expects(r"sign in")
    mail.act("away")
    world.push(3 * DAY)
    mail.expects(r"it's Maria Okafor.*sign in")
    mail.says("Yes, I'm signed in now.")
    mail.expects(r"profile form")
    world.push(2 * DAY)
    mail.stays_silent("the question is answered")


def test_away_in_mid_ladder_holds_it_until_the_return(world: Stage) -> None:
    ana = world.enrol("Ana Lima", NUMBER)
    ana.expects(r"sign in")
    world.push(DAY)
    ana.says("I'm on holiday until the 12th of December")
    ana.expects(r"12 December")
    world.push_to(local("2026-12-12 08:59"))
    ana.stays_silent("she is away")
    world.push_to(local("2026-12-12 12:00"))
    ana.expects(r"Maria Okafor")


def test_an_absence_to_come_holds_only_when_it_has_come(world: Stage) -> None:
    ana = world.enrol("Ana Lima", NUMBER)
    ana.expects(r"sign in")
    Office(world).notes_absence(ana, date(2026, 12, 5), date(2026, 12, 9))
    world.push(2 * DAY)
    ana.expects(r"Maria Okafor")
    world.push_to(local("2026-12-09 19:00"))
    assert not world.channel()["messages"], "she is away, not silent"
    world.push_to(local("2026-12-12 12:00"))
    Case.appears(world, "Ana Lima").shows("No answer about your first sign-in")


def test_a_calendar_that_staff_imported_holds_the_ladder(world: Stage) -> None:
    ana = world.enrol("Ana Lima", NUMBER)
    ana.expects(r"sign in")
    Office(world).imports_calendar(ana, CALENDAR)
    world.push_to(local("2026-12-07 19:00"))
    ana.stays_silent("her calendar says that she is out of office")
    world.push_to(local("2026-12-08 12:00"))
    ana.expects(r"Maria Okafor")


CALENDAR = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//Calendar//EN
BEGIN:VEVENT
UID:away-1@example.org
DTSTAMP:20261130T000000Z
DTSTART;VALUE=DATE:20261202
DTEND;VALUE=DATE:20261208
SUMMARY:Out of office
X-MICROSOFT-CDO-BUSYSTATUS:OOF
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("zone", "friday"),
    [
        ("America/New_York", "2027-03-12"),
        ("Europe/London", "2027-10-29"),
        ("Australia/Sydney", "2027-04-02"),
        ("America/Santiago", "2027-09-03"),
    ],
)
def test_the_hour_stays_the_same_when_the_clocks_change(world: Stage, zone: str, friday: str) -> None:
    """The clocks change in the night to the Sunday."""
    begin = local(f"{friday} 12:00", zone)
    world.push_to(begin)
    ana = world.enrol("Ana Lima", NUMBER, time_zone=zone, joined_on=friday)
    comes_at(world, ana, begin.replace(hour=10) + DAY, r"I'm Fernhill Compass")
    world.push_to(begin.replace(hour=21) + DAY)
    ben = world.enrol("Ben Ito", "+12025550172", time_zone=zone)
    comes_at(world, ben, begin.replace(hour=9) + 3 * DAY, r"I'm Fernhill Compass")
    comes_at(world, ana, begin.replace(hour=10) + 3 * DAY, r"Maria Okafor")


def test_a_public_holiday_holds_where_it_is_one(world: Stage) -> None:
    """Monday the 18th of January 2027 is one in the United States."""
    world.push_to(local("2027-01-17 12:00"))
    ana = world.enrol("Ana Lima", NUMBER, joined_on="2027-01-17")
    ben = world.enrol("Ben Ito", "+447700900172", time_zone="Europe/London", joined_on="2027-01-17")
    cleo = world.enrol("Cleo Park", "+12025550173", country="GB", joined_on="2027-01-17")
    comes_at(world, ben, local("2027-01-18 10:00", "Europe/London"), r"sign in")
    comes_at(world, cleo, local("2027-01-18 10:00"), r"sign in")
    with world.application.db.begin() as session:
        held = session.execute(sa.select(Touch.reason).where(Touch.state == TouchState.HELD)).all()
    assert [row.reason for row in held] == ["public_holiday"]
    comes_at(world, ana, local("2027-01-19 09:00"), r"sign in")


def test_a_closed_window_of_messenger_costs_no_time(world: Stage) -> None:
    mail, messenger = Mailbox(world, "Ana", EMAIL), MessengerThread(world, "Ana", "24001")
    messenger.says("hello")
    messenger.expects(r"don't recognize")
    ana = world.enrol("Ana Lima", NUMBER, email=EMAIL, consent_email=True)
    agree(world, messenger, NUMBER)
    ana.expects(r"sign in")
    world.push(2 * DAY)
    ana.expects(r"Maria Okafor")
    world.push(2 * DAY)
    messenger.stays_silent("she wrote four days ago")
    mail.expects(r"it's Maria Okafor.*sign in")


def local(moment: str, zone: str = "America/New_York") -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))


def comes_at(world: Stage, phone: Phone, moment: datetime, pattern: str) -> None:
    """The next message comes at this time, and not a minute earlier."""
    world.push_to(moment - MINUTE)
    phone.stays_silent(f"it is not {moment:%H:%M} yet")
    world.push_to(moment)
    phone.expects(pattern)

"""Cases for the pages of the inbox: two teams, members who wait, and one whom nobody knows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.db import Database
from bot.handoff import cases
from bot.handoff.cases import Need
from bot.model import HandOffReason, Member, Priority, Staff
from tests.support import cast
from tests.support.cast import JONAS, MARIA, NUMBERS
from tests.support.house import House
from tests.support.small_programme import make_programme

SCRIPT = "<script>alert(1)</script>"
TARGETS = {
    "urgent": {"first_reply": "30m", "resolve": "8h", "around_the_clock": True},
    "high": {"first_reply": "2h", "resolve": "16h"},
    "normal": {"first_reply": "4h", "resolve": "40h"},
    "low": {"first_reply": "16h", "resolve": "80h"},
}
CANNED = {"help": {"title": "How can I help?", "text": "Hi {first_name}, {sender} here. How can I help?"}}


def house_of_cases(db: Database) -> House:
    """Maria and Jonas tend to cases of members, Lee to those of machines; members are Ana, Ben, Eve and Hal."""
    hours = {"time_zone": "Europe/London", "start": "00:00", "end": "23:59",
             "weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}  # fmt: skip
    teams: dict[str, Any] = {
        "member_success": {"name": "Member Success", "people": [MARIA, JONAS], "lead": MARIA,
                           "email": "team@example.org", "hours": hours},
        "technical_support": {"name": "Support", "people": ["lee@example.org"], "lead": JONAS,
                              "email": "support@example.org", "hours": hours},
    }  # fmt: skip
    house = House(db, make_programme(inbox={"teams": teams, "targets": TARGETS, "canned": CANNED}))
    house.bring("Ana", "Ben", "Eve", "Hal")
    with house.db.begin() as session:
        for email in (MARIA, JONAS):
            cast.colleague(session, email)
    return house


def new_case(house: House, who: str = "Ana", reason: HandOffReason = HandOffReason.ASKED, summary: str = "",
             priority: Priority = Priority.NORMAL, ago: timedelta = timedelta(), **need: Any) -> int:  # fmt: skip
    """A case about somebody of the cast, opened so long ago."""
    with house.db.begin() as session:
        member = session.get_one(Member, house.member(who).id) if who else None
        asked = Need(reason, summary or f"{who} asked for a person.", "sms", NUMBERS[who], member, priority, **need)
        now = house.clock.now() - ago
        return cases.open_case(session, asked, house.programme, now=now, wall=house.clock.wall()).id


def colleague(house: House, email: str = JONAS) -> Staff:
    with house.db.begin() as session:
        return cast.colleague(session, email)

"""Teams for the tests of the inbox: London hours, and people by their e-mail addresses."""

from __future__ import annotations

from typing import Any

from tests.support.cast import JONAS, MARIA

PRIYA = "priya.nair@example.org"
HOURS = {
    "time_zone": "Europe/London",
    "start": "09:00",
    "end": "17:30",
    "weekdays": ["mon", "tue", "wed", "thu", "fri"],
    "country": "GB-ENG",
}
LADDER = [
    {"to": "assignee", "by": "slack", "wait": "1h"},
    {"to": "deputy", "by": "slack", "wait": "2h"},
    {"to": "lead", "by": "slack", "wait": "4h"},
    {"to": "team", "by": "email", "wait": "8h30m"},
]
MAILBOX = "team@example.org"


def team(*people: str, **changes: Any) -> dict[str, Any]:
    """As the content writes it; Jonas is the deputy, Priya the lead."""
    return {
        "name": "The team",
        "people": list(people or (MARIA,)),
        "lead": PRIYA,
        "deputy": JONAS,
        "email": MAILBOX,
        "hours": HOURS,
        **changes,
    }


def inbox(**parts: Any) -> dict[str, Any]:
    """Teams by their key; everything else as the content writes it."""
    teams = {key: value for key, value in parts.items() if key in ("member_success", "technical_support")}
    rest = {key: value for key, value in parts.items() if key not in teams}
    return {"teams": teams, "ladder": LADDER if teams else [], **rest}

"""Telling the house of events, as another system does."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from bot.events import event, take
from bot.events.event import Event
from bot.events.take import Taken
from bot.programme.models import Programme
from tests.support.house import House
from tests.support.small_programme import journey, make_programme, step

_numbers = count(1)


def tell(house: House, name: str, at: datetime | None = None, source: str = "api:lms", **values: Any) -> Taken:
    """Takes an event of Ana's in, of this moment unless the test says otherwise."""
    who = {} if {"email", "phone"} & values.keys() else {"member_number": "no-Ana"}
    found = event.read(
        {"id": f"e{next(_numbers)}", "name": name, "at": (at or house.clock.now()).isoformat(), **who, **values},
        house.clock.now(),
    )
    assert isinstance(found, Event), found
    with house.db.begin() as session:
        return take.take(session, house.programme, found, source=source, now=house.clock.now())


def observing(**journeys: Any) -> Programme:
    """Onboarding in which events show steps: form.sent `form`, signed_in or posted `hello`, none `plan`."""
    milestones = {
        "settled": [
            step("form", "joined", "1d", observed_by=["form.sent"]),
            step("hello", observed_by=["posted", "signed_in"]),
        ],
        "at_home": [step("plan")],
    }
    return make_programme(journeys={"onboarding": journey(milestones=milestones), **journeys})


def renewing() -> Any:
    """A journey that begins 90 days before the renewal and is over with it."""
    milestones = {
        "renewed": [
            step("talk", "entered", "1d", observed_by=["talked"]),
            step("renew", "renewal", "-30d", observed_by=["membership.renewed"]),
        ]
    }
    return journey(
        "renewal", milestones, stage="renewal", enters={"after": "renewal", "offset": "-90d"}, complete_when="renew"
    )

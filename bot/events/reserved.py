"""The names of events that change the membership itself: ``membership.renewed`` and its like."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from sqlalchemy.orm import Session

from bot.members import fields, membership
from bot.members.fields import FieldRefused
from bot.members.membership import Fact, Unchanged
from bot.model import Member
from bot.programme.models import Programme

PREFIX = "membership."
RENEWED, LAPSED, ENDED, JOINED_AGAIN = (f"{PREFIX}{what}" for what in ("renewed", "lapsed", "ended", "joined_again"))
NAMES = (RENEWED, LAPSED, ENDED, JOINED_AGAIN)
RENEWS_ON = "renews_on"


def check(name: str, properties: Mapping[str, Any]) -> None:
    """Whether an event with this name can have its effect; other names are free.

    Raises:
        FieldRefused: the name begins like those of the membership and is none, or `renews_on` is not a day.
    """
    if not name.startswith(PREFIX):
        return
    if name not in NAMES:
        near = get_close_matches(name, NAMES, n=1, cutoff=0.0)
        raise FieldRefused(f'"{name}" is not known', f"Did you mean {near[0]}? Other names don't begin with {PREFIX}")
    _renews_on(properties)


def apply(
    session: Session, programme: Programme, member: Member, name: str, properties: Mapping[str, Any], fact: Fact,
    now: datetime,
) -> Unchanged | None:  # fmt: skip
    """Changes the membership as the event says; returns why nothing changed, if so."""
    match name:
        case "membership.renewed":
            return membership.renew(session, programme, member, fact, now, renews_on=_renews_on(properties))
        case "membership.lapsed":
            return membership.lapse(session, programme, member, fact, now)
        case "membership.ended":
            return membership.end(session, programme, member, fact, now)
        case "membership.joined_again":
            return membership.rejoin(session, programme, member, fact, now, renews_on=_renews_on(properties))
    return None


def _renews_on(properties: Mapping[str, Any]) -> date | None:
    value = properties.get(RENEWS_ON)
    if value in (None, ""):
        return None
    if not isinstance(value, str):
        raise FieldRefused(f"{RENEWS_ON} is not a day", "Write year-month-day: 2027-03-31.")
    return fields.check_calendar_day(value.strip())

"""What follows from an event: steps that it shows to be done, and the membership itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.events import observed, reserved
from bot.members.membership import Fact
from bot.model import Member, MemberEvent
from bot.programme.models import Programme
from bot.surveys import planning


def apply(session: Session, programme: Programme, member: Member, seen: MemberEvent, now: datetime) -> str | None:
    """Does what follows from a stored event; returns why the membership did not change, if it should have.

    Steps come first: a renewal shows what the renewal journey was for, and then ends it.
    """
    observed.observe(session, programme, member, seen, now)
    said = observed.said(seen)
    if planning.waits_for_events(programme, seen.name):
        planning.replan(session, programme, member, now)
    fact = Fact(said.source, seen.at, said.words)
    return reserved.apply(session, programme, member, seen.name, seen.properties, fact, now)

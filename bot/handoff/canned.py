"""Words that staff send often: a start for a reply, with the member's fields filled in."""

from __future__ import annotations

from dataclasses import dataclass

from bot.members.said import said_of
from bot.model import HandOff, Staff
from bot.programme.models import Programme
from bot.programme.template import render


@dataclass(frozen=True)
class Canned:
    """Words that are sent often, filled in for the member."""

    key: str
    title: str
    text: str


def replies_for(programme: Programme, case: HandOff, staff: Staff) -> list[Canned]:
    """The canned replies, filled in: those for this reason first, those for other reasons last."""
    if case.member is None:
        return []
    said = said_of(programme, case.member)
    found = sorted(
        programme.inbox.canned.items(), key=lambda one: (case.reason not in one[1].reasons, bool(one[1].reasons))
    )
    return [Canned(key, one.title, render(one.text, **said, sender=staff.name)) for key, one in found]

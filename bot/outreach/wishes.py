"""How a member asked to be written to, within what the programme allows: fewer hours and messages, never more."""

from __future__ import annotations

from collections.abc import Iterable

from bot.model import CheckIn, Member
from bot.outreach.reach import WRITTEN, Point, Reach, is_free
from bot.programme.models import Caps, ContactHours, Rung

WEEKEND = ("sat", "sun")


def hours(known: ContactHours, member: Member) -> ContactHours:
    """The programme's hours, without the weekend for who asked for weekdays only."""
    if not member.wishes.get("weekdays"):
        return known
    days = tuple(day for day in known.weekdays if day not in WEEKEND)
    return known.model_copy(update={"weekdays": days or known.weekdays})


def caps(known: Caps, member: Member) -> Caps:
    """One message a week for who asked to hear less."""
    return known.model_copy(update={"per_day": 1, "per_week": 1}) if member.wishes.get("less") else known


def prefers_other(reach: Reach, member: Member, points: Iterable[Point], check_in: CheckIn, rung: Rung) -> bool:
    """Whether this rung writes on another channel than the member asked for, and the ladder has one that does not.

    A wish that can't be met, because the address stopped working, holds nothing up.
    """
    channel = reach.channels.get(str(member.wishes.get("channel") or ""))
    modality = channel.capabilities.modality if channel is not None else None
    if modality is None or rung.modality not in WRITTEN or rung.modality == modality:
        return False
    works = any(is_free(point) for point in points if point.channel == member.wishes["channel"])
    return works and any(other["modality"] == modality for other in (check_in.ladder or {}).get("rungs", ()))

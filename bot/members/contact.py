"""Changing a member's record by hand: names, addresses, where they live, and who looks after them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

from sqlalchemy.orm import Session

from bot import audit
from bot.errors import Refused
from bot.members import enrol
from bot.members.addresses import REPLACED
from bot.members.consent import Evidence
from bot.members.fields import (
    FieldRefused,
    check_country,
    check_email,
    check_language,
    check_name,
    check_phone,
    check_time_zone,
)
from bot.members.hand import Hand, locked
from bot.model import Member
from bot.programme.models import Programme
from bot.progress import entries


@dataclass(frozen=True)
class ContactChange:
    """What is to be different; None stays as it is. `agreed`: how the member agreed to be written to at a new address;
    without it nothing is begun there until they write from it."""

    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    email: str | None = None
    time_zone: str | None = None
    language: str | None = None
    country: str | None = None
    msm: str | None = None
    agreed: str | None = None


CHECKS: dict[str, tuple[str, Callable[[str], str]]] = {
    "first_name": ("first name", check_name),
    "last_name": ("last name", check_name),
    "phone": ("phone", check_phone),
    "email": ("e-mail address", check_email),
    "time_zone": ("time zone", check_time_zone),
    "language": ("language", check_language),
    "country": ("country", check_country),
    "msm": ("Member Success Manager", check_email),
}
PLAIN = ("first_name", "last_name", "time_zone", "language", "country")


def change_contact(
    session: Session, programme: Programme, member_id: int, hand: Hand, change: ContactChange
) -> tuple[str, ...]:
    """Changes the record; returns the names of the fields that are different now.

    An address that was there before still tells who writes, and is not written to any more.

    Raises:
        Refused: a value can't be used, or the address is another member's.
    """
    wanted, member, now = _checked(change), locked(session, member_id), hand.times.now
    before = _plain(member)
    changed = [name for name in PLAIN if name in wanted and wanted[name] != before[name]]
    for name in changed:
        setattr(member, name, wanted[name])
    if "msm" in wanted and (member.msm is None or member.msm.email != wanted["msm"]):
        member.msm = enrol.manager(session, wanted["msm"])
        changed.append("msm")
    changed += _addresses(session, member, wanted, hand, (change.agreed or "").strip())
    if changed:
        session.flush()
        entries.replan(session, programme, member, now)
        audit.write(session, now, hand.actor, "member.changed", member_id=member.id, reason=", ".join(changed))
    return tuple(changed)


def _checked(change: ContactChange) -> dict[str, str]:
    found = {}
    for name in (field.name for field in fields(change) if field.name in CHECKS):
        said = getattr(change, name)
        if said is None or not said.strip():
            continue
        what, check = CHECKS[name]
        try:
            found[name] = check(said.strip())
        except FieldRefused as refused:
            raise Refused(f"{what.capitalize()}: {refused}") from refused
    return found


def _plain(member: Member) -> dict[str, str | None]:
    return {name: getattr(member, name) for name in PLAIN}


def _addresses(session: Session, member: Member, wanted: dict[str, str], hand: Hand, agreed: str) -> list[str]:
    at = {(point.channel, point.address): point for point in member.contact_points}
    new = []
    for name, channel in (("phone", "sms"), ("email", "email")):
        known = at.get((channel, wanted.get(name, "")))
        is_new = known is None or known.unusable_reason == REPLACED or (bool(agreed) and known.consented_at is None)
        if name in wanted and is_new:
            new.append(name)
    told = enrol.Told(
        phone=wanted["phone"] if "phone" in new else None,
        email=wanted["email"] if "email" in new else None,
        consent_sms=bool(agreed),
        consent_email=bool(agreed),
    )
    enrol.put_addresses(session, member, told, Evidence(hand.actor, agreed or "not asked"), hand.times.now)
    session.expire(member, ["contact_points"])
    return new

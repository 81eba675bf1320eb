"""Taking members in: from a file or through the interface, the same way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.errors import Refused
from bot.events import effects, take
from bot.handoff.people import name_in
from bot.members import addresses, consent, membership, merge, segments
from bot.members.consent import Evidence
from bot.members.table import MemberRow
from bot.model import Account, ContactPoint, Member, MemberStatus, Staff
from bot.programme.models import Programme
from bot.progress import entries


@dataclass(frozen=True)
class Told:
    """Addresses that somebody told us, and to which of them the member agreed."""

    phone: str | None = None
    email: str | None = None
    consent_sms: bool = False
    consent_voice: bool = False
    consent_email: bool = False


@dataclass(frozen=True)
class Enrolled:
    """How a row was taken: `member_id`, and whether the member is new."""

    member_id: int
    is_new: bool


def enrol(session: Session, programme: Programme, row: MemberRow, *, source: str, now: datetime) -> Enrolled:
    """Adds a member, or updates the one with the same number or phone, and brings their journeys in line.

    Consent is by channel, and only ever added here: a file that says "yes" doesn't undo a member's own STOP, nor does a
    new number. An address whose owner said that they are somebody else is left out, and a record that was merged is
    left alone. What the row is silent about (renewal, country, other dates) stays as it is known. Events that came
    before the member was known take effect now.

    Raises:
        Refused: the address belongs to another member, or the trait `segment` names no segment.
    """
    member = _find(session, row)
    if member is not None and member.status is MemberStatus.MERGED:
        return Enrolled(merge.survivor(session, member), is_new=False)
    is_new = member is None
    if member is None:
        member = Member(status=MemberStatus.ACTIVE, created_at=now)
        session.add(member)
    _write(session, programme, member, row)
    session.flush()
    if row.renews_on is not None:
        membership.note_renewal_date(session, member, row.renews_on, source, now)
    put_addresses(session, member, row, Evidence(source, row.consent_source or "import"), now)
    session.expire(member, ["contact_points"])
    kept = take.claim(session, member)
    entries.replan(session, programme, member, now)
    for seen in kept:
        effects.apply(session, programme, member, seen, now)
    audit.write(session, now, source, "member.enrolled" if is_new else "member.updated", member_id=member.id)
    return Enrolled(member.id, is_new)


def enrol_all(
    session: Session, programme: Programme, rows: Sequence[MemberRow], *, source: str, now: datetime
) -> list[Enrolled]:
    """Takes a whole file in, in one transaction: all of it or nothing."""
    return [enrol(session, programme, row, source=source, now=now) for row in rows]


def _find(session: Session, row: MemberRow) -> Member | None:
    if row.member_number:
        found = session.scalars(sa.select(Member).where(Member.number == row.member_number)).first()
        if found is not None:
            return found
    point = consent.find(session, "sms", row.phone) if row.phone else None
    return point.member if point is not None else None


def _write(session: Session, programme: Programme, member: Member, row: MemberRow) -> None:
    traits = {**segments.chosen(member.traits or {}, row.traits), **row.traits}
    member.number = row.member_number or member.number
    member.first_name, member.last_name = row.first_name, row.last_name
    member.traits, member.segment = traits, segments.of(programme, traits)
    member.time_zone, member.language, member.joined_on = row.time_zone, row.language, row.joined_on
    member.country = row.country or member.country
    member.dates = {**(member.dates or {}), **{name: day.isoformat() for name, day in row.dates.items()}}
    if row.account:
        member.account = _account(session, row.account)
    if row.msm:
        member.msm = manager(session, row.msm)


def put_addresses(session: Session, member: Member, row: MemberRow | Told, evidence: Evidence, now: datetime) -> None:
    """Puts the phone and the e-mail address on record, with what consent to them there is.

    Raises:
        Refused: one of them is another member's.
    """
    if row.phone:
        _contact(session, member, "sms", row.phone, evidence if row.consent_sms else None, now)
    is_called = row.consent_voice or _is_called(session, member)
    if row.phone and is_called and not addresses.was_wrong(session, member.id, "sms", row.phone):
        _contact(session, member, "voice", row.phone, evidence if row.consent_voice else None, now)
    if row.email:
        _contact(session, member, "email", row.email, evidence if row.consent_email else None, now)


def _is_called(session: Session, member: Member) -> bool:
    """Whether calls were agreed to at some time: a new number then ends calls to the old one."""
    called = sa.select(ContactPoint.id).where(ContactPoint.member_id == member.id, ContactPoint.channel == "voice")
    return session.scalars(called.limit(1)).first() is not None


def _contact(
    session: Session, member: Member, channel: str, address: str, agreed: Evidence | None, now: datetime
) -> None:
    """Puts an address on record; `agreed` is how the member agreed to be written to or called there, if they did."""
    if addresses.was_wrong(session, member.id, channel, address):
        return
    point = consent.find(session, channel, address)
    if point is not None and point.member_id != member.id:
        raise Refused(f"{address} is the address of another member.")
    if point is None:
        point = ContactPoint(member_id=member.id, channel=channel, address=address)
        session.add(point)
        session.flush()
    others = _replace_others(session, point, now)
    stopped = any(known.opted_out_at is not None for known in (point, *others))
    if agreed is not None and point.consented_at is None and not stopped:
        consent.grant(session, point, agreed, now)


def _replace_others(session: Session, point: ContactPoint, now: datetime) -> Sequence[ContactPoint]:
    """A record names one address a channel: earlier ones still tell who writes, and are not written to."""
    same = sa.select(ContactPoint).where(
        ContactPoint.member_id == point.member_id, ContactPoint.channel == point.channel, ContactPoint.id != point.id
    )
    others = session.scalars(same).all()
    for other in others:
        if other.unusable_at is None:
            other.unusable_at, other.unusable_reason = now, addresses.REPLACED
    if point.unusable_reason == addresses.REPLACED:
        point.unusable_at = point.unusable_reason = None
    return others


def _account(session: Session, name: str) -> Account:
    account = session.scalars(sa.select(Account).where(Account.name == name)).first() or Account(name=name)
    session.add(account)
    return account


def manager(session: Session, email: str) -> Staff:
    """The colleague with this address, who is added if we have not met."""
    person = session.scalars(sa.select(Staff).where(Staff.email == email)).first()
    if person is None:
        person = Staff(email=email, name=name_in(email))
        session.add(person)
        session.flush()
    return person

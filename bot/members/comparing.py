"""What taking in a row would change, field by field: for a whole file in a few statements."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from bot.members import addresses, segments
from bot.members.table import MemberRow
from bot.model import ConsentEvent, ConsentKind, ContactPoint, Member, MemberStatus
from bot.programme.models import Programme

Difference = tuple[str, str, str]
"""A field, and what it is before and after, in words."""
AT_ONCE = 400
PLAIN = (
    "first_name",
    "last_name",
    "time_zone",
    "language",
    "joined_on",
)  # fmt: skip
CHANNELS = (("sms", "phone", "consent_sms"), ("voice", "phone", "consent_voice"), ("email", "email", "consent_email"))
AGREED = {"sms": "consent to texts", "voice": "consent to calls", "email": "consent to e-mail"}


@dataclass
class Known:
    """The members whom a file is about, by their numbers and addresses."""

    programme: Programme
    by_number: dict[str, Member] = field(default_factory=dict)
    by_address: dict[tuple[str, str], ContactPoint] = field(default_factory=dict)
    wrong: set[tuple[int, str, str]] = field(default_factory=set)

    def member(self, row: MemberRow) -> Member | None:
        """Whom the row is about: found as `enrol` finds them."""
        found = self.by_number.get(row.member_number)
        point = self.by_address.get(("sms", row.phone)) if row.phone else None
        return found or (point.member if point is not None else None)

    def addresses_of_others(self, row: MemberRow) -> list[tuple[str, str, str]]:
        """Columns whose address is another member's, with that member's number or name."""
        member = self.member(row)
        if member is not None and member.status is MemberStatus.MERGED:
            return []
        found = []
        for channel, column, _agreed in CHANNELS:
            address = getattr(row, column)
            point = self.by_address.get((channel, address)) if address else None
            if point is None or (member is not None and point.member_id == member.id):
                continue
            if channel == "voice" and not self._is_called(row, member):
                continue
            if member is None or (member.id, channel, address) not in self.wrong:
                found.append((column, address, point.member.number or point.member.name))
        return list(dict.fromkeys(found))

    def changes(self, row: MemberRow, member: Member | None) -> Iterator[Difference]:
        """What would be different. Of a new member: all that the row says."""
        if member is not None and member.status is MemberStatus.MERGED:
            return
        yield from (one for one in self._of_record(row, member) if one[1] != one[2])
        yield from self._of_addresses(row, member)

    def _of_record(self, row: MemberRow, member: Member | None) -> Iterator[Difference]:
        yield "member_number", _said(member and member.number), row.member_number
        for name in PLAIN:
            yield name, _said(member and getattr(member, name)), _said(getattr(row, name))
        for name in ("country", "renews_on"):
            if getattr(row, name) is not None:
                yield name, _said(member and getattr(member, name)), _said(getattr(row, name))
        if row.account:
            yield "account", _said(member and member.account and member.account.name), row.account
        if row.msm:
            yield "msm", _said(member and member.msm and member.msm.email), row.msm
        dates = member.dates or {} if member else {}
        for name, day in row.dates.items():
            yield f"date_{name}", _said(dates.get(name)), day.isoformat()
        before = dict(member.traits) if member else {}
        after = {**segments.chosen(before, row.traits), **row.traits}
        for name in sorted({*before, *after} - {segments.CHOSEN, "account"}):
            yield f"trait_{name}", _said(before.get(name)), _said(after.get(name))
        yield "segment", _said(member and member.segment), segments.of(self.programme, after)

    def _of_addresses(self, row: MemberRow, member: Member | None) -> Iterator[Difference]:
        points = list(member.contact_points) if member else []
        for channel, column, agreed in CHANNELS:
            address = getattr(row, column)
            if not address or (member is not None and (member.id, channel, address) in self.wrong):
                continue
            if channel == "voice" and not self._is_called(row, member):
                continue
            same = [point for point in points if point.channel == channel]
            point = next((one for one in same if one.address == address), None)
            is_back = point is not None and point.unusable_reason == addresses.REPLACED
            if point is None or is_back:
                current = [one.address for one in same if one.unusable_at is None]
                yield (column if channel != "voice" else "phone for calls"), ", ".join(current), address
            stopped = any(one.opted_out_at is not None for one in same)
            if getattr(row, agreed) and not stopped and (point is None or point.consented_at is None):
                yield AGREED[channel], "no", f"yes ({row.consent_source})"

    def _is_called(self, row: MemberRow, member: Member | None) -> bool:
        called = member is not None and any(point.channel == "voice" for point in member.contact_points)
        return row.consent_voice or called


def load(session: Session, programme: Programme, rows: Sequence[MemberRow]) -> Known:
    """Whoever the rows may be about, and whose their addresses are."""
    known = Known(programme)
    options = (selectinload(Member.contact_points), joinedload(Member.account), joinedload(Member.msm))
    for numbers in _parts({row.member_number for row in rows if row.member_number}):
        for member in session.scalars(sa.select(Member).where(Member.number.in_(numbers)).options(*options)):
            known.by_number[member.number or ""] = member
    said = {address for row in rows for address in (row.phone, row.email) if address}
    of_points = joinedload(ContactPoint.member).options(*options)
    for some in _parts(said):
        for point in session.scalars(sa.select(ContactPoint).where(ContactPoint.address.in_(some)).options(of_points)):
            known.by_address[point.channel, point.address] = point
        known.wrong |= _wrong(session, some)
    return known


def _wrong(session: Session, some: Collection[str]) -> set[tuple[int, str, str]]:
    """Addresses at which somebody said last that they are not this member."""
    entries = sa.select(ConsentEvent).where(ConsentEvent.address.in_(some)).order_by(ConsentEvent.id)
    last = {(entry.member_id or 0, entry.channel, entry.address): entry for entry in session.scalars(entries)}
    return {
        key for key, entry in last.items() if entry.kind is ConsentKind.WITHDRAWN and entry.source == addresses.WRONG
    }


def _parts(values: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(values)
    for first in range(0, len(ordered), AT_ONCE):
        yield ordered[first : first + AT_ONCE]


def _said(value: object) -> str:
    return "" if value is None else str(value)

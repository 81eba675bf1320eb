"""Two records made one from the console: first what would happen, then it, then back if need be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.handoff import cases
from bot.handoff.names import channel as named
from bot.members import merge
from bot.members.hand import Hand
from bot.model import Base, HandOff, InboxMessage, Member, MemberStatus, OutboxMessage, Purpose
from bot.progress import runs


@dataclass(frozen=True)
class Side:
    """One of the two records."""

    member_id: int
    number: str | None
    name: str
    status: str
    segment: str
    addresses: tuple[str, ...]
    journeys: tuple[str, ...]
    messages: int
    cases: int
    goal: str | None


@dataclass(frozen=True)
class Preview:
    """What a merge would do: `moves` and `stays` in sentences; `hindrance` says why it can't be done."""

    keep: Side
    other: Side
    moves: tuple[str, ...]
    stays: tuple[str, ...]
    hindrance: str | None


def preview(session: Session, keep_id: int, other_id: int) -> Preview:
    """What becomes of the two records if `other` becomes part of `keep`. Reads only.

    Raises:
        NotFound: there is no such member.
    """
    keep, other = _member(session, keep_id), _member(session, other_id)
    kept, given = _side(session, keep), _side(session, other)
    moves, stays = tuple(_moves(session, keep, other, given)), tuple(_stays(kept, given))
    return Preview(kept, given, moves, stays, _why(keep, other))


def join(session: Session, keep_id: int, other_id: int, hand: Hand) -> int:
    """Makes `other` part of `keep`; returns the number of the merge.

    Raises:
        NotFound: there is no such member.
        Refused: they are one record, or one is merged already.
    """
    keep, other = _member(session, keep_id), _member(session, other_id)
    return merge.merge(session, keep, other, hand.staff(session), hand.times.now).id


def part(session: Session, merge_id: int, hand: Hand) -> tuple[int, int]:
    """Takes a merge apart; returns the ids of both records, the one that was kept first.

    Raises:
        NotFound: there is no such merge.
        Refused: it is undone already, or a later one is in the way.
    """
    record = merge.undo(session, merge_id, hand.staff(session), hand.times.now)
    return record.member_id, record.other_id or 0


def _member(session: Session, member_id: int) -> Member:
    member = session.get(Member, member_id)
    if member is None:
        raise NotFound(f"member {member_id}")
    return member


def _why(keep: Member, other: Member) -> str | None:
    if keep.id == other.id:
        return "That is one record, not two."
    merged = next((one for one in (keep, other) if one.status is MemberStatus.MERGED), None)
    return f"{merged.number or merged.name} is merged already." if merged is not None else None


def _side(session: Session, member: Member) -> Side:
    sent = _count(session, OutboxMessage, sa.and_(_of(OutboxMessage, member), OutboxMessage.purpose != Purpose.STAFF))
    return Side(
        member_id=member.id,
        number=member.number,
        name=member.name,
        status=str(member.status),
        segment=member.segment,
        addresses=tuple(f"{point.address} ({named(point.channel)})" for point in member.contact_points),
        journeys=tuple(one.journey.name for one in runs.all_active(session, member.id)),
        messages=sent + _count(session, InboxMessage, _of(InboxMessage, member)),
        cases=_count(session, HandOff, _of(HandOff, member)),
        goal=member.goal,
    )


def _moves(session: Session, keep: Member, other: Member, given: Side) -> Iterator[str]:
    if given.addresses:
        yield f"{keep.name} is reached at {', '.join(given.addresses)} too."
    if given.messages or given.cases:
        yield f"{_said(given.messages, 'message')} and {_said(given.cases, 'case')} of {other.name} go over."
    own = {one.journey.key for one in runs.all_active(session, keep.id)}
    new = [one.journey.name for one in runs.all_active(session, other.id) if one.journey.key not in own]
    if new:
        yield f"{', '.join(new)} goes on with {keep.name}."
    if keep.goal is None and other.goal is not None:
        yield f'The goal "{other.goal}" becomes that of {keep.name}.'
    both = [cases.unresolved(session, f"member:{one.id}") for one in (keep, other)]
    if both[0] is not None and both[1] is not None:
        yield f"Case {both[1].id} is closed as a part of case {both[0].id}."


def _stays(kept: Side, given: Side) -> Iterator[str]:
    yield f"Name, member number, segment and dates of {kept.name} ({kept.number or 'no number'}) stay as they are."
    same = sorted(set(kept.journeys) & set(given.journeys))
    if same:
        yield f"Both are in {', '.join(same)}: that of {kept.name} goes on, the other one rests."
    yield f"{given.name} ({given.number or 'no number'}) is asked nothing more. It can be undone."


def _said(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _of(model: type[InboxMessage | OutboxMessage | HandOff], member: Member) -> sa.ColumnElement[bool]:
    return model.member_id == member.id


def _count(session: Session, model: type[Base], where: sa.ColumnElement[bool]) -> int:
    return session.scalars(sa.select(sa.func.count()).select_from(model).where(where)).one()

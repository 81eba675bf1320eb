"""Forgetting a member (GDPR, article 17): what is theirs goes from all tables, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.errors import NotFound, Refused
from bot.handoff import desk
from bot.members import forget, merge, personal
from bot.members.hand import Hand
from bot.model import Lane, Member, MemberStatus, Merge, MergeKind, OutboxMessage, OutboxState

ERASED = "member.erased"
GOES = (
    "The record with names, number, traits and dates, and every address.",
    "Journeys, questions, goals, surveys with their answers, cases with their notes, absences, events and calls.",
    "The words of all messages, in and out, and to whom they went. What waits to be sent is not sent.",
    "What cards and threads of theirs in the staff's Slack say: each post of ours is written over.",
)
STAYS = (
    "That there were messages, on which channel and when, for the figures; nothing tells whose they were.",
    "The ledger of consent, as a proof: the address as a digest alone, and no name.",
    "The audit log's entries, without what they were about.",
    "Outside of this database: the engine's dialogue until its time is over, archives, and backups.",
    "In other hands: what colleagues themselves wrote in Slack, and what the providers keep.",
)


@dataclass(frozen=True)
class Erasure:
    """What erasing would do. `confirmation` is what has to be typed: the member number, or the name of somebody who has
    none. `goes` and `stays` are sentences; `hindrance` says why it can't be done now."""

    member_id: int
    name: str
    confirmation: str
    goes: tuple[str, ...]
    stays: tuple[str, ...]
    hindrance: str | None


@dataclass(frozen=True)
class Erased:
    """What was done: rows by table, and the conversation in the engine that is to be deleted there."""

    deleted: dict[str, int]
    emptied: dict[str, int]
    conversation_id: str


def preview(session: Session, member_id: int) -> Erasure:
    """What erasing this member would do. Reads only.

    Raises:
        NotFound: there is no such member.
    """
    member = session.get(Member, member_id)
    if member is None:
        raise NotFound(f"member {member_id}")
    also = [one.name for one in _records(session, member)[1:]]
    goes = GOES if not also else (*GOES, f"Records that are part of this one: {', '.join(also)}.")
    return Erasure(member.id, member.name, _to_type(member), goes, STAYS, _hindrance(session, member))


def erase(session: Session, member_id: int, hand: Hand, confirmation: str) -> Erased:
    """Erases the member, with records that became part of theirs. The audit log says that it was done, and by whom.

    Raises:
        NotFound: there is no such member.
        Refused: what was typed is something else, or a message to them is being sent at this moment.
    """
    member = session.get(Member, member_id, with_for_update=True, populate_existing=True)
    if member is None:
        raise NotFound(f"member {member_id}")
    if confirmation.strip() != _to_type(member):
        raise Refused(f'To erase {member.name}, type "{_to_type(member)}".')
    why = _hindrance(session, member, lock=True)
    if why is not None:
        raise Refused(why)
    traces = forget.traces_of(session, _records(session, member))
    posts = forget.posts(session, traces)
    emptied = forget.empty(session, traces, hand.times.now)
    deleted = forget.delete(session, traces)
    session.expire_all()
    for post in posts:
        desk.write_over(session, post, now=hand.times.now, wall=hand.times.wall)
    audit.write(session, hand.times.now, hand.actor, ERASED, subject=f"member:{member_id}")
    return Erased(deleted, emptied, f"member-{member_id}")


def _to_type(member: Member) -> str:
    return member.number or member.name


def _records(session: Session, member: Member) -> list[Member]:
    """The record, and those that are part of it: they are the same person's."""
    found, ids = [member], [member.id]
    while ids:
        merged = sa.select(Merge.other_id).where(
            Merge.kind == MergeKind.MERGE, Merge.member_id.in_(ids), Merge.undone_at.is_(None)
        )
        known = {one.id for one in found}
        ids = [key for key in session.scalars(merged) if key is not None and key not in known]
        found += session.scalars(sa.select(Member).where(Member.id.in_(ids)).order_by(Member.id)).all()
    return found


def _hindrance(session: Session, member: Member, *, lock: bool = False) -> str | None:
    """Why it can't be done at this moment."""
    if member.status is MemberStatus.MERGED:
        into = session.get(Member, merge.survivor(session, member))
        return f"This record is part of another one: erase that ({into.name if into else 'it'}), or undo the merge."
    records = _records(session, member)
    ids = [one.id for one in records]
    mine = personal.of_members("outbox_message", ids)
    moving = sa.select(OutboxMessage.id).where(mine, OutboxMessage.state == OutboxState.SENDING).limit(1)
    lanes = sa.select(Lane.lease_until).where(Lane.key.in_(forget.lanes(records)))
    busy = session.scalars(lanes.with_for_update() if lock else lanes).all()
    if session.scalars(moving).first() is not None or any(lease is not None for lease in busy):
        return f"A message to or from {member.name} is being dealt with at this moment. Try again in a minute."
    return None

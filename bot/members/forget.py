"""What erasing a member does to the tables: rows of theirs are deleted, and what stays tells nobody who it was."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.handoff.desk import CHANNEL
from bot.handoff.digests import KIND as DIGEST
from bot.members import personal
from bot.model import (
    AuditEntry,
    AuditFinding,
    ConsentEvent,
    HandOff,
    InboxMessage,
    InboxState,
    Lane,
    LinkToken,
    Member,
    MemberEvent,
    OutboxMessage,
    OutboxState,
)

ERASED = "erased"
STRUCK = "\u2026"
EMPTY = {"emptied": True}
WAITING = (OutboxState.PENDING, OutboxState.SENDING)


@dataclass(frozen=True)
class Traces:
    """By what rows are known to be of the person: ids, addresses by channel, and whatever tells who it is."""

    ids: tuple[int, ...]
    addresses: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    lanes: tuple[str, ...]

    @property
    def telling(self) -> tuple[str, ...]:
        """All words that tell who it is, the longest first: what is struck out never leaves a half."""
        known = {*self.names, *self.numbers, *(address for _, address in self.addresses)}
        return tuple(sorted(filter(None, known), key=len, reverse=True))


def traces_of(session: Session, records: Sequence[Member]) -> Traces:
    """Those of a member's records; addresses that they had once are known from the ledger and from messages."""
    ids = tuple(one.id for one in records)
    addresses = {(point.channel, point.address) for one in records for point in one.contact_points}
    for model in (ConsentEvent, InboxMessage, OutboxMessage):
        had = sa.select(model.channel, model.address).where(model.member_id.in_(ids)).distinct()
        rows = session.execute(had if model is not OutboxMessage else had.where(OutboxMessage.purpose != "staff"))
        addresses |= {(channel, address) for channel, address in rows if address and channel != CHANNEL}
    return Traces(
        ids,
        tuple(sorted(addresses)),
        tuple(one.name for one in records),
        tuple(one.number for one in records if one.number),
        lanes(records, addresses),
    )


def lanes(records: Collection[Member], addresses: Collection[tuple[str, str]] = ()) -> tuple[str, ...]:
    """The lanes of their messages."""
    known = {(point.channel, point.address) for one in records for point in one.contact_points} | set(addresses)
    by_address = (f"{way}:{channel}:{address}" for channel, address in sorted(known) for way in ("in", "out"))
    return (*(f"in:{one.id}" for one in records), *by_address)


def posts(session: Session, traces: Traces) -> list[str]:
    """What we posted in the staff's Slack about them (``<channel>:<ts>``), each once."""
    rows = sa.select(OutboxMessage.provider_id).where(
        OutboxMessage.channel == CHANNEL, _whose(OutboxMessage, traces), OutboxMessage.provider_id.is_not(None)
    )
    known = session.scalars(rows.order_by(OutboxMessage.id))
    found = (provider_id.partition("#")[0] for provider_id in known if provider_id is not None)
    return list(dict.fromkeys(found))


def empty(session: Session, traces: Traces, now: datetime) -> dict[str, int]:
    """Takes out of the rows that stay whatever tells who it was; how many of each table."""
    return {
        "outbox_message": _empty_outbox(session, traces),
        "inbox_message": _empty_inbox(session, traces, now),
        "consent_event": _empty_ledger(session, traces),
        "audit_entry": _empty_log(session, traces),
    }


def delete(session: Session, traces: Traces) -> dict[str, int]:
    """Deletes the rows of the tables that belong to members, and the records last; how many of each."""
    deleted = {}
    strangers = [f"{channel}:{address}" for channel, address in traces.addresses]
    extra: list[tuple[type[Any], sa.ColumnElement[bool]]] = [
        (HandOff, sa.and_(HandOff.member_id.is_(None), HandOff.subject.in_(strangers))),
        (MemberEvent, MemberEvent.named.in_(_named(traces))),
        (LinkToken, _at(LinkToken, traces)),
        (Lane, Lane.key.in_(traces.lanes)),
    ]
    for model, where in extra:
        deleted[model.__tablename__] = _run(session, sa.delete(model).where(where))
    for name in reversed(personal.owned()):
        if name not in personal.STAYING and name not in personal.BY_MESSAGE:
            where = personal.of_members(name, traces.ids)
            count = _run(session, sa.delete(personal.table(name)).where(where))
            deleted[name] = deleted.get(name, 0) + count
    deleted["member"] = _run(session, sa.delete(Member).where(Member.id.in_(traces.ids)))
    return {name: count for name, count in deleted.items() if count}


def digest(channel: str, address: str) -> str:
    """What stands in the ledger of consent for an address: whoever has the address can find the entry by it."""
    return "sha256:" + hashlib.sha256(f"{channel}:{address}".encode()).hexdigest()


def _empty_outbox(session: Session, traces: Traces) -> int:
    """What waits is not sent any more."""
    ids = session.scalars(sa.select(OutboxMessage.id).where(_whose(OutboxMessage, traces))).all()
    receipts = personal.table("receipt")
    _run(session, sa.delete(receipts).where(receipts.c.outbox_id.in_(ids)))
    waits = OutboxMessage.state.in_(WAITING)
    change: dict[str, Any] = {
        "state": sa.case((waits, sa.literal(OutboxState.REFUSED, OutboxMessage.state.type)), else_=OutboxMessage.state),
        "error": sa.case((waits, ERASED), else_=None),
        "dedupe": sa.literal("erased:out:").concat(sa.cast(OutboxMessage.id, sa.Text)),
        "address": "",
        "lane": ERASED,
        "body": EMPTY,
        "provider_id": None,
        "member_id": None,
    }
    _run(session, sa.update(OutboxMessage).where(OutboxMessage.id.in_(ids)).values(change))
    weeks = sa.select(OutboxMessage).where(OutboxMessage.rule == f"hand_off:{DIGEST}")
    for week in session.scalars(weeks):
        week.body = _struck_from(week.body, traces)
    session.flush()
    return len(ids)


def _empty_inbox(session: Session, traces: Traces, now: datetime) -> int:
    ids = session.scalars(sa.select(InboxMessage.id).where(_whose(InboxMessage, traces))).all()
    actions = personal.table("turn_action")
    _run(session, sa.delete(actions).where(actions.c.inbox_id.in_(ids)))
    change: dict[str, Any] = {
        "state": InboxState.DONE,
        "handled_at": sa.func.coalesce(InboxMessage.handled_at, sa.literal(now, InboxMessage.received_at.type)),
        "dedupe": sa.literal("erased:in:").concat(sa.cast(InboxMessage.id, sa.Text)),
        "outcome": ERASED,
        "intent": None,
        "error": None,
        "text": "",
        "address": "",
        "lane": ERASED,
        "body": EMPTY,
        "member_id": None,
    }
    return _run(session, sa.update(InboxMessage).where(InboxMessage.id.in_(ids)).values(change))


def _empty_ledger(session: Session, traces: Traces) -> int:
    """It proves to whoever has the address that messages there were wanted, or that no more are; it names nobody."""
    entries = session.scalars(sa.select(ConsentEvent).where(_whose(ConsentEvent, traces))).all()
    for entry in entries:
        entry.address = digest(entry.channel, entry.address) if entry.address else ""
        entry.wording, entry.source = _struck(entry.wording, traces), _struck(entry.source, traces)
        entry.member_id = None
    session.flush()
    return len(entries)


def _empty_log(session: Session, traces: Traces) -> int:
    own = AuditEntry.member_id.in_(traces.ids)
    change: dict[str, Any] = {"subject": None, "reason": None, "details": {}, "member_id": None}
    telling = sa.or_(*(AuditEntry.actor.contains(word, autoescape=True) for word in traces.telling))
    acted = session.scalars(sa.select(AuditEntry).where(own, telling)).all()
    for entry in acted:
        entry.actor = _struck(entry.actor, traces)
    session.flush()
    count = _run(session, sa.update(AuditEntry).where(own).values(change))
    for model, column in ((AuditEntry, "subject"), (AuditEntry, "reason"), (AuditFinding, "summary")):
        count += _strike(session, model, column, traces)
    return count


def _strike(session: Session, model: Any, column: str, traces: Traces) -> int:
    """Entries that are nobody's may name an address all the same."""
    known = getattr(model, column)
    telling = [known.contains(address, autoescape=True) for _, address in traces.addresses if address]
    if not telling:
        return 0
    rows = session.scalars(sa.select(model).where(model.member_id.is_(None), sa.or_(*telling))).all()
    for row in rows:
        setattr(row, column, _struck(getattr(row, column), traces))
    session.flush()
    return len(rows)


def _struck(text: str, traces: Traces) -> str:
    for word in traces.telling:
        text = text.replace(word, STRUCK)
    return text


def _struck_from(value: Any, traces: Traces) -> Any:
    if isinstance(value, str):
        return _struck(value, traces)
    if isinstance(value, dict):
        return {name: _struck_from(one, traces) for name, one in value.items()}
    return [_struck_from(one, traces) for one in value] if isinstance(value, list) else value


def _whose(model: Any, traces: Traces) -> sa.ColumnElement[bool]:
    """Theirs, or nobody's at an address of theirs: from before it was known whose it is."""
    return sa.or_(model.member_id.in_(traces.ids), sa.and_(model.member_id.is_(None), _at(model, traces)))


def _at(model: Any, traces: Traces) -> sa.ColumnElement[bool]:
    return sa.or_(
        sa.false(), *(sa.and_(model.channel == channel, model.address == at) for channel, at in traces.addresses)
    )


def _named(traces: Traces) -> list[str]:
    """As other systems name a member in events that came before anybody knew whose they are."""
    phones = [f"phone:{address}" for channel, address in traces.addresses if channel in ("sms", "voice")]
    emails = [f"email:{address}" for channel, address in traces.addresses if channel == "email"]
    return [*phones, *emails, *(f"member_number:{number}" for number in traces.numbers)]


def _run(session: Session, statement: Any) -> int:
    done: Any = session.execute(statement.execution_options(synchronize_session=False))
    return int(done.rowcount)

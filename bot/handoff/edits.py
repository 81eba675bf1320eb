"""What staff change or delete in a thread after they wrote it: explained, never sent silently, its history kept."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.handoff import cases, desk
from bot.handoff.act import Act, happened
from bot.handoff.replies import TAKEN_BACK, wait_on
from bot.model import CaseEntry, EntryKind, HandOff, Lane, OutboxMessage, OutboxState

EDITED, DELETED = "edited", "deleted"
GONE = "[deleted by its author]"
NOT_BY_EDITING = (
    "Nothing was sent: what is changed afterwards is not sent. "
    "Write a new message that begins with >, or pick \u201cSend as reply\u201d in the message's menu."
)


def note_name(written: str) -> str:
    """The name of the note in what was `written` (the name of that act): part of it may have been a reply."""
    return f"{written}:note"


def edited(session: Session, act: Act, written: str, spoken: str, kept: str) -> str | None:
    """What was written is now `spoken` (for the member) and `kept` (private). A note follows the change; a reply that
    went out does not. Returns what its author has to know, if anything."""
    case = cases.get(session, act.case_id)
    reply, told = _entry(session, written), None
    if reply is None and spoken:
        told, kept = NOT_BY_EDITING, f"{spoken}\n{kept}".strip()
    elif reply is not None and spoken != reply.text:
        told = _mark_reply(session, act, case, written, EDITED)
    _edit_note(session, act, case, note_name(written), kept)
    return told


def deleted(session: Session, act: Act, written: str) -> str | None:
    """What was written is gone from the thread. A reply that has not left yet is called back. Returns what its author
    has to know, if anything."""
    case = cases.get(session, act.case_id)
    told = _mark_reply(session, act, case, written, DELETED) if _entry(session, written) is not None else None
    if _entry(session, note_name(written)) is not None:
        _edit_note(session, act, case, note_name(written), GONE)
    return told


def _entry(session: Session, name: str) -> CaseEntry | None:
    return session.scalars(sa.select(CaseEntry).where(CaseEntry.dedupe == name)).first()


def _edit_note(session: Session, act: Act, case: HandOff, name: str, text: str) -> None:
    entry = _entry(session, name)
    if entry is None:
        if text:
            cases.add_entry(session, case, EntryKind.NOTE, act.staff.name, text, act.now, dedupe=name)
            desk.show(session, case, now=act.now, wall=act.wall)
        return
    if entry.text == text:
        return
    audit.write(session, act.now, act.staff.email, "hand_off.note_edited", member_id=case.member_id,
                subject=f"case:{case.id}", entry=entry.id, before=entry.text)  # fmt: skip
    entry.text = text or GONE


def _mark_reply(session: Session, act: Act, case: HandOff, written: str, since: str) -> str:
    """Says on the reply what its author did, and tells what the member has."""
    message = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.dedupe == f"staff:{written}")).one()
    # Whoever delivers holds the lane while a message becomes one that is being sent.
    session.get(Lane, message.lane, with_for_update=True)
    session.refresh(message)
    who = case.member.name if case.member else case.address
    if message.state is OutboxState.PENDING and since == DELETED:
        message.state, message.error = OutboxState.REFUSED, TAKEN_BACK
        wait_on(session, case, message, act.times)
        told = f"The reply had not left yet and is not sent: {who} will not get it."
    elif message.state in (OutboxState.FAILED, OutboxState.DEAD, OutboxState.REFUSED):
        told = f"The reply was never delivered, and what you changed is not sent either. {who} has neither."
    elif since == DELETED:
        told = f"Deleting it here does not take it back: {who} has it, or will get it."
    else:
        told = f"{who} has the first version, or will get it; your change is not sent. To put it right, write again."
    message.body = {**message.body, "staff": {**(message.body.get("staff") or {}), "since": since}}
    happened(session, case, act, f"reply_{since}", f"{act.staff.name} {since} a reply in Slack. {told}")
    desk.tell(session, case, "reply", f"reply:{message.id}:{act.dedupe}", now=act.now, wall=act.wall, reply=message.id)
    return told

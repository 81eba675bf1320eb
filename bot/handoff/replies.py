"""Replies of staff to members: where they may go, that they go, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.clock import Times
from bot.errors import Refused
from bot.handoff import cases, clocks, desk
from bot.handoff.act import Act, check_not_anothers, follow
from bot.handoff.names import channel as named
from bot.members import consent
from bot.model import (
    ContactPoint,
    EntryKind,
    HandOff,
    HandOffState,
    InboxMessage,
    OutboxMessage,
    OutboxState,
    Purpose,
)
from bot.outbox.enqueue import Message, enqueue
from bot.outreach.policy import Reason
from bot.outreach.reach import Reach

LOST = (OutboxState.FAILED, OutboxState.DEAD, OutboxState.REFUSED)
"""States of a reply that the member surely does not get."""
LOOK_BACK = 20
UNCONFIRMED, TAKEN_BACK = "unconfirmed", "taken_back"
HINDRANCES = {
    Reason.SAID_STOP: "they said STOP there",
    Reason.UNUSABLE_ADDRESS: "the address does not work",
    Reason.NO_ADDRESS: "it is not theirs any more",
    Reason.NO_CONSENT: "they have not agreed to messages there",
    Reason.WINDOW_CLOSED: "they wrote there too long ago",
    UNCONFIRMED: "nobody has confirmed that it is theirs",
    TAKEN_BACK: "its author took it back",
}
"""Why words of a person don't go to an address, in words."""


@dataclass(frozen=True)
class Way:
    """An address at which the person may be written to; `hindrance` names what is in the way, if anything is.

    `key` tells the ways of one person apart; `is_last` says that they were last reached there.
    """

    channel: str
    address: str
    hindrance: str | None = None
    is_last: bool = False
    key: str = "stranger"

    @property
    def why_not(self) -> str:
        """The hindrance in words."""
        return HINDRANCES.get(self.hindrance or "", (self.hindrance or "").replace("_", " "))


@dataclass(frozen=True)
class ReplyView:
    """A reply as it stands. `quoted`: its words stand in the thread already. `since` tells what its author did to it
    there: ``edited`` or ``deleted``."""

    by: str
    to: str
    channel: str
    text: str
    state: str
    reason: str | None
    quoted: bool
    since: str | None


def ways(session: Session, reach: Reach, case: HandOff, now: datetime) -> tuple[Way, ...]:
    """Where a person may write to whom the case is about: where they were last reached first, then what is open.

    Channels that are switched off, and phone calls, are left out. A stranger has the one address they wrote from.
    """
    if case.member is None:
        return (Way(case.channel, case.address, is_last=True),) if case.channel in reach.channels else ()
    points = [point for point in case.member.contact_points if reach.in_text(point)]
    found = [_way(session, reach, case, point, now) for point in points]
    return tuple(sorted(found, key=lambda way: (way.hindrance is not None, not way.is_last)))


def way_to(
    session: Session, reach: Reach, case: HandOff, now: datetime, key: str | None = None, *, text: str = ""
) -> tuple[str, str]:
    """Channel and address of the way with this key; without one, of where they were last reached, if that carries text.

    Raises:
        Refused: it can't be used, or would cut the `text`; says why, and what can.
    """
    found = ways(session, reach, case, now)
    check_any(case, found)
    way = next((one for one in found if one.key == key or (key is None and one.is_last)), None)
    if way is None and key is None:
        way = found[0]
    who = case.member.name if case.member else case.address
    still = "; ".join(f"{named(one.channel)} ({one.address})" for one in found if one.hindrance is None)
    if way is None:
        raise Refused(f"{who} can't be written to there any more. Still open: {still}.")
    if way.hindrance is not None:
        raise Refused(
            f"{who} can't be written to at {way.address} ({named(way.channel)}): {way.why_not}. Still open: {still}. "
            "Press Reply to choose."
        )
    _check_whole(reach, way, text)
    return way.channel, way.address


def _check_whole(reach: Reach, way: Way, text: str) -> None:
    """What a person wrote is never shortened on the way."""
    takes = reach.channels[way.channel].capabilities
    if len(text) > takes.max_characters and not takes.in_parts:
        raise Refused(
            f"This has {len(text)} characters, and by {named(way.channel)} only {takes.max_characters} arrive "
            "in one piece. Please shorten it, or press Reply and choose another way."
        )


def check_any(case: HandOff, found: Sequence[Way]) -> None:
    """Raises: Refused: no way is open; says why of each."""
    if any(way.hindrance is None for way in found):
        return
    who = case.member.name if case.member else case.address
    why = "; ".join(f"{named(way.channel)} ({way.address}): {way.why_not}" for way in found)
    raise Refused(f"{who} can't be written to at all. {why or 'No address is known'}. Please call, or write a letter.")


def reply(session: Session, act: Act, text: str, *, to: tuple[str, str] | None = None, quoted: bool = False) -> HandOff:
    """Sends words of staff to the member: to the channel and address `to`, else where the member was last reached.

    An open case is claimed by it. `quoted` says that the words stand in the thread already, so that it gets no copy.

    Raises:
        Refused: somebody else has the case, it is resolved, the text is empty, or the address may not be written to.
    """
    if not text.strip():
        raise Refused("The reply is empty.")
    case = cases.get(session, act.case_id)
    check_not_anothers(case, act.staff)
    channel, address = to or (case.channel, case.address)
    check_may_write(case, channel, address)
    if not cases.add_entry(session, case, EntryKind.REPLY, act.staff.name, text, act.now, dedupe=act.dedupe):
        return case
    is_new = case.state is HandOffState.OPEN
    if is_new:
        if not quoted:  # else they wrote in the thread themselves
            follow(session, case, act)
        case.state, case.assignee, case.claimed_at = HandOffState.CLAIMED, act.staff, act.now
        cases.add_entry(session, case, EntryKind.EVENT, act.staff.name, f"{act.staff.name} claimed the case.", act.now)
    case.channel, case.address = channel, address
    waits, was_first = case.waiting_since, case.first_reply_at is None
    clocks.replied(case, act.now)
    message = Message(
        channel=channel,
        address=address,
        purpose=Purpose.STAFF_REPLY,
        rule=f"hand_off:reply by {act.staff.name}",
        dedupe=f"staff:{act.dedupe}",
        text=text.strip(),
        body={
            "staff": {
                "by": act.staff.name,
                "quoted": quoted,
                "waits": waits.isoformat() if waits is not None else None,
                "was_first": was_first,
            }
        },
        member_id=case.member_id,
        hand_off_id=case.id,
    )
    row = enqueue(session, message, now=act.now, wall=act.wall)
    audit.write(session, act.now, act.staff.email, "hand_off.reply", member_id=case.member_id,
                subject=f"case:{case.id}", channel=channel)  # fmt: skip
    if row is not None and not quoted:
        desk.tell(session, case, "reply", f"reply:{row}", now=act.now, wall=act.wall, reply=row)
    desk.show(session, case, now=act.now, wall=act.wall)
    return case


def check_may_write(case: HandOff, channel: str, address: str) -> None:
    """Raises: Refused: the address is not theirs, or something is in the way of writing to it."""
    if case.member is None:
        if (channel, address) != (case.channel, case.address):
            raise Refused("A stranger can only be answered where they wrote.")
        return
    points = case.member.contact_points
    point = next((one for one in points if (one.channel, one.address) == (channel, address)), None)
    if point is None:
        raise Refused(f"{case.member.name} has no such address: {address} ({named(channel)}).")
    hindrance = hindrance_of(case, point)
    if hindrance is not None:
        at = f"{address} ({named(channel)})"
        raise Refused(f"{case.member.name} can't be written to at {at}: {HINDRANCES[hindrance]}.")


def hindrance_of(case: HandOff, point: ContactPoint) -> str | None:
    """What is in the way of a person's words to this address, whatever the channel itself says.

    Where the member was last reached they may be answered, agreed or not.
    """
    if point.opted_out_at is not None:
        return Reason.SAID_STOP
    if point.unusable_at is not None:
        return Reason.UNUSABLE_ADDRESS
    if point.unconfirmed_at is not None:
        return UNCONFIRMED
    return None if point.consented_at is not None or _is_last(case, point) else Reason.NO_CONSENT


def hindrance_now(session: Session, message: OutboxMessage) -> str | None:
    """What is in the way of a reply that is about to leave; None when nothing is."""
    case = session.get(HandOff, message.hand_off_id) if message.hand_off_id is not None else None
    if case is None or case.member_id is None:
        return None
    point = consent.find(session, message.channel, message.address)
    if point is None or point.member_id != case.member_id:
        return Reason.NO_ADDRESS
    return hindrance_of(case, point)


def view_of(session: Session, outbox_id: int) -> ReplyView:
    """A reply as it stands now.

    Raises:
        Refused: it is gone.
    """
    row = session.get(OutboxMessage, outbox_id)
    case = session.get(HandOff, row.hand_off_id) if row is not None and row.hand_off_id is not None else None
    if row is None or case is None:
        raise Refused("The reply is gone.")
    staff = row.body.get("staff") or {}
    return ReplyView(
        by=str(staff.get("by") or "Staff"),
        to=case.member.name if case.member else row.address,
        channel=row.channel,
        text=str(row.body.get("text") or ""),
        state=row.state,
        reason=row.error,
        quoted=bool(staff.get("quoted")),
        since=staff.get("since"),
    )


def consent_changed(session: Session, case: HandOff, item: InboxMessage, *, stopped: bool, times: Times) -> None:
    """Tells staff that the member said STOP, so that nobody writes to them there, or that they took it back."""
    who = case.member.name if case.member else item.address
    said = (
        f"{who} said STOP here ({named(item.channel)}). Replies to this address are not sent any more."
        if stopped
        else f"{who} may be written to here ({named(item.channel)}) again."
    )
    cases.add_entry(session, case, EntryKind.EVENT, "bot", said, times.now)
    desk.tell(session, case, "event", f"consent:{item.id}", now=times.now, wall=times.wall, text=said, warns=stopped)


def wait_on(session: Session, case: HandOff, message: OutboxMessage, times: Times) -> None:
    """A reply that the member surely does not get answers nobody: who waited for it waits on, unless a later one may
    have reached them."""
    if message.state not in LOST or case.state is HandOffState.RESOLVED:
        return
    session.flush()
    written = sa.select(OutboxMessage).where(
        OutboxMessage.hand_off_id == case.id, OutboxMessage.purpose == Purpose.STAFF_REPLY
    )
    rows = session.scalars(written.order_by(OutboxMessage.id.desc()).limit(LOOK_BACK))
    lost = [row.body.get("staff") or {} for row in takewhile(lambda row: row.state in LOST, rows)]
    waits = [datetime.fromisoformat(staff["waits"]) for staff in lost if staff.get("waits")]
    if waits:
        was_first = any(staff.get("was_first") for staff in lost)
        clocks.not_arrived(case, min(waits), times.now, was_first=was_first)
        desk.show(session, case, now=times.now, wall=times.wall)


def _way(session: Session, reach: Reach, case: HandOff, point: ContactPoint, now: datetime) -> Way:
    hindrance = hindrance_of(case, point)
    if hindrance is None and reach.window_closed(session, point, now, by_person=True):
        hindrance = Reason.WINDOW_CLOSED
    return Way(point.channel, point.address, hindrance, _is_last(case, point), str(point.id))


def _is_last(case: HandOff, point: ContactPoint) -> bool:
    return (point.channel, point.address) == (case.channel, case.address)

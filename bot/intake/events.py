"""What comes in beside plain text, as `Incoming.body["event"]` names it. What means words goes on as words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.handoff import cases, desk
from bot.handoff.cases import Need, open_case
from bot.intake import choice, identity, limits, strangers
from bot.intake.keywords import Handling
from bot.intake.say import answer
from bot.language.keywords import Keyword, classify
from bot.members import addresses, consent
from bot.members.said import said_of
from bot.model import (
    EntryKind,
    HandOffReason,
    InboxMessage,
    Member,
    OutboxState,
    Priority,
)
from bot.model.messages import WAITS
from bot.outbox import receipts
from bot.outbox.receipts import Report
from bot.ports import Failed
from bot.programme.template import render

OUTCOMES = {
    "auto_reply": "auto_reply",
    "reaction": "ignored:reaction",
    "thread_control": "thread_control",
}
"""A machine's words are kept, and neither an answer nor a sign of life; a reaction may mean anything."""
CHOICE_GONE = "choice_gone"
MOST_EDITS = 20
# Built once: building a statement costs more than running it.
_BEHIND = (
    sa.select(InboxMessage)
    .where(InboxMessage.lane == sa.bindparam("of_lane"), WAITS, InboxMessage.id > sa.bindparam("row"))
    .order_by(InboxMessage.id)
    .limit(MOST_EDITS)
)


@dataclass(frozen=True)
class Words:
    """The message is to be read as words; `intent` is their meaning when a button said it."""

    intent: str | None = None


def handle(session: Session, handling: Handling, item: InboxMessage) -> str | Words:
    """The outcome of an event that is no message, or the words that it stands for. Plain text is words."""
    event = item.body.get("event")
    if event in OUTCOMES:
        return OUTCOMES[event]
    handler = HANDLERS.get(str(event))
    if handler is not None:
        return handler(session, handling, item)
    if event is not None:  # a channel's own, of which the conversation knows nothing
        return f"ignored:{event}"
    _take_edit(session, item)
    return Words()


def _start(session: Session, handling: Handling, item: InboxMessage) -> str | Words:
    token = item.body.get("token")
    if token:
        return identity.start(session, handling, item, str(token))
    item.text = item.text.strip() or "/start"
    return Words("greet")


def _contact(session: Session, handling: Handling, item: InboxMessage) -> str | Words:
    """A stranger's own phone says who they are. What a member shares is for staff to put into the record."""
    phone = str(item.body.get("phone") or "")
    if item.member_id is None:
        linked = identity.share_phone(session, handling, item, phone) if item.body.get("own") is True else None
        item.text = item.text or "(shared a contact)"
        return linked or Words()
    member, times = session.get_one(Member, item.member_id), handling.times
    need = Need(
        reason=HandOffReason.IDENTITY,
        summary=f"Shared {'their own' if item.body.get('own') is True else 'a'} contact: {phone}",
        channel=item.channel,
        address=item.address,
        member=member,
        priority=Priority.LOW,
    )
    open_case(session, need, handling.programme, now=times.now, wall=times.wall)
    words = render(handling.programme.texts.handoff_opened, **said_of(handling.programme, member))
    answer(session, item, words, times, rule="contact")
    return "contact:noted"


def _choice(session: Session, handling: Handling, item: InboxMessage) -> str | Words:
    chosen = choice.resolve(session, item, handling.times.now)
    if chosen is not None:
        return Words(chosen.intent)
    if limits.may_say(session, CHOICE_GONE, item, handling.times.now, a_day=5, an_hour=300):
        strangers.say(session, handling.programme, item, handling.programme.texts.choice_gone, CHOICE_GONE,
                      handling.times)  # fmt: skip
    return CHOICE_GONE


def _reach(session: Session, handling: Handling, item: InboxMessage) -> str:
    """Whether the provider lets us through; it says nothing about consent."""
    is_blocked = item.body["event"] == "blocked"
    point = consent.find(session, item.channel, item.address)
    if point is not None and is_blocked:
        point.unusable_at, point.unusable_reason = handling.times.now, addresses.BLOCKED
    elif point is not None and point.unusable_reason == addresses.BLOCKED:
        point.unusable_at = point.unusable_reason = None
    return "blocked" if is_blocked else "unblocked"


def _edited(session: Session, handling: Handling, item: InboxMessage) -> str:
    """The original was handled already, or it would have taken this text: a note for whoever reads the case."""
    case = cases.unresolved(session, _subject(item))
    if case is not None:
        author = case.member.name if case.member else item.address
        cases.add_entry(session, case, EntryKind.MEMBER, author, f"(edited) {item.text}", handling.times.now,
                        dedupe=f"inbox:{item.id}")  # fmt: skip
        desk.tell(session, case, "member_message", f"inbox:{item.id}", now=handling.times.now,
                  wall=handling.times.wall, author=author, text=f"(edited) {item.text}", via=item.channel,
                  at=item.received_at.isoformat())  # fmt: skip
    return "edited:noted"


def _take_edit(session: Session, item: InboxMessage) -> None:
    """A message that was edited while it waited is read as its last edit."""
    for later in session.scalars(_BEHIND, {"of_lane": item.lane, "row": item.id}):
        if later.body.get("event") == "edited" and _is_same_message(later, item):
            item.text = later.text


def _is_same_message(edit: InboxMessage, item: InboxMessage) -> bool:
    """By our name of the original (`of`), or by the provider's (`message_id`, `mid`), which is unique in a chat."""
    if (edit.channel, edit.address) != (item.channel, item.address):
        return False
    names = [edit.body[key] == item.body.get(key) for key in ("message_id", "mid") if edit.body.get(key)]
    return edit.body.get("of") == item.dedupe or any(names)


def _bounce(session: Session, handling: Handling, item: InboxMessage) -> str:
    """Only a message of ours can bounce: its id can't be guessed, whereas anybody can write a bounce."""
    if item.body.get("hard") is not True:
        return "bounce:soft"
    if not item.body.get("provider_id"):
        return "bounce:unknown"
    report = Report(
        channel=item.channel,
        provider_id=str(item.body["provider_id"]),
        state=OutboxState.FAILED,
        dedupe=f"bounce:{item.dedupe}",
        failure=Failed("bounced", unusable=True),
    )
    receipts.record(session, report, handling.times)
    return "bounce:hard"


def _unsubscribe(session: Session, handling: Handling, item: InboxMessage) -> str:
    """One click is enough, and nothing is answered."""
    point = consent.find(session, item.channel, item.address)
    if point is None:
        return "unsubscribe:unknown"
    consent.withdraw(
        session, point, consent.Evidence("unsubscribe", item.text[:500] or "one click"), handling.times.now
    )
    audit.write(session, handling.times.now, "member", "unsubscribe", member_id=point.member_id,
                subject=f"{point.channel}:{point.address}")  # fmt: skip
    return "unsubscribe"


def _person_spoke(session: Session, handling: Handling, item: InboxMessage) -> str:
    """Somebody of ours wrote to the member past the bot, in the provider's own inbox."""
    case = cases.unresolved(session, _subject(item))
    audit.write(session, handling.times.now, "staff", "staff.wrote_elsewhere", member_id=item.member_id,
                subject=f"{item.channel}:{item.address}")  # fmt: skip
    if case is None:
        return "staff_echo"
    cases.add_entry(session, case, EntryKind.REPLY, f"our {item.channel} inbox", item.text, handling.times.now,
                    dedupe=f"inbox:{item.id}")  # fmt: skip
    desk.show(session, case, now=handling.times.now, wall=handling.times.wall)
    return "staff_echo:noted"


def _standby(session: Session, handling: Handling, item: InboxMessage) -> str:
    """Another app owns the conversation and answers what is said in it. STOP is said to all of us."""
    point = consent.find(session, item.channel, item.address)
    stop = classify(item.text, opted_out=False)
    if point is None or stop is None or stop.keyword is not Keyword.STOP:
        return "standby"
    evidence = consent.Evidence("keyword:standby", item.text[:500])
    consent.withdraw(session, point, evidence, handling.times.now)
    return "standby:stop"


def _subject(item: InboxMessage) -> str:
    return f"member:{item.member_id}" if item.member_id else f"{item.channel}:{item.address}"


HANDLERS: dict[str, Callable[[Session, Handling, InboxMessage], str | Words]] = {
    "start": _start,
    "contact": _contact,
    "choice": _choice,
    "blocked": _reach,
    "unblocked": _reach,
    "edited": _edited,
    "bounce": _bounce,
    "unsubscribe": _unsubscribe,
    "staff_echo": _person_spoke,
    "standby": _standby,
}

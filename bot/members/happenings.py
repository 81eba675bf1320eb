"""What happened with a member, from all the tables that tell of it: each source gives its newest, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.handoff.names import channel as named
from bot.handoff.spoken import OUTCOMES
from bot.members import log_words
from bot.members.happened import IN, OUT, Before, Entry, Kind, is_before
from bot.members.told import colleague, told_by
from bot.model import (
    AuditEntry,
    Call,
    CaseEntry,
    ConsentEvent,
    ConsentKind,
    EntryKind,
    HandOff,
    InboxMessage,
    Member,
    MemberEvent,
    MemberNote,
    OutboxMessage,
    Purpose,
    SurveyAnswer,
    Touch,
)
from bot.programme.models import Programme

BOT = "bot"
PRIVATE = ("identity:code", "identity:confirm_email")
"""Rules of messages whose words are for the member alone."""
HIDDEN = "(Not shown: the words are for the member alone.)"
WRITTEN_AT: sa.ColumnElement[Any] = sa.func.coalesce(
    OutboxMessage.sent_at, OutboxMessage.created_at, type_=OutboxMessage.created_at.type
)


@dataclass(frozen=True)
class Teller:
    """Whose story it is, and what is needed to tell it."""

    session: Session
    programme: Programme
    member: Member
    staff: Mapping[str, str]


@dataclass(frozen=True)
class Wish:
    """What is asked of each source: kinds, and how many before which entry."""

    kinds: frozenset[Kind]
    by_staff: bool
    before: Before | None
    most: int


def newest(teller: Teller, kinds: frozenset[Kind], by_staff: bool, before: Before | None, most: int) -> list[Entry]:
    """The newest of all sources, in order."""
    wish = Wish(kinds, by_staff, before, most)
    found = [entry for source, of, tell in SOURCES if of & kinds for entry in tell(teller, wish, source)]
    found.sort(key=_place, reverse=True)
    return found[:most]


def _place(entry: Entry) -> tuple[Any, str, int]:
    source, _, number = entry.key.partition(":")
    return entry.at, source, int(number)


def _rows(teller: Teller, wish: Wish, source: str, rows: Any, at: Any, key: Any) -> Any:
    """The newest of a source's rows."""
    some = rows.where(*is_before(at, key, source, wish.before)).order_by(at.desc(), key.desc()).limit(wish.most)
    return teller.session.execute(some)


def _log(teller: Teller, wish: Wish, source: str) -> Iterator[Entry]:
    rows = sa.select(AuditEntry).where(
        AuditEntry.member_id == teller.member.id, log_words.is_told(wish.kinds, wish.by_staff)
    )
    for (row,) in _rows(teller, wish, source, rows, AuditEntry.at, AuditEntry.id):
        yield log_words.entry(teller.session, teller.programme, teller.member, row, teller.staff, source)


def _heard(teller: Teller, wish: Wish, source: str) -> Iterator[Entry]:
    if wish.by_staff:
        return
    rows = sa.select(InboxMessage).where(InboxMessage.member_id == teller.member.id)
    for (row,) in _rows(teller, wish, source, rows, InboxMessage.received_at, InboxMessage.id):
        understood = f"Understood as {row.intent.replace('_', ' ')}." if row.intent else row.outcome
        yield Entry(
            f"{source}:{row.id}", row.received_at, Kind.MESSAGE, f"{teller.member.first_name} wrote", understood,
            teller.member.name, row.channel, text=heard(row), is_ours=False,
        )  # fmt: skip


def heard(row: InboxMessage) -> str:
    """What the member wrote, or did."""
    if row.text:
        return row.text
    event = row.body.get("event")
    return f"({str(event).replace('_', ' ')})" if event else ""


def _written(teller: Teller, wish: Wish, source: str) -> Iterator[Entry]:
    rows = (
        sa.select(OutboxMessage, Touch.sender)
        .outerjoin(Touch, Touch.id == OutboxMessage.touch_id)
        .where(OutboxMessage.member_id == teller.member.id, OutboxMessage.purpose != Purpose.STAFF)
    )
    if wish.by_staff:
        rows = rows.where(OutboxMessage.purpose == Purpose.STAFF_REPLY)
    for row, sender in _rows(teller, wish, source, rows, WRITTEN_AT, OutboxMessage.id):
        by = author(row, sender, teller.programme)
        why = f"{row.state}: {row.error.replace('_', ' ')}" if row.error else str(row.state)
        verb = "called" if row.channel == "voice" else "wrote"
        yield Entry(
            f"{source}:{row.id}", row.sent_at or row.created_at, Kind.MESSAGE, f"{by} {verb}", why, by, row.channel,
            str(row.state), row.rule, words_of(row), row.hand_off_id, by_staff=row.purpose is Purpose.STAFF_REPLY,
        )  # fmt: skip


def author(row: OutboxMessage, sender: str | None, programme: Programme) -> str:
    """Who wrote a message of ours: a colleague, the sender of a rung, or the programme."""
    if row.purpose is Purpose.STAFF_REPLY:
        return row.rule.partition(" by ")[2] or "A colleague"
    return sender or programme.organisation.programme_name


def is_private(row: OutboxMessage) -> bool:
    """Whether its words are for the member alone: a code, a link that proves who presses it."""
    return row.rule in PRIVATE


def words_of(row: OutboxMessage) -> str:
    return HIDDEN if is_private(row) else str(row.body.get("text") or "")


def _consents(teller: Teller, wish: Wish, source: str) -> Iterator[Entry]:
    rows = sa.select(ConsentEvent).where(ConsentEvent.member_id == teller.member.id)
    if wish.by_staff:
        rows = rows.where(ConsentEvent.source.contains("@"))
    for (row,) in _rows(teller, wish, source, rows, ConsentEvent.at, ConsentEvent.id):
        about = f"{row.message_class} messages" if row.message_class else named(row.channel)
        given = "given" if row.kind is ConsentKind.GRANTED else "taken back"
        yield Entry(
            f"{source}:{row.id}", row.at, Kind.CONSENT, f"Consent to {about} {given}", row.wording,
            told_by(row.source, teller.staff), None if row.message_class else row.channel,
            is_ours=False, by_staff=colleague(row.source) is not None,
        )  # fmt: skip


def _events(teller: Teller, wish: Wish, source: str) -> Iterator[Entry]:
    if wish.by_staff:
        return
    rows = sa.select(MemberEvent).where(MemberEvent.member_id == teller.member.id)
    for (row,) in _rows(teller, wish, source, rows, MemberEvent.at, MemberEvent.id):
        known = ", ".join(f"{name}: {value}" for name, value in sorted(row.properties.items()))
        yield Entry(
            f"{source}:{row.id}", row.at, Kind.EVENT, f"Seen: {row.name.replace('_', ' ').replace('.', ': ')}",
            ". ".join(filter(None, (row.outcome.replace("_", " "), known))), row.source, is_ours=False,
        )  # fmt: skip


def _cases(teller: Teller, wish: Wish, source: str) -> Iterator[Entry]:
    """What was noted and done; what was said there are messages."""
    kinds = {kind for kind, of in ((EntryKind.NOTE, Kind.NOTE), (EntryKind.EVENT, Kind.CASE)) if of in wish.kinds}
    rows = (
        sa.select(CaseEntry)
        .join(HandOff, HandOff.id == CaseEntry.hand_off_id)
        .where(HandOff.member_id == teller.member.id, CaseEntry.kind.in_(kinds))
    )
    if wish.by_staff:
        rows = rows.where(CaseEntry.author != BOT)
    for (row,) in _rows(teller, wish, source, rows, CaseEntry.at, CaseEntry.id):
        is_note, by_staff = row.kind is EntryKind.NOTE, row.author != BOT
        yield Entry(
            f"{source}:{row.id}", row.at, Kind.NOTE if is_note else Kind.CASE,
            f"{row.author} noted" if is_note else f"Case {row.hand_off_id}", None if is_note else row.text,
            told_by(row.author, teller.staff), text=row.text if is_note else None, case_id=row.hand_off_id,
            by_staff=by_staff,
        )  # fmt: skip


def _notes(teller: Teller, wish: Wish, source: str) -> Iterator[Entry]:
    rows = sa.select(MemberNote).where(MemberNote.member_id == teller.member.id)
    for (row,) in _rows(teller, wish, source, rows, MemberNote.at, MemberNote.id):
        yield Entry(
            f"{source}:{row.id}", row.at, Kind.NOTE, f"{row.author} noted", None, row.author, text=row.text,
            by_staff=True,
        )  # fmt: skip


def _answers(teller: Teller, wish: Wish, source: str) -> Iterator[Entry]:
    if wish.by_staff:
        return
    rows = sa.select(SurveyAnswer).where(SurveyAnswer.member_id == teller.member.id)
    for (row,) in _rows(teller, wish, source, rows, SurveyAnswer.at, SurveyAnswer.id):
        survey = teller.programme.surveys.get(row.survey)
        name = survey.name if survey is not None else row.survey.replace("_", " ")
        said = ": ".join(str(one) for one in (row.number, row.text) if one is not None)
        yield Entry(
            f"{source}:{row.id}", row.at, Kind.SURVEY, f"Answered {name} ({row.question.replace('_', ' ')})", None,
            teller.member.name, row.channel, text=said, is_ours=False,
        )  # fmt: skip


def _calls(teller: Teller, wish: Wish, source: str) -> Iterator[Entry]:
    if wish.by_staff:
        return
    rows = sa.select(Call).where(Call.member_id == teller.member.id)
    for (row,) in _rows(teller, wish, source, rows, Call.created_at, Call.id):
        ended = OUTCOMES.get(row.outcome, row.outcome.replace("_", " ")) if row.outcome else str(row.state)
        why = ". ".join(filter(None, (ended, row.error)))
        yield Entry(f"{source}:{row.id}", row.created_at, Kind.CALL, "A call was placed", why, channel="voice")


Source = Callable[[Teller, Wish, str], Iterator[Entry]]
SOURCES: tuple[tuple[str, frozenset[Kind], Source], ...] = (
    ("answer", frozenset({Kind.SURVEY}), _answers),
    ("call", frozenset({Kind.CALL}), _calls),
    ("case", frozenset({Kind.CASE, Kind.NOTE}), _cases),
    ("consent", frozenset({Kind.CONSENT}), _consents),
    ("event", frozenset({Kind.EVENT}), _events),
    (IN, frozenset({Kind.MESSAGE}), _heard),
    ("log", frozenset(log_words.PREFIXES), _log),
    ("note", frozenset({Kind.NOTE}), _notes),
    (OUT, frozenset({Kind.MESSAGE}), _written),
)

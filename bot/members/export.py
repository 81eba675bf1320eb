"""All data of one member (GDPR, articles 15 and 20): complete, because every table that refers to members is walked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.errors import NotFound
from bot.members import personal
from bot.members.hand import Hand
from bot.members.happenings import HIDDEN, PRIVATE
from bot.model import Member, Merge, MergeKind
from bot.programme.models import Programme

EXPORTED = "member.exported"
Row = dict[str, Any]
LEFT_OUT: Mapping[tuple[str, str], str] = {
    ("link_token", "digest"): "proves who presses a link",
    ("link_token", "salt"): "proves who presses a link",
    ("check_in", "ladder"): "the content, and the same for all",
    ("member", "search"): "the name once more, as the list finds it",
    ("member", "planned_with"): "the edition of the content",
}
"""Columns that are not exported, and why."""
TITLES: Mapping[str, str] = {
    "member": "The record",
    "absence": "Absences and pauses",
    "audit_entry": "What was done with the record, by whom",
    "audit_finding": "What the system found wrong about its own dealings with you",
    "call": "Phone calls",
    "case_entry": "History of the cases",
    "check_in": "Questions",
    "consent_event": "Consent given and taken back",
    "contact_point": "Addresses",
    "conversation": "What is open in the conversation",
    "declined": "Kinds of messages that are not wanted",
    "goal": "Goals",
    "goal_note": "Progress with goals",
    "hand_off": "Cases with our staff",
    "inbox_message": "Messages to us",
    "journey_run": "Journeys",
    "link_token": "Links and codes",
    "member_event": "What other systems told",
    "member_note": "Notes of our staff",
    "member_risk": "Signs that the membership may be given up, as last looked at",
    "merge": "Records that were made one",
    "outbox_message": "Messages from us",
    "planned_entry": "Journeys to come",
    "receipt": "What providers told of deliveries",
    "step_progress": "Steps",
    "survey_answer": "Answers to surveys",
    "survey_round": "Surveys",
    "touch": "Attempts to reach you",
    "turn_action": "Answers of the assistant",
}


@dataclass(frozen=True)
class Export:
    """`data` is what the JSON file holds, `readable` the same as text for a person; `name` begins the files' names."""

    name: str
    data: dict[str, Any]
    readable: str

    @property
    def as_json(self) -> str:
        return json.dumps(self.data, ensure_ascii=False, indent=2)


def export(session: Session, programme: Programme, member_id: int, hand: Hand) -> Export:
    """Everything about the member. The audit log says that it was exported, and by whom.

    Raises:
        NotFound: there is no such member.
    """
    member = session.get(Member, member_id)
    if member is None:
        raise NotFound(f"member {member_id}")
    ids = [member.id, *_parts(session, member)]
    tables = {"member": _rows(session, "member", personal.table("member").c.id.in_(ids))}
    for name in sorted(personal.owned()):
        tables[name] = _rows(session, name, personal.of_members(name, ids))
    about = {
        "organisation": programme.organisation.name,
        "member_id": member.id,
        "name": member.name,
        "exported_at": hand.times.now.isoformat(),
        "times": "UTC, as ISO 8601",
    }
    data = {"about": about, "data": {name: rows for name, rows in tables.items() if rows}}
    audit.write(session, hand.times.now, hand.actor, EXPORTED, member_id=member.id)
    return Export(f"member-{member.id}-{hand.times.now:%Y-%m-%d}", data, "\n".join(_readable(data)))


def _parts(session: Session, member: Member) -> list[int]:
    """Records that are part of this one: they are the same person's."""
    merged = sa.select(Merge.other_id).where(
        Merge.kind == MergeKind.MERGE, Merge.member_id == member.id, Merge.undone_at.is_(None)
    )
    return [key for key in session.scalars(merged) if key is not None]


def _rows(session: Session, name: str, where: sa.ColumnElement[bool]) -> list[Row]:
    table = personal.table(name)
    columns = [column for column in table.c if (name, column.name) not in LEFT_OUT]
    found = session.execute(sa.select(*columns).where(where).order_by(*table.primary_key.columns))
    return [_plain(name, row) for row in found.mappings()]


def _plain(table: str, row: Mapping[Any, Any]) -> Row:
    plain = {str(name): _value(value) for name, value in row.items() if value is not None}
    if table == "outbox_message" and plain["rule"] in PRIVATE:
        plain["body"] = HIDDEN
    return plain


def _value(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value


def _readable(data: Mapping[str, Any]) -> Iterator[str]:
    about = data["about"]
    yield f"What {about['organisation']} holds about {about['name']}"
    yield f"As of {about['exported_at']}. All times are UTC."
    for name in sorted(data["data"], key=lambda one: (one != "member", TITLES.get(one, one))):
        rows: Sequence[Row] = data["data"][name]
        title = f"{TITLES.get(name, name)} ({len(rows)})"
        yield f"\n{title}\n{'=' * len(title)}"
        for row in rows:
            yield ""
            yield from (f"{key.replace('_', ' ')}: {_words(value)}" for key, value in row.items())


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_words(one)}" for key, one in value.items()) or "nothing"
    if isinstance(value, list):
        return ", ".join(map(_words, value)) or "nothing"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)

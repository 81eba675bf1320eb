"""One thing that happened with a member, and its place among all the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.errors import Refused

IN, OUT = "inbox", "outbox"


class Kind(StrEnum):
    """By what the timeline can be filtered."""

    MESSAGE = "message"
    """What was written, by either side."""
    TOUCH = "touch"
    """What the rules decided about a question: held back, left out, cancelled."""
    JOURNEY = "journey"
    """Steps, journeys and the membership."""
    EVENT = "event"
    """What another system saw."""
    CONSENT = "consent"
    GOAL = "goal"
    SURVEY = "survey"
    CASE = "case"
    NOTE = "note"
    CALL = "call"
    ABSENCE = "absence"
    RECORD = "record"
    """The record itself: enrolled, changed, merged, linked, exported."""


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `what` is a few words, `why` a sentence with the reason, `by` who or what did it.

    Of a message: `channel`, `state` (how far it came; None for what the member wrote), `rule` (what sent it) and
    `text`. `case_id`: the case that it belongs to. `is_ours`: it came from us. `by_staff`: a colleague did it.
    """

    key: str
    at: datetime
    kind: Kind
    what: str
    why: str | None = None
    by: str | None = None
    channel: str | None = None
    state: str | None = None
    rule: str | None = None
    text: str | None = None
    case_id: int | None = None
    is_ours: bool = True
    by_staff: bool = False


@dataclass(frozen=True)
class Before:
    """Goes on after the entry with this time, source and id. Entries of one moment are in the order of their sources'
    names, the last one first, and then of their ids."""

    at: datetime
    source: str
    id: int


def cursor(entry: Entry) -> str:
    """What the next page begins after."""
    source, _, number = entry.key.partition(":")
    return f"{entry.at.isoformat()}|{source}|{number}"


def read_cursor(text: str | None) -> Before | None:
    """Raises: Refused: it is none of ours."""
    if text is None:
        return None
    try:
        at, source, number = text.split("|")
        moment = datetime.fromisoformat(at)
        found = Before(moment, source, int(number))
    except ValueError:
        raise Refused("This page can't be found any more. Begin with the newest.") from None
    if moment.tzinfo is None:
        raise Refused("This page can't be found any more. Begin with the newest.")
    return found


def is_before(at: Any, key: Any, source: str, before: Before | None) -> list[sa.ColumnElement[bool]]:
    """Whether rows of this source come after that entry, the newest being the first."""
    if before is None:
        return []
    if source < before.source:
        return [at <= before.at]
    if source > before.source:
        return [at < before.at]
    return [sa.or_(at < before.at, sa.and_(at == before.at, key < before.id))]

"""Everything that happened with one member, and what was said between us, over all channels."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from bot.programme.models import Programme

MOST = 200


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
class Page:
    """The newest first; `older` goes into the next call for what was before, None at the end."""

    entries: tuple[Entry, ...]
    older: str | None


@dataclass(frozen=True)
class Said:
    """One message of the conversation. `author` is None when the member wrote it, else who did: the programme, the
    sender of a rung, or a colleague. `is_private`: words for the member alone (a code), which are not shown."""

    message_id: int
    at: datetime
    author: str | None
    channel: str
    text: str
    state: str | None = None
    error: str | None = None
    rule: str | None = None
    understood: str | None = None
    case_id: int | None = None
    is_private: bool = False


@dataclass(frozen=True)
class Conversation:
    """In order, the newest last; `older` goes into the next call for what was said before."""

    lines: tuple[Said, ...]
    older: str | None


def timeline(
    session: Session,
    programme: Programme,
    member_id: int,
    *,
    kinds: Collection[Kind] = (),
    by_staff: bool = False,
    older: str | None = None,
    most: int = 50,
) -> Page:
    """What happened, the newest first: of these kinds, or all; `by_staff`: only what colleagues did. Reads only.

    Raises:
        NotFound: there is no such member.
    """
    raise NotImplementedError


def conversation(
    session: Session, programme: Programme, member_id: int, *, older: str | None = None, most: int = 50
) -> Conversation:
    """What was said, over all channels. Reads only.

    Raises:
        NotFound: there is no such member.
    """
    raise NotImplementedError

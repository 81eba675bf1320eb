"""The parts of a plan. All times are aware datetimes in UTC; all texts are words for members of staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What comes: a message (or a call), a case for a team, or the end of a question."""

    MESSAGE = "message"
    CASE = "case"
    END = "end"


@dataclass(frozen=True)
class Held:
    """What holds a message back, by the contact policy's name and in words; `until` is when it is looked at again.

    `until` is None when it waits for what a colleague does.
    """

    reason: str
    words: str
    until: datetime | None


@dataclass(frozen=True)
class Skipped:
    """A rung that is left out, and why."""

    rung: int
    modality: str
    reason: str
    words: str


@dataclass(frozen=True)
class Coming:
    """One thing that will happen if the member stays silent.

    `at` is None when it waits for what a colleague does; after the end of the plan it means "not before". `journey` and
    `step` are names; `rung` counts from 1. Channel and address are where the rung goes, the address with its last four
    characters alone.
    """

    at: datetime | None
    kind: Kind
    why: str
    step: str
    journey: str | None = None
    rung: int | None = None
    rungs: int | None = None
    modality: str | None = None
    channel: str | None = None
    address: str | None = None
    sender: str | None = None
    text: str | None = None
    also: str | None = None
    """The name of a second step that is asked in the same message."""
    team: str | None = None
    holds: tuple[Held, ...] = ()
    skips: tuple[Skipped, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A journey that the member will enter."""

    at: datetime
    journey: str
    occasion: str
    why: str


@dataclass(frozen=True)
class Asking:
    """A survey that the member will be asked, or that will be left out (`is_asked` is false); `why` says why then.

    `reason` names what it waits for, or why it is left out; it is None for one that is asked when it is due.
    """

    at: datetime
    survey: str
    why: str
    is_asked: bool = True
    reason: str | None = None


@dataclass(frozen=True)
class Way:
    """A journey that is under way: the step in hand, the steps after it, and when it ends at the latest."""

    journey: str
    entered_at: datetime
    lapses_at: datetime | None
    in_hand: str | None
    ahead: tuple[str, ...]


@dataclass(frozen=True)
class Happened:
    """One thing that happened: `what` in a few words, `why` in a sentence where there is a reason.

    For messages also the channel, the text and the rule that sent it.
    """

    at: datetime
    what: str
    why: str | None = None
    channel: str | None = None
    text: str | None = None
    rule: str | None = None


@dataclass(frozen=True)
class Plan:
    """What will happen with a member from `at` until `until`, and what happened before.

    `is_cut`: there was more to tell than fits.
    """

    member_id: int
    member: str
    time_zone: str
    at: datetime
    until: datetime
    coming: tuple[Coming, ...]
    is_cut: bool
    entries: tuple[Entry, ...]
    surveys: tuple[Asking, ...]
    ways: tuple[Way, ...]
    history: tuple[Happened, ...]

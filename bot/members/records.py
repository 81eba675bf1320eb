"""The parts of a member's page, as plain values. Times are UTC, days are the member's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Person:
    """Who it is. `segment` is the key; `segment_by_staff`: it was chosen, the rules are not asked. `into_id` is the
    record in which a merged one lives on. `local_time` is aware, in the member's zone."""

    member_id: int
    number: str | None
    first_name: str
    last_name: str
    name: str
    status: str
    segment: str
    segment_name: str
    segment_by_staff: bool
    time_zone: str
    local_time: datetime
    language: str
    country: str | None
    joined_on: date
    renews_on: date | None
    lapsed_on: date | None
    away_until: date | None
    account: str | None
    account_id: int | None
    msm: str | None
    msm_id: int | None
    msm_email: str | None
    traits: Mapping[str, str]
    dates: Mapping[str, str]
    wishes: Mapping[str, str]
    created_at: datetime
    into_id: int | None


@dataclass(frozen=True)
class Address:
    """One way to reach the member. `is_usable`: the programme may write or call there; `why_not` says in words what
    speaks against it, `since` since when."""

    point_id: int
    channel: str
    channel_name: str
    address: str
    is_usable: bool
    why_not: str | None
    since: datetime | None
    consented_at: datetime | None
    is_last: bool


@dataclass(frozen=True)
class StepLine:
    """One step. `by` says in words who or what confirmed the state (``the member, by text message``), `evidence` in
    which words. `in_hand`: it is asked now or next; `asked_at` is when the member was first asked. `is_required`: the
    journey is not complete without it."""

    key: str
    name: str
    state: str
    changed_at: datetime
    by: str | None
    evidence: str | None
    in_hand: bool
    is_required: bool
    asked_at: datetime | None
    messages: int
    """So many messages about it were sent."""


@dataclass(frozen=True)
class MilestoneLine:
    key: str
    name: str
    is_reached: bool
    reached_at: datetime | None
    steps: tuple[StepLine, ...]


@dataclass(frozen=True)
class Way:
    """One run of a journey, under way or over. `point_a` is where the member stands (the milestone that was reached
    last, or the beginning), `point_b` where the journey leads (its last milestone). `done` counts what was passed over
    too."""

    run_id: int
    journey: str
    name: str
    stage: str
    occasion: str
    state: str
    outcome: str | None
    entered_at: datetime
    ended_at: datetime | None
    lapses_at: datetime | None
    point_a: str
    point_b: str
    done: int
    total: int
    milestones: tuple[MilestoneLine, ...]


@dataclass(frozen=True)
class Agreed:
    """An entry of the consent ledger. `message_class` is None for what was about a channel."""

    at: datetime
    channel: str
    address: str
    granted: bool
    source: str
    wording: str
    message_class: str | None


@dataclass(frozen=True)
class GoalNoteLine:
    at: datetime
    percent: int | None
    text: str | None
    source: str


@dataclass(frozen=True)
class GoalLine:
    """`end` is None for the present goal."""

    text: str
    source: str
    set_at: datetime
    ended_at: datetime | None
    end: str | None
    notes: tuple[GoalNoteLine, ...]


@dataclass(frozen=True)
class AnswerLine:
    question: str
    score: int | None
    lowest: int | None
    highest: int | None
    band: str | None
    words: str | None
    at: datetime


@dataclass(frozen=True)
class SurveyLine:
    """One survey on one occasion, with what was answered. A number that nobody asked for stands alone (`round_id` is
    None)."""

    round_id: int | None
    survey: str
    name: str
    occasion: str
    state: str
    reason: str | None
    due_at: datetime | None
    asked_at: datetime | None
    finished_at: datetime | None
    channel: str | None
    answers: tuple[AnswerLine, ...]


@dataclass(frozen=True)
class CaseLine:
    case_id: int
    reason: str
    summary: str
    state: str
    priority: str
    team: str
    assignee: str | None
    opened_at: datetime
    resolved_at: datetime | None
    outcome: str | None


@dataclass(frozen=True)
class DeclinedLine:
    message_class: str
    source: str
    wording: str
    at: datetime


@dataclass(frozen=True)
class AbsenceLine:
    """`is_pause`: a colleague said so, and it can be ended."""

    absence_id: int
    starts_at: datetime
    ends_at: datetime
    source: str
    note: str | None
    is_pause: bool
    is_now: bool


@dataclass(frozen=True)
class NoteLine:
    at: datetime
    author: str
    text: str
    case_id: int | None


@dataclass(frozen=True)
class MergeLine:
    """`other_id` is the record that became part of this one, or into which this one went (`is_into`)."""

    merge_id: int
    other_id: int
    other: str
    is_into: bool
    by: str
    at: datetime
    undone_at: datetime | None

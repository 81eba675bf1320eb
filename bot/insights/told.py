"""Entries of the log in words that a newcomer understands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.handoff import words
from bot.model import AuditEntry, CheckIn, CheckInKind, HandOff, JourneyRun, Member, Touch
from bot.plan.wording import REASONS, reason_words
from bot.programme import navigate
from bot.programme.models import Programme

_TOUCH = re.compile(r"check_in:(\d+)(?::(\d+))?")
_CASE = re.compile(r"case:(\d+)")
MOST_WORDS = 300
NAME = "\ue000"
"""Stands for the member's first name. Nobody types it, so what members write is never taken for it."""


@dataclass(frozen=True)
class Told:
    """`kind` as of a `bot.insights.decisions.Decision`."""

    kind: str
    what: str
    why: str = ""


@dataclass(frozen=True)
class _Attempt:
    """A touch, with what is needed to tell of it."""

    about: str
    held_until: datetime | None
    zone: str


def tell(session: Session, programme: Programme, rows: Sequence[AuditEntry]) -> list[Told]:
    """Each in words; what they are about is read in a few statements for all of them."""
    teller = _Teller(programme, _attempts(session, programme, rows), _cases(session, rows))
    return [teller.told(row) for row in rows]


@dataclass(frozen=True)
class _Teller:
    programme: Programme
    attempts: dict[str, _Attempt]
    cases: dict[str, str]

    def told(self, row: AuditEntry) -> Told:
        group = row.action.partition(".")[0]
        match group:
            case "touch":
                return self._touch(row)
            case "hand_off":
                return self._case(row)
            case "journey":
                return self._journey(row)
            case "step":
                return self._step(row)
            case "survey":
                return self._survey(row)
            case "keyword":
                return Told("consent", f"{NAME} says {row.action.partition('.')[2]}", f'In their words: "{row.reason}"')
        return _plain(row)

    def _touch(self, row: AuditEntry) -> Told:
        """``Held until Wed 25 Nov, 09:00: it is outside of contact hours where Ben lives.``"""
        attempt = self.attempts.get(row.subject or "")
        about = attempt.about if attempt is not None else "a question"
        why = _why(row.reason)
        match row.action:
            case "touch.held":
                until = _until(attempt) if attempt is not None else ""
                return Told("held", f"Held{until}: {about}", why)
            case "touch.skipped":
                return Told("not_sent", f"Left out: {about}", why)
            case "touch.cancelled":
                return Told("not_sent", f"Cancelled: {about}", why)
        return Told("log", f"{_sentence(row.action)}: {about}", why)

    def _case(self, row: AuditEntry) -> Told:
        event = row.action.partition(".")[2].replace("_", " ")
        if event == "opened":
            reason = words.REASONS.get(row.reason or "", row.reason or "")
            return Told("case", f"A person is asked to help {NAME}", self._joined(reason, row))
        by = "" if row.actor == "bot" else f" by {row.actor}"
        return Told("case", f"Case of {NAME}: {event}{by}", row.reason or "")

    def _joined(self, reason: str, row: AuditEntry) -> str:
        summary = self.cases.get(row.subject or "", "")
        return f"{reason}: {summary}" if summary and summary != reason else reason

    def _journey(self, row: AuditEntry) -> Told:
        found = self.programme.journeys.get((row.subject or "").partition(":")[0])
        name, event = found.name if found is not None else row.subject, row.action.partition(".")[2]
        if event == "entered":
            return Told("log", f'{NAME} begins "{name}"', "The rules of the journey say that it is time.")
        return Told("log", f'"{name}": {event} for {NAME}', _why(row.reason))

    def _step(self, row: AuditEntry) -> Told:
        journey, _, key = (row.subject or "").partition(":")
        name, state = _step_name(self.programme, journey, key), row.action.partition(".")[2].replace("_", " ")
        said = f'"{row.reason}" ({row.actor})' if row.reason else f"By {row.actor}."
        return Told("log", f"{NAME}: {name} is {state}", said)

    def _survey(self, row: AuditEntry) -> Told:
        survey = self.programme.surveys.get((row.subject or "").partition(":")[2])
        name, event = survey.name if survey is not None else row.subject, row.action.partition(".")[2]
        return Told("log", f'Survey "{name}" for {NAME}: {event}', _why(row.reason))


def _plain(row: AuditEntry) -> Told:
    subject = f" ({row.subject})" if row.subject else ""
    return Told("log", f"{_sentence(row.action)}: {NAME}{subject}", f"{row.reason or ''} By {row.actor}.".strip())


def _sentence(action: str) -> str:
    return action.replace(".", " ").replace("_", " ").capitalize()


def _why(reason: str | None) -> str:
    if reason is None:
        return ""
    known = next((text for name, text in REASONS.items() if name == reason), None)
    return known.replace("{name}", NAME) if known is not None else reason_words(reason, NAME)[:MOST_WORDS]


def _until(attempt: _Attempt) -> str:
    """In the member's own time, which is what the rules look at."""
    if attempt.held_until is None:
        return ""
    return f" until {attempt.held_until.astimezone(ZoneInfo(attempt.zone)):%a %d %b, %H:%M} their time"


def _attempts(session: Session, programme: Programme, rows: Sequence[AuditEntry]) -> dict[str, _Attempt]:
    """By subject."""
    subjects = {row.subject: _TOUCH.fullmatch(row.subject) for row in rows if row.subject}
    ids = {int(found[1]) for found in subjects.values() if found}
    if not ids:
        return {}
    asked = {one.id: (one, run, zone) for one, run, zone in session.execute(
        sa.select(CheckIn, JourneyRun.journey, Member.time_zone)
        .join(Member, Member.id == CheckIn.member_id)
        .outerjoin(JourneyRun, JourneyRun.id == CheckIn.run_id)
        .where(CheckIn.id.in_(ids))
    )}  # fmt: skip
    touches = {
        (touch.check_in_id, touch.rung): touch
        for touch in session.scalars(sa.select(Touch).where(Touch.check_in_id.in_(ids)))
    }
    made = {}
    for subject, found in subjects.items():
        if found and int(found[1]) in asked:
            check_in, journey, zone = asked[int(found[1])]
            touch = touches.get((check_in.id, int(found[2] or 0)))
            made[subject] = _Attempt(
                _about(programme, check_in, journey, touch), touch.held_until if touch else None, zone
            )
    return made


def _about(programme: Programme, check_in: CheckIn, journey: str | None, touch: Touch | None) -> str:
    name = _step_name(programme, journey or "", check_in.step)
    what = "the congratulation on" if check_in.kind is CheckInKind.CELEBRATION else "the question about"
    way = f" (message {touch.rung + 1}, {words.channel(touch.channel)})" if touch is not None else ""
    return f"{what} {name}{way}"


def _step_name(programme: Programme, journey: str, key: str) -> str:
    """The name of a step, a milestone or a survey, as the content has it now; else its key."""
    found = programme.journeys.get(journey)
    if found is None:
        survey = programme.surveys.get(key)
        return survey.name if survey is not None else key.replace("_", " ")
    known = {one.key: one.name for one in found.milestones} | {step.key: step.name for step in navigate.steps(found)}
    return known.get(key, key.replace("_", " "))


def _cases(session: Session, rows: Sequence[AuditEntry]) -> dict[str, str]:
    """What the cases are about, by subject."""
    ids = {int(found[1]) for row in rows if row.subject and (found := _CASE.fullmatch(row.subject))}
    if not ids:
        return {}
    kept = session.execute(sa.select(HandOff.id, HandOff.summary).where(HandOff.id.in_(ids)))
    return {f"case:{number}": summary for number, summary in kept}

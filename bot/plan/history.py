"""What has happened with a member, from the log, the messages and the ledger of consent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.model import (
    AuditEntry,
    CheckIn,
    ConsentEvent,
    ConsentKind,
    InboxMessage,
    JourneyRun,
    Member,
    OutboxMessage,
    Purpose,
)
from bot.plan.model import Happened
from bot.plan.wording import reason_words
from bot.programme import navigate
from bot.programme.models import Programme

DECISIONS = {
    "touch.held": "held back",
    "touch.skipped": "left out",
    "touch.cancelled": "cancelled",
    "touch.fault": "set back after a fault",
}
WRITERS = {
    Purpose.TOUCH: "The programme wrote",
    Purpose.REPLY: "The programme answered",
    Purpose.STAFF_REPLY: "A colleague wrote",
    Purpose.NOTICE: "The system wrote",
}
_RUNG = re.compile(r"check_in:(\d+)(?::(\d+))?")


@dataclass(frozen=True)
class Teller:
    """Turns rows about one member into words."""

    session: Session
    programme: Programme
    member: Member

    def newest(self, most: int) -> tuple[Happened, ...]:
        """The last `most` things that happened, the newest last."""
        if most <= 0:
            return ()
        found = [*self._log(most), *self._sent(most), *self._heard(most), *self._consents(most)]
        return tuple(sorted(found, key=lambda one: one.at)[-most:])

    def _log(self, most: int) -> Iterator[Happened]:
        rows = sa.select(AuditEntry).where(AuditEntry.member_id == self.member.id, AuditEntry.action != "touch.queued")
        for row in self.session.scalars(rows.order_by(AuditEntry.id.desc()).limit(most)).all():
            why = reason_words(row.reason, self.member.first_name) if row.reason else None
            yield Happened(row.at, self.what(row), f"{why} (by {row.actor})" if why else f"By {row.actor}.")

    def what(self, row: AuditEntry) -> str:
        """A line of the log in words: ``Message 2 about your form: held back``."""
        group, _, event = row.action.partition(".")
        subject = row.subject or ""
        match group:
            case "touch" | "check_in":
                return self._of_check_in(subject, DECISIONS.get(row.action, event.replace("_", " ")))
            case "step":
                journey, _, key = subject.partition(":")
                return f"Step {self._named(journey, key)}: {event.replace('_', ' ')}"
            case "journey":
                key = subject.partition(":")[0]
                found = self.programme.journeys.get(key)
                return f"Journey {found.name if found else key}: {event.replace('_', ' ')}"
            case "hand_off":
                return f"{subject.replace(':', ' ').capitalize() or 'Case'}: {event.replace('_', ' ')}"
            case "survey":
                return f"Survey {self._named('', subject.partition(':')[2])}: {event.replace('_', ' ')}"
        told = row.action.replace(".", ": ").replace("_", " ").capitalize()
        return f"{told} ({subject})" if subject else told

    def _of_check_in(self, subject: str, event: str) -> str:
        found = _RUNG.fullmatch(subject)
        check_in = self.session.get(CheckIn, int(found[1])) if found else None
        if found is None or check_in is None:
            return f"{subject}: {event}"
        run = self.session.get(JourneyRun, check_in.run_id) if check_in.run_id is not None else None
        rung = f"Message {int(found[2]) + 1}" if found[2] else "Question"
        return f"{rung} about {self._named(run.journey if run else '', check_in.step)}: {event}"

    def _named(self, journey: str, key: str) -> str:
        """The name of a step, a milestone or a survey, as the content has it now; else its key."""
        found = self.programme.journeys.get(journey)
        if found is not None:
            names = {milestone.key: milestone.name for milestone in found.milestones}
            names |= {step.key: step.name for step in navigate.steps(found)}
            return names.get(key, key)
        survey = self.programme.surveys.get(key)
        return survey.name if survey is not None else key

    def _sent(self, most: int) -> Iterator[Happened]:
        """What went out to the member, with the rule that sent it; what staff are shown is not among it."""
        rows = sa.select(OutboxMessage).where(
            OutboxMessage.member_id == self.member.id, OutboxMessage.purpose != Purpose.STAFF
        )
        for row in self.session.scalars(rows.order_by(OutboxMessage.id.desc()).limit(most)).all():
            why = f"{row.state}: {row.error}" if row.error else str(row.state)
            text = row.body.get("text")
            yield Happened(row.sent_at or row.created_at, WRITERS[row.purpose], why, row.channel, text, row.rule)

    def _heard(self, most: int) -> Iterator[Happened]:
        rows = sa.select(InboxMessage).where(InboxMessage.member_id == self.member.id)
        for row in self.session.scalars(rows.order_by(InboxMessage.id.desc()).limit(most)).all():
            understood = f"Understood as {row.intent.replace('_', ' ')}." if row.intent else row.outcome
            yield Happened(row.received_at, f"{self.member.first_name} wrote", understood, row.channel, row.text)

    def _consents(self, most: int) -> Iterator[Happened]:
        rows = sa.select(ConsentEvent).where(ConsentEvent.member_id == self.member.id)
        for row in self.session.scalars(rows.order_by(ConsentEvent.id.desc()).limit(most)).all():
            about = f"{row.message_class} messages" if row.message_class else row.channel
            given = "given" if row.kind is ConsentKind.GRANTED else "withdrawn"
            yield Happened(row.at, f"Consent to {about} {given}", f"{row.source}: {row.wording}")

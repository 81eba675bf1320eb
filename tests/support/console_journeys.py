"""Some hundreds of members on their way through the onboarding, for the map of it: the same each time."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.model import (
    CheckIn,
    CheckInKind,
    CheckInState,
    HandOff,
    HandOffReason,
    JourneyRun,
    JourneyVersion,
    Member,
    Priority,
    RunState,
    StepProgress,
    StepState,
    Team,
    Touch,
    TouchState,
)
from bot.programme import navigate
from bot.programme.models import Journey, Programme, Step
from tests.support.house import House

SEGMENTS = {"onboarding": ("early_career", "senior_professional"), "onboarding_student": ("student",)}
NAMES = ("Ada", "Bilal", "Carmen", "Dmitri", "Esi", "Farah", "Goran", "Hana", "Ines", "Jun", "Kofi", "Lena")
SURNAMES = ("Abara", "Brandt", "Costa", "Dunne", "Eriksen", "Fontaine", "Gupta", "Horvat", "Ito", "Jansen")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
_CHANNELS = {"email": "email", "sms": "sms", "chat": "telegram", "voice": "voice"}


def many(house: House, count: int = 400) -> None:
    """Writes them down as they would stand after some months of work; nobody is written to."""
    dice = random.Random(7)  # noqa: S311 - the same picture each time
    now = house.clock.now()
    with house.db.begin() as session:
        for number in range(count):
            key = "onboarding_student" if dice.random() < 0.25 else "onboarding"
            journey = house.programme.journeys[key]
            entered = now - timedelta(days=dice.randint(2, 150), hours=dice.randint(0, 23))
            _Way(session, house.programme, journey, now, dice).go(_member(session, number, key, entered, dice), entered)


def _member(session: Session, number: int, journey: str, entered: datetime, dice: random.Random) -> Member:
    member = Member(
        number=f"MJ-{number:04}", first_name=dice.choice(NAMES), last_name=dice.choice(SURNAMES),
        segment=dice.choice(SEGMENTS[journey]), time_zone="Europe/London", language="en",
        joined_on=date.fromordinal(entered.date().toordinal()), created_at=entered,
    )  # fmt: skip
    session.add(member)
    session.flush()
    return member


class _Way:
    """One member's way: steps take some days, some people fall silent, some get stuck, some leave."""

    def __init__(
        self, session: Session, programme: Programme, journey: Journey, now: datetime, dice: random.Random
    ) -> None:
        self.session, self.programme, self.journey, self.now, self.dice = session, programme, journey, now, dice

    def go(self, member: Member, entered: datetime) -> None:
        run = self._run(member, entered)
        steps, at, over = navigate.steps(self.journey), entered + DAY, False
        for number, step in enumerate(steps):
            state, said, moment = StepState.PENDING, None, entered
            if not over and run.state is RunState.ACTIVE:
                takes = timedelta(days=self.dice.expovariate(1 / (2 + number)), hours=2)
                fate = self.dice.random()
                if at + takes > self.now or fate > 0.965 - number * 0.004:
                    state, said, over = self._here(run, step, min(at, self.now - HOUR), fate)
                    moment = min(at, self.now)
                elif fate < 0.04 + number * 0.008:
                    state, said, moment = StepState.SKIPPED, "bot", at + takes
                else:
                    state, moment = StepState.DONE, at + takes
                    said = self.dice.choices(("member:sms", "event:crm", "staff:Maria"), (6, 3, 1))[0]
                    self._asked(run, step, at, CheckInState.ANSWERED, at + takes)
                at = moment + timedelta(days=self.dice.randint(2, 5))
            self.session.add(
                StepProgress(run_id=run.id, step=step.key, state=state, source=said, changed_at=moment)
            )  # fmt: skip
        if not over and run.state is RunState.ACTIVE:
            run.state, run.ended_at, run.outcome = RunState.COMPLETED, min(at, self.now), "completed"
        self.session.flush()

    def _run(self, member: Member, entered: datetime) -> JourneyRun:
        if self.session.get(JourneyVersion, self.journey.version) is None:
            body = self.journey.model_dump(mode="json")
            self.session.add(JourneyVersion(digest=self.journey.version, journey=self.journey.key, body=body,
                                            first_seen_at=entered))  # fmt: skip
        run = JourneyRun(member_id=member.id, journey=self.journey.key, occasion="joined", entered_at=entered,
                         version=self.journey.version, state=RunState.ACTIVE)  # fmt: skip
        self.session.add(run)
        self.session.flush()
        return run

    def _here(self, run: JourneyRun, step: Step, at: datetime, fate: float) -> tuple[StepState, str | None, bool]:
        """They stand at this step, or went no further."""
        old = self.now - run.entered_at > timedelta(days=90)
        if old or fate > 0.985:
            self._asked(run, step, at, CheckInState.CANCELLED, self.now)
            run.state, run.ended_at = RunState.ENDED, self.now
            run.outcome = "lapsed" if old else self.dice.choice(("left", "segment_changed"))
            return StepState.PENDING, None, True
        kind = self.dice.random()
        if kind < 0.1:
            self._handed_off(self._asked(run, step, at, CheckInState.HANDED_OFF, self.now))
            return StepState.PENDING, None, True
        if kind < 0.16:
            self._asked(run, step, at, CheckInState.SCHEDULED, None, round=2)
            return StepState.BLOCKED, "member:sms", True
        self._asked(run, step, at, CheckInState.SCHEDULED if kind < 0.35 else CheckInState.OPEN, None)
        return StepState.PENDING, None, True

    def _asked(
        self, run: JourneyRun, step: Step, at: datetime, state: CheckInState, closed: datetime | None, **more: Any
    ) -> CheckIn:
        question = CheckIn(
            member_id=run.member_id, run_id=run.id, kind=CheckInKind.STEP, step=step.key, state=state, created_at=at,
            opened_at=None if state is CheckInState.SCHEDULED else at, closed_at=closed,
            next_touch_at=None if closed else self.now + DAY, **more,
        )  # fmt: skip
        self.session.add(question)
        self.session.flush()
        if state is not CheckInState.SCHEDULED and step.ladder is not None:
            segment = self.session.get_one(Member, run.member_id).segment
            self._climb(question, step.ladder, segment, at, closed or self.now)
        return question

    def _climb(self, question: CheckIn, ladder: str, segment: str, at: datetime, until: datetime) -> None:
        for number, rung in enumerate(self.programme.ladders[ladder].for_segment(segment).rungs):
            reached = self.dice.random() < 0.8
            self.session.add(
                Touch(
                    check_in_id=question.id, member_id=question.member_id, rung=number,
                    channel=_CHANNELS[rung.modality] if reached else rung.modality, sender="Compass",
                    state=TouchState.SENT if reached else TouchState.SKIPPED,
                    reason=None if reached else self.dice.choice(("no_consent", "no_address")),
                    sent_at=at if reached else None, changed_at=at,
                )
            )  # fmt: skip
            question.rung = number + 1
            if reached:
                at += rung.wait
            if at > until:
                return

    def _handed_off(self, question: CheckIn) -> None:
        self.session.add(
            HandOff(
                member_id=question.member_id, subject=f"member:{question.member_id}", channel="sms", address="+1",
                reason=HandOffReason.SILENT, summary="No answer after 3 messages.", priority=Priority.NORMAL,
                team=Team.MEMBER_SUCCESS, opened_at=self.now, check_in_id=question.id,
            )
        )  # fmt: skip

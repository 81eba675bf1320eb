"""A made-up year of an organisation, of any size: who joined, what they were asked and answered, and who left.

What the console's measures are looked at and measured on. The same `seed` makes the same year.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from benchmarks.crowd import settle
from bot import bulk
from bot.db import Database
from bot.members.membership import ENDED, LAPSED, RENEWED
from bot.model import (
    AuditEntry,
    Base,
    CheckIn,
    ContactPoint,
    HandOff,
    JourneyRun,
    JourneyVersion,
    Member,
    Staff,
    StepProgress,
    SurveyAnswer,
    SurveyRound,
    Touch,
)
from bot.programme.models import Programme
from bot.progress.entries import rules_digest

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)
ZONES = ("America/New_York", "America/Chicago", "America/Los_Angeles", "Europe/Berlin", "Europe/London",
         "Africa/Lagos", "Asia/Kolkata")  # fmt: skip
SEGMENTS = {"early_career": 46, "senior_professional": 22, "student": 16, "corporate_partner": 10, "retired": 6}
ONBOARDING = {"early_career": "onboarding", "senior_professional": "onboarding", "student": "onboarding_student",
              "corporate_partner": "onboarding_partner", "retired": "onboarding_retired"}  # fmt: skip
COMPLETES = {"early_career": 0.74, "senior_professional": 0.8, "student": 0.66, "corporate_partner": 0.9,
             "retired": 0.78}  # fmt: skip
RENEWS = {"early_career": 0.84, "senior_professional": 0.93, "student": 0.72, "corporate_partner": 0.95,
          "retired": 0.9}  # fmt: skip
LADDER = (("email", 0.3), ("sms", 0.42), ("telegram", 0.36), ("voice", 0.55))
REASONS = ("silent", "silent", "silent", "asked", "asked", "stuck", "detractor", "complaint", "technical")
WORDS = ("Too many e-mails at once.", "I could not find the mentoring page.", "The people I met.",
         "Fees went up and nobody said why.", "The events are at bad hours for me.", "My group lead answers quickly.",
         "=HYPERLINK(\"https://example.com\")", "<script>alert(1)</script>")  # fmt: skip
CHUNK = 5000


@dataclass
class Rows:
    """What is to be written, in batches, and the next number of each table."""

    db: Database
    kept: dict[type[Base], list[dict[str, Any]]] = field(default_factory=dict)
    numbers: dict[type[Base], Iterator[int]] = field(default_factory=dict)

    def add(self, model: type[Base], **values: Any) -> int:
        number = next(self.numbers.setdefault(model, count(1)))
        self.kept.setdefault(model, []).append({"id": number, **values})
        return number

    def write(self, *, least: int = 0) -> None:
        if sum(map(len, self.kept.values())) < max(least, 1):
            return
        with self.db.begin() as session:
            for model in ORDER:
                rows = self.kept.pop(model, [])
                for at in range(0, len(rows), CHUNK):
                    bulk.insert(session, model, rows[at : at + CHUNK])


ORDER: tuple[type[Base], ...] = (
    Member, ContactPoint, JourneyRun, StepProgress, CheckIn, Touch, HandOff, SurveyRound, SurveyAnswer, AuditEntry
)  # fmt: skip


def fill(db: Database, programme: Programme, members: int, *, touches: int = 12, seed: int = 6) -> None:
    """Writes the year into an empty database; of each member about so many check-ins a year."""
    random, rows = Random(seed), Rows(db)  # noqa: S311 - the same seed makes the same year
    digest = rules_digest(programme)
    with db.begin() as session:
        session.add_all(Staff(email=f"msm{at}@example.org", name=f"Manager {at}") for at in range(1, 6))
        for key, journey in programme.journeys.items():
            body = journey.model_dump(mode="json")
            session.add(JourneyVersion(digest=journey.version, journey=key, body=body, first_seen_at=NOW - 800 * DAY))
    for _ in range(members):
        one = Person(random, rows, programme, touches)
        one.live(digest)
        rows.write(least=40_000)
    rows.write()
    settle(db, *ORDER, Staff)


class Person:
    """One member, and all that happened with them."""

    def __init__(self, random: Random, rows: Rows, programme: Programme, touches: int) -> None:
        self.random, self.rows, self.programme, self.touches = random, rows, programme, touches
        self.segment = random.choices(list(SEGMENTS), list(SEGMENTS.values()))[0]
        back = random.randrange(0, 480) if random.random() < 0.45 else random.randrange(480, 2200)
        self.joined = TODAY - back * DAY
        self.created = max(_at(self.joined, 9), NOW - 500 * DAY)
        self.id = 0
        self.gone: date | None = None

    def live(self, digest: str) -> None:
        random = self.random
        renewals = [day for year in range(1, 8) if (day := _anniversary(self.joined, year)) <= TODAY + 365 * DAY]
        past = [day for day in renewals if self.created.date() <= day <= TODAY]
        self.id = next(self.rows.numbers.setdefault(Member, count(1)))
        status, lapsed_on, renews_on = "active", None, _anniversary(self.joined, 1)
        while renews_on < self.created.date():
            renews_on = _anniversary(self.joined, renews_on.year - self.joined.year + 1)
        for day in past:
            if random.random() > RENEWS[self.segment]:
                status, lapsed_on = self._lose(day)
                break
            following = _anniversary(self.joined, day.year - self.joined.year + 1)
            self._tell(RENEWED, day + timedelta(days=random.randrange(-20, 12)), "active", "active", day, following)
            renews_on = following
        self.rows.kept.setdefault(Member, []).append({
            "id": self.id, "number": f"FI-{self.id}", "first_name": random.choice(("Ana", "Ben", "Chi", "Dee", "Eli")),
            "last_name": f"Made-Up {self.id}", "segment": self.segment, "traits": {}, "language": "en",
            "time_zone": random.choice(ZONES), "joined_on": self.joined, "status": status, "renews_on": renews_on,
            "lapsed_on": lapsed_on, "dates": {}, "wishes": {}, "planned_with": digest, "msm_id": self.id % 5 + 1,
            "created_at": self.created,
        })  # fmt: skip
        self.rows.add(ContactPoint, member_id=self.id, channel="email", address=f"member{self.id}@example.com",
                      consented_at=self.created)  # fmt: skip
        self._onboard()
        run = self._engage()
        self._ask(run)
        self._survey()

    def _lose(self, day: date) -> tuple[str, date | None]:
        """Lapsed a week after the renewal date, or left before it."""
        if self.random.random() < 0.6:
            lapsed_on = self.gone = min(day + 7 * DAY, TODAY)
            self._tell(LAPSED, lapsed_on, "active", "lapsed", day, day)
            return "lapsed", lapsed_on
        left_on = self.gone = max(day - timedelta(days=self.random.randrange(0, 60)), self.created.date())
        self._tell(ENDED, left_on, "active", "left", day, day)
        return "left", None

    def _tell(self, action: str, on: date, before: str, after: str, due: date, following: date) -> None:
        at = max(_at(min(on, TODAY), 12), self.created + timedelta(hours=1))
        joined = str(self.joined)
        self.rows.add(
            AuditEntry, at=at, actor="event:crm", action=action, member_id=self.id, subject=None, reason=None,
            details={"happened_at": at.isoformat(),
                     "before": {"status": before, "renews_on": str(due), "joined_on": joined},
                     "after": {"status": after, "renews_on": str(following), "joined_on": joined}},
        )  # fmt: skip

    def _run(self, key: str, since: datetime, until: datetime | None, outcome: str) -> int:
        ended = until if until is not None and until < NOW else None
        return self.rows.add(
            JourneyRun, member_id=self.id, journey=key, occasion=str(since.date()),
            version=self.programme.journeys[key].version, entered_at=since, ended_at=ended,
            state="active" if ended is None else ("completed" if outcome == "completed" else "ended"),
            outcome=outcome if ended is not None else None,
        )  # fmt: skip

    def _onboard(self) -> None:
        start = _at(self.joined, 9)
        if start < self.created - DAY:
            return
        better = 0.12 * (1 - (NOW - start) / timedelta(days=480))
        done = self.random.random() < COMPLETES[self.segment] + better
        length = self.random.triangular(12, 89, 40) if done else 90
        run = self._run(ONBOARDING[self.segment], start, start + length * DAY, "completed" if done else "lapsed")
        for step in ("profile_form", "first_goal"):
            state = (
                "done" if done or self.random.random() < 0.5 else "skipped" if self.random.random() < 0.3 else "pending"
            )
            self.rows.add(StepProgress, run_id=run, step=step, state=state, source="member:sms", changed_at=start)

    def _engage(self) -> int:
        start = max(_at(self.joined, 9) + 90 * DAY, self.created)
        gone = _at(self.gone, 12) if self.gone is not None else None
        if start >= NOW:
            start = NOW - DAY
        key = "engagement_retired" if self.segment == "retired" else "engagement"
        return self._run(key, start, gone, "left")

    def _ask(self, run: int) -> None:
        span = (NOW - self.created) / DAY
        for number in range(int(self.touches * span / 365 * self.random.uniform(0.4, 1.6)) + 1):
            at = self.created + timedelta(days=self.random.random() * span)
            if self.gone is not None and at.date() >= self.gone:
                continue
            self._check_in(run, f"step_{number}", at.replace(hour=self.random.choice((8, 9, 13, 14, 15, 16, 17, 19))))

    def _check_in(self, run: int, step: str, at: datetime) -> None:
        random, sent, answered = self.random, [], None
        for rung, (channel, chance) in enumerate(LADDER):
            if at >= NOW:
                break
            sent.append((rung, channel, at))
            eager = 1.25 if at.hour >= 15 else 0.9
            if random.random() < chance * eager:
                answered = at + timedelta(minutes=min(random.lognormvariate(4.6, 1.5), 2800))
                break
            at += 2 * DAY
        if not sent:
            return
        is_open = (answered is None and at >= NOW) or (answered is not None and answered >= NOW)
        state = "open" if is_open else "answered" if answered is not None else "handed_off"
        closed = None if is_open else answered or at
        number = self.rows.add(
            CheckIn, member_id=self.id, run_id=run, kind="step", message_class="relationship", step=step, round=1,
            state=state, rung=len(sent), created_at=sent[0][2], opened_at=sent[0][2], closed_at=closed,
            outcome=None if is_open else "in_progress" if answered is not None else "silent",
            next_touch_at=NOW + DAY if is_open else None,
        )  # fmt: skip
        for rung, channel, when in sent:
            self.rows.add(Touch, check_in_id=number, member_id=self.id, rung=rung, channel=channel, sender="Compass",
                          state="sent", attempt=1, sent_at=when, changed_at=when)  # fmt: skip
        if (state == "handed_off" and random.random() < 0.3) or random.random() < 0.02:
            self._hand_off(closed or at)

    def _hand_off(self, at: datetime) -> None:
        random = self.random
        if at >= NOW:
            return
        reply = at + timedelta(hours=random.lognormvariate(1.3, 1.1))
        replied = reply if reply < NOW and random.random() < 0.93 else None
        done = reply + DAY if reply + DAY < NOW else None
        self.rows.add(
            HandOff, member_id=self.id, subject=f"member:{self.id}", channel="sms", address="", summary="",
            reason=random.choice(REASONS), priority=random.choice(("high", "normal", "normal", "low")),
            team="member_success", state="resolved" if done else "claimed", opened_at=at, first_reply_at=replied,
            resolved_at=done, paused_seconds=0, rung=0, reopened=0, card_edition=0,
        ) if done or self.id % 50 == 0 else None  # fmt: skip

    def _survey(self) -> None:
        random = self.random
        for survey, question, kind, after in (("after_joining", "start", "csat", 7), ("day_90", "recommend", "nps", 90),
                                              ("before_renewal", "satisfied", "csat", 320)):  # fmt: skip
            asked = _at(self.joined, 14) + after * DAY
            while asked < self.created:
                asked += 365 * DAY
            if asked < NOW and (self.gone is None or asked.date() < self.gone):
                self._round(survey, question, kind, asked, random.random() < 0.38)

    def _round(self, survey: str, question: str, kind: str, asked: datetime, answers: bool) -> None:
        random = self.random
        happy = random.random() < RENEWS[self.segment] - 0.05
        score = random.choices((9, 10, 8, 7), (4, 4, 2, 1))[0] if happy else random.randrange(0, 8)
        score = score if kind == "nps" else (random.choice((4, 5, 5, 4, 3)) if happy else random.randrange(1, 4))
        number = self.rows.add(
            SurveyRound, member_id=self.id, survey=survey, occasion=str(asked.date()), due_at=asked, unclear=0,
            state="answered" if answers else "expired", segment=self.segment, asked_at=asked, started_at=asked,
            finished_at=asked + DAY, channel="sms",
        )  # fmt: skip
        if not answers:
            return
        given: list[tuple[str, str, int | None, str]] = [(question, kind, score, str(score))]
        if kind == "nps":
            given.append((f"{question}_why", "text", None, random.choice(WORDS)))
        for key, of, worth, text in given:
            self.rows.add(SurveyAnswer, member_id=self.id, round_id=number, survey=survey, question=key, kind=of,
                          number=worth, text=text, channel="sms", asked_at=asked,
                          at=min(asked + timedelta(hours=3), NOW))  # fmt: skip


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def _anniversary(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28))

"""A small world to count in: members and what happened to them, written as the tables keep it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from bot.db import Database
from bot.insights.measures import windows
from bot.insights.measures.counts import Counts, Tally
from bot.insights.measures.kinds import Kind
from bot.members import membership
from bot.members.membership import Fact
from bot.model import (
    CheckIn,
    CheckInKind,
    CheckInState,
    HandOff,
    HandOffReason,
    HandOffState,
    JourneyRun,
    JourneyVersion,
    Member,
    MemberStatus,
    Priority,
    RoundState,
    RunState,
    StepProgress,
    StepState,
    SurveyAnswer,
    SurveyRound,
    Team,
    Touch,
    TouchState,
)
from bot.programme.models import Programme
from tests.support.small_programme import make_programme

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def moment(text: str) -> datetime:
    """``2026-03-01`` is its midnight, ``2026-03-01 14:30`` that minute; in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass
class World:
    """Everybody is a member since long ago, of the segment `everybody`, in New York, unless a test says otherwise."""

    db: Database
    programme: Programme = field(default_factory=make_programme)
    now: datetime = NOW
    _next: Any = field(default_factory=lambda: count(1))

    def member(self, joined: str = "2020-01-01", created: str | None = None, **values: Any) -> int:
        with self.db.begin() as session:
            one = Member(**{
                "first_name": "Ana", "last_name": "Smith", "segment": "everybody", "time_zone": "America/New_York",
                "language": "en", "joined_on": date.fromisoformat(joined), "created_at": moment(created or joined),
                "status": MemberStatus.ACTIVE, **values,
            })  # fmt: skip
            session.add(one)
            session.flush()
            return one.id

    def run(
        self, member: int, entered: str, ended: str | None = None, state: RunState = RunState.COMPLETED,
        steps: tuple[StepState, ...] = (StepState.DONE,), journey: str = "onboarding",
    ) -> int:  # fmt: skip
        with self.db.begin() as session:
            pinned = self.programme.journeys[journey]
            if session.get(JourneyVersion, pinned.version) is None:
                body = pinned.model_dump(mode="json")
                session.add(JourneyVersion(digest=pinned.version, journey=journey, body=body, first_seen_at=NOW))
                session.flush()
            one = JourneyRun(
                member_id=member, journey=journey, occasion=f"{next(self._next)}", version=pinned.version,
                entered_at=moment(entered), ended_at=moment(ended) if ended else None,
                state=state if ended else RunState.ACTIVE,
            )  # fmt: skip
            session.add(one)
            session.flush()
            session.add_all(
                StepProgress(run_id=one.id, step=f"step{at}", state=state, source="member:sms", changed_at=NOW)
                for at, state in enumerate(steps)
            )
            return one.id

    def tell(self, what: str, member: int, happened: str, renews_on: str | None = None) -> None:
        """``renew``, ``lapse``, ``end`` or ``rejoin``, as an event of another system does."""
        at, day = moment(happened), date.fromisoformat(renews_on) if renews_on else None
        further = {"renews_on": day} if what in ("renew", "rejoin") else {}
        with self.db.begin() as session:
            one = session.get_one(Member, member)
            getattr(membership, what)(session, self.programme, one, Fact("event:crm", at), at, **further)

    def asked(
        self, member: int, sent: list[tuple[str, str]], answered: str | None = None, *, source: str = "member:sms",
        kind: CheckInKind = CheckInKind.STEP, outcome: str = "done",
    ) -> int:  # fmt: skip
        """A question with its messages (channel, when), and when it was answered."""
        run = self.run(member, "2026-01-01", steps=())
        with self.db.begin() as session:
            if kind is CheckInKind.STEP:
                session.add(StepProgress(run_id=run, step="form", state=StepState.DONE, source=source, changed_at=NOW))
            closed = moment(answered) if answered else None
            one = CheckIn(
                member_id=member, run_id=run, kind=kind, step="form", message_class="relationship", rung=len(sent),
                state=CheckInState.ANSWERED if answered else CheckInState.HANDED_OFF, closed_at=closed,
                outcome=outcome if answered else "silent", created_at=moment(sent[0][1]),
            )  # fmt: skip
            session.add(one)
            session.flush()
            session.add_all(
                Touch(
                    check_in_id=one.id, member_id=member, rung=rung, channel=channel, sender="Compass",
                    state=TouchState.SENT, sent_at=moment(at), changed_at=moment(at),
                )
                for rung, (channel, at) in enumerate(sent)
            )  # fmt: skip
            return one.id

    def scored(
        self, member: int, at: str, kind: str, number: int | None, *, segment: str | None = "everybody",
        survey: str = "start", question: str = "score", text: str | None = None,
    ) -> None:  # fmt: skip
        with self.db.begin() as session:
            one = SurveyRound(
                member_id=member, survey=survey, occasion=f"{next(self._next)}", due_at=moment(at), segment=segment,
                state=RoundState.ANSWERED, asked_at=moment(at), started_at=moment(at),
            )  # fmt: skip
            session.add(one)
            session.flush()
            session.add(SurveyAnswer(member_id=member, round_id=one.id, survey=survey, question=question, kind=kind,
                                     number=number, text=text, at=moment(at)))  # fmt: skip

    def case(self, opened: str, replied: str | None = None, resolved: str | None = None, **values: Any) -> None:
        with self.db.begin() as session:
            session.add(HandOff(**{
                "subject": f"somebody:{next(self._next)}", "channel": "sms", "address": "+1", "summary": "",
                "reason": HandOffReason.ASKED, "priority": Priority.NORMAL, "team": Team.MEMBER_SUCCESS,
                "state": HandOffState.RESOLVED if resolved else HandOffState.OPEN, "opened_at": moment(opened),
                "first_reply_at": moment(replied) if replied else None,
                "resolved_at": moment(resolved) if resolved else None, **values,
            }))  # fmt: skip

    def count(self, kind: Kind, month: str) -> Counts:
        with self.db.begin() as session:
            return kind.count(session, self.programme, windows.month(month), self.now)


def plain(tally: Tally) -> tuple[int, int]:
    """How many, and how many of them."""
    return tally.n, tally.k


def shown(groups: dict[str, Tally]) -> dict[str, tuple[int, int]]:
    return {label: plain(tally) for label, tally in groups.items()}

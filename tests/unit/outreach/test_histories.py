"""Whatever happens to a member, in whatever order: nothing forbidden is sent, and every open climb has a future."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.auditor import audit
from bot.conversation.scene import Heard
from bot.db import Database
from bot.events.event import read
from bot.events.take import take
from bot.handoff import acts
from bot.members import absences, preferences
from bot.members.consent import Evidence
from bot.model import LIVE, Base, CheckIn, HandOff, HandOffState, JourneyRun, Member, PlannedEntry, RunState
from tests.support import cast
from tests.support.house import House
from tests.support.small_programme import journey, ladder, make_programme, rung, step

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SAYINGS = {
    "action_report_done": "done",
    "action_report_not_done": "not yet",
    "action_report_in_progress": "nearly there",
    "action_report_blocked": "I'm stuck",
    "action_snooze": "ask me in three days",
    "action_away": "I'm away until 20 December",
    "action_next_step": "what's next?",
    "action_request_human": "can I talk to somebody?",
}
EVENTS = ("form.filled", "membership.renewed", "membership.lapsed", "membership.ended", "membership.joined_again")


def programme() -> Any:
    """Onboarding for everybody but students, a quiet promotional journey, and the renewal; four ways of contact."""
    every_way = ladder(rung("email"), rung("chat", wait="1d"), rung("sms", "msm"), rung("sms", "msm", wait="3d"))
    quiet = {"rungs": [rung("sms", wait="1d"), rung("email", wait="2d")], "then": None}
    glad = {"rungs": [rung("chat", text="{celebrate}"), rung("sms", text="{celebrate}")], "then": None}
    settled = [step("form", "joined", "1d", observed_by=["form.filled"], bundle=True), step("hello", lapses="9d")]
    dues = [
        step("notice", "renewal", "-20d", message_class="transactional", lapses="9d"),
        step("deadline", "renewal", "-5d", message_class="transactional", requires=[]),
        step("paid", "renewal", "0d", ladder=None, observed_by=["membership.renewed"], requires=[]),
    ]
    invites = [
        step("party", "entered", "1d", ladder="quiet", message_class="promotional", lapses="6d"),
        step("tour", "entered", "2d", bundle=True, requires=[]),
        step("book", ladder="quiet", message_class="promotional"),
    ]
    way = journey(milestones={"settled": settled, "at_home": [step("plan")]}, segments=["everybody"], lapses="60d")
    way["milestones"][0]["ladder"] = "glad"
    journeys = {
        "onboarding": way,
        "students": journey("students", {"settled": settled}, segments=["student"]),
        "invites": journey("invites", {"m": invites}, stage="engagement", enters={"after": "joined"}, lapses="40d"),
        "renewal": journey("renewal", {"m": dues}, stage="renewal", complete_when="paid",
                           enters={"after": "renewal", "offset": "-21d"}, lapses="40d"),
        "winback": journey("winback", {"m": [step("why", "entered", "2d")]}, stage="winback",
                           enters={"after": "lapsed", "offset": "3d"}),
    }  # fmt: skip
    return make_programme(journeys=journeys, ladders={"standard": every_way, "quiet": quiet, "glad": glad})


class History:
    """Ana's life with the programme, one thing after the other."""

    def __init__(self, db: Database) -> None:
        self.house = House(db, programme())
        self.start = self.house.clock.now()
        self.house.bring("Ana", email="ana@example.org", consent_email=True, consent_source="form",
                         renews_on=date(2026, 12, 20))  # fmt: skip
        self.settle()

    def settle(self) -> None:
        self.house.settle()
        now = self.house.clock.now()
        found = audit.run(self.house.db, self.house.programme, now, self.house.clock.wall(), since=self.start)
        assert found.findings == ()
        for check_in in self.house.rows(CheckIn, CheckIn.state.in_(LIVE)):
            assert check_in.next_touch_at is not None
            assert check_in.next_touch_at > now

    def wait(self, hours: int) -> None:
        """From one deadline to the next, as the scheduler would see them."""
        until = self.house.clock.now() + hours * HOUR
        while (then := min(self._next(), until)) < until:
            self.house.clock.push(then - self.house.clock.now())
            self.house.settle()
        self.house.clock.push(until - self.house.clock.now())

    def _next(self) -> datetime:
        with self.house.db.begin() as session:
            live = sa.select(sa.func.min(CheckIn.next_touch_at)).where(CheckIn.state.in_(LIVE))
            lapse = sa.select(sa.func.min(JourneyRun.lapses_at)).where(JourneyRun.state == RunState.ACTIVE)
            due = [session.scalar(query) for query in (live, lapse, sa.select(sa.func.min(PlannedEntry.due_at)))]
        return min((moment for moment in due if moment is not None), default=datetime.max.replace(tzinfo=UTC))

    def says(self, action: str) -> None:
        heard = Heard(SAYINGS[action], None)
        self.house.dialogue.meanwhile = lambda turn: self.house.performer.perform(
            action, int(turn.message_id.removeprefix("in-")), heard
        )
        self.house.says(SAYINGS[action])
        self.house.dialogue.meanwhile = None

    def event(self, name: str) -> None:
        now = self.house.clock.now()
        values = {"id": f"{name}-{now.isoformat()}", "member_number": "no-Ana", "name": name, "at": now.isoformat()}
        event = read(values, now)
        assert not isinstance(event, list)
        with self.house.db.begin() as session:
            take(session, self.house.programme, event, source="test", now=now)

    def resolve(self, step_done: bool) -> None:
        for case in self.house.rows(HandOff, HandOff.state != HandOffState.RESOLVED):
            act = self.house.act(case.id)
            with self.house.db.begin() as session:
                acts.resolve(session, act, "talked", self.house.programme, step_done=step_done)

    def decline(self, again: bool) -> None:
        self._with(lambda session, ana, now: (
            preferences.accept(session, ana, "promotional", Evidence("test", "yes"), now) if again
            else preferences.decline(session, self.house.programme, ana, "promotional", Evidence("test", "no"), now)
        ))  # fmt: skip

    def absence(self, start: int, days: int) -> None:
        now = self.house.clock.now()
        starts, ends = now + start * DAY, now + (start + days) * DAY
        self._with(lambda session, ana, at: absences.add(session, ana, starts, ends, "test", None, at))

    def segment(self, stage: str) -> None:
        with self.house.db.begin() as session:
            cast.bring(session, self.house.programme, "Ana", self.house.clock.now(), email="ana@example.org",
                       consent_email=True, consent_source="form", traits={"stage": stage})  # fmt: skip

    def _with(self, change: Callable[[Any, Member, Any], object]) -> None:
        with self.house.db.begin() as session:
            change(session, session.get_one(Member, 1), self.house.clock.now())


def one_of(name: str, *values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.tuples(st.just(name), *values)


HAPPENINGS = st.one_of(
    one_of("wait", st.integers(6, 200)),
    one_of("wait", st.integers(6, 200)),
    one_of("says", st.sampled_from(sorted(SAYINGS))),
    one_of("keyword", st.sampled_from(["STOP", "START"])),
    one_of("event", st.sampled_from(EVENTS)),
    one_of("resolve", st.booleans()),
    one_of("decline", st.booleans()),
    one_of("absence", st.integers(0, 10), st.integers(1, 10)),
    one_of("segment", st.sampled_from(["student", "grown_up"])),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(happenings=st.lists(HAPPENINGS, min_size=4, max_size=16))
def test_no_history_breaks_a_rule(happenings: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{Path(folder) / 'history.db'}")
        Base.metadata.create_all(db.engine)
        with db.engine.connect() as connection:
            connection.exec_driver_sql("commit")
            connection.exec_driver_sql("pragma synchronous=off")
            connection.exec_driver_sql("begin")
        try:
            history = History(db)
            for name, *values in happenings:
                history.house.says(*values) if name == "keyword" else getattr(history, name)(*values)
                history.settle()
            history.wait(24 * 14)
            history.settle()
        finally:
            db.close()

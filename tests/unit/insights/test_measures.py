"""Each measure against a small world that was counted by hand."""

from __future__ import annotations

from datetime import date

import pytest

from bot.db import Database
from bot.insights.measures import answers, churn, first_reply, hand_offs, msat, nps, onboarding, retention
from bot.insights.measures.counts import WAITING
from bot.model import CheckInKind, HandOffReason, MemberStatus, Priority, RunState, StepState
from tests.support.measured import NOW, World, plain, shown
from tests.support.small_programme import make_programme


@pytest.fixture
def world(db: Database) -> World:
    return World(db)


def test_onboarding_is_complete_when_a_run_ended_within_90_days_of_joining(world: World) -> None:
    on_time, too_late, never = (world.member("2026-03-01") for _ in range(3))
    world.run(on_time, "2026-03-01", "2026-05-30 23:59")
    world.run(too_late, "2026-03-01", "2026-05-31")
    world.run(never, "2026-03-01")
    assert plain(world.count(onboarding.KIND, "2026-03").total(None)) == (3, 1)


def test_the_day_of_joining_decides_the_month(world: World) -> None:
    for joined in ("2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01"):
        world.run(world.member(joined), joined, "2026-04-02")
    assert [plain(world.count(onboarding.KIND, month).total(None)) for month in ("2026-02", "2026-03", "2026-04")] == [
        (1, 1), (2, 2), (1, 1),
    ]  # fmt: skip


def test_who_has_days_left_counts_neither_way(world: World) -> None:
    world.run(world.member("2026-08-26"), "2026-08-26", "2026-08-30")  # 90 days before the 24th of November
    world.member("2026-08-25")
    found = world.count(onboarding.KIND, "2026-08")
    assert (plain(found.total(None)), found.total(None, WAITING).n) == ((1, 0), 1)


def test_a_run_without_a_step_that_was_done_is_no_completion(world: World) -> None:
    skipped, some, left = (world.member("2026-03-01") for _ in range(3))
    world.run(skipped, "2026-03-01", "2026-03-20", steps=(StepState.SKIPPED, StepState.SKIPPED))
    world.run(some, "2026-03-01", "2026-03-20", steps=(StepState.SKIPPED, StepState.DONE))
    world.run(left, "2026-03-01", "2026-03-20", state=RunState.ENDED)
    found = world.count(onboarding.KIND, "2026-03")
    assert plain(found.total(None)) == (3, 1)
    assert {label: tally.k for label, tally in found.groups("way", None).items()} == {"some": 1}


def test_who_came_here_late_was_merged_or_has_no_onboarding_is_left_out(world: World) -> None:
    world.member("2026-03-01", created="2026-06-01")
    world.member("2026-03-01", status=MemberStatus.MERGED)
    world.member("2026-03-01", segment="gone")
    assert plain(world.count(onboarding.KIND, "2026-03").total(None)) == (0, 0)


def test_a_membership_that_goes_on_30_days_after_its_renewal_date_was_kept(world: World) -> None:
    """Two renewed, one early and one late; one is active without a word; one lapsed, one left, one was won back."""
    early, late, silent, lapsed, left, won_back = (
        world.member(renews_on=date.fromisoformat("2026-05-10")) for _ in range(6)
    )
    world.tell("renew", early, "2026-04-01")
    world.tell("renew", late, "2026-06-09")
    world.tell("lapse", lapsed, "2026-05-17")
    world.tell("end", left, "2026-03-01")
    world.tell("lapse", won_back, "2026-05-17")
    world.tell("rejoin", won_back, "2026-06-20")
    assert plain(world.count(retention.KIND, "2026-05").total(None)) == (6, 3)
    assert silent


def test_who_lapses_and_pays_within_the_grace_was_kept(world: World) -> None:
    member = world.member(renews_on=date.fromisoformat("2026-05-10"))
    world.tell("lapse", member, "2026-05-17")
    world.tell("renew", member, "2026-06-09")
    assert plain(world.count(retention.KIND, "2026-05").total(None)) == (1, 1)


def test_each_renewal_date_counts_in_its_own_month(world: World) -> None:
    member = world.member(renews_on=date.fromisoformat("2025-05-10"))
    world.tell("renew", member, "2025-05-10")
    world.tell("lapse", member, "2026-05-20")
    assert [plain(world.count(retention.KIND, month).total(None)) for month in ("2025-05", "2026-05")] == [
        (1, 1), (1, 0),
    ]  # fmt: skip


def test_a_date_whose_grace_is_not_over_waits(world: World) -> None:
    world.member(renews_on=date.fromisoformat("2026-10-24"))
    world.member(renews_on=date.fromisoformat("2026-10-25"))
    found = world.count(retention.KIND, "2026-10")
    assert (plain(found.total(None)), found.total(None, WAITING).n) == ((1, 1), 1)


def test_a_date_from_before_the_record_came_here_is_not_counted(world: World) -> None:
    world.member(created="2026-06-01", renews_on=date.fromisoformat("2026-05-10"))
    assert plain(world.count(retention.KIND, "2026-05").total(None)) == (0, 0)


def test_churn_tells_at_which_stage_they_stood(world: World) -> None:
    stays, onboards, nowhere = (world.member() for _ in range(3))
    world.run(stays, "2026-03-01")
    world.run(onboards, "2026-04-01")
    world.tell("end", onboards, "2026-05-31 23:00")
    world.tell("lapse", nowhere, "2026-05-01")
    found = world.count(churn.KIND, "2026-05")
    assert plain(found.total(None)) == (3, 2)
    assert shown(found.groups("stage", None)) == {"onboarding": (2, 1), "none": (0, 1)}
    assert {label: tally.k for label, tally in found.groups("way", None).items()} == {"left": 1, "lapsed": 1}
    assert plain(world.count(churn.KIND, "2026-06").total(None)) == (1, 0)


def test_nps_takes_the_last_answer_of_each_member(world: World) -> None:
    ana, ben, chi = (world.member() for _ in range(3))
    for member, at, score in ((ana, "2026-05-01", 2), (ana, "2026-05-31 23:59", 9), (ben, "2026-05-03", 7),
                              (chi, "2026-05-04", 6), (ben, "2026-06-01", 10)):  # fmt: skip
        world.scored(member, at, "nps", score)
    found = world.count(nps.KIND, "2026-05")
    assert (found.total(None).n, found.total(None).k, found.total(None).squares) == (3, 0, 2)
    assert {label: tally.n for label, tally in found.groups("score", None).items()} == {"9": 1, "7": 1, "6": 1}


def test_an_answer_counts_in_the_segment_of_when_it_was_asked(world: World) -> None:
    world.scored(world.member(segment="student"), "2026-05-01", "nps", 9)
    world.scored(world.member(segment="student"), "2026-05-01", "nps", 9, segment=None)
    assert {key: tally.n for key, tally in world.count(nps.KIND, "2026-05").segments().items()} == {
        "everybody": 1, "student": 1,
    }  # fmt: skip


def test_msat_is_about_the_membership_and_not_about_one_event(db: Database) -> None:
    def asked(after: dict[str, str]) -> dict[str, object]:
        question = {"key": "score", "kind": "csat", "ask": "How is it?"}
        return {"name": "S", "when": after, "questions": [question], "thanks": "Thanks", "ladder": "standard"}

    surveys = {
        "start": asked({"after": "joined", "offset": "7d"}), "evening": asked({"after": "event", "event": "came"}),
    }  # fmt: skip
    world = World(db, make_programme(surveys=surveys))
    world.scored(world.member(), "2026-05-01", "csat", 5)
    world.scored(world.member(), "2026-05-02", "csat", 2)
    world.scored(world.member(), "2026-05-02", "csat", 1, survey="evening")
    found = world.count(msat.KIND, "2026-05").total(None)
    assert (found.n, found.k, found.squares) == (2, 7, 29)


def test_an_answer_belongs_to_the_last_message_before_it(world: World) -> None:
    """By SMS after an e-mail that was not answered: one of two messages."""
    world.asked(world.member(), [("email", "2026-05-01 14:00"), ("sms", "2026-05-03 14:00")], "2026-05-03 14:07")
    found = world.count(answers.KIND, "2026-05")
    assert plain(found.total(None)) == (2, 1)
    assert shown(found.groups("channel", None)) == {"email": (1, 0), "sms": (1, 1)}
    assert shown(found.groups("rung", None)) == {"1": (1, 0), "2": (1, 1)}
    assert found.total(None).minutes == {10: 1}


@pytest.mark.parametrize(
    ("answered", "minutes"),
    [("2026-05-01 14:00", 0), ("2026-05-01 14:05", 5), ("2026-05-01 15:01", 75), ("2026-05-01 18:01", 300),
     ("2026-05-02 14:01", 2160), ("2026-05-08 14:00", 10080)],
)  # fmt: skip
def test_the_time_to_an_answer_is_rounded_up(world: World, answered: str, minutes: int) -> None:
    world.asked(world.member(), [("sms", "2026-05-01 14:00")], answered)
    assert world.count(answers.KIND, "2026-05").total(None).minutes == {minutes: 1}


def test_an_answer_after_seven_days_is_none(world: World) -> None:
    world.asked(world.member(), [("sms", "2026-05-01 14:00")], "2026-05-08 14:01")
    assert plain(world.count(answers.KIND, "2026-05").total(None)) == (1, 0)


def test_what_a_colleague_or_an_event_told_was_not_answered(world: World) -> None:
    for source in ("event:crm", "staff:Maria"):
        world.asked(world.member(), [("sms", "2026-05-01 14:00")], "2026-05-01 15:00", source=source)
    world.asked(world.member(), [("sms", "2026-05-01 14:00")], "2026-05-01 15:00", source="bot", outcome="blocked")
    assert plain(world.count(answers.KIND, "2026-05").total(None)) == (3, 1)


def test_a_celebration_asks_nothing_and_a_message_of_this_week_may_still_be_answered(world: World) -> None:
    world.asked(world.member(), [("sms", "2026-11-01 14:00")], kind=CheckInKind.CELEBRATION)
    world.asked(world.member(), [("sms", "2026-11-17 14:59")])
    world.asked(world.member(), [("sms", "2026-11-17 15:00")])
    found = world.count(answers.KIND, "2026-11")
    assert (plain(found.total(None)), found.total(None, WAITING).n) == ((1, 0), 1)


def test_the_hour_is_the_members_own_on_both_sides_of_a_change_of_clocks(world: World) -> None:
    """New York leaves summer time on the 1st of November 2026 at 6:00 UTC; India is half an hour off the hour."""
    ana, india = world.member(), world.member(time_zone="Asia/Kolkata")
    world.asked(ana, [("sms", "2026-11-01 05:59")])
    world.asked(ana, [("sms", "2026-11-01 06:00")])
    world.asked(ana, [("sms", "2026-11-02 14:00")])
    world.asked(india, [("sms", "2026-11-02 03:40")])
    assert {label: tally.n for label, tally in world.count(answers.KIND, "2026-11").groups("hour", None).items()} == {
        "01": 2, "09": 2,
    }  # fmt: skip


def test_hand_offs_are_told_by_reason_for_each_member_there_was(world: World) -> None:
    ana, _ben = world.member(), world.member()
    world.case("2026-05-01", member_id=ana)
    world.case("2026-05-31 23:59", member_id=ana, reason=HandOffReason.STUCK)
    world.case("2026-05-05", reason=HandOffReason.STRANGER)
    world.case("2026-06-01", member_id=ana)
    found = world.count(hand_offs.KIND, "2026-05")
    assert plain(found.total(None)) == (2, 3)
    assert {label: tally.k for label, tally in found.groups("reason", None).items()} == {
        "asked": 1, "stuck": 1, "stranger": 1,
    }  # fmt: skip
    assert {key: plain(tally) for key, tally in found.segments().items()} == {"everybody": (2, 2), "": (0, 1)}


def test_a_first_reply_is_judged_by_the_target_of_its_case(world: World) -> None:
    """The small programme has no team, so its clocks always go; a normal case is to be answered within 8 hours."""
    limit = world.programme.inbox.targets["normal"].first_reply.total_seconds() / 3600
    assert limit == 8
    world.case("2026-05-01 10:00", "2026-05-01 18:00")
    world.case("2026-05-02 10:00", "2026-05-02 18:01")
    world.case("2026-05-03 10:00")
    world.case("2026-05-04 10:00", resolved="2026-05-04 11:00")
    found = world.count(first_reply.KIND, "2026-05")
    assert plain(found.total(None)) == (3, 1)
    assert found.total(None).minutes == {480: 1, 495: 1}
    assert found.total(None, "wordless").n == 1


def test_a_case_within_its_target_waits(world: World) -> None:
    world.case("2026-11-24 14:00")
    world.case("2026-11-24 14:00", priority=Priority.URGENT)
    found = world.count(first_reply.KIND, "2026-11")
    assert NOW.hour == 15
    assert found.total(None, WAITING).n + found.total(None).n == 2

"""Finding the way through the shipped journey."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.programme import navigate
from bot.programme.models import Due, Journey, Programme

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SETTLED = {"first_sign_in", "profile_form", "first_goal"}


def test_the_next_step_is_the_first_that_is_open(onboarding: Journey) -> None:
    keys = [step.key for step in navigate.steps(onboarding)]
    assert [step.key for step in navigate.steps(onboarding)][:2] == ["first_sign_in", "profile_form"]
    following = navigate.next_step(onboarding, {"first_sign_in", "first_goal"})
    assert following is not None
    assert following.key == "profile_form"
    assert navigate.next_step(onboarding, keys) is None


def test_a_milestone_is_reached_by_its_last_open_step_and_only_once(onboarding: Journey) -> None:
    before = SETTLED - {"profile_form"}
    reached = navigate.milestone_reached_by(onboarding, "profile_form", before)
    assert reached is not None
    assert reached.key == "settled_in"
    assert navigate.milestone_reached_by(onboarding, "profile_form", SETTLED) is None
    assert navigate.milestone_reached_by(onboarding, "first_goal", {"first_sign_in"}) is None


def test_an_unknown_step_is_an_error(onboarding: Journey) -> None:
    with pytest.raises(LookupError, match='no step "moon_landing"'):
        navigate.milestone_of(onboarding, "moon_landing")
    with pytest.raises(LookupError, match='no step "moon_landing"'):
        navigate.step_of(onboarding, "moon_landing")


def test_progress_counts_only_steps_of_the_journey(onboarding: Journey) -> None:
    now = navigate.progress(onboarding, {*SETTLED, "from_an_older_version"})
    assert (now.done, now.total, [m.key for m in now.reached], now.complete) == (3, 9, ["settled_in"], False)


def test_following_the_next_step_visits_each_step_once_and_reaches_each_milestone_once(onboarding: Journey) -> None:
    done: list[str] = []
    reached: list[str] = []
    while step := navigate.next_step(onboarding, done):
        milestone = navigate.milestone_reached_by(onboarding, step.key, done)
        reached += [milestone.key] if milestone else []
        done.append(step.key)
    assert done == [step.key for step in navigate.steps(onboarding)]
    assert reached == [milestone.key for milestone in onboarding.milestones]
    assert navigate.progress(onboarding, done).complete


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("stuck on the form", "profile_form"),
        ("did my member profile", "profile_form"),
        ("can't LOG IN", "first_sign_in"),
        ("the events", "first_event"),
        ("goal", "first_goal"),
        ("said hello in the forum", "forum_hello"),
        ("that mentor thing", "mentor_chat"),
        ("my plan for the year", "year_plan"),
        ("group", "interest_group"),
        ("the forum and the form", None),  # two fit as well
        ("first", None),
        ("member", None),
        ("the", None),
        ("tax return", None),
        ("", None),
    ],
)
def test_a_step_is_found_by_what_members_call_it(onboarding: Journey, said: str, key: str | None) -> None:
    found = navigate.find_step(onboarding, said)
    assert (found.key if found else None) == key


def test_every_name_and_alias_finds_its_own_step(programme: Programme) -> None:
    for journey in programme.journeys.values():
        for step in navigate.steps(journey):
            for phrase in (step.name, *step.aliases):
                assert navigate.find_step(journey, phrase.upper()) == step, f"{journey.key}: {phrase}"


@given(said=st.text())
def test_any_words_are_safe(onboarding: Journey, said: str) -> None:
    found = navigate.find_step(onboarding, said)
    assert found is None or found in navigate.steps(onboarding)


RENEWAL = NOON + timedelta(days=365)
STARTS = navigate.Starts(
    joined=NOON,
    entered=NOON + timedelta(days=2),
    previous_step=NOON + timedelta(days=5),
    renewal=RENEWAL,
    dates={"exam": NOON + timedelta(days=40)},
)


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (Due(after="joined", offset=timedelta(days=1)), NOON + timedelta(days=1)),
        (Due(after="entered", offset=timedelta(days=1)), NOON + timedelta(days=3)),
        (Due(after="previous_step", offset=timedelta(hours=3)), NOON + timedelta(days=5, hours=3)),
        (Due(after="renewal", offset=timedelta(days=-90)), NOON + timedelta(days=275)),
        (Due(after="date", date="exam", offset=timedelta(days=-10)), NOON + timedelta(days=30)),
    ],
)
def test_a_step_is_due_from_what_it_counts_from(onboarding: Journey, due: Due, expected: datetime) -> None:
    step = navigate.steps(onboarding)[0].model_copy(update={"due": due})
    assert navigate.due_at(step, STARTS) == expected


@pytest.mark.parametrize(
    "due",
    [
        Due(after="entered", offset=timedelta(days=1)),
        Due(after="previous_step", offset=timedelta(days=1)),
        Due(after="renewal", offset=timedelta(days=1)),
        Due(after="date", date="exam", offset=timedelta(days=1)),
    ],
)
def test_a_step_is_not_due_while_its_start_is_unknown(onboarding: Journey, due: Due) -> None:
    step = navigate.steps(onboarding)[0].model_copy(update={"due": due})
    assert navigate.due_at(step, navigate.Starts(joined=NOON)) is None


def test_steps_whose_time_is_over_are_passed_over_for_the_next_question(programme: Programme) -> None:
    journey, ends = programme.journeys["renewal"], RENEWAL - timedelta(days=76)
    asked = {key: navigate.step_of(journey, key) for key in ("record_check", "year_review", "dues_last")}
    first = navigate.Question(asked["record_check"], ends - timedelta(days=14), ends)
    second = navigate.Question(asked["year_review"], ends, ends + timedelta(days=16))
    assert navigate.next_question(journey, (), STARTS, ends - timedelta(minutes=1)) == ([], first)
    assert navigate.next_question(journey, (), STARTS, ends) == ([first.step], second)
    passed, question = navigate.next_question(journey, {"record_check"}, STARTS, ends + timedelta(days=200))
    assert (passed[0], passed[-1], question) == (asked["year_review"], asked["dues_last"], None)


def test_there_is_no_question_while_the_start_of_its_step_is_unknown(programme: Programme) -> None:
    assert navigate.next_question(programme.journeys["renewal"], (), navigate.Starts(joined=NOON), NOON) == ([], None)


def test_a_time_without_a_zone_is_refused(onboarding: Journey) -> None:
    with pytest.raises(ValueError, match="without a zone"):
        navigate.due_at(navigate.steps(onboarding)[0], navigate.Starts(joined=NOON.replace(tzinfo=None)))


def test_a_step_that_only_events_show_is_never_in_hand(programme: Programme) -> None:
    renewal = programme.journeys["renewal"]
    asked = {step.key for step in navigate.steps(renewal) if step.ladder}
    assert navigate.next_step(renewal, asked) is None
    assert not navigate.is_complete(renewal, asked)


def test_the_step_that_completes_a_journey_makes_the_rest_unnecessary(programme: Programme) -> None:
    renewal = programme.journeys["renewal"]
    assert navigate.is_complete(renewal, {"renewed"})
    assert navigate.next_step(renewal, {"renewed"}) is None


def test_a_step_without_requirements_does_not_wait_for_the_one_before(onboarding: Journey) -> None:
    first, second, *_ = navigate.steps(onboarding)
    waits = navigate.next_step(onboarding, ())
    assert waits == first
    free = second.model_copy(update={"requires": ()})
    quiet = first.model_copy(update={"ladder": None})
    settled = onboarding.milestones[0].model_copy(update={"steps": (quiet, free)})
    assert navigate.next_step(onboarding.model_copy(update={"milestones": (settled,)}), ()) == free
    bound = settled.model_copy(update={"steps": (quiet, second)})
    assert navigate.next_step(onboarding.model_copy(update={"milestones": (bound,)}), ()) is None


def test_a_journey_without_segments_is_for_everybody(programme: Programme, onboarding: Journey) -> None:
    open_to_all = onboarding.model_copy(update={"key": "open", "segments": ()})
    students = onboarding.model_copy(update={"key": "students", "segments": ("student",)})
    both = programme.model_copy(update={"journeys": {"open": open_to_all, "students": students}})
    assert [journey.key for journey in navigate.journeys_for(both, "student")] == ["open", "students"]
    assert [journey.key for journey in navigate.journeys_for(both, "retired")] == ["open"]

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


def test_every_name_and_alias_finds_its_own_step(onboarding: Journey) -> None:
    for step in navigate.steps(onboarding):
        for phrase in (step.name, *step.aliases):
            assert navigate.find_step(onboarding, phrase.upper()) == step, phrase


@given(said=st.text())
def test_any_words_are_safe(onboarding: Journey, said: str) -> None:
    found = navigate.find_step(onboarding, said)
    assert found is None or found in navigate.steps(onboarding)


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (Due(after="joined", offset=timedelta(days=1)), NOON + timedelta(days=1)),
        (Due(after="previous_step", offset=timedelta(hours=3)), NOON + timedelta(days=5, hours=3)),
        (Due(after="renewal", offset=timedelta(days=-90)), NOON + timedelta(days=275)),
    ],
)
def test_a_step_is_due_from_what_it_counts_from(onboarding: Journey, due: Due, expected: datetime) -> None:
    step = navigate.steps(onboarding)[0].model_copy(update={"due": due})
    moment = navigate.due_at(
        step, joined_at=NOON, previous_at=NOON + timedelta(days=5), renewal_at=NOON + timedelta(days=365)
    )
    assert moment == expected


def test_a_step_is_not_due_while_its_start_is_unknown(onboarding: Journey) -> None:
    assert navigate.due_at(navigate.steps(onboarding)[1], joined_at=NOON) is None


def test_a_time_without_a_zone_is_refused(onboarding: Journey) -> None:
    with pytest.raises(ValueError, match="without a zone"):
        navigate.due_at(navigate.steps(onboarding)[0], joined_at=NOON.replace(tzinfo=None))


def test_a_journey_without_segments_is_for_everybody(programme: Programme, onboarding: Journey) -> None:
    open_to_all = onboarding.model_copy(update={"key": "open", "segments": ()})
    students = onboarding.model_copy(update={"key": "students", "segments": ("student",)})
    both = programme.model_copy(update={"journeys": {"open": open_to_all, "students": students}})
    assert [journey.key for journey in navigate.journeys_for(both, "student")] == ["open", "students"]
    assert [journey.key for journey in navigate.journeys_for(both, "retired")] == ["open"]

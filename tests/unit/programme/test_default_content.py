"""The programme that ships: it is complete, it reads well on every channel, and a pinned version stays what it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
import smsutil

from bot.members.table import read_members
from bot.programme import phrases
from bot.programme.models import Journey, Programme, Rung, Step, Variant
from bot.programme.navigate import journeys_for, steps
from bot.programme.schema import schema_text
from bot.programme.segments import segment_of
from bot.programme.template import placeholders, render

TODAY = date(2026, 3, 2)
SEGMENTS = ("student", "early_career", "senior_professional", "corporate_partner", "retired")
TWO_PARTS = {"distress", "stranger_distress", "confirm_email"}
# What has to say more: the first message of all, and a question that repeats a member's own words.
LONG_STEPS = {"first_sign_in", "goal_halfway"}
LONG_LINK = "https://bot.example.org/confirm/" + 120 * "x"


def said(programme: Programme) -> dict[str, str]:
    return phrases.member_values(
        programme,
        first_name="Alexandra",
        msm="Maria Okafor",
        goal="pass the exam in June",
        renewal=date(2027, 9, 30),
    )


class Message(NamedTuple):
    """A rung as a member of a segment gets it."""

    segment: str
    journey: Journey
    step: Step
    number: int
    rung: Rung
    text: str

    def __str__(self) -> str:
        return f"{self.journey.key}.{self.step.key}, {self.segment}, rung {self.number} ({self.rung.modality})"


def messages(programme: Programme) -> Iterator[Message]:
    for segment in SEGMENTS:
        for journey in journeys_for(programme, segment):
            for step in steps(journey):
                for number, rung in enumerate(rungs(programme, step.ladder, segment), start=1):
                    values = phrases.rung_values(programme, journey, step, rung, said(programme))
                    yield Message(segment, journey, step, number, rung, render(rung.text, **values))


def rungs(programme: Programme, ladder: str | None, segment: str) -> tuple[Rung, ...]:
    return programme.ladders[ladder].for_segment(segment).rungs if ladder else ()


def variants(programme: Programme) -> Iterator[tuple[str, Variant]]:
    for key, ladder in programme.ladders.items():
        for segment in SEGMENTS:
            yield f"{key} for {segment}", ladder.for_segment(segment)


def system_texts(programme: Programme) -> Iterator[tuple[str, str]]:
    """What goes out by SMS besides rungs, each with a label."""
    values = {**said(programme), "code": "123456", "link": LONG_LINK, "ask": "Is it done?", "other": "And that?"}
    values |= {"step": "your five minutes", "day": "Wednesday 30 September"}
    for name, template in programme.texts:
        yield name, render(template, **values)
    for journey in programme.journeys.values():
        for milestone in journey.milestones:
            yield f"{milestone.key} celebrate", f"Fernhill Compass: {phrases.celebrate_text(milestone, values)}"
        for step in steps(journey):
            yield f"{step.key} guide", phrases.guide_text(programme, journey, step, values)
    for key, resource in programme.resources.items():
        yield key, phrases.resource_text(resource, values)
    for key, survey in programme.surveys.items():
        yield f"{key} thanks", render(survey.thanks, **values)
        for question in survey.questions:
            yield f"{key} {question.key}", f"Hi Alexandra, Fernhill Compass here. {render(question.ask, **values)}"


def every_text(programme: Programme) -> Iterator[tuple[str, str, int]]:
    """What could go out by SMS: a label, the text, and into how many parts it may be split."""
    for label, text in system_texts(programme):
        yield label, text, 2 if label in TWO_PARTS else 1
    for message in messages(programme):
        if message.rung.modality == "sms":
            yield str(message), message.text, 2 if message.step.key in LONG_STEPS else 1


def test_every_text_fits_into_one_sms_or_where_it_must_two(programme: Programme) -> None:
    for label, text, most in every_text(programme):
        split = smsutil.split(text)
        assert split.encoding == "gsm0338", f"{label} holds a character that makes its parts shorter: {text}"
        assert len(split.parts) <= most, f"{label} is too long: {text}"
        assert len(text) <= 320
        assert text == " ".join(text.split()), f"{label} has stray spaces: {text!r}"
        assert "{" not in text


def test_an_email_has_a_greeting_short_paragraphs_and_a_sign_off(programme: Programme) -> None:
    for message in messages(programme):
        if message.rung.modality == "email":
            greeting, *paragraphs, sign_off = message.text.split("\n\n")
            assert greeting in {"Hi Alexandra,", "Dear Alexandra,"}, message
            sender = phrases.sender_name(programme, message.rung.sender, said(programme))
            assert sign_off.startswith(sender), message
            assert 1 <= len(paragraphs) <= 5, message
            assert len(message.text.split()) <= 120, message


def test_a_call_says_what_it_is_about_and_leaves_the_keys_to_the_call(programme: Programme) -> None:
    for message in messages(programme):
        if message.rung.modality == "voice":
            assert "Fernhill Institute" in message.text, message
            assert "Maria Okafor" in message.text, message
            assert not re.search(r"https?:|[?;()/\"]|\bpress\b", message.text), message
            assert "link" not in placeholders(message.rung.text), message


def test_every_message_says_who_writes(programme: Programme) -> None:
    for message in messages(programme):
        sender = phrases.sender_name(programme, message.rung.sender, said(programme))
        names = (sender, "Fernhill Institute") if message.rung.modality in {"sms", "chat"} else (sender, "Maria Okafor")
        assert any(name in message.text for name in names), message


def test_the_first_message_says_who_writes_that_it_is_an_assistant_and_how_to_stop(programme: Programme) -> None:
    """Which rung is the first depends on how a member can be reached, so every one in the programme's name says it."""
    for message in messages(programme):
        if message.step.key != "first_sign_in" or message.rung.modality == "voice":
            continue
        needed = {"Fernhill Institute", message.step.ask}
        needed |= {"STOP"} if message.number == 1 or message.rung.sender == "programme" else set()
        assert needed <= {word for word in needed if word in message.text}, message
        if message.rung.sender == "programme":
            assert re.search(r"\b(?:assistant|bot)\b", message.text), message


def test_stop_start_and_help_say_how_to_go_on(programme: Programme) -> None:
    assert "START" in programme.texts.stop_confirmation
    assert "STOP" in programme.texts.start_confirmation
    assert "STOP" in programme.texts.help
    assert "{help_contact}" in programme.texts.help


@pytest.mark.parametrize("key", ["welcome", "standard"])
def test_early_careers_are_texted_by_the_programme_and_two_days_later_by_the_msm(
    programme: Programme, key: str
) -> None:
    variant = programme.ladders[key].for_segment("early_career")
    first, second = variant.rungs[:2]
    assert [first.modality, first.sender, first.wait] == ["sms", "programme", timedelta(days=2)]
    assert [second.modality, second.sender, second.wait] == ["sms", "msm", timedelta(days=2)]
    assert "sms" not in {rung.modality for rung in variant.rungs[2:]}
    assert variant.then is not None


def test_every_ladder_reaches_who_has_an_email_address_or_a_phone_only(programme: Programme) -> None:
    for label, variant in variants(programme):
        assert {"sms", "email"} <= {rung.modality for rung in variant.rungs}, label


@pytest.mark.parametrize("segment", SEGMENTS)
@pytest.mark.parametrize("key", ["welcome", "standard", "renewal_last"])
def test_what_matters_is_asked_by_the_programme_and_by_people(programme: Programme, key: str, segment: str) -> None:
    variant = programme.ladders[key].for_segment(segment)
    assert variant.then is not None
    assert variant.then.team == "member_success"
    people = [rung for rung in variant.rungs if rung.sender != "programme" or rung.modality == "voice"]
    assert people
    # Whose employer pays hears of dues from people only.
    assert len(people) < len(variant.rungs) or (key, segment) == ("renewal_last", "corporate_partner")


def test_students_get_no_calls_and_the_others_can_be_called(programme: Programme) -> None:
    called = dict.fromkeys(SEGMENTS, False)
    for message in messages(programme):
        called[message.segment] |= message.rung.modality == "voice"
    assert called == {
        "student": False,
        "early_career": False,
        "senior_professional": True,
        "corporate_partner": True,
        "retired": True,
    }


def test_no_two_rungs_of_a_ladder_say_the_same(programme: Programme) -> None:
    for label, variant in variants(programme):
        assert len({(rung.modality, rung.text) for rung in variant.rungs}) == len(variant.rungs), label


def test_a_ladder_of_one_message_is_left_before_its_second(programme: Programme) -> None:
    for message in messages(programme):
        if message.step.ladder in {"invitation", "notice"}:
            assert message.step.lapses is not None, message
            assert message.step.lapses < message.rung.wait, message


def test_what_somebody_takes_over_is_handed_over_before_the_step_lapses(programme: Programme) -> None:
    for segment in SEGMENTS:
        for journey in journeys_for(programme, segment):
            for step in steps(journey):
                if step.ladder and step.lapses:
                    variant = programme.ladders[step.ladder].for_segment(segment)
                    climbs = sum((rung.wait for rung in variant.rungs), timedelta())
                    assert variant.then is None or climbs < step.lapses, (segment, step.key)


def test_every_question_can_be_answered_with_yes(programme: Programme) -> None:
    for journey in programme.journeys.values():
        for step in steps(journey):
            question = re.split(r"(?<=[.:]) ", step.ask)[-1]
            assert re.fullmatch(r"(?:Have|Are|Is) [^.]+\?", question), step.ask


@pytest.mark.parametrize("segment", SEGMENTS)
def test_every_segment_has_one_journey_of_each_stage(programme: Programme, segment: str) -> None:
    stages = sorted(journey.stage for journey in journeys_for(programme, segment))
    assert stages == ["engagement", "onboarding", "renewal", "winback"]


def test_steps_of_onboardings_that_mean_the_same_have_the_same_key(programme: Programme) -> None:
    seen: dict[str, tuple[object, ...]] = {}
    for journey in programme.journeys.values():
        if journey.stage == "onboarding":
            for step in steps(journey):
                meaning = (step.observed_by, step.resource)
                assert seen.setdefault(step.key, meaning) == meaning, step.key
    assert {"first_sign_in", "profile_form", "first_goal", "interest_group", "first_event"} <= set(seen)


def test_the_onboardings_fit_into_ninety_days(programme: Programme) -> None:
    for journey in programme.journeys.values():
        if journey.stage == "onboarding":
            assert journey.lapses == timedelta(days=90)
            assert sum(step.due.offset.days for step in steps(journey)) <= 90
            assert len(journey.milestones) >= 3


@pytest.mark.parametrize("key", ["renewal", "engagement", "engagement_retired"])
def test_a_step_lapses_when_the_next_one_is_due(programme: Programme, key: str) -> None:
    asked = [step for step in steps(programme.journeys[key]) if step.ladder]
    for step, following in pairwise(asked):
        assert step.requires == ()
        assert step.lapses is not None
        assert step.due.offset + step.lapses <= following.due.offset, step.key


def test_the_renewal_asks_from_ninety_days_before_until_thirty_after(programme: Programme) -> None:
    journey = programme.journeys["renewal"]
    asked = [step.due.offset.days for step in steps(journey) if step.ladder]
    assert asked == [-90, -76, -60, -30, -7, 0, 14, 28]
    assert (journey.entry.offset, journey.lapses) == (timedelta(days=-90), timedelta(days=120))
    assert journey.complete_when == "renewed"


def test_invitations_are_promotional_and_dues_are_not(programme: Programme) -> None:
    for journey in programme.journeys.values():
        for step in steps(journey):
            assert (step.ladder == "invitation") is (step.message_class == "promotional"), step.key
            if step.key.startswith("dues_"):
                assert step.message_class == "transactional", step.key


def test_nothing_in_the_programme_is_without_use(programme: Programme) -> None:
    every = [step for journey in programme.journeys.values() for step in steps(journey)]
    milestones = [milestone for journey in programme.journeys.values() for milestone in journey.milestones]
    asking = {step.ladder for step in every} | {milestone.ladder for milestone in milestones}
    asking |= {survey.ladder for survey in programme.surveys.values()}
    assert asking - {None} == set(programme.ladders)
    asked_for = {key for key, resource in programme.resources.items() if resource.topics}
    assert ({step.resource for step in every} - {None}) | asked_for == set(programme.resources)
    assert {rung.sender for _, variant in variants(programme) for rung in variant.rungs} == set(programme.senders)


def test_steps_are_observed_by_these_events(programme: Programme) -> None:
    every = [event for journey in programme.journeys.values() for step in steps(journey) for event in step.observed_by]
    assert set(every) == {
        "account.signed_in",
        "profile.completed",
        "group.joined",
        "forum.posted",
        "event.attended",
        "course.completed",
        "mentor.met",
        "membership.renewed",
        "membership.joined_again",
    }


def test_the_surveys_ask_one_to_three_questions_at_the_moments_that_matter(programme: Programme) -> None:
    assert {survey.when.after for survey in programme.surveys.values()} == {"joined", "renewal", "event", "case_closed"}
    assert {q.kind for survey in programme.surveys.values() for q in survey.questions} >= {"nps", "csat", "ces", "text"}
    for key, survey in programme.surveys.items():
        assert 1 <= len(survey.questions) <= 3, key
        used = {name for rung in programme.ladders[survey.ladder].rungs for name in placeholders(rung.text)}
        assert not used & {"step", "milestone", "link"}, key


def test_a_removed_resource_or_sender_does_not_break_a_pinned_journey(programme: Programme) -> None:
    journey = programme.journeys["onboarding"]
    step = steps(journey)[0]
    rung = rungs(programme, step.ladder, "early_career")[0]
    later = programme.model_copy(update={"resources": {}, "senders": {}})
    assert programme.organisation.website in phrases.guide_text(later, journey, step, said(later))
    values = phrases.rung_values(later, journey, step, rung, said(later))
    assert "I'm Fernhill Compass" in render(rung.text, **values)


def test_a_member_without_an_msm_hears_from_the_team(programme: Programme) -> None:
    values = phrases.member_values(programme, first_name="Ana", msm=None)
    assert phrases.sender_name(programme, "msm", values) == "our member team"


def test_a_pinned_journey_comes_back_exactly(onboarding: Journey) -> None:
    stored = json.loads(json.dumps(onboarding.model_dump(mode="json")))
    again = Journey.model_validate(stored)
    assert again == onboarding
    assert again.version == onboarding.version


def test_the_version_follows_the_content(onboarding: Journey) -> None:
    renamed = onboarding.model_copy(update={"name": "Another name"})
    assert len(onboarding.version) == 12
    assert renamed.version != onboarding.version


def test_the_published_schema_is_current(content: Path) -> None:
    remedy = "write it again: python -m bot.programme.schema > journeys/schema.json"
    assert (content / "schema.json").read_text(encoding="utf-8") == schema_text(), remedy


def test_every_content_file_names_its_schema(content: Path) -> None:
    for path in content.rglob("*.yml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        named = first.removeprefix("# yaml-language-server: $schema=")
        assert (path.parent / named).resolve() == content / "schema.json", path


@pytest.mark.parametrize("segment", SEGMENTS)
def test_the_sample_members_fill_every_segment(programme: Programme, content: Path, segment: str) -> None:
    parsed = read_members((content / "sample_members.csv").read_text(encoding="utf-8"), today=TODAY)
    assert parsed.errors == []
    assert len(parsed.rows) == 30
    assert segment in {segment_of(programme.segments, row.traits).key for row in parsed.rows}


def test_the_sample_members_have_joined_within_three_days_and_use_numbers_of_nobody(content: Path) -> None:
    parsed = read_members((content / "sample_members.csv").read_text(encoding="utf-8"), today=TODAY)
    for row in parsed.rows:
        assert 0 <= (TODAY - row.joined_on).days <= 3
        phone = row.phone or "+447700900"
        assert phone.startswith("+447700900") or (phone.startswith("+1") and phone[5:10] == "55501"), phone


def test_some_sample_members_have_only_email_and_one_account_comes_in_two_waves(content: Path) -> None:
    rows = read_members((content / "sample_members.csv").read_text(encoding="utf-8"), today=TODAY).rows
    assert 3 <= sum(row.phone is None and row.consent_email for row in rows) <= 8
    waves = {row.joined_on for row in rows if row.account == "Pacific Rim Group"}
    assert len(waves) == 2
    assert sum(row.renews_on is not None for row in rows) == 29
    assert {(row.country or "")[:2] for row in rows} == {"US", "GB", "CA"}

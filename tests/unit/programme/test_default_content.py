"""The programme that ships: it loads, it fits into texts, and a pinned version stays what it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import smsutil

from bot.members.table import read_members
from bot.programme import phrases
from bot.programme.models import Journey, Programme
from bot.programme.navigate import steps
from bot.programme.schema import schema_text
from bot.programme.segments import segment_of
from bot.programme.template import render

TODAY = date(2026, 3, 2)
TWO_PARTS = {"welcome rung 1", "distress", "stranger_distress", "confirm_email"}
LONG_LINK = "https://bot.example.org/confirm/" + 120 * "x"


def said(programme: Programme) -> dict[str, str]:
    return phrases.member_values(programme, first_name="Alexandra", msm="Maria Okafor")


def every_text(programme: Programme) -> Iterator[tuple[str, str]]:
    """What could go out by SMS, each with a label."""
    values = {**said(programme), "code": "123456", "link": LONG_LINK}
    for name, template in programme.texts:
        yield name, render(template, **values)
    for journey in programme.journeys.values():
        for milestone in journey.milestones:
            yield f"{milestone.key} celebrate", phrases.celebrate_text(milestone, values)
        for step in steps(journey):
            yield f"{step.key} guide", phrases.guide_text(programme, journey, step, values)
            for at, rung in enumerate(programme.ladders[step.ladder].rungs, start=1):
                yield f"{step.ladder} rung {at}", phrases.rung_text(programme, journey, step, rung, values)
    for key, resource in programme.resources.items():
        yield key, phrases.resource_text(resource, values)


def test_every_text_fits_into_one_sms_or_where_it_must_two(programme: Programme) -> None:
    for label, text in every_text(programme):
        split = smsutil.split(text)
        assert split.encoding == "gsm0338", f"{label} holds a character that makes its parts shorter: {text}"
        assert len(split.parts) <= (2 if label in TWO_PARTS else 1), f"{label} is too long: {text}"
        assert len(text) <= 320
        assert text == " ".join(text.split()), f"{label} has stray spaces: {text!r}"
        assert "{" not in text


def test_the_first_message_says_who_writes_that_it_is_an_assistant_and_how_to_stop(programme: Programme) -> None:
    journey = programme.journeys["onboarding"]
    step = steps(journey)[0]
    first = programme.ladders[step.ladder].rungs[0]
    text = phrases.rung_text(programme, journey, step, first, said(programme))
    for needed in ("Fernhill Institute", "assistant", "STOP", step.ask):
        assert needed in text


def test_stop_start_and_help_say_how_to_go_on(programme: Programme) -> None:
    assert "START" in programme.texts.stop_confirmation
    assert "STOP" in programme.texts.start_confirmation
    assert "STOP" in programme.texts.help
    assert "{help_contact}" in programme.texts.help


def test_a_ladder_is_asked_by_the_programme_then_by_the_msm_then_a_person(programme: Programme) -> None:
    for ladder in programme.ladders.values():
        assert [programme.senders[rung.sender].kind for rung in ladder.rungs] == ["programme", "msm"]
        assert len({rung.text for rung in ladder.rungs}) == 2
        assert ladder.then.team == "member_success"


def test_every_question_can_be_answered_with_yes(onboarding: Journey) -> None:
    for step in steps(onboarding):
        assert step.ask.startswith("Have you "), step.key
        assert step.ask.endswith("?"), step.key


def test_a_removed_resource_or_sender_does_not_break_a_pinned_journey(programme: Programme) -> None:
    journey = programme.journeys["onboarding"]
    step = steps(journey)[0]
    rung = programme.ladders[step.ladder].rungs[0]
    later = programme.model_copy(update={"resources": {}, "senders": {}})
    assert programme.organisation.website in phrases.guide_text(later, journey, step, said(later))
    assert "I'm Fernhill Compass" in phrases.rung_text(later, journey, step, rung, said(later))


def test_a_member_without_an_msm_hears_from_the_team(programme: Programme) -> None:
    values = phrases.member_values(programme, first_name="Ana", msm=None)
    assert phrases.sender_name(programme, "msm", values) == "our member team"


def test_the_onboarding_fits_into_ninety_days(onboarding: Journey) -> None:
    assert sum(step.due.offset.days for step in steps(onboarding)) <= 90
    assert len(onboarding.milestones) >= 4


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


@pytest.mark.parametrize("segment", ["student", "early_career", "senior_professional", "corporate_partner", "retired"])
def test_the_sample_members_fill_every_segment(programme: Programme, content: Path, segment: str) -> None:
    parsed = read_members((content / "sample_members.csv").read_text(encoding="utf-8"), today=TODAY)
    assert parsed.errors == []
    assert len(parsed.rows) == 30
    assert segment in {segment_of(programme.segments, row.traits).key for row in parsed.rows}


def test_the_sample_members_have_joined_within_three_days_and_use_numbers_of_nobody(content: Path) -> None:
    parsed = read_members((content / "sample_members.csv").read_text(encoding="utf-8"), today=TODAY)
    for row in parsed.rows:
        assert 0 <= (TODAY - row.joined_on).days <= 3
        phone = row.phone or ""
        assert phone.startswith("+447700900") or (phone.startswith("+1") and phone[5:10] == "55501"), phone

"""The examples of the how-to are what the loader takes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from bot.programme.base import Content
from bot.programme.journeys import Due, Entry, Journey, Milestone, Resource, Step
from bot.programme.ladders import HandOffRule, Ladder, Rung, Sender
from bot.programme.loader import load_programme
from bot.programme.models import Caps, ContactHours, Organisation, Programme
from bot.programme.navigate import find_step
from bot.programme.segments import Condition, Rule
from bot.programme.surveys import OnlyIf, Survey, SurveyQuestion, SurveyTime

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to" / "journey.md"
BLOCK = re.compile(r"```yaml\n# (add to |from |)(\S+\.yml)\n(.*?)```", re.DOTALL)
WRITTEN = (
    Organisation, ContactHours, Caps, Rule, Condition, Journey, Entry, Milestone, Step, Due, Resource, Ladder, Rung,
    HandOffRule, Sender, Survey, SurveyTime, SurveyQuestion, OnlyIf,
)  # fmt: skip


@pytest.fixture(scope="module")
def page() -> str:
    return HOW_TO.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def changed(page: str, tmp_path_factory: pytest.TempPathFactory) -> Programme:
    """The shipped programme with all examples: added to a file, or as a file of their own."""
    folder = tmp_path_factory.mktemp("content") / "journeys"
    shutil.copytree(HOW_TO.parents[2] / "journeys", folder)
    for how, name, example in BLOCK.findall(page):
        path = folder / name
        if how == "add to ":
            path.write_text(path.read_text(encoding="utf-8") + example, encoding="utf-8")
        elif not how:
            path.write_text(example, encoding="utf-8")
    return load_programme(folder)


def test_every_example_says_which_file_it_belongs_to(page: str) -> None:
    assert page.count("```yaml") == len(BLOCK.findall(page))


def test_the_examples_can_be_pasted_into_the_shipped_programme(changed: Programme) -> None:
    found = find_step(changed.journeys["onboarding"], "stuck on the photo")
    assert found is not None
    assert found.key == "directory_photo"
    assert changed.ladders["gentle"].for_segment("student").then is None
    assert changed.senders["chapter_chair"].kind == "person"
    assert changed.journeys["exam"].complete_when == "exam_passed"
    assert len(changed.surveys["after_exam"].questions) == 3


def test_what_is_quoted_from_a_shipped_file_stands_there(page: str, content: Path) -> None:
    for how, name, example in BLOCK.findall(page):
        if how == "from ":
            assert example in (content / name).read_text(encoding="utf-8")


def test_the_page_shows_the_organisation_as_it_ships(changed: Programme, programme: Programme) -> None:
    assert (changed.organisation, changed.hours, changed.caps) == (
        programme.organisation,
        programme.hours,
        programme.caps,
    )


@pytest.mark.parametrize("record", WRITTEN, ids=lambda record: record.__name__)
def test_the_page_names_every_field(page: str, record: type[Content]) -> None:
    missing = [name for name in record.model_fields if not re.search(rf"\b{name}\b", page)]
    assert not missing


def test_the_page_lists_every_ladder_and_every_journey(page: str, programme: Programme) -> None:
    for key in (*programme.ladders, *programme.journeys):
        assert f"`{key}`" in page, key

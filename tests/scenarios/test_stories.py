"""The stories of the tour, on a clock that stands still between the lines; and one of a stranger."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from app.engine import Engine
from console.sandbox.tour.stories import STORIES, play
from console.sandbox.world import Case
from tests.support.engine import ActionsSwitch, PrefixedDialogue
from tests.support.stage import Stage, stage


@pytest.fixture
def world(database_url: str, engine: tuple[Engine, ActionsSwitch]) -> Iterator[Stage]:
    """With the programme as it is shipped: its surveys too, which the other scenarios leave out."""
    with stage(database_url, PrefixedDialogue(engine[0], uuid.uuid4().hex), engine[1]) as scene:
        yield scene


@pytest.mark.parametrize("name", STORIES)
def test_story(world: Stage, name: str) -> None:
    story = STORIES[name]
    play(story, story.scene(world))


def test_somebody_unknown_gets_a_polite_answer_and_staff_a_note(world: Stage) -> None:
    stranger = world.phone("A stranger", "+12025550198")
    stranger.says("Hi, is this the institute? I changed my number")
    stranger.expects(r"don't recognize this number")
    Case.appears(world, "+12025550198")
    stranger.says("hello??")
    stranger.stays_silent("one answer a day is enough")

"""The demonstration's stories, on a clock that stands still between the lines."""

from __future__ import annotations

import pytest

from app.demo.stories import STORIES
from tests.support.stage import Stage


@pytest.mark.parametrize("name", STORIES)
def test_story(world: Stage, name: str) -> None:
    STORIES[name](world)

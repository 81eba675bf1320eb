"""All stories of the tour, in the order in which a newcomer meets them."""

from __future__ import annotations

from console.sandbox.tour.colleagues import SILENCE, STUCK, SURVEY
from console.sandbox.tour.members import AWAY, ONBOARDING, STOP
from console.sandbox.tour.story import Scene, Story

STORIES: dict[str, Story] = {story.key: story for story in (ONBOARDING, SILENCE, STUCK, SURVEY, AWAY, STOP)}


def play(story: Story, scene: Scene) -> None:
    """Plays it to its end.

    Raises:
        Broken: a step did not come to what it should.
    """
    for step in story.steps:
        step.do(scene)
        step.check(scene)

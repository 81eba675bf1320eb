"""The six stories of the guided tour, pressed through in a real browser, over the real processes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from console.sandbox.tour.stories import STORIES
from tests.browser.conftest import PATIENCE_MS

SHOWS: dict[str, dict[str, str]] = {
    "onboarding": {"Phone 1": "yep did it last nite", "What happened": "Understood as"},
    "silence": {
        "Phone 1": "assistant, is back",
        "Slack": "His colleague says he is moving house",
        "What happened": "A person is asked to help Ben",
    },
    "stuck": {"Phone 1": "still stuck", "What happened": "A person is asked to help Eva"},
    "survey": {"Phone 1": "main reason", "Slack": "Gave 3", "What happened": "A person is asked to help Fay"},
    "away": {"Phone 1": "I'm on holiday until", "What happened": "Dev is away"},
    "stop": {"Phone 1": "You have successfully been unsubscribed", "What happened": "Cleo says STOP"},
}
"""What a reader finds on the page at the end of each story, and where."""


def part(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def press_through(page: Page, key: str) -> None:
    """Presses "Do it" for each step, and sees that each came to what it should."""
    story, tour = STORIES[key], part(page, "Guided tour")
    tour.get_by_role("button", name=re.compile(rf"\d\. {re.escape(story.title)}")).click()
    for number, step in enumerate(story.steps, 1):
        tour.get_by_role("button", name=f"Do it: {step.button}").click()
        expect(tour.get_by_text(f"{number} of {len(story.steps)} steps")).to_be_visible(timeout=PATIENCE_MS)
        expect(tour.get_by_text("What differs")).to_have_count(0)
        expect(tour.get_by_text(f"{number}. {step.title}")).to_be_visible()
    expect(tour.get_by_text("That was the story.")).to_be_visible()


@pytest.mark.parametrize("key", STORIES)
def test_a_story_goes_as_it_is_told(open_sandbox: Callable[..., Page], key: str) -> None:
    page = open_sandbox()
    press_through(page, key)
    for name, words in SHOWS[key].items():
        # On a small pane the channel is hidden behind its thread.
        expect(part(page, name).get_by_text(words).filter(visible=True).first).to_be_visible(timeout=PATIENCE_MS)

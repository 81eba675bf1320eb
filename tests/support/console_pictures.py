"""Pictures of the console, for the documentation: ``python -m tests.support.console_pictures docs/images``.

A demonstration is started, stories are told in it by the buttons of its page, and pages are drawn as they then are, in
a headless Chromium (``CHROMIUM`` names another browser).
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from console.sandbox.tour.stories import STORIES
from tests.support.browser import chromium
from tests.support.demo import Demo, running_demo
from tests.support.small_png import shrink

PATIENCE_MS = 240_000
WIDTH, HEIGHT = 1360, 1000
PAGES = {
    "cases": "/cases?list=all",
    "case": "/cases/1",
    "operations": "/operations",
    "set-aside": "/operations/letters",
}
"""Further pages, with what the stories left in them: the name of the picture and the path below the console's."""


def tell(page: Page, key: str, steps: int | None = None) -> None:
    """The first steps of a story, or all of it."""
    story = STORIES[key]
    tour = page.get_by_role("region", name="Guided tour")
    if tour.get_by_role("button", name="All stories").count():
        tour.get_by_role("button", name="All stories").click()
    tour.get_by_role("button", name=story.title).click()
    for number, step in enumerate(story.steps[:steps], 1):
        tour.get_by_role("button", name=f"Do it: {step.button}").click()
        tour.get_by_text(f"{number} of {len(story.steps)} steps").wait_for()
    page.locator(".q-spinner").locator("visible=true").first.wait_for(state="hidden")
    page.wait_for_load_state("networkidle")


def shoot(page: Page, file: Path, *, whole: bool = False) -> None:
    """Draws what the window shows, or the whole page."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(shrink(page.screenshot(full_page=whole, animations="disabled")))


def sandbox(page: Page, folder: Path) -> None:
    """The page of the sandbox in the midst of stories."""
    shoot(page, folder / "console" / "sandbox-start.png")
    tell(page, "silence", 7)
    page.set_viewport_size({"width": WIDTH, "height": 1560})
    shoot(page, folder / "demo.png")
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    tell(page, "survey", 3)
    shoot(page, folder / "console" / "sandbox-story.png")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="Phones", exact=True).click()
    page.locator(".sb-tabs").scroll_into_view_if_needed()
    shoot(page, folder / "console" / "sandbox-phone.png")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})


def further(page: Page, demo: Demo, folder: Path) -> None:
    for name, path in PAGES.items():
        page.goto(f"{demo.plan.gateway}/console{path}")
        page.wait_for_load_state("networkidle")
        shoot(page, folder / "console" / f"{name}.png")


def main() -> None:
    folder = Path(sys.argv[1])
    with TemporaryDirectory() as work, chromium() as browser, running_demo(Path(work) / "demo") as demo:
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_default_timeout(PATIENCE_MS)
        page.goto(demo.link())
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("region", name="Guided tour").wait_for()
        sandbox(page, folder)
        further(page, demo, folder)


if __name__ == "__main__":
    main()

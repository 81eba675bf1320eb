"""Pictures of the first page and of journeys: ``python -m tests.support.console_journey_pictures FOLDER [NAME ...]``.

Some hundreds of made-up members, so that a map has something to tell; drawn by a headless Chromium.
"""

from __future__ import annotations

import contextlib
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.db import Database
from bot.model import Base
from tests.support import console_journeys, console_people
from tests.support.browser import chromium
from tests.support.console import Site, console_for, served
from tests.support.databases import empty_database
from tests.support.edited_programme import Content, copy_of_programme, step_of
from tests.support.small_png import shrink

WIDTH, PATIENCE_MS = 1360, 60_000
PICTURES = {
    "overview": ("/", "light", WIDTH, 960),
    "overview-phone": ("/", "dark", 390, 844),
    "journeys": ("/journeys", "light", WIDTH, 900),
    "journey-map": ("/journeys/onboarding", "light", WIDTH, 1600),
    "journey-map-dark": ("/journeys/onboarding", "dark", WIDTH, 1000),
    "journey-step": ("/journeys/onboarding/steps/profile_form", "light", WIDTH, 1250),
    "ladders": ("/journeys/ladders?ladder=standard", "light", WIDTH, 1250),
    "content-problem": ("/journeys/content", "light", WIDTH, 960),
}


def main() -> None:
    """Draws each into the folder."""
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with (
        served() as (address, mounted),
        tempfile.TemporaryDirectory() as work,
        empty_database("sqlite", Path(work)) as url,
    ):
        db = Database(url)
        Base.metadata.create_all(db.engine)
        house = console_people.organisation(db)
        console_people.a_month(house)
        console_journeys.many(house, 600)
        copy_of_programme(Path(work) / "journeys", onboarding=_misspelt)
        with contextlib.chdir(work):
            mounted.console = console_for(house, programme_dir=Path("journeys"))
            _draw(Site(address, mounted.console, house), folder, sys.argv[2:])
        db.close()


def _misspelt(content: Content) -> None:
    step_of(content, "first_goal")["ask"] = "Have you picked one thing, {firstname}?"


def _draw(site: Site, folder: Path, only: Sequence[str]) -> None:
    with chromium() as browser:
        for name, (path, scheme, width, height) in PICTURES.items():
            if only and name not in only:
                continue
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
                base_url=site.address,
            )
            context.add_cookies(site.cookies("admin"))
            page = context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            page.goto(f"/console{path}")
            page.wait_for_load_state("networkidle")
            page.get_by_role("heading", level=1).wait_for()
            page.get_by_text(re.compile("^(As of|Checked)")).first.wait_for()
            if name == "content-problem":
                page.locator(".c-wrong").first.scroll_into_view_if_needed()
            (folder / f"{name}.png").write_bytes(shrink(page.screenshot(animations="disabled")))
            context.close()


if __name__ == "__main__":
    main()

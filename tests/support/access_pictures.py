"""Pictures of the way into the console, for the documentation: ``python -m tests.support.access_pictures docs/images``.

They are drawn in a headless Chromium (``CHROMIUM`` names another browser).
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from bot.access import links, sessions
from bot.db import Database
from bot.model import Base, Role
from tests.support import cast
from tests.support.browser import PATIENCE_MS, chromium, settled
from tests.support.console import AT, Site, console_for, served
from tests.support.databases import empty_database
from tests.support.house import House
from tests.support.small_png import shrink

WIDTH = 1180
COLLEAGUES = (
    ("Dana Reyes", "dana.reyes@example.org", Role.MANAGER, "oidc", 1),
    ("Priya Raman", "priya.raman@example.org", Role.ADMIN, "oidc", 4),
    ("Tomas Lindqvist", "tomas.lindqvist@example.org", Role.VIEWER, "link", 30),
    ("Sam Ito", "sam.ito@example.org", None, "", 0),
)
"""Who there is, what they may do, how they last came in, and how many hours ago."""


def people(house: House) -> str:
    """Lets them in as they last came; returns the token of a link for one of them."""
    wall = house.clock.wall()
    with house.db.begin() as session:
        for name, email, role, way, hours in COLLEAGUES:
            colleague = cast.colleague(session, email)
            colleague.name, colleague.role = name, role
            if way:
                sessions.begin(session, colleague, way, wall - timedelta(hours=hours))
        return links.make(session, COLLEAGUES[0][1], None, wall)


def shoot(page: Page, file: Path, height: int) -> None:
    page.set_viewport_size({"width": WIDTH, "height": height})
    settled(page)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(shrink(page.screenshot(animations="disabled")))


def draw(page: Page, site: Site, folder: Path) -> None:
    page.goto(f"{AT}/sign-in/{people(site.house)}")
    shoot(page, folder / "sign-in.png", 420)
    page.context.add_cookies(site.cookies("admin"))
    page.goto(f"{AT}/access")
    shoot(page, folder / "access.png", 760)


def main() -> None:
    folder = Path(sys.argv[1]) / "console"
    with TemporaryDirectory() as work, empty_database("sqlite", Path(work)) as url, served() as (address, shown):
        db = Database(url)
        Base.metadata.create_all(db.engine)
        house = House(db)
        shown.console = console_for(house)
        with chromium() as browser:
            context = browser.new_context(viewport={"width": WIDTH, "height": 800}, base_url=address)
            context.set_default_timeout(PATIENCE_MS)
            draw(context.new_page(), Site(address, shown.console, house), folder)
        db.close()


if __name__ == "__main__":
    main()

"""Pictures of the pages of members, for the documentation: ``python -m tests.support.member_pictures docs/images``.

They show `console_people.a_month` in a headless Chromium (``CHROMIUM`` names another browser).
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from tests.support.browser import PATIENCE_MS, chromium, settled
from tests.support.console import AT, Site, console_for, served
from tests.support.console_people import MARIA, month_in
from tests.support.small_png import shrink

WIDTH = 1180
FILE = f"""\
member_number,first_name,last_name,phone,time_zone,joined_on,consent_sms,consent_source,email,msm,trait_career_stage
FI-1006,Kenji,Watanabe,+12025550006,Asia/Tokyo,2026-10-27,yes,join form,kenji@example.com,{MARIA},senior
FI-2001,Olga,Petrova,+12025550171,Europe/Berlin,2026-11-20,yes,join form,olga@example.com,{MARIA},early
FI-2002,Yusuf,Demir,12 34,Europe/Istanbul,2026-11-20,yes,join form,yusuf@example.com,{MARIA},early
FI-2003,Zara,Khan,+12025550173,London,2026-11-20,yes,,zara@example.com,{MARIA},student
"""


def shoot(page: Page, file: Path, height: int) -> None:
    """Draws the upper part of a page."""
    page.set_viewport_size({"width": WIDTH, "height": height})
    settled(page)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(shrink(page.screenshot(animations="disabled")))


def draw(page: Page, member_id: int, folder: Path) -> None:
    page.goto(f"{AT}/members?order=risk")
    shoot(page, folder / "members.png", 760)
    page.goto(f"{AT}/members/{member_id}")
    shoot(page, folder / "member.png", 900)
    page.goto(f"{AT}/members/import")
    settled(page)
    page.locator("input[type=file]").set_input_files(
        {"name": "november.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    )
    page.get_by_role("button", name="All 4").click()
    page.get_by_text("Line 5", exact=True).wait_for()
    page.get_by_role("heading", name="2. What november.csv does").scroll_into_view_if_needed()
    shoot(page, folder / "import.png", 900)


def main() -> None:
    folder = Path(sys.argv[1]) / "console"
    with TemporaryDirectory() as work, month_in(Path(work)) as people, served() as (address, shown):
        shown.console = console_for(people.house)
        with chromium() as browser:
            context = browser.new_context(viewport={"width": WIDTH, "height": 800}, base_url=address)
            context.set_default_timeout(PATIENCE_MS)
            context.add_cookies(Site(address, shown.console, people.house).cookies("admin"))
            draw(context.new_page(), people.ids["Ana"], folder)


if __name__ == "__main__":
    main()

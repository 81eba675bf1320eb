"""Pictures of the measures, for the documentation: ``python -m tests.support.measure_pictures docs/images/console``.

They show a made-up year (`benchmarks.year`), in a headless Chromium (``CHROMIUM`` names another browser).
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from app.migrate import upgrade
from app.pictures import measures
from benchmarks.year import NOW, fill
from bot.db import Database
from bot.insights.measures import store
from bot.programme.loader import load_programme
from console.context import Lent
from tests.support.browser import chromium
from tests.support.console import Site, console_for, served
from tests.support.house import House
from tests.support.sandbox_clock import StillClock
from tests.support.small_png import shrink

CONTENT = Path(__file__).parents[2] / "journeys"
MEMBERS = 1500
SHOTS = (
    ("measures", "/measures", 1280, 1130, "light"),
    ("measure", "/measures/answers", 1280, 1500, "light"),
    ("measures-phone", "/measures", 390, 844, "dark"),
)


def draw(address: str, site: Site, folder: Path) -> None:
    """Each page, as far as its window goes."""
    with chromium() as browser:
        for name, path, width, height, scheme in SHOTS:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
                base_url=address,
            )
            context.add_cookies(site.cookies("manager"))
            page = context.new_page()
            page.goto(f"/console{path}")
            page.wait_for_load_state("networkidle")
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.png").write_bytes(shrink(page.screenshot(animations="disabled")))
            context.close()


def main() -> None:
    with TemporaryDirectory() as work, served() as (address, mounted):
        db, programme = Database(f"sqlite:///{Path(work) / 'year.db'}"), load_programme(CONTENT)
        upgrade(db)
        fill(db, programme, MEMBERS)
        house = House(db, programme, StillClock(NOW))
        store.refresh(db, programme, house.clock)
        mounted.console = console_for(house, Lent(measure_png=measures.png))
        draw(address, Site(address, mounted.console, house), Path(sys.argv[1]))
        db.close()


if __name__ == "__main__":
    main()

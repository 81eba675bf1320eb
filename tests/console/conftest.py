"""What the tests of pages share: the console over a small organisation, and a browser that looks at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from bot.db import Database
from bot.model import Base
from console.mount import Mounted
from tests.support.browser import PATIENCE_MS, chromium
from tests.support.console import Site, console_for, served
from tests.support.databases import empty_database
from tests.support.house import House


@pytest.fixture(scope="session")
def mounted() -> Iterator[tuple[str, Mounted]]:
    """The address of the console, and what it shows: NiceGUI is one per process, so its server is too."""
    with served() as found:
        yield found


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An empty database with all tables. Pages read through `bot/`, which its own tests ask of both kinds."""
    with empty_database("sqlite", tmp_path) as url:
        db = Database(url)
        Base.metadata.create_all(db.engine)
        yield db
        db.close()


@pytest.fixture
def house(db: Database) -> House:
    """`bot/` on that database, with nobody in it."""
    return House(db)


@pytest.fixture
def site(mounted: tuple[str, Mounted], house: House) -> Iterator[Site]:
    """The console as that house's staff see it."""
    address, shown = mounted
    before, shown.console = shown.console, console_for(house)
    yield Site(address, shown.console, house)
    shown.console = before


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Opens a page of the console in a browser of its own, signed in with a role (`admin` unless told)."""
    with _pages(browser, site) as opened:
        yield opened


@contextmanager
def _pages(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    contexts, said = [], list[str]()

    def opened(path: str, *, role: str = "admin", width: int = 1280, height: int = 900, scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            base_url=site.address,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies(site.cookies(role))
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(f"a dialog: {dialog.message}"))
        page.goto(path)
        page.wait_for_load_state("networkidle")
        return page

    try:
        yield opened
        assert not said, f"the browser reports: {said}"
    finally:
        for context in contexts:
            context.close()

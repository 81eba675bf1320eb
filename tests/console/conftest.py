"""What the tests of pages share: the console over a small organisation, and a browser that looks at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from bot.db import Database
from console.mount import Mounted
from tests.support.browser import chromium, windows
from tests.support.console import Site, console_for, served
from tests.support.console_people import People, month_in
from tests.support.databases import sqlite_with_tables
from tests.support.house import House


@pytest.fixture(scope="session")
def mounted() -> Iterator[tuple[str, Mounted]]:
    """The address of the console, and what it shows: NiceGUI is one per process, so its server is too."""
    with served() as found:
        yield found


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An empty database with all tables. Pages read through `bot/`, which its own tests ask of both kinds."""
    with sqlite_with_tables(tmp_path) as db:
        yield db


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
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """A month of a few members, once for a file of tests."""
    with month_in(tmp_path_factory.mktemp("month")) as people:
        yield people


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Opens a page of the console in a browser of its own, signed in with a role (`admin` unless told)."""
    with windows(browser) as opened:

        def look(
            path: str, *, role: str = "admin", width: int = 1280, height: int = 900, scheme: str = "light"
        ) -> Page:
            page = opened.open(width=width, height=height, scheme=scheme, address=site.address)
            page.context.add_cookies(site.cookies(role))
            page.on("dialog", lambda dialog: opened.said.append(f"a dialog: {dialog.message}"))
            page.goto(path)
            page.wait_for_load_state("networkidle")
            return page

        yield look

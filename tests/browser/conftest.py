"""What these tests share: the demonstration, as processes, and a real browser that looks at its page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import chromium, windows
from tests.support.demo import Demo, running_demo

PATIENCE_MS = 90_000
"""The longest wait for anything: on a machine that does much else, too."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """First, so that nothing is started where there is none."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo") / "demo") as running:
        yield running
        assert running.errors() == []


@pytest.fixture
def open_sandbox(browser: Browser, demo: Demo) -> Iterator[Callable[..., Page]]:
    """Opens the page as `make demo` says: by a link, in a browser that is signed in nowhere."""
    with windows(browser) as opened:

        def look(*, width: int = 1440, height: int = 1000, scheme: str = "light") -> Page:
            page = opened.open(width=width, height=height, scheme=scheme, patience=PATIENCE_MS)
            page.goto(demo.link())
            page.get_by_role("button", name="Sign in").click()
            page.get_by_role("region", name="Guided tour").wait_for()
            return page

        yield look

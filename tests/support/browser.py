"""A real browser: Debian's Chromium, driven by Playwright (``CHROMIUM`` names another one)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

PATIENCE_MS = 15_000
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
"""As in a container: without a sandbox of its own, and without the little shared memory that there is."""
LOOKS = 8
"""So often is a page looked at before what is wrong with it counts: things that fade in are pale for a moment."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Skips where there is none. Its driver has a loop of its own, which its thread can't share: keep it short."""
    path = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    if path is None:
        pytest.skip("there is no Chromium on this machine")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True)
class Windows:
    """Windows of a browser, each one with cookies of its own. `said` is what their pages complained of."""

    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def open(
        self, *, width: int, height: int, scheme: str = "light", address: str | None = None, patience: int = PATIENCE_MS
    ) -> Page:
        """An empty page, `patience` milliseconds for all that is done there; paths are below the `address`."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            base_url=address,
        )
        self.contexts.append(context)
        context.set_default_timeout(patience)
        page = context.new_page()
        page.on("pageerror", lambda error: self.said.append(str(error)))
        return page


@contextmanager
def windows(browser: Browser) -> Iterator[Windows]:
    """Closes them in the end; fails if a page of theirs had an error."""
    found = Windows(browser)
    try:
        yield found
        assert not found.said, f"the browser reports: {found.said}"
    finally:
        for context in found.contexts:
            context.close()


def check_accessible(page: Page) -> None:
    """Nothing that axe finds wrong with the page as it stands."""
    told: list[str] = []
    for _ in range(LOOKS):
        told = _violations(page)
        if not told:
            return
    raise AssertionError("\n".join(told))


def _violations(page: Page) -> list[str]:
    """axe must not fetch the styles again: Quasar shows a bar while anything is fetched, which axe then finds wrong."""
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: {node['html'][:200]} {node.get('failureSummary', '')[:300]}"
        for one in found
        for node in one["nodes"][:3]
    ]


def settled(page: Page) -> None:
    """Waits until the page is drawn and connected."""
    page.wait_for_load_state("networkidle")

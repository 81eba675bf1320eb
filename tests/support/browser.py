"""A real browser: Debian's Chromium, driven by Playwright (``CHROMIUM`` names another one)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

PATIENCE_MS = 15_000
COMING_OR_GOING = '.q-notifications [class*="-active"]'
AT_REST = """
Promise.all(document.getAnimations().filter(one => one.effect?.getComputedTiming().iterations !== Infinity)
  .map(one => Promise.race([one.finished.catch(() => null), new Promise(done => setTimeout(done, 2000))])))
  .then(() => 1)
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Skips where there is none. Its driver has a loop of its own, which its thread can't share: keep it short."""
    path = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    if path is None:
        pytest.skip("there is no Chromium on this machine")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


def check_accessible(page: Page) -> None:
    """Nothing that axe finds wrong with the page as it stands.

    It must not fetch the styles again: Quasar shows a bar while anything is fetched, which axe then finds wrong.
    Words that are just coming or going have less contrast for a moment; that is not what this is about.
    """
    page.evaluate(AT_REST)
    found = Axe().run(page, {"exclude": [[COMING_OR_GOING]]}, {"preload": False}).response["violations"]
    told = [
        f"{one['id']} ({one['impact']}): {one['help']}: {node['html'][:200]} {node.get('failureSummary', '')[:300]}"
        for one in found
        for node in one["nodes"][:3]
    ]
    assert not told, "\n".join(told)


def settled(page: Page) -> None:
    """Waits until the page is drawn and connected."""
    page.wait_for_load_state("networkidle")

"""Coming into the console and going out of it, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page

from bot.access import links
from bot.model import AuditEntry, Role
from console.access.door import COOKIE
from tests.support.browser import PATIENCE_MS, check_accessible
from tests.support.console import Site

ADA = "ada@example.org"


def link_for(site: Site, email: str = ADA, role: Role | None = Role.ADMIN, next_page: str = "") -> str:
    """A link as the command prints it."""
    with site.house.db.begin() as session:
        token = links.make(session, email, role, site.console.clock.wall(), name="Ada Lovelace")
    return f"/console/sign-in/{token}" + (f"?next={next_page}" if next_page else "")


def acts(site: Site) -> list[str]:
    """What the audit log says of the console, in order."""
    with site.house.db.begin() as session:
        found = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))
        return [one.action for one in found if one.action.startswith("console.")]


@pytest.fixture
def stranger(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Opens a page in a browser in which nobody is signed in."""
    with _strangers(browser, site) as opened:
        yield opened


@contextmanager
def _strangers(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    contexts, said = [], list[str]()

    def opened(path: str, *, width: int = 1280, scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
            base_url=site.address,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("console", lambda line: said.append(line.text) if "Content Security" in line.text else None)
        page.goto(path)
        return page

    try:
        yield opened
        assert not said, f"the browser reports: {said}"
    finally:
        for context in contexts:
            context.close()


def test_a_link_signs_a_colleague_in_once_and_leads_to_the_page_that_they_wanted(
    site: Site, stranger: Callable[..., Page]
) -> None:
    page = stranger(link := link_for(site, next_page="/members%3Fsearch%3Dana"))
    check_accessible(page)
    page.get_by_role("button", name="Sign in as Ada Lovelace").click()
    page.wait_for_url("**/console/members?search=ana")
    kept = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert (kept[COOKIE]["httpOnly"], kept[COOKIE]["sameSite"], kept[COOKIE]["path"]) == (True, "Lax", "/console")
    page.goto(link)
    assert page.get_by_role("heading", name="This link does not work").is_visible()
    assert acts(site) == ["console.role", "console.link", "console.signed_in"]

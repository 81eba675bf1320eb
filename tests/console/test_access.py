"""Coming into the console and going out of it, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from bot.access import links, sessions
from bot.model import AuditEntry, ConsoleSession, Role
from console.access.door import COOKIE
from console.mount import Mounted
from tests.support import cast
from tests.support.browser import check_accessible, windows
from tests.support.console import Site, console_for
from tests.support.oidc import accounts

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
    with windows(browser) as opened:

        def look(path: str, *, width: int = 1280, scheme: str = "light") -> Page:
            page = opened.open(width=width, height=800, scheme=scheme, address=site.address)
            page.on("console", lambda line: opened.said.append(line.text) if "Content Security" in line.text else None)
            page.goto(path)
            return page

        yield look


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


def test_a_colleague_signs_in_with_an_account_of_the_organisation(
    site: Site, stranger: Callable[..., Page], mounted: tuple[str, Mounted]
) -> None:
    with accounts() as at:
        roles = {"oidc_role_claim": "groups", "oidc_roles": {"it": "admin"}}
        mounted[1].console = console_for(site.house, None, **at.settings(site.address, **roles))
        page = stranger("/console/access")
        check_accessible(page)
        page.get_by_role("link", name="Sign in with your organisation's account").click()
        page.get_by_role("button", name="Ada Lovelace").click()
        page.wait_for_url("**/console/access")
        page.get_by_role("button", name="Manage Ada Lovelace").wait_for()
        assert page.get_by_text("Roles come from the groups").is_visible()
    assert acts(site) == ["console.role", "console.signed_in"]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
def test_the_way_in_is_accessible(site: Site, stranger: Callable[..., Page], width: int, scheme: str) -> None:
    page = stranger("/console/access?x=1", width=width, scheme=scheme)
    assert page.url.endswith("/console/sign-in?next=/access%3Fx%3D1")
    check_accessible(page)
    page.goto(link_for(site))
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_whoever_signs_out_leaves_every_page_that_is_open(site: Site, open_page: Callable[..., Page]) -> None:
    page = open_page("/console/")
    other = page.context.new_page()
    other.goto("/console/access")
    other.get_by_role("button", name="Manage Maria").wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("You are signed out.").wait_for()
    assert [cookie["name"] for cookie in page.context.cookies()] == []
    other.wait_for_url("**/console/sign-in?out")
    assert acts(site)[-1] == "console.signed_out"


def test_an_admin_gives_a_role_makes_a_link_and_signs_others_out(site: Site, open_page: Callable[..., Page]) -> None:
    with site.house.db.begin() as session:
        eve = cast.colleague(session, "eve@example.org")
        eve.name, eve.role = "<script>alert(1)</script>", Role.VIEWER
        sessions.begin(session, eve, "oidc", site.console.clock.wall())
    page = open_page("/console/access", width=390)
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Manage <script>").click()
    check_accessible(page)
    page.get_by_role("button", name="Sign out everywhere").click()
    page.get_by_text("is signed out everywhere").wait_for()
    page.get_by_role("button", name="Manage <script>").click()
    page.get_by_role("button", name="Make a sign-in link").click()
    assert "/console/sign-in/" in page.get_by_label("Sign-in link").input_value()
    page.get_by_label("Role", exact=True).click()
    page.get_by_role("option", name="Manager").click()
    page.get_by_role("button", name="Save role").click()
    page.get_by_text("<script>alert(1)</script>: Manager.").wait_for()
    with site.house.db.begin() as session:
        assert cast.colleague(session, "eve@example.org").role is Role.MANAGER
        ended = sa.select(ConsoleSession.ended_at).where(ConsoleSession.way == "oidc")
        assert session.scalars(ended).one() is not None


def test_the_last_admin_stays_one_and_a_new_colleague_is_let_in(site: Site, open_page: Callable[..., Page]) -> None:
    page = open_page("/console/access", scheme="dark")
    page.get_by_role("button", name="Manage Maria").click()
    page.get_by_label("Role", exact=True).click()
    page.get_by_role("option", name="No role").click()
    page.get_by_role("button", name="Save role").click()
    page.get_by_text("Maria is the last admin.").wait_for()
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Let a colleague in").click()
    page.get_by_label("E-mail address").fill("sam.ito@example.org")
    check_accessible(page)
    page.get_by_role("button", name="Give the role and make a sign-in link").click()
    page.get_by_label("Sign-in link").wait_for()
    page.get_by_role("button", name="Close").click()
    page.get_by_label("Search by name or address").fill("ito")
    expect(page.get_by_role("button", name="Manage Maria")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^Manage"))).to_have_count(1)
    with site.house.db.begin() as session:
        assert cast.colleague(session, "sam.ito@example.org").role is Role.VIEWER


def test_a_manager_does_not_see_who_may_come_in(open_page: Callable[..., Page]) -> None:
    page = open_page("/console/access", role="manager")
    assert page.get_by_text("This page needs the role admin.").is_visible()
    check_accessible(page)


def test_a_page_that_does_not_exist_says_so(open_page: Callable[..., Page]) -> None:
    page = open_page("/console/nonesuch", scheme="dark")
    assert page.get_by_role("heading", name="Page not found").is_visible()
    check_accessible(page)

"""A file of members: looked at with its errors, put right, then taken in."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from bot.db import Database
from bot.model import Member
from console.members import template
from tests.support.browser import check_accessible
from tests.support.console_people import MARIA, crowd, organisation
from tests.support.house import House

Open = Callable[..., Page]
NAMES = (
    "member_number,first_name,last_name,phone,time_zone,joined_on,consent_sms,consent_source,email,renews_on,"
    "consent_email,msm,trait_career_stage"
)
KNOWN = (
    "FI-1300,Person00,Example,+12025550300,America/New_York,2026-10-27,yes,join form,m300@example.com,2027-10-26,"
    f"yes,{MARIA},early"
)
MOVED = (
    "FI-1302,Petra,Example,+12025550302,Europe/Oslo,2026-10-27,yes,join form,m302@example.com,2027-10-26,"
    f"yes,{MARIA},student"
)
FRESH = "FI-2001,<script>alert(1)</script>,Smith,+12025550999,America/New_York,2026-10-26,yes,join form,,,,,"


@pytest.fixture
def house(db: Database, request: pytest.FixtureRequest) -> House:
    """Three members, or as many as a test asks for."""
    house = organisation(db)
    crowd(house, getattr(request, "param", 3))
    return house


def choose(page: Page, *lines: str) -> None:
    """Hands the page a file, as somebody does who picks it."""
    hand_over(page, "\n".join((NAMES, *lines)))


def hand_over(page: Page, text: str) -> None:
    file: FilePayload = {"name": "new.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.locator("input[type=file]").set_input_files(file)


def test_a_file_is_put_right_and_then_taken_in(open_page: Open, house: House) -> None:
    page = open_page("/console/members/import")
    assert "at most 5 MB and 5,000 lines" in page.locator("#content").inner_text()
    choose(page, MOVED, FRESH.replace("+12025550999", "12 34"), FRESH.replace("America/New_York", "Mars/Olympus"))
    expect(page.get_by_role("status").last).to_contain_text("Nothing can be imported yet: put right 2 lines")
    shown = page.locator("#content")
    expect(shown).to_contain_text('phone: "12 34" is not an international phone number')
    expect(shown).to_contain_text('time_zone: "Mars/Olympus" is not a time zone')
    assert page.get_by_role("button", name="Import 1 member").count() == 0
    check_accessible(page)

    choose(page, MOVED, FRESH, KNOWN)
    expect(page.get_by_role("status").last).to_contain_text("Everything is right: 1 new, 1 changed, 1 as they are.")
    expect(shown).to_contain_text("<script>alert(1)</script> Smith (FI-2001)")
    page.get_by_role("button", name="Changed 1").click()
    expect(shown).to_contain_text("America/New_York \u2192 Europe/Oslo")
    expect(shown).not_to_contain_text("FI-2001")
    page.get_by_role("button", name="Import 2 members").click()
    page.get_by_role("dialog").get_by_role("button", name="Import 2 members").click()
    expect(page.get_by_role("status").last).to_contain_text("1 new member")
    assert [one.first_name for one in house.rows(Member)][-1] == "<script>alert(1)</script>"
    assert house.member("Petra").time_zone == "Europe/Oslo"


def test_lines_can_be_pasted_on_a_phone_and_are_paged(open_page: Open, house: House) -> None:
    page = open_page("/console/members/import", width=390, scheme="dark")
    page.get_by_text("Or paste lines").click()
    lines = [FRESH.replace("2001", str(2000 + n)).replace("0999", f"{900 + n:04}") for n in range(30)]
    page.get_by_label("Lines with their column names").fill("\n".join((NAMES, *lines)))
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status").last).to_contain_text("Everything is right: 30 new")
    expect(page.get_by_role("listitem")).to_have_count(25)
    page.get_by_role("button", name="Next page").click()
    expect(page.get_by_role("listitem")).to_have_count(5)
    assert page.locator("html").evaluate("page => page.scrollWidth") == 390
    check_accessible(page)
    assert len(house.rows(Member)) == 3


@pytest.mark.parametrize("lines", [(), ("x,y", "1")], ids=["empty", "not members"])
def test_what_is_no_file_of_members_says_so(open_page: Open, lines: tuple[str, ...]) -> None:
    page = open_page("/console/members/import")
    hand_over(page, "\n".join(lines) or "\n")
    expect(page.get_by_role("status").last).to_contain_text("Nothing can be imported yet")


def test_the_template_can_be_imported_as_it_is(open_page: Open, tmp_path: Path) -> None:
    page = open_page("/console/members/import")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download a template").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    [row] = csv.DictReader(io.StringIO(text))
    assert set(template.MEANING) <= set(row)
    hand_over(page, text)
    expect(page.get_by_role("status").last).to_contain_text("Everything is right: 1 new")


@pytest.mark.parametrize("house", [0], indirect=True)
def test_without_members_an_admin_is_led_to_the_import(open_page: Open) -> None:
    page = open_page("/console/members")
    assert "There are no members yet." in page.get_by_role("status").inner_text()
    page.get_by_role("link", name="Import a file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import members")

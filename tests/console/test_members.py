"""The list of members: search, filters, pages, and names that try to be something else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import check_accessible
from tests.support.console_people import SCRIPT, crowd, house_in
from tests.support.house import House

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Sixty members, two of them with trying names; nothing is changed by looking."""
    with house_in(tmp_path_factory.mktemp("crowd")) as house:
        crowd(house)
        yield house


def told(page: Page) -> str:
    """How many there are."""
    return page.get_by_role("status").inner_text()


def test_the_list_is_searched_filtered_and_paged_by_its_address(open_page: Open) -> None:
    page = open_page("/console/members")
    assert told(page).startswith("1 to 25 of 60 members")
    assert page.get_by_role("row").count() == 26
    page.get_by_role("button", name="Next page").first.click()
    expect(page.get_by_role("status")).to_contain_text("26 to 50 of 60")
    expect(page).to_have_url(re.compile(r"/members\?page=2$"))

    page.get_by_label("Search").fill("person1")
    expect(page.get_by_role("status")).to_contain_text("1 to 10 of 10 members")
    expect(page).to_have_url(re.compile(r"/members\?q=person1$"))
    page.reload()
    expect(page.get_by_role("status")).to_contain_text("1 to 10 of 10 members")
    assert page.get_by_label("Search").input_value() == "person1"

    page.get_by_role("combobox", name="Segment").click()
    page.get_by_role("option", name="Students").click()
    expect(page.get_by_role("status")).to_contain_text("1 to 3 of 3 members")
    expect(page).to_have_url(re.compile(r"/members\?q=person1&segment=student$"))

    page.get_by_label("Search").fill("nosuchname")
    expect(page.get_by_role("status")).to_contain_text("Nobody fits.")
    page.get_by_role("button", name="Show all members").click()
    expect(page.get_by_role("status")).to_contain_text("1 to 25 of 60 members")
    expect(page).to_have_url(re.compile(r"/members$"))


def test_names_are_text_whatever_they_look_like(open_page: Open) -> None:
    page = open_page("/console/members?page=3")
    names = page.get_by_role("table").get_by_role("link")
    page.get_by_label("Search").fill("<script>alert")
    expect(page.get_by_role("status")).to_contain_text("1 member")
    assert names.all_inner_texts() == [f"{SCRIPT} Smith"]
    page.get_by_label("Search").fill("Zo\u00eb")
    expect(names).to_have_text(re.compile("Wilhelmina Theodora \U0001f98a Featherstonehaugh-"))
    check_accessible(page)
    names.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Wilhelmina")


def test_a_page_and_its_dialogs_show_such_a_name_as_text(open_page: Open, house: House) -> None:
    page = open_page(f"/console/members/{house.member(SCRIPT).id}", width=390)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{SCRIPT} Smith")
    page.get_by_role("button", name="Note").click()
    expect(page.get_by_role("dialog", name=f"Note about {SCRIPT}")).to_be_visible()
    longest = house.member("Zo\u00eb").id
    page.goto(f"/console/members/{longest}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Featherstonehaugh")
    assert page.locator("html").evaluate("page => page.scrollWidth") == 390


def test_the_list_fits_a_phone_in_the_dark(open_page: Open) -> None:
    page = open_page("/console/members", width=390, scheme="dark")
    assert page.get_by_role("table").count() == 0
    assert page.get_by_role("link", name="Person00 Example").is_visible()
    assert page.locator("html").evaluate("page => page.scrollWidth") == 390
    check_accessible(page)


def test_what_can_not_be_read_in_an_address_is_left_out(open_page: Open) -> None:
    page = open_page("/console/members?page=x&risk=none&stage=moon&msm=me&segment=student")
    assert told(page).startswith("1 to 20 of 20 members")


def test_who_only_looks_can_not_import(open_page: Open) -> None:
    page = open_page("/console/members", role="manager")
    assert page.get_by_role("button", name="Import").count() == 0
    answer = page.goto("/console/members/import")
    assert answer is not None
    assert answer.status == 403

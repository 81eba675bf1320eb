"""The inbox: who needs a person, the most urgent first; it keeps up by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from bot.db import Database
from bot.handoff import acts
from bot.model import Absence, HandOff, HandOffReason, HandOffState, Member, Priority, Team
from tests.support.browser import check_accessible
from tests.support.cast import JONAS
from tests.support.console_cases import SCRIPT, house_of_cases, new_case
from tests.support.house import House

Open = Callable[..., Page]
HOUR = timedelta(hours=1)


@pytest.fixture
def house(db: Database) -> House:
    return house_of_cases(db)


def rows(page: Page) -> list[str]:
    """Who is in the list, in order."""
    return page.locator("li.msb-case a").all_inner_texts()


def test_the_most_urgent_case_comes_first_and_what_is_due_is_told_in_words(open_page: Open, house: House) -> None:
    new_case(house, "Ana", ago=9 * HOUR)
    new_case(house, "Ben", HandOffReason.COMPLAINT, priority=Priority.URGENT, summary=f"Wrote {SCRIPT}")
    new_case(house, "Eve", team=Team.TECHNICAL_SUPPORT)
    house.change(Member, house.member("Eve").id, lambda eve: setattr(eve, "first_name", SCRIPT))
    page = open_page("/console/cases?list=all")
    assert rows(page) == ["Ben Smith", "Ana Smith", f"{SCRIPT} Smith"]
    assert page.get_by_text("Overdue for 5 hours").is_visible()
    assert page.get_by_text("Due in 30 minutes", exact=False).is_visible()
    assert page.get_by_text(f"Wrote {SCRIPT}").is_visible()
    check_accessible(page)

    page.get_by_text("Only overdue").click()
    expect(page.locator("li.msb-case")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/cases\?list=all&overdue=yes$"))
    page.get_by_text("Only overdue").click()
    page.get_by_role("combobox", name="Team").click()
    page.get_by_role("option", name="Support").click()
    expect(page.locator("li.msb-case a")).to_have_text([f"{SCRIPT} Smith"])
    expect(page).to_have_url(re.compile(r"team=technical_support$"))
    page.reload()
    expect(page.locator("li.msb-case a")).to_have_text([f"{SCRIPT} Smith"])
    page.get_by_role("link", name=f"{SCRIPT} Smith").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{SCRIPT} Smith")


def test_new_cases_appear_and_the_keyboard_stays_where_it_was(open_page: Open, house: House) -> None:
    first = new_case(house, "Ana")
    page = open_page("/console/cases?list=all", width=390, scheme="dark")
    page.locator(f"#case-{first}").focus()
    new_case(house, "Ben", priority=Priority.URGENT)
    expect(page.locator("li.msb-case a")).to_have_text(["Ben Smith", "Ana Smith"])
    expect(page.get_by_role("status").first).to_have_text("1 new case.")
    expect(page.locator(f"#case-{first}")).to_be_focused()
    assert page.locator("html").evaluate("page => page.scrollWidth") == 390
    check_accessible(page)


def test_each_list_has_its_own_cases_and_says_when_there_are_none(open_page: Open, house: House) -> None:
    mine, rests, over = (new_case(house, who) for who in ("Ana", "Ben", "Eve"))
    claim, snooze = house.act(mine), house.act(rests)
    resolve = house.act(over, JONAS)
    with house.db.begin() as session:
        acts.claim(session, claim)
        acts.snooze(session, snooze, house.clock.now() + HOUR, house.programme)
        acts.resolve(session, resolve, "Called her.", house.programme)
    page = open_page("/console/cases")
    assert rows(page) == ["Ana Smith"]
    page.get_by_role("link", name="Snoozed (1)").click()
    expect(page.locator("li.msb-case a")).to_have_text(["Ben Smith"])
    assert page.get_by_text("Snoozed until", exact=False).is_visible()
    page.get_by_role("link", name="Resolved").click()
    expect(page.locator("li.msb-case a")).to_have_text(["Eve Smith"])
    assert page.get_by_text("Was with", exact=False).is_visible()
    page.get_by_role("link", name="Unassigned (0)").click()
    expect(page.get_by_text("Every case is somebody's.")).to_be_visible()
    assert page.get_by_role("link", name="Unassigned (0)").get_attribute("aria-current") == "page"


def test_a_colleague_opens_a_case_and_says_when_they_are_away(open_page: Open, house: House) -> None:
    page = open_page("/console/cases", role="manager")
    page.get_by_role("button", name="I'm away").click()
    page.get_by_label("When?").fill("until Friday")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("button", name="You are away until Fri 27 Nov, 00:00")).to_be_visible()
    assert house.one(Absence).source == "colleague"

    page.get_by_role("button", name="Open a case").click()
    dialog = page.get_by_role("dialog", name="Open a case")
    dialog.get_by_label("Name, member number or address").fill("hal")
    dialog.get_by_role("button", name="Search").click()
    dialog.get_by_text("Hal Smith (no-Hal)").wait_for()
    check_accessible(page)
    dialog.get_by_label("Why?").fill("wants to talk about the renewal")
    dialog.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hal Smith")
    case = house.one(HandOff)
    assert (case.state, case.summary) == (HandOffState.OPEN, "Maria asks: wants to talk about the renewal")


def test_whoever_may_only_look_sees_the_cases_and_nothing_to_press(open_page: Open, house: House) -> None:
    new_case(house, "Ana")
    page = open_page("/console/cases?list=all&page=nonsense&team=<script>", role="viewer")
    assert rows(page) == ["Ana Smith"]
    assert page.get_by_role("button", name="Open a case").count() == 0

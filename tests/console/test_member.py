"""The page of a member: each part of it, drawn from a month in which everything happened."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import check_accessible
from tests.support.console_people import People
from tests.support.house import House

Open = Callable[..., Page]


@pytest.fixture
def house(people: People) -> House:
    return people.house


def text_of(page: Page) -> str:
    return page.locator("#content").inner_text()


TOLD = {
    "overview": (
        "Your first 90 days", "4 of 9 steps", "Settled in", "Done 8 Nov, they said so",
        "In hand: asked 24 Nov, 1 message, no answer yet", "If Ana stays silent", "America/New_York",
        "Not happy: 2 on the scale from 1 to 7", "Text message: +12025550001", "They said STOP there (10 Nov 2026)",
        "find a mentor in structural engineering", "40 % of the way", "Surveys to come",
    ),
    "timeline": ("every event is in the evening and I have small kids", "rule check_in:forum_hello:rung 1",
                 "Ana wrote, by Telegram", "held back"),
    "conversation": ("Hi Ana, Maria here. Would a lunch-time visit work for you?", "Text message, 11:37",
                     "hand_off:reply by Maria Okafor", "It's easier for me here"),
    "consents": ("Withdrawn", "STOP", "pressed the link in the welcome message", "+12025550041"),
    "goals": ("find a mentor in structural engineering", "has two names", "learn what membership offers", "Replaced"),
    "surveys": ("Your first month", "2 of 7", "every event is in the evening", "Answered"),
    "cases": ("Asked for a person", "Comes to the lunch talk on Thursday.", "Resolved"),
    "data": ("Career stage", "FI-1001", "Prefers lunch time. Told the events team.", "Ana de Souza"),
}  # fmt: skip
"""What each part of Ana's page has to say."""


@pytest.mark.parametrize("tab", TOLD)
def test_each_part_tells_what_happened(open_page: Open, people: People, tab: str) -> None:
    page = open_page(f"/console/members/{people.ids['Ana']}?tab={tab}")
    assert page.get_by_role("heading", level=1).inner_text() == "Ana Souza"
    told = text_of(page)
    assert [words for words in TOLD[tab] if words not in told] == []
    check_accessible(page)


def test_a_page_fits_a_phone_in_the_dark(open_page: Open, people: People) -> None:
    page = open_page(f"/console/members/{people.ids['Ana']}", width=390, scheme="dark")
    for tab in ("Overview", "Timeline", "Conversation", "Consents", "Data"):
        page.get_by_role("navigation", name="About this member").get_by_role("link", name=tab).click()
        expect(page.locator(".msb-tabs a[aria-current=page]")).to_have_text(tab)
        page.wait_for_load_state("networkidle")
        assert page.locator("html").evaluate("page => page.scrollWidth") == 390, tab
        check_accessible(page)


def test_it_says_who_holds_the_conversation_and_leads_to_the_case(open_page: Open, people: People) -> None:
    page = open_page(f"/console/members/{people.ids['Emeka']}", role="viewer")
    assert "The assistant is silent: Maria Okafor holds the conversation." in text_of(page)
    assert page.get_by_role("button", name="Message").count() == 0
    page.get_by_role("link", name="Open case").first.click()
    page.wait_for_url("**/cases/1")


def test_the_timeline_is_filtered_by_kind(open_page: Open, people: People) -> None:
    page = open_page(f"/console/members/{people.ids['Ana']}?tab=timeline&kind=goal")
    assert "Goal set" in text_of(page)
    assert "Ana wrote" not in text_of(page)
    page.get_by_role("link", name="By colleagues").click()
    page.wait_for_url("**kind=staff*")
    expect(page.locator("#content")).to_contain_text("Maria Okafor noted")


def test_a_record_that_was_merged_leads_to_the_one_that_lives_on(open_page: Open, people: People) -> None:
    page = open_page("/console/members/9")
    assert "This record is part of another one now" in text_of(page)
    assert page.get_by_role("button", name="Message").count() == 0
    page.get_by_role("link", name="Open the record").click()
    page.wait_for_url(f"**/members/{people.ids['Ana']}")


def test_who_does_not_exist_is_told_as_not_found(open_page: Open) -> None:
    page = open_page("/console/members/99999")
    for path in ("x", "1e5", "9" * 30):
        answer = page.goto(f"/console/members/{path}")
        assert answer is not None
        assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("Not found")
    page.get_by_role("link", name="All members").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Members")


def test_the_list_tells_who_is_endangered_and_what_waits(open_page: Open) -> None:
    page = open_page("/console/members?risk=high")
    expect(page.get_by_role("status")).to_contain_text("1 member. Risk as of 15:00 UTC.")
    assert "No answer to 2 questions in 4 messages" in page.get_by_role("row").last.inner_text()
    page.goto("/console/members?order=risk&stage=onboarding&question=step")
    expect(page.get_by_role("row").nth(1)).to_contain_text("Ben Carter")
    row = page.get_by_role("row").filter(has_text="Ana Souza")
    expect(row).to_contain_text("Now: your hello in the member forum")
    expect(row).to_contain_text("Sun 29 Nov, 11:00")

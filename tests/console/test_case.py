"""The page of a case: all that the card shows, and everything that can be done with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from bot.db import Database
from bot.handoff import acts
from bot.handoff.cases import Need, open_case
from bot.model import (
    CaseEntry,
    EntryKind,
    HandOff,
    HandOffReason,
    HandOffState,
    Merge,
    OutboxMessage,
    Purpose,
    StepProgress,
)
from console.context import Lent
from console.mount import Mounted
from tests.support.browser import check_accessible
from tests.support.cast import CHI, JONAS, NUMBERS
from tests.support.console import Site
from tests.support.console_cases import SCRIPT, house_of_cases, new_case
from tests.support.house import House

Open = Callable[..., Page]


@pytest.fixture
def house(db: Database) -> House:
    return house_of_cases(db)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def case_of(house: House, number: int) -> HandOff:
    return house.get(HandOff, number)


def replies(house: House) -> list[str]:
    return [str(row.body["text"]) for row in house.rows(OutboxMessage, OutboxMessage.purpose == Purpose.STAFF_REPLY)]


def test_a_conversation_from_the_claim_to_the_end(
    open_page: Open, house: House, site: Site, mounted: tuple[str, Mounted]
) -> None:
    mounted[1].console = replace(site.console, lent=Lent(parts=lambda text: (len(text) // 160 + 1, "GSM-7")))
    house.settle()
    house.says("I am stuck with the form")
    number = new_case(house, "Ana", HandOffReason.STUCK)
    page = open_page(f"/console/cases/{number}", role="manager")
    log = page.get_by_role("log")
    expect(log).to_contain_text("I am stuck with the form")
    expect(page.get_by_role("region", name="Suggested next steps")).to_contain_text("Answer: Ana Smith has waited")
    press(page, "Claim")
    expect(page.get_by_text("Claimed by Maria.")).to_be_visible()
    assert case_of(house, number).state is HandOffState.CLAIMED
    check_accessible(page)

    page.get_by_role("combobox", name="Start from a prepared reply").click()
    page.get_by_role("option", name="How can I help?").click()
    words = page.get_by_role("textbox", name="To Ana Smith")
    expect(words).to_have_value("Hi Ana, Maria here. How can I help?")
    expect(page.get_by_text("35 characters \u00b7 1 text message")).to_be_visible()
    house.says("are you there?")
    expect(log).to_contain_text("are you there?")
    expect(words).to_have_value("Hi Ana, Maria here. How can I help?")
    press(page, "Preview")
    preview = page.get_by_role("dialog", name="What goes out")
    expect(preview).to_contain_text(f"To Ana Smith, by text message ({NUMBERS['Ana']})")
    check_accessible(page)
    preview.get_by_role("button", name="Send").click()
    expect(words).to_have_value("")
    expect(log).to_contain_text("waits to be sent")
    house.settle()
    expect(log.get_by_text("sent", exact=True)).to_be_visible()
    assert house.texts()[-1] == "Hi Ana, Maria here. How can I help?"

    page.get_by_role("tab", name="Private note").click()
    page.get_by_label("A note for colleagues").fill(f"prefers mornings {SCRIPT}")
    press(page, "Keep the note")
    expect(log).to_contain_text(f"prefers mornings {SCRIPT}")
    assert house.one(CaseEntry, CaseEntry.kind == EntryKind.NOTE).author == "Maria"

    press(page, "Resolve")
    ending = page.get_by_role("dialog", name="Resolve")
    ending.get_by_label("What came of it?").fill("Sent her the form.")
    ending.get_by_text("Done: your form").click()
    ending.get_by_label("Next date").fill("2026-12-01")
    ending.get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("What came of it: Sent her the form.")).to_be_visible()
    case = case_of(house, number)
    assert (case.state, case.outcome, str(case.follow_up_on)) == ("resolved", "Sent her the form.", "2026-12-01")
    assert house.rows(StepProgress, StepProgress.step == "form")[0].state == "done"
    press(page, "Open again")
    expect(page.get_by_text("Claimed by Maria.")).to_be_visible()
    assert case_of(house, number).reopened == 1


def test_a_case_rests_is_called_about_and_given_away(open_page: Open, house: House) -> None:
    number = new_case(house, "Ana")
    page = open_page(f"/console/cases/{number}", role="manager")
    press(page, "Snooze")
    dialog = page.get_by_role("dialog", name="Snooze")
    dialog.get_by_text("Tomorrow:").click()
    check_accessible(page)
    dialog.get_by_role("button", name="Snooze").click()
    expect(page.get_by_text("Snoozed until Wed 25 Nov, 00:00")).to_be_visible()
    press(page, "Wake up")
    expect(page.get_by_role("button", name="Snooze", exact=True)).to_be_visible()
    assert case_of(house, number).snoozed_until == house.clock.now()

    press(page, "Call")
    dialog = page.get_by_role("dialog", name="Call")
    assert dialog.get_by_role("link").get_attribute("href") == f"tel:{NUMBERS['Ana']}"
    dialog.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("Say how the call went.")).to_be_visible()
    dialog.get_by_text("They talked").click()
    dialog.get_by_label("What was said?").fill("she is fine")
    dialog.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("log")).to_contain_text("Maria called: they talked. she is fine")
    assert case_of(house, number).waiting_since is None

    press(page, "Assign")
    dialog = page.get_by_role("dialog", name="Assign")
    dialog.get_by_label("Who is to have it?").fill("Jonas")
    page.get_by_role("option", name="Jonas").click()
    dialog.get_by_role("button", name="Assign").click()
    expect(page.get_by_text("Claimed by Jonas.")).to_be_visible()
    expect(dialog).to_have_count(0)
    press(page, "Assign")
    dialog.get_by_label("Who is to have it?").fill("Support")
    page.get_by_role("option", name="Support").click()
    dialog.get_by_role("button", name="Assign").click()
    expect(page.get_by_text("Nobody has taken it yet.")).to_be_visible()
    assert case_of(house, number).team == "technical_support"


def test_what_somebody_else_claimed_meanwhile_is_refused_and_the_words_stay(open_page: Open, house: House) -> None:
    number = new_case(house, "Ana")
    page = open_page(f"/console/cases/{number}", role="manager")
    words = page.get_by_role("textbox", name="To Ana Smith")
    words.fill("Hi Ana!")
    act = house.act(number, JONAS)
    with house.db.begin() as session:
        acts.claim(session, act)
    press(page, "Send")
    expect(page.get_by_text("Jonas has this case", exact=False)).to_be_visible()
    expect(page.get_by_text("Claimed by Jonas.")).to_be_visible()
    expect(words).to_have_value("Hi Ana!")
    assert replies(house) == []
    page.reload()
    expect(page.get_by_role("textbox", name="To Ana Smith")).to_have_value("Hi Ana!")


def test_a_button_that_is_pressed_twice_does_once(open_page: Open, house: House) -> None:
    number = new_case(house, "Ana")
    page = open_page(f"/console/cases/{number}", role="manager")
    page.get_by_role("textbox", name="To Ana Smith").fill("Hi Ana!")
    page.get_by_role("button", name="Send").dblclick()
    expect(page.get_by_role("log")).to_contain_text("Hi Ana!")
    assert replies(house) == ["Hi Ana!"]
    page.get_by_role("tab", name="Private note").click()
    page.get_by_label("A note for colleagues").fill("once")
    page.get_by_role("button", name="Keep the note").dblclick()
    expect(page.get_by_label("A note for colleagues")).to_have_value("")
    assert len(house.rows(CaseEntry, CaseEntry.kind == EntryKind.NOTE)) == 1


def test_a_stranger_is_matched_to_a_member_and_that_is_taken_back(open_page: Open, house: House) -> None:
    house.says(f"where do I change my address? {SCRIPT}", CHI)
    with house.db.begin() as session:
        need = Need(HandOffReason.STRANGER, "We don't know who it is.", "sms", CHI)
        number = open_case(session, need, house.programme, now=house.clock.now(), wall=house.clock.wall()).id
    page = open_page(f"/console/cases/{number}", width=390, scheme="dark", role="manager")
    expect(page.get_by_role("log")).to_contain_text(f"where do I change my address? {SCRIPT}")
    assert page.locator("html").evaluate("page => page.scrollWidth") == 390
    check_accessible(page)
    press(page, "Match to member")
    dialog = page.get_by_role("dialog", name="Match to member")
    dialog.get_by_label("Name, member number or address").fill("hal")
    dialog.get_by_label("Name, member number or address").press("Enter")
    dialog.get_by_text("Hal Smith (no-Hal)").wait_for()
    dialog.get_by_role("button", name="Match").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hal Smith")
    assert house.one(Merge).member_id == house.member("Hal").id
    press(page, "Undo match")
    page.get_by_role("dialog").get_by_role("button", name="Undo match").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(CHI)
    assert house.one(Merge).undone_by == "maria@example.org"


def test_a_way_that_is_closed_says_why(open_page: Open, house: House) -> None:
    number = new_case(house, "Ben")
    page = open_page(f"/console/cases/{number}", role="manager")
    expect(page.get_by_text("they said STOP there", exact=False)).to_be_visible()
    expect(page.get_by_text("No way is open. Please call, or write a letter.")).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_disabled()


def test_whoever_may_only_look_sees_everything_and_can_press_nothing(open_page: Open, house: House) -> None:
    earlier = new_case(house, "Ana")
    act = house.act(earlier)
    with house.db.begin() as session:
        acts.resolve(session, act, "Called her.", house.programme)
    house.clock.push(timedelta(days=2))
    number = new_case(house, "Ana")
    page = open_page(f"/console/cases/{number}", role="viewer")
    assert page.get_by_text("You may look, and change nothing.").is_visible()
    assert page.get_by_role("textbox").count() == page.get_by_role("group", name="What to do").count() == 0
    page.get_by_role("link", name=re.compile(f"^Case {earlier}:")).click()
    expect(page.get_by_text("What came of it: Called her.")).to_be_visible()
    page.goto("/console/cases/4711")
    expect(page.get_by_text("There is no such case.")).to_be_visible()
    page.goto("/console/cases/none")
    expect(page.get_by_text("There is no such case.")).to_be_visible()

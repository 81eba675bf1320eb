"""What staff do on a member's page, and what the database says afterwards. Each test acts on a member of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.model import (
    Absence,
    AuditEntry,
    ContactPoint,
    HandOffState,
    JourneyRun,
    Member,
    MemberNote,
    OutboxMessage,
    Purpose,
    RunState,
    StepProgress,
    StepState,
)
from tests.support.browser import check_accessible
from tests.support.cast import MARIA
from tests.support.console_people import People
from tests.support.house import House

Open = Callable[..., Page]
ACTOR = f"console:{MARIA}"


@pytest.fixture
def house(people: People) -> House:
    return people.house


def begin(page: Page, button: str, more: str | None = None) -> Locator:
    """Presses a button, or what it holds, and returns the dialog."""
    page.get_by_role("button", name=button, exact=True).click()
    if more is not None:
        page.get_by_role("menuitem", name=more).click()
    opened = page.get_by_role("dialog")
    expect(opened).to_be_visible()
    return opened


def choose(page: Page, within: Locator, label: str, option: str) -> None:
    within.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option).click()


def done(page: Page, words: str) -> None:
    """It was said, and the dialog is gone."""
    expect(page.get_by_text(words, exact=True)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_message_goes_out_in_the_colleagues_name(open_page: Open, people: People) -> None:
    number = people.ids["Kenji"]
    page = open_page(f"/console/members/{number}", role="manager")
    opened = begin(page, "Message")
    check_accessible(page)
    assert "the assistant is silent until you resolve the case" in opened.inner_text()
    opened.get_by_label("Message").fill("Hi Kenji, shall we talk on Friday?")
    opened.get_by_role("button", name="Send").click()
    done(page, "It is on its way.")
    expect(page.locator("#content")).to_contain_text("The assistant is silent: Maria holds the conversation.")
    written = OutboxMessage.purpose == Purpose.STAFF_REPLY
    sent = people.house.one(OutboxMessage, OutboxMessage.member_id == number, written)
    assert sent.body["text"] == "Hi Kenji, shall we talk on Friday?"
    case = next(one for one in people.house.cases() if one.member_id == number and one.state is HandOffState.CLAIMED)
    assert sent.hand_off_id == case.id


def test_an_empty_message_is_refused_and_stays(open_page: Open, people: People) -> None:
    page = open_page(f"/console/members/{people.ids['Sofia']}", role="manager")
    opened = begin(page, "Message")
    opened.get_by_role("button", name="Send").click()
    expect(page.get_by_text("empty")).to_be_visible()
    expect(opened).to_be_visible()
    opened.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_note_is_kept_and_a_step_marked(open_page: Open, people: People) -> None:
    number, house = people.ids["Ruth"], people.house
    page = open_page(f"/console/members/{number}?tab=data", role="manager")
    opened = begin(page, "Note")
    opened.get_by_label("Note").fill("Likes <b>letters</b>.")
    opened.get_by_role("button", name="Keep note").click()
    done(page, "Noted.")
    expect(page.locator("#content")).to_contain_text("Likes <b>letters</b>.")
    assert [note.text for note in house.rows(MemberNote, MemberNote.member_id == number)] == ["Likes <b>letters</b>."]

    opened = begin(page, "More", "Mark a step")
    opened.get_by_label("How do you know?").fill("saw her sign in")
    opened.get_by_role("button", name="Mark").click()
    done(page, "Marked.")
    run = house.one(JourneyRun, JourneyRun.member_id == number, JourneyRun.state == RunState.ACTIVE)
    step = house.one(StepProgress, StepProgress.run_id == run.id, StepProgress.step == "first_sign_in")
    assert (step.state, step.evidence) == (StepState.DONE, "saw her sign in")


def test_a_member_is_paused_and_goes_on(open_page: Open, people: People) -> None:
    number, house = people.ids["Leila"], people.house
    page = open_page(f"/console/members/{number}", role="manager")
    opened = begin(page, "Pause")
    opened.get_by_role("button", name="Two weeks").click()
    opened.get_by_role("button", name="Pause").click()
    done(page, "Paused until 2026-12-08.")
    expect(page.locator("#content")).to_contain_text("Paused until Tue 8 Dec, 00:00")
    assert [one.source for one in house.rows(Absence, Absence.member_id == number)] == [f"pause:{ACTOR}"]
    begin(page, "Resume").get_by_role("button", name="End the pause").click()
    done(page, "The pause is over.")
    assert page.get_by_role("button", name="Pause", exact=True).is_visible()
    assert [one.ends_at for one in house.rows(Absence, Absence.member_id == number)] == [house.clock.now()]


def test_a_member_is_moved_to_another_segment_and_out_of_a_journey(open_page: Open, people: People) -> None:
    number, house = people.ids["Sofia"], people.house
    page = open_page(f"/console/members/{number}", role="manager")
    opened = begin(page, "More", "Move")
    choose(page, opened, "Where", "Students")
    opened.get_by_role("button", name="Move").click()
    done(page, "Moved.")
    assert house.get(Member, number).segment == "student"
    expect(page.locator("#content")).to_contain_text("Students, by staff")

    opened = begin(page, "More", "Move")
    choose(page, opened, "What", "Out of a journey")
    opened.get_by_role("button", name="Move").click()
    done(page, "Moved.")
    states = [run.state for run in house.rows(JourneyRun, JourneyRun.member_id == number)]
    assert RunState.ACTIVE not in states
    expect(page.locator("#content")).to_contain_text("Sofia is in no journey at present.")
    acted = {one.actor for one in house.rows(AuditEntry, AuditEntry.member_id == number)}
    assert ACTOR in acted


def test_a_manager_can_not_erase(open_page: Open, people: People) -> None:
    page = open_page(f"/console/members/{people.ids['Ana']}", role="manager")
    page.get_by_role("button", name="More", exact=True).click()
    expect(page.get_by_role("menuitem")).to_have_text(["Mark a step", "Move", "Correct the record"])


def test_a_record_is_corrected_and_a_wrong_value_is_refused(open_page: Open, people: People) -> None:
    number, house = people.ids["Ingrid"], people.house
    page = open_page(f"/console/members/{number}?tab=data", role="manager", width=390)
    opened = begin(page, "More", "Correct the record")
    check_accessible(page)
    assert opened.get_by_label("E-mail", exact=True).input_value() == "m5@example.com"
    opened.get_by_label("Time zone").fill("Norway")
    opened.get_by_role("button", name="Correct").click()
    expect(page.get_by_text('"Norway" is not a time zone')).to_be_visible()
    opened.get_by_label("Time zone").fill("Europe/Paris")
    opened.get_by_label("E-mail", exact=True).fill("ingrid@example.org")
    opened.get_by_label("How they agreed").fill("told me on the phone")
    opened.get_by_role("button", name="Correct").click()
    done(page, "Corrected.")
    assert house.get(Member, number).time_zone == "Europe/Paris"
    point = house.one(ContactPoint, ContactPoint.address == "ingrid@example.org")
    assert (point.member_id, point.consented_at) == (number, house.clock.now())

"""The sandbox's page by hand: phones, calls, the clock, faults, the way back to the beginning; and for everybody."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from console.sandbox.tour.days import next_story_day
from tests.browser.conftest import PATIENCE_MS
from tests.support.browser import check_accessible
from tests.support.demo import Demo

NUMBER = "+12025550155"
STRANGER = "+12025550166"


@pytest.fixture(autouse=True)
def patient() -> None:
    expect.set_options(timeout=PATIENCE_MS)


def part(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def show(page: Page, phone: str, who: str) -> Locator:
    """Chooses whose phone it is."""
    shown = part(page, phone)
    chooser = shown.get_by_label("Whose phone")
    chooser.click()
    chooser.fill(who)
    page.get_by_role("option", name=re.compile(who)).first.click()
    expect(page.get_by_role("listbox")).to_have_count(0)
    return shown


def write(phone: Locator, text: str) -> None:
    phone.get_by_role("tab", name=re.compile("^SMS")).click()
    phone.get_by_label("Text message").fill(text)
    phone.get_by_label("Text message").press("Enter")


def now(demo: Demo) -> datetime:
    return datetime.fromisoformat(demo.get("clock")["now"])


def test_what_is_typed_on_a_phone_is_answered_there_and_told_in_the_feed(open_sandbox: Callable[..., Page]) -> None:
    page = open_sandbox()
    phone = show(page, "Phone 1", "Ana Souza")
    expect(phone.get_by_text("Have you managed to sign in").first).to_be_visible()
    write(phone, "<b>yes</b> I signed in")
    expect(phone.get_by_text("<b>yes</b> I signed in")).to_be_visible()
    expect(phone.get_by_text("profile form").first).to_be_visible()
    feed = part(page, "What happened")
    expect(feed.get_by_text('Ana writes by text message: "<b>yes</b> I signed in"')).to_be_visible()
    feed.get_by_role("tab", name="Webhooks and calls").click()
    expect(feed.get_by_text("<b>yes</b> I signed in").first).to_be_visible()


def test_a_stranger_s_number_gets_a_polite_answer_and_a_case(open_sandbox: Callable[..., Page]) -> None:
    page = open_sandbox()
    phone = part(page, "Phone 2")
    phone.get_by_label("Whose phone").click()
    page.get_by_role("option", name="Another number").click()
    page.get_by_label("Number, with + and the country").fill(STRANGER)
    page.get_by_role("button", name="Take it").click()
    write(phone, "Hi, is this the institute?")
    expect(phone.get_by_text("don't recognize this number")).to_be_visible()
    expect(part(page, "Slack").get_by_text(re.compile("unknown number", re.IGNORECASE)).first).to_be_visible()


def test_a_phone_that_rings_is_picked_up_and_put_through(open_sandbox: Callable[..., Page], demo: Demo) -> None:
    at = next_story_day(now(demo))
    demo.post("clock", set=at.isoformat())
    page = open_sandbox()
    demo.enrol(
        member_number="browser-1", first_name="Gil", last_name="Ortega", phone=NUMBER, time_zone="America/New_York",
        joined_on=(at - timedelta(days=2)).date().isoformat(), consent_sms=False, consent_voice=True,
        consent_source="form", msm="maria.okafor@example.org", traits={"segment": "senior_professional"},
    )  # fmt: skip
    show(page, "Phone 1", "Gil Ortega")
    gil = part(page, "Phone 1")
    gil.get_by_role("button", name="Pick up").click()
    expect(gil.get_by_text(re.compile("Gil.*Fernhill|Fernhill.*Gil", re.DOTALL)).first).to_be_visible()
    gil.get_by_role("button", name="Press 1").click()
    maria = page.locator(".sb-ring", has_text="Maria Okafor's phone")
    maria.get_by_role("button", name="Pick up").click()
    maria.get_by_role("button", name="Press 1").click()
    expect(gil.get_by_text("They talk with each other.")).to_be_visible()
    gil.get_by_role("button", name="Hang up").click()
    expect(gil.get_by_role("button", name="Hang up")).to_have_count(0)
    gil.get_by_role("tab", name=re.compile("Calls")).click()
    expect(gil.get_by_text(re.compile("^Call"))).not_to_have_count(0)


def test_a_fault_is_marked_while_it_lasts(open_sandbox: Callable[..., Page]) -> None:
    page = open_sandbox()
    phone = show(page, "Phone 1", "Emeka Obi")
    part(page, "Faults").get_by_label("Twilio (SMS, calls)").click()
    page.get_by_role("option", name="is down").click()
    expect(page.get_by_text("Twilio (SMS, calls) is down")).to_be_visible()
    write(phone, "hello there")
    expect(part(page, "What happened").get_by_text('Emeka writes by text message: "hello there"')).to_be_visible()
    part(page, "Faults").get_by_role("button", name="All work again").click()
    expect(page.get_by_text("Twilio (SMS, calls) is down")).to_have_count(0)


def test_the_clock_plays_and_pauses_and_goes_to_the_next_event(
    open_sandbox: Callable[..., Page], demo: Demo
) -> None:  # fmt: skip
    page, before = open_sandbox(), now(demo)
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_role("button", name="+1 hour")).to_be_disabled()
    hour = f"{before.hour:02}:"
    expect(page.get_by_role("timer")).not_to_contain_text(f" {hour}")
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_role("button", name="+1 hour")).to_be_enabled()
    paused = now(demo)
    assert paused > before
    page.get_by_role("button", name="Next event").click()
    expect(page.get_by_role("button", name="Next event")).to_be_disabled()
    expect(page.get_by_role("button", name="Next event")).to_be_enabled()
    assert now(demo) > paused


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_on_a_desk_and_on_a_phone(open_sandbox: Callable[..., Page], scheme: str) -> None:
    page = open_sandbox(scheme=scheme)
    show(page, "Phone 1", "Ana Souza")
    check_accessible(page)
    page.set_viewport_size({"width": 390, "height": 844})
    for name in ("Slack", "Feed, faults", "Phones"):
        page.get_by_role("button", name=name, exact=True).click()
        check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_everything_goes_back_to_the_start_and_the_story_can_be_told_again(
    open_sandbox: Callable[..., Page], demo: Demo
) -> None:
    page = open_sandbox()
    start = datetime.fromisoformat(json.loads((demo.plan.start / "start.json").read_text())["now"])
    write(show(page, "Phone 1", "Ana Souza"), "hello from before the start")
    expect(page.get_by_text("hello from before the start").first).to_be_visible()
    page.get_by_role("button", name="Back to the start").click()
    page.get_by_role("dialog").get_by_role("button", name="Back to the start").click()
    expect(page.get_by_text("Everything is as it was at the start.")).to_be_visible()
    expect(page.get_by_text("hello from before the start")).to_have_count(0)
    assert (now(demo) - start).total_seconds() < 600
    phone = show(page, "Phone 1", "Ana Souza")
    expect(phone.get_by_text("Have you managed to sign in")).to_have_count(1)
    write(phone, "yep did it last nite")
    expect(phone.get_by_text("profile form").first).to_be_visible()

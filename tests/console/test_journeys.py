"""The pages of journeys: maps, steps, ladders."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from bot.db import Database
from bot.model import CheckInState, StepState
from tests.support.browser import check_accessible
from tests.support.house import TUESDAY, House
from tests.support.small_programme import journey, make_programme, step
from tests.unit.insights.histories import DAY, HOUR, Step, asked, done, member, run, touch

Open = Callable[..., Page]
SCRIPT = "<script>alert(1)</script>"
SEGMENTS = [
    {"key": "student", "name": f"Students {SCRIPT}", "rule": {"all": [{"trait": "t", "op": "exists"}]}},
    {"key": "everybody", "name": "Everybody else"},
]
FORM, HELLO = step("form", "joined", "1d", resource="form_help"), step("hello", bridge="training")
PLAN = step("plan", bridge="services", requires=["form"], name=f"your {SCRIPT} plan")
SEEN = step("seen", ladder=None, observed_by=["course.completed"], requires=[])
MILESTONES = {"settled_in": [FORM, HELLO], "at_home": [PLAN, SEEN]}


@pytest.fixture
def house(db: Database, request: pytest.FixtureRequest) -> House:
    """Four members on their way: one has done two steps, one is overdue, one is stuck; or nobody, if a test says so."""
    if getattr(request, "param", "") == "empty":
        return House(db, make_programme())
    shown = {**journey(milestones=MILESTONES), "name": f"First days & {SCRIPT}"}
    house = House(db, make_programme(segments=SEGMENTS, journeys={"onboarding": shown}))
    first = house.programme.journeys["onboarding"]
    with db.begin() as session:
        finished = run(session, first, member(session), {"form": done(after=DAY), "hello": done("event:crm", 4 * DAY)})
        answered = asked(session, finished, "form", CheckInState.ANSWERED, TUESDAY - 19 * DAY,
                         closed_at=TUESDAY - 19 * DAY + 3 * HOUR)  # fmt: skip
        touch(session, answered, 0, TUESDAY - 19 * DAY)
        late = run(session, first, member(session, first_name=SCRIPT, last_name="Late"))
        touch(session, asked(session, late, "form", opened=TUESDAY - 8 * DAY), 0, TUESDAY - 8 * DAY)
        run(
            session,
            first,
            member(session, "student", first_name="Stu"),
            {"form": Step(StepState.BLOCKED, "member:sms")},
        )
        asked(session, run(session, first, member(session, "student")), "form", opened=TUESDAY - DAY)
    return house


def cells(page: Page, row: str) -> list[str]:
    """What stands in the row of a table that begins so."""
    found = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=row)).first
    return [one.strip() for one in found.inner_text().split("\t")]


def test_journeys_are_listed_with_how_far_members_are(open_page: Open) -> None:
    page = open_page("/console/journeys")
    told = " ".join(cells(page, "First days"))
    assert re.search(r"Onboarding.*\b4\b.*\b4\b.*\b0\b", told, re.DOTALL)
    check_accessible(page)
    page.get_by_role("combobox", name="Segment").click()
    page.get_by_role("option", name="Students").click()
    expect(page).to_have_url(re.compile(r"/console/journeys\?segment=student$"))
    expect(page.get_by_role("row").nth(1)).to_contain_text("2")
    page.get_by_role("link", name="First days").click()
    expect(page).to_have_url(re.compile(r"/console/journeys/onboarding\?segment=student$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(f"First days & {SCRIPT}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_shows_where_members_stand_and_stop(open_page: Open, scheme: str) -> None:
    page = open_page("/console/journeys/onboarding", scheme=scheme)
    way = page.get_by_role("region", name="Map of the journey")
    expect(way.get_by_role("heading", name="settled_in")).to_be_visible()
    expect(way.get_by_role("link", name="Your form")).to_be_visible()
    expect(way).to_contain_text("1 overdue")
    expect(way).to_contain_text("1 stuck")
    expect(way).to_contain_text("Needs step 1.")
    expect(way).to_contain_text("Needs no other step.")
    expect(way).to_contain_text("Nobody asks; it is only seen or noted")
    expect(way.get_by_role("link", name=f"Your {SCRIPT} plan")).to_be_visible()
    assert cells(page, "1. Your form") == ["1. Your form", "4", "1", "1", "0", "0", "0", "0", "1", "1", "1", "0", "0",
                                           "1 day"]  # fmt: skip
    bar = way.get_by_role("img", name="Of 4: 1 done, told by the member")
    expect(bar).to_have_attribute("aria-label", re.compile("1 overdue, 1 stuck, 0 not there yet"))
    check_accessible(page)


def test_the_map_fits_a_phone_and_is_narrowed_by_its_address(open_page: Open) -> None:
    page = open_page("/console/journeys/onboarding?segment=student&joined=2026-11&version=nonsense", width=390)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert cells(page, "1. Your form")[1:3] == ["2", "0"]
    page.get_by_role("button", name="Show everybody").click()
    expect(page).to_have_url(re.compile(r"/console/journeys/onboarding$"))
    expect(page.get_by_role("row").nth(1)).to_contain_text("4")


def test_members_who_entered_before_go_by_their_own_version(open_page: Open, house: House) -> None:
    older = make_programme(journeys={"onboarding": journey(milestones={"old": [step("fax", "joined")]})})
    with house.db.begin() as session:
        run(session, older.journeys["onboarding"], member(session), {"fax": done()})
    page = open_page("/console/journeys/onboarding")
    assert cells(page, "fax (other versions only)")[1:3] == ["1", "1"]
    page.get_by_role("combobox", name="Version").click()
    page.get_by_role("option").filter(has_not_text="present").filter(has_not_text="All").click()
    expect(page.get_by_text("This is an earlier version.")).to_be_visible()
    expect(page.get_by_role("link", name="Your fax")).to_be_visible()


def test_a_step_tells_who_stands_there_and_what_they_are_sent(open_page: Open) -> None:
    page = open_page("/console/journeys/onboarding/steps/form", width=390)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    expect(page.get_by_role("link", name=f"{SCRIPT} Late")).to_have_attribute("href", re.compile(r"/members/\d+$"))
    page.get_by_role("button", name="Stuck (1)").click()
    expect(page.get_by_role("link", name=re.compile("^Stu "))).to_be_visible()
    expect(page.get_by_text("of 1 messages answered")).to_be_visible()
    expect(page.get_by_text("Look here: https://example.org/form")).to_be_visible()
    expect(page.get_by_text("Compass: Is your form done?")).to_be_visible()
    check_accessible(page)


def test_ladders_tell_what_each_rung_brings(open_page: Open) -> None:
    page = open_page("/console/journeys/ladders", scheme="dark")
    expect(page.get_by_text("asked 2 times, 50 % answered or done")).to_be_visible()
    told = " ".join(cells(page, "1. SMS from programme"))
    assert re.search(r"2 days\s+2\s+1\s+100 %\s+of 1", told)
    check_accessible(page)
    page.get_by_role("combobox", name="Segment").click()
    page.get_by_role("option", name="Students").click()
    expect(page.get_by_text("nothing asked in this time")).to_be_visible()
    expect(page).to_have_url(re.compile(r"segment=student"))


def test_what_there_is_not_is_said(open_page: Open) -> None:
    page = open_page("/console/journeys/nosuch")
    expect(page.get_by_text("There is no such journey.")).to_be_visible()
    page = open_page("/console/journeys/onboarding/steps/nosuch")
    expect(page.get_by_text("There is no such step.")).to_be_visible()


@pytest.mark.parametrize("house", ["empty"], indirect=True)
@pytest.mark.parametrize("path", ["/onboarding", "/onboarding/steps/form", "/ladders"])
def test_nobody_has_entered_anything(open_page: Open, path: str) -> None:
    page = open_page(f"/console/journeys{path}")
    assert page.get_by_role("heading", level=1).count() == 1
    check_accessible(page)

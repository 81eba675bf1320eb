"""The pages of measures: what they show, what they hide, and what can be taken along."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Page

from app.pictures import measures as pictures
from bot.insights.measures import store
from bot.insights.measures.catalogue import MEASURES
from tests.support.browser import check_accessible
from tests.support.console import Site
from tests.support.house import House
from tests.support.measured import World
from tests.support.small_programme import make_programme

SCRIPT = "<script>alert(1)</script>"
SURVEY = {
    "name": SCRIPT, "when": {"after": "joined", "offset": "7d"}, "thanks": "Thanks", "ladder": "standard",
    "questions": [
        {"key": "score", "kind": "nps", "ask": "How is {organisation}?"},
        {"key": "why", "kind": "text", "ask": "Why?"},
    ],
}  # fmt: skip


@pytest.fixture
def house(house: House) -> House:
    house.programme = make_programme(surveys={"start": SURVEY})
    return house


@pytest.fixture
def world(house: House, site: Site) -> World:
    """Thirty who joined in March, of whom 24 completed; 24 say 9, six say 3; and two students."""
    made = World(house.db, house.programme)
    for at in range(32):
        is_student = at >= 30
        member = made.member("2026-03-01", first_name=SCRIPT, renews_on=date(2026, 9, 1),
                             segment="student" if is_student else "everybody")  # fmt: skip
        if at % 5 and not is_student:
            made.run(member, "2026-03-01", "2026-04-01")
        segment = "student" if is_student else "everybody"
        made.scored(member, "2026-10-05", "nps", 9 if at % 5 else 3, segment=segment)
        made.scored(member, "2026-10-05", "text", None, question="why", text=f"{SCRIPT} {at}", segment=segment)
        made.asked(member, [("sms", "2026-10-01 14:00")], "2026-10-01 14:10" if at % 2 else None)
    made.case("2026-10-01 10:00", "2026-10-01 11:00")
    store.refresh(house.db, house.programme, house.clock)
    return made


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_cards_tell_value_target_and_number_of_each_measure(
    world: World, open_page: Callable[..., Page], scheme: str
) -> None:
    page = open_page("/console/measures", scheme=scheme, role="viewer")
    for kind in MEASURES.values():
        assert page.get_by_role("link", name=kind.title).count() == 1
    onboarding = page.get_by_role("listitem").filter(has_text="Onboarding completion")
    assert onboarding.get_by_text("75.0 %").first.is_visible()
    assert onboarding.get_by_text("Target not met (at least 80 %)").is_visible()
    assert onboarding.get_by_text("n = 32 members whose 90 days are over").is_visible()
    assert page.get_by_role("img", name="Month by month: from 75.0 %").count() == 1
    assert page.get_by_role("link", name=SCRIPT).is_visible()
    check_accessible(page)


def test_segment_and_period_are_chosen_and_kept_in_the_address(world: World, open_page: Callable[..., Page]) -> None:
    page = open_page("/console/measures?segment=everybody&months=24")
    assert page.get_by_text("80.0 %").first.is_visible()
    page.get_by_role("link", name="Onboarding completion").click()
    page.get_by_role("heading", name="Onboarding completion").wait_for()
    assert page.url.endswith("/console/measures/onboarding?segment=everybody&months=24")
    page.get_by_label("Segment").click()
    page.get_by_role("option", name="All members").click()
    page.wait_for_url("**/measures/onboarding?months=24")
    assert page.get_by_text("75.0 %").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_measure_has_a_chart_with_a_table_its_groups_and_how_it_is_computed(
    world: World, open_page: Callable[..., Page], scheme: str
) -> None:
    page = open_page("/console/measures/nps", scheme=scheme)
    assert page.get_by_role("heading", level=1).inner_text() == "Net Promoter Score (NPS)"
    assert page.get_by_role("img", name="The table beside it has every value").is_visible()
    assert page.get_by_role("row", name="Oct 2026").get_by_text("32").is_visible()
    groups = page.get_by_role("region", name="By segment")
    assert groups.get_by_text("fewer than 5, not shown").count() == 2  # the one of two, and the one it could be told by
    assert page.get_by_text("NPS = the share of promoters (9, 10)").is_visible()
    check_accessible(page)


@pytest.mark.parametrize("path", ["", "/answers", "/hand-offs", "/surveys/start"])
def test_pages_fit_a_phone(world: World, open_page: Callable[..., Page], path: str) -> None:
    page = open_page(f"/console/measures{path}", width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_survey_shows_its_scores_and_managers_read_the_words(world: World, open_page: Callable[..., Page]) -> None:
    page = open_page("/console/measures/surveys/start", role="manager")
    assert page.get_by_role("heading", name="How is Guild?").is_visible()
    assert page.get_by_text("32 answers, NPS 56, mean 7.69").is_visible()
    assert page.get_by_text(f"{SCRIPT} 31", exact=True).is_visible()
    page.get_by_role("button", name="Show more").click()
    page.get_by_text(f"{SCRIPT} 0", exact=True).wait_for()
    assert page.get_by_role("button", name="Show more").count() == 0
    check_accessible(page)


def test_a_viewer_reads_no_words(world: World, open_page: Callable[..., Page]) -> None:
    page = open_page("/console/measures/surveys/start", role="viewer")
    assert page.get_by_text("Only managers and admins read what members wrote.").is_visible()
    assert page.get_by_text("alert(1)</script> 31").count() == 0


def test_an_empty_database_says_what_is_needed(house: House, open_page: Callable[..., Page]) -> None:
    page = open_page("/console/measures")
    assert page.get_by_text("Not counted yet").is_visible()
    assert page.get_by_text("No data yet").count() == len(MEASURES)
    store.refresh(house.db, house.programme, house.clock)
    page = open_page("/console/measures/retention")
    assert page.get_by_text("Needed: Members with a renewal date").is_visible()
    assert page.get_by_text("As of 24 Nov 2026, 15:00 UTC").is_visible()
    page = open_page("/console/measures/surveys/start")
    assert page.get_by_text("No data yet").is_visible()
    check_accessible(page)


def test_what_does_not_exist_says_so(open_page: Callable[..., Page]) -> None:
    for path in ("luck", "surveys/luck"):
        page = open_page(f"/console/measures/{path}")
        assert page.get_by_role("link", name="All measures").is_visible()
    for file in ("luck/table.csv", "luck/chart.png", "surveys/luck/table.csv", "nps/chart.png"):
        assert page.request.get(f"/console/measures/{file}").status == 404


def test_measures_are_taken_along_as_csv_and_png(world: World, site: Site, mounted: object,
                                                 open_page: Callable[..., Page]) -> None:  # fmt: skip
    shown = mounted[1]  # type: ignore[index]
    shown.console = replace(site.console, lent=replace(site.console.lent, measure_png=pictures.png))
    page = open_page("/console/measures/onboarding?segment=everybody")
    link = page.get_by_role("link", name="Download as CSV")
    answer = page.request.get(str(link.evaluate("link => link.href")))
    assert answer.ok, answer.text()
    lines = list(csv.DictReader(io.StringIO(answer.text())))
    assert [(one["n"], one["value"]) for one in lines if one["breakdown"] == "whole"] == [("30", "0.8")]
    picture = page.request.get(str(page.get_by_role("link", name="Download as PNG").evaluate("link => link.href")))
    assert (picture.headers["content-type"], picture.body()[:4]) == ("image/png", b"\x89PNG")
    told = page.request.get("/console/measures/surveys/start/table.csv").text()
    assert "start,all,score,nps,9,25," in told
    assert "alert" not in told

"""The pages of operations: whether everything runs, what is stuck and why, and who did what."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot import audit
from bot.auditor.kinds import TITLES, Kind
from bot.db import Database
from bot.model import AuditEntry, AuditFinding, InboxMessage, InboxState, OutboxMessage, OutboxState, Pause
from bot.queues import alive
from console.context import Checked, Lent
from console.mount import Mounted
from console.operations.letters import hidden
from console.operations.log import as_csv
from console.operations.settings import settings_told
from tests.support.browser import check_accessible
from tests.support.cast import NUMBERS
from tests.support.console import Site, console_for
from tests.support.console_cases import SCRIPT, house_of_cases
from tests.support.house import House

Open = Callable[..., Page]
PATHS = ("/operations", "/operations/queues", "/operations/letters", "/operations/doctor", "/operations/auditor",
         "/operations/log", "/operations/settings")  # fmt: skip
MINUTE = timedelta(minutes=1)


@pytest.fixture
def house(db: Database) -> House:
    return house_of_cases(db)


def lend(site: Site, mounted: tuple[str, Mounted], **lent: object) -> None:
    mounted[1].console = replace(site.console, lent=Lent(**lent))  # type: ignore[arg-type]


def set_aside(house: House, state: OutboxState = OutboxState.DEAD, error: str = "30003: unreachable") -> int:
    number = house.enqueue(f"hello {SCRIPT}", member_id=house.member().id)

    def change(row: OutboxMessage) -> None:
        row.state, row.error, row.attempts = state, error, 6

    house.change(OutboxMessage, number, change)
    return number


def test_health_tells_of_processes_channels_pauses_and_the_engine(
    open_page: Open, house: House, site: Site, mounted: tuple[str, Mounted]
) -> None:
    lend(site, mounted, engine_is_ready=lambda: False)
    house.says("hello")
    house.settle()
    set_aside(house)
    wall = house.clock.wall()
    with house.db.begin() as session:
        alive.beat(session, alive.name_of("gateway", "host-a", 7), wall)
        alive.beat(session, alive.name_of("worker", "host-b", 8), wall - 5 * MINUTE)
        session.add(Pause(what="outreach", reason="outbox_full", since=house.clock.now()))
    page = open_page("/console/operations", role="viewer")
    row = page.get_by_role("row")
    expect(row.filter(has_text="Gateway (host-a, 7)")).to_contain_text("Alive")
    expect(row.filter(has_text="Worker (host-b, 8)")).to_contain_text("Silent")
    expect(row.filter(has_text="Dialogue engine")).to_contain_text("Does not answer")
    expect(row.filter(has_text="Text message")).to_contain_text("Fails")
    expect(row.filter(has_text="Telegram")).to_contain_text("Not used yet")
    assert page.get_by_text("Outreach pauses (too many messages wait to be sent)", exact=False).is_visible()
    check_accessible(page)
    page.get_by_role("link", name="1 messages set aside").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What was set aside")


def test_queues_tell_what_waits_and_why(open_page: Open, house: House) -> None:
    house.hear("hello")
    house.enqueue("hi")
    page = open_page("/console/operations/queues", role="viewer", width=390, scheme="dark")
    for title in ("To be read", "To be sent", "Why messages wait", "Lanes"):
        assert page.get_by_role("heading", name=title, exact=True).is_visible()
    assert page.locator("html").evaluate("page => page.scrollWidth") == 390
    check_accessible(page)


def test_messages_that_were_set_aside_are_sent_again_by_an_admin(open_page: Open, house: House) -> None:
    first, second, third = set_aside(house), set_aside(house), set_aside(house, OutboxState.FAILED, "no credit")
    page = open_page("/console/operations/letters")
    assert page.get_by_text(f"hello {SCRIPT}").count() == 3
    assert page.get_by_text(NUMBERS["Ana"]).count() == 0
    check_accessible(page)
    page.get_by_role("checkbox", name=f"Choose message {third}").click()
    page.get_by_role("button", name="Send the chosen ones again").click()
    expect(page.get_by_text("1 message is on the way again.")).to_be_visible()
    assert house.get(OutboxMessage, third).state is OutboxState.PENDING

    page.get_by_role("link", name="30003: unreachable").click()
    expect(page.get_by_text("Only: 30003: unreachable")).to_be_visible()
    page.get_by_role("button", name="Send 2 again").click()
    page.get_by_role("dialog").get_by_role("button", name="Send again").click()
    expect(page.get_by_text("2 messages are on the way again.")).to_be_visible()
    assert [house.get(OutboxMessage, one).state for one in (first, second)] == [OutboxState.PENDING] * 2
    entries = house.rows(AuditEntry, AuditEntry.action == "outbox.again")
    assert [entry.actor for entry in entries] == ["console:maria@example.org"] * 3


def test_others_see_what_was_set_aside_and_send_nothing(open_page: Open, house: House) -> None:
    set_aside(house)
    row = house.says("hello")
    house.change(InboxMessage, row.id, lambda one: setattr(one, "state", InboxState.DEAD))
    page = open_page("/console/operations/letters", role="viewer")
    assert page.get_by_role("button", name=re.compile("again")).count() == page.get_by_role("checkbox").count() == 0
    assert page.get_by_text(f"hello {SCRIPT}").count() == 0
    assert page.get_by_role("heading", name="Messages of members that could not be dealt with").is_visible()


def test_the_doctor_looks_when_an_admin_asks_and_what_it_found_stays(
    open_page: Open, site: Site, mounted: tuple[str, Mounted]
) -> None:
    asked = list[bool]()

    def examine(online: bool) -> list[Checked]:
        asked.append(online)
        return [Checked("disk", "ok", "3 GB are free."), Checked("engine", "broken", "It is down.", "Start it.")]

    lend(site, mounted, examine=examine)
    page = open_page("/console/operations/doctor")
    page.get_by_text("Ask the providers about our credentials, too").click()
    page.get_by_role("button", name="Look now").click()
    expect(page.get_by_role("heading", name="1 broken, 1 well")).to_be_visible()
    assert page.get_by_text("What to do: Start it.").is_visible()
    assert asked == [True]
    check_accessible(page)
    page = open_page("/console/operations/doctor", role="viewer")
    assert page.get_by_text("It is down.").is_visible()
    assert page.get_by_role("button", name="Look now").count() == 0


def test_findings_of_the_auditor_say_what_they_mean_and_whom_they_are_about(open_page: Open, house: House) -> None:
    now, ana = house.clock.now(), house.member().id
    with house.db.begin() as session:
        for number in range(6):
            summary = f"finding {number} {SCRIPT}"
            session.add(AuditFinding(kind=str(Kind.MISSED_CASE), subject=f"check_in:{number}", member_id=ana,
                                     summary=summary, first_seen_at=now, last_seen_at=now))  # fmt: skip
    page = open_page("/console/operations/auditor")
    assert page.get_by_role("heading", name=f"{TITLES[Kind.MISSED_CASE]} (6)").is_visible()
    assert page.get_by_text(SCRIPT, exact=False).count() == 5
    expect(page.get_by_role("link", name="Ana Smith").first).to_have_attribute("href", re.compile(f"/members/{ana}$"))
    check_accessible(page)
    page.get_by_role("link", name="All 6").click()
    expect(page.get_by_text(SCRIPT, exact=False)).to_have_count(6)
    page.get_by_role("button", name="Look now").click()
    expect(page.get_by_text("The auditor has looked.")).to_be_visible()
    assert all(row.cleared_at is not None for row in house.rows(AuditFinding))


def test_the_log_is_filtered_by_its_address_and_can_be_downloaded(open_page: Open, house: House) -> None:
    ana, now = house.member().id, house.clock.now()
    with house.db.begin() as session:
        audit.write(session, now, "maria@example.org", "hand_off.claimed", member_id=ana, subject="case:4")
        audit.write(session, now, "jonas@example.org", "member.noted", reason=f"=1+1 {SCRIPT}")
        audit.write(session, now, "bot", "touch.held", member_id=ana, reason="quiet_hours")
    page = open_page("/console/operations/log", role="viewer")
    expect(page.get_by_role("link", name="case 4")).to_have_attribute("href", re.compile("/cases/4$"))
    assert page.get_by_text(f"=1+1 {SCRIPT}").is_visible()
    assert page.get_by_text("Touch: held").count() == 0
    check_accessible(page)
    page.goto("/console/operations/log?all=yes&action=touch&member=nobody&first=yesterday")
    expect(page.get_by_role("cell", name="Touch: held")).to_have_count(1)
    with page.expect_download() as given:
        page.get_by_role("link", name="Download as CSV").click()
    lines = given.value.path().read_text().splitlines()
    assert (lines[0].split(",")[:3], len(lines)) == (["at", "actor", "action"], 2)
    page.goto("/console/operations/log?actor=jonas@example.org")
    with page.expect_download() as given:
        page.get_by_role("link", name="Download as CSV").click()
    assert f"'=1+1 {SCRIPT}" in given.value.path().read_text()


def test_settings_tell_everything_but_secrets(open_page: Open, site: Site) -> None:
    secret: dict[str, Any] = {
        "twilio_auth_token": "s3cret-token",
        "database_url": "postgresql+psycopg://msb:s3cret-word@db/msb",
    }
    settings = console_for(site.house, **secret).settings
    told = {name: value for name, value, _ in settings_told(settings)}
    assert told["MSB_TWILIO_AUTH_TOKEN"] == "set (not shown)"
    assert told["MSB_DATABASE_URL"] == "postgresql+psycopg://msb:***@db/msb"
    assert not any("s3cret" in value for value in told.values())
    page = open_page("/console/operations/settings", scheme="dark")
    page.get_by_role("button", name="Count now").click()
    expect(page.get_by_role("region", name="Tables")).to_contain_text("journey_run")
    check_accessible(page)


def test_no_page_breaks_when_there_is_nothing(open_page: Open) -> None:
    page = open_page("/console/operations", width=390, role="viewer")
    for path in PATHS:
        page.goto(f"/console{path}")
        assert page.get_by_role("heading", level=1).count() == 1
        assert page.locator("html").evaluate("page => page.scrollWidth") == 390
        assert page.get_by_role("navigation", name="Operations").get_by_role("link").count() == len(PATHS)


def test_addresses_are_shown_in_part() -> None:
    assert hidden("+12025550105") == "+1202\u2026105"
    assert hidden("12345") == "12\u2026"


def test_an_empty_log_is_a_file_with_its_columns() -> None:
    assert as_csv([]).strip() == "at,actor,action,member,name,subject,reason,details"

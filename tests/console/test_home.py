"""The first page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from bot.db import Database
from bot.handoff.cases import Need, open_case
from bot.model import AuditFinding, HandOffReason, Member, OutboxMessage, OutboxState, Pause, Priority, Team
from tests.support import cast
from tests.support.browser import PATIENCE_MS, check_accessible
from tests.support.fake_dialogue import say
from tests.support.house import TUESDAY, House

Open = Callable[..., Page]
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def house(db: Database) -> House:
    """Nobody; tests bring whom they need."""
    return House(db)


def busy(house: House) -> None:
    """Ana was asked and wrote back; she has a case that is late; a message failed; the auditor found something."""
    house.bring("Ana", last_name=SCRIPT)
    house.settle()
    house.dialogue.answer = say("Noted.", intent="affirm")
    house.says("hello there")
    house.settle()
    failed = house.enqueue("lost")
    house.change(OutboxMessage, failed, lambda row: setattr(row, "state", OutboxState.FAILED))
    with house.db.begin() as session:
        member = session.get_one(Member, house.member().id)
        need = Need(HandOffReason.ASKED, f"Asked for a person {SCRIPT}", "sms", cast.NUMBERS["Ana"], member,
                    Priority.URGENT, Team.MEMBER_SUCCESS)  # fmt: skip
        open_case(session, need, house.programme, now=TUESDAY - timedelta(days=3), wall=TUESDAY)
        session.add(AuditFinding(kind="missed_touch", subject="touch:1", summary="Lost", first_seen_at=TUESDAY,
                                 last_seen_at=TUESDAY))  # fmt: skip
        session.add(Pause(what="outreach", reason="the outbox is full", since=TUESDAY))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_says_what_needs_a_person(open_page: Open, house: House, scheme: str) -> None:
    busy(house)
    page = open_page("/console/", scheme=scheme)
    needs = page.locator(".q-card").filter(has=page.get_by_role("heading", name="Needs a person now"))
    expect(needs.get_by_role("link", name="case open", exact=True)).to_be_visible()
    expect(needs.get_by_role("link", name="message that did not arrive")).to_be_visible()
    expect(needs.get_by_role("link", name="finding of the auditor")).to_be_visible()
    expect(needs.get_by_text("Outreach is held back: the outbox is full")).to_be_visible()
    expect(needs.get_by_role("link", name=f"Ana {SCRIPT}")).to_have_attribute("href", re.compile(r"/cases/\d+$"))
    expect(needs).to_contain_text(SCRIPT)
    last = page.locator(".q-card").filter(has=page.get_by_role("heading", name="Last 24 hours"))
    expect(last).to_contain_text(re.compile(r"1\s*messages of members"))
    expect(last).to_contain_text("1 by sms")
    check_accessible(page)


def test_the_page_keeps_itself_up_to_date_and_fits_a_phone(open_page: Open, house: House) -> None:
    page = open_page("/console/", width=390)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    expect(page.get_by_text("Nothing waits for anybody.")).to_be_visible()
    first = page.locator("li").filter(has_text="Import members")
    expect(first).to_contain_text("to do")
    check_accessible(page)
    house.bring("Ana", last_name=SCRIPT)
    house.tick()
    expect(first).to_contain_text("done", timeout=PATIENCE_MS)
    expect(page.get_by_role("link", name=f"Ana {SCRIPT}")).to_be_visible()
    expect(page.get_by_text("asks about your form")).to_be_visible()

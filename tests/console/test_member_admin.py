"""What admins do about records: make two one and take them apart, export, erase."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.model import Member, MemberStatus, Merge, OutboxMessage
from tests.console.test_member_acts import begin, done
from tests.support.browser import check_accessible
from tests.support.console_people import People
from tests.support.house import House

Open = Callable[..., Page]


@pytest.fixture
def house(people: People) -> House:
    return people.house


def test_two_records_are_made_one_and_two_again(open_page: Open, people: People) -> None:
    house, keep, other = people.house, people.ids["Mateo"], people.ids["Tom\u00e1s"]
    page = open_page(f"/console/members/{keep}?tab=data")
    opened = begin(page, "More", "Merge with another record")
    merges = opened.get_by_role("button", name="Merge", exact=True)
    assert merges.is_disabled()
    opened.get_by_label("The other record").fill("mateo")
    expect(opened).to_contain_text("Nobody is found by that.")
    opened.get_by_label("The other record").fill("tom")
    opened.get_by_role("button", name="Tom\u00e1s").click()
    expect(opened).to_contain_text("Becomes part of it")
    expect(opened).to_contain_text("Goes over")
    check_accessible(page)
    merges.click()
    done(page, "The two records are one.")
    assert house.get(Member, other).status is MemberStatus.MERGED
    record = house.one(Merge, Merge.member_id == keep)
    expect(page.locator("#content")).to_contain_text("Has become part of this record: Tom\u00e1s O\u2019Brien")

    page.get_by_role("button", name="Undo").click()
    page.get_by_role("dialog").get_by_role("button", name="Undo the merge").click()
    done(page, "They are two records again.")
    assert house.get(Member, other).status is MemberStatus.ACTIVE
    assert house.get(Merge, record.id).undone_at is not None


def test_all_data_is_downloaded_as_json(open_page: Open, people: People) -> None:
    page = open_page(f"/console/members/{people.ids['Ana']}")
    opened = begin(page, "More", "Export")
    with page.expect_download() as download:
        opened.get_by_role("button", name="Download").click()
    data = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert download.value.suggested_filename.endswith(".json")
    assert "every event is in the evening and I have small kids" in json.dumps(data)


def test_a_member_is_erased_when_their_number_was_typed(open_page: Open, people: People) -> None:
    house, number = people.house, people.ids["Noor"]
    page = open_page(f"/console/members/{number}")
    opened = begin(page, "More", "Erase")
    for words in ("This can't be undone.", "Is deleted", "Is kept"):
        expect(opened).to_contain_text(words)
    check_accessible(page)
    erases = opened.get_by_role("button", name="Erase for good")
    assert erases.is_disabled()
    opened.get_by_label('Type "FI-1009"').fill("FI-1001")
    assert erases.is_disabled()
    opened.get_by_label('Type "FI-1009"').fill("FI-1009")
    expect(erases).to_be_enabled()
    erases.click()
    page.wait_for_url("**/members?erased=1")
    expect(page.locator("#content")).to_contain_text("The member was erased.")
    assert house.rows(Member, Member.id == number) == []
    assert house.rows(OutboxMessage, OutboxMessage.member_id == number) == []
    answer = page.goto(f"/console/members/{number}")
    assert answer is not None
    assert answer.status == 404

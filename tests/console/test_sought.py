"""The address of the list of members."""

from __future__ import annotations

import pytest

from bot.handoff.risk import Level
from bot.members.directory import Asked, Order, Stage, Wanted
from bot.model import MemberStatus
from console.members.sought import Sought

FULL = {"q": "ana s\u00f6", "segment": "student", "stage": "onboarding", "status": "active", "risk": "high",
        "question": "survey", "msm": "3", "order": "risk", "page": "2"}  # fmt: skip


def test_an_address_says_all_that_is_wanted() -> None:
    sought = Sought.of(FULL)
    assert sought.wanted == Wanted("ana s\u00f6", "student", Stage.ONBOARDING, MemberStatus.ACTIVE, Level.HIGH,
                                   Asked.SURVEY, msm_id=3)  # fmt: skip
    assert (sought.sorted_by, sought.skip, sought.narrows) == (Order.RISK, 25, True)


def test_what_it_writes_it_reads_again() -> None:
    sought = Sought.of(FULL)
    assert sought.query == (
        "?q=ana+s%C3%B6&segment=student&stage=onboarding&status=active&risk=high&question=survey&msm=3&order=risk&page=2"
    )
    assert Sought().query == ""


@pytest.mark.parametrize("page", ["", "0", "-1", "x", "\u0663", "99999999"])
def test_a_page_that_is_no_number_is_the_first(page: str) -> None:
    assert Sought.of({"page": page}).page == 1


def test_another_search_begins_at_the_first_page() -> None:
    assert Sought.of(FULL).but("q", "ben").page == 1

"""The home tab and the answers to commands fit into what Slack takes, whatever stands in them, and mention nobody."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.handoff.at_risk import AtRisk, RiskLine
from bot.handoff.figures import Figures
from bot.handoff.overview import MEMBERS, MINE, TEAMS, Overview
from bot.handoff.queues import CaseLine, Queue
from bot.handoff.risk import Level, Reason, Risk, Sign
from bot.model import Member, MemberStatus
from inbox import home, lookup
from sandbox.slack.blocks import prepare_blocks
from sandbox.slack.views import prepare_view
from tests.support.case_views import LONDON, MEMBER, NOW
from tests.support.people_views import COMING, FOUND, HISTORY, LINK, PLAN

HOSTILE = "<!channel> *bold* <https://evil.example|click> `x` & "
TEXTS = st.one_of(
    st.just(HOSTILE * 100),
    st.just("&<>" * 2000),
    st.just("\U0001f469\u200d\U0001f680" * 900),
    st.just("\u0645\u0631\u062d\u0628\u0627 " * 700),
    st.text(max_size=300),
)
NOTHING = Figures(0, 0, 0, None, 0, 0, 0)
EMPTY = Overview(NOW, LONDON, "Maria", (), Queue((), 0), Queue((), 0), AtRisk((), 0, 0, True, False), NOTHING)


def case(text: str, number: int = 1, **changes: Any) -> CaseLine:
    values: dict[str, Any] = {
        "case_id": number,
        "who": text,
        "reason": "silent",
        "summary": text,
        "priority": "high",
        "state": "open",
        "team": "member_success",
        "assignee": text,
        "opened_at": NOW,
        "due": NOW,
        "is_overdue": True,
        "is_waiting": True,
        **changes,
    }
    return CaseLine(**values)


def crowded(text: str) -> Overview:
    """As full as an overview gets."""
    risk = Risk(Level.HIGH, tuple(Reason(Sign.SILENT, text, text) for _ in range(9)))
    members = tuple(RiskLine(number, text, text, NOW.date(), risk) for number in range(MEMBERS))
    return Overview(
        NOW,
        LONDON,
        text,
        (text, text, text),
        Queue(tuple(case(text, number) for number in range(MINE)), 99),
        Queue(tuple(case(text, number) for number in range(TEAMS)), 99),
        AtRisk(members, 99, 99, is_all=False, is_own=True),
        Figures(10**6, 10**6, 10**6, timedelta(days=900), 10**6, 10**6, 10**6),
        NOW,
    )


def formatted(content: Any) -> str:
    """All that Slack would format, mention or link."""
    if isinstance(content, dict):
        own = str(content["text"]) if content.get("type") == "mrkdwn" else ""
        return own + "".join(formatted(value) for value in content.values())
    return "".join(formatted(item) for item in content) if isinstance(content, list) else ""


def check_safe(blocks: list[dict[str, Any]]) -> None:
    said = formatted(blocks)
    assert "<!" not in said.replace("<!date^", "")
    assert "<@" not in said
    assert "<https://evil" not in said


@given(TEXTS)
@settings(max_examples=40, deadline=None)
def test_the_fullest_home_fits(text: str) -> None:
    view = home.home(crowded(text), dict.fromkeys(range(20), LINK), notice=text)
    prepare_view(view, "home")
    check_safe(view["blocks"])


def test_an_empty_home_says_so() -> None:
    view = home.home(EMPTY, {})
    prepare_view(view, "home")
    said = json.dumps(view)
    assert "Nothing is waiting for you." in said
    assert "Nobody shows signs of leaving." in said


def test_home_says_what_is_mine_and_how() -> None:
    mine = Queue((case("Ana"), case("Ben", 2, state="claimed", is_overdue=False, is_waiting=False)), 2)
    snoozed = case("Chi", 3, assignee=None, due=None, is_overdue=False, snoozed_until=NOW)
    view = home.home(replace(EMPTY, mine=mine, queue=Queue((snoozed,), 1)), {1: LINK})
    first, second, third = (said for said in formatted(view["blocks"]).split("*") if "priority" in said)
    assert "given to you" in first
    assert "to be done by" in second
    assert "claimed by you" in second
    assert "snoozed until" in third
    assert "nobody's yet" in third
    buttons = [
        [one["action_id"] for one in block["elements"]] for block in view["blocks"] if block["type"] == "actions"
    ]
    assert buttons == [["home_refresh"], ["home_claim", "home_open"], ["home_claim"]]


@given(TEXTS)
@settings(max_examples=40, deadline=None)
def test_the_card_of_any_member_fits_a_message_and_a_dialog(text: str) -> None:
    coming = tuple(replace(COMING[0], step=text, text=text, sender=text) for _ in range(5))
    history = tuple(replace(HISTORY[0], what=text, why=text, text=text) for _ in range(5))
    plan = replace(PLAN, member=text, coming=coming, history=history, is_cut=True)
    person = replace(MEMBER.person, name=text, account=text, msm=text, number=text, segment=text)
    found = replace(FOUND, plan=plan, view=replace(MEMBER, person=person), case=case(text))
    prepare_blocks(lookup.card(found, LINK), "message")
    prepare_view(lookup.dialog(found, LINK), "modal")
    check_safe(lookup.card(found, LINK))
    assert "<" not in lookup.headline(found)


def test_what_was_sent_is_not_quoted() -> None:
    """Some of it is for the member alone: codes, links that connect."""
    secret = replace(HISTORY[1], what="The system wrote", text="Your code is 482913")
    found = replace(FOUND, plan=replace(PLAN, history=(secret,)))
    assert "The system wrote" in json.dumps(lookup.card(found))
    assert "482913" not in json.dumps(lookup.card(found))


@pytest.mark.parametrize("text", [HOSTILE * 100, "", "x" * 5000])
def test_a_list_to_choose_from_fits(text: str) -> None:
    values = {"first_name": text, "last_name": text, "segment": text, "joined_on": NOW.date(), "number": text}
    members = [Member(id=number, status=MemberStatus.LEFT, **values) for number in range(12)]
    blocks = lookup.choice(text, members, "member_show", [str(one.id) for one in members], "Show")
    prepare_blocks(blocks, "message")
    check_safe(blocks)
    assert len(blocks) == 12

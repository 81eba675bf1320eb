"""Slash commands and the home tab, through the emulator of Slack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.handoff import people, routing
from bot.lanes.put import make_ready
from bot.model import (
    Absence,
    CaseEntry,
    ContactPoint,
    EntryKind,
    HandOff,
    HandOffReason,
    HandOffState,
    InboxMessage,
    InboxState,
    Member,
    OutboxMessage,
    Team,
)
from tests.channels.slack_town import JONAS, MARIA, Town, make_town
from tests.channels.world import NOW, PHONE

Json = dict[str, Any]
HOSTILE = "<!channel> *bold* <https://evil.example|click> `x` & " + "\u0633" * 40


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with make_town(tmp_path) as made:
        yield made


@pytest.fixture
def ana(town: Town) -> int:
    """Ana Diaz, who may be written to."""
    member_id = town.world.new_member()
    with town.world.db.begin() as session:
        session.add(ContactPoint(member_id=member_id, channel="sms", address=PHONE, consented_at=NOW))
        session.get_one(Member, member_id).number = "FI-1"
    return member_id


def types(town: Town, line: str, user: str = MARIA, channel: str | None = None) -> None:
    answer = town.post("slack/command", user=user, text=line, channel=channel)
    assert answer["ok"], answer
    town.work()


def told(town: Town, user: str = MARIA, channel: str | None = None) -> list[Json]:
    """What only this colleague sees in the channel, the newest last."""
    shown = town.get("slack/channel", **({"channel": channel} if channel else {}))["ephemeral"]
    return [message for message in shown if message["for_user"] == user]


def words(message: Json) -> str:
    return str(message["text"]) + json.dumps(message.get("blocks") or [], ensure_ascii=False)


def last(town: Town, user: str = MARIA) -> str:
    return words(told(town, user)[-1])


def is_formatted(block: Json) -> bool:
    return isinstance(block.get("text"), dict) and block["text"]["type"] == "mrkdwn"


def choose(town: Town, action: str, value: str, user: str = MARIA) -> None:
    """Presses a button of the newest answer."""
    ts = told(town, user)[-1]["ts"]
    assert town.post("slack/click", user=user, ts=ts, action_id=action, value=value)["ok"]
    town.work()


def rows(town: Town, model: Any) -> list[Any]:
    return town.world.rows(model)


@pytest.mark.parametrize("said", ["Ana Diaz", "ana", "FI-1", PHONE, "+1 415 555 0123"])
def test_a_member_is_shown_to_whoever_asks_and_to_nobody_else(town: Town, ana: int, said: str) -> None:
    types(town, f"/member {said}")
    assert "Ana Diaz" in last(town)
    assert "stays silent" in last(town)
    assert "Only you can see this" in last(town)
    assert town.channel() == []
    assert told(town, JONAS) == []


def test_several_members_are_a_list_to_choose_from(town: Town, ana: int) -> None:
    other = town.world.new_member("Anabel")
    types(town, "/member an")
    assert "Anabel Diaz" in last(town)
    choose(town, "member_show", str(other))
    assert "stays silent" in last(town)
    assert "Anabel" in last(town)
    assert len(told(town)) == 1  # the card took the place of the list


def test_nobody_found_is_said_and_nothing_too(town: Town, ana: int) -> None:
    types(town, "/member Zoe <!here>")
    assert "Nobody is found by" in last(town)
    assert "<!here>" not in last(town)
    types(town, "/member")
    assert "`/member Ana Diaz`" in last(town)  # Slack formats it


def test_the_card_leads_to_the_case_and_what_members_wrote_stays_plain(town: Town, ana: int) -> None:
    with town.world.db.begin() as session:
        session.get_one(Member, ana).goal = HOSTILE
        session.get_one(Member, ana).first_name = HOSTILE[:90]
    case = town.world.new_case(ana, HOSTILE)
    town.work()
    types(town, f"/member {PHONE}")
    shown = told(town)[-1]
    assert f"Case {case}:" in words(shown)
    assert "https://sandbox.slack.com/archives/" in words(shown)
    assert "<!channel>" not in words(shown)
    assert "<https://evil.example" not in words(shown)


def test_a_hand_off_opens_a_case_for_the_team_and_says_which(town: Town, ana: int) -> None:
    types(town, "/handoff Ana Diaz: wants to talk about <https://evil.example|her renewal>")
    [case] = rows(town, HandOff)
    assert (case.state, case.reason, case.member_id, case.channel, case.address) == ("open", "asked", ana, "sms", PHONE)
    assert case.summary == "Maria Okafor asks: wants to talk about <https://evil.example|her renewal>"
    assert f"Case {case.id} about Ana Diaz is open" in last(town)
    assert "Ana Diaz" in json.dumps(town.card())
    assert "<https://evil.example" not in json.dumps([block for block in town.card()["blocks"] if is_formatted(block)])
    assert [row.purpose for row in rows(town, OutboxMessage)] == ["staff"]  # the member hears nothing of it


def test_a_hand_off_of_somebody_who_has_a_case_adds_to_it(town: Town, ana: int) -> None:
    case = town.world.new_case(ana)
    types(town, "/handoff Ana: rang about her invoice")
    assert [one.id for one in rows(town, HandOff)] == [case]
    assert "Ana Diaz has case" in last(town)
    notes = [entry.text for entry in rows(town, CaseEntry) if entry.kind is EntryKind.NOTE]
    assert notes == ["rang about her invoice"]


def test_of_several_the_one_who_is_meant_gets_the_case(town: Town, ana: int) -> None:
    other = town.world.new_member("Ben")
    types(town, "/handoff Diaz wants a call")
    typed = rows(town, InboxMessage)[-1]
    choose(town, "handoff_for", f"{other}:{typed.id}")
    [case] = rows(town, HandOff)
    assert (case.member_id, case.summary) == (other, "Maria Okafor asks: wants a call")
    assert f"Case {case.id}" in last(town)


@pytest.mark.parametrize("line", ["/handoff", "/handoff Ana", "/handoff Ana Diaz:  ", "/handoff Zoe: rang"])
def test_a_hand_off_without_a_member_or_a_reason_opens_nothing(town: Town, ana: int, line: str) -> None:
    types(town, line)
    assert rows(town, HandOff) == []
    assert "Type who it is" in last(town) or "Nobody is found" in last(town)


def test_a_command_that_is_told_twice_acts_once(town: Town, ana: int) -> None:
    types(town, "/handoff Ana: rang")
    with town.world.db.begin() as session:  # as if it had been interrupted before the answer
        row = session.scalars(sa.select(InboxMessage)).one()
        row.state, row.handled_at = InboxState.PENDING, None
        make_ready(session, row.lane, "staff", town.world.clock.wall())
    town.work()
    assert len(rows(town, HandOff)) == 1
    assert len([entry for entry in rows(town, CaseEntry) if "rang" in entry.text]) == 1


def test_a_colleague_who_is_away_says_so_and_comes_back(town: Town) -> None:
    types(town, "/away until Friday")
    assert "cases go to others" in last(town)
    [absence] = rows(town, Absence)
    with town.world.db.begin() as session:
        maria = people.known(session, MARIA)
        assert maria is not None
        assert absence.staff_id == maria.id
        assert routing.is_absent(session, maria, NOW)
    types(town, "/away back")
    assert "You are back" in last(town)
    types(town, "/away")
    assert "You are not away" in last(town)
    types(town, "/away whenever")
    assert "I can't read when that is" in last(town)


def test_an_unknown_command_and_an_odd_one_are_harmless(town: Town) -> None:
    types(town, "/member " + HOSTILE)
    types(town, "/away " + HOSTILE)
    assert "<!channel>" not in last(town)
    assert all(row.state == "done" for row in rows(town, InboxMessage))


def test_when_slack_fails_the_answer_comes_later(town: Town, ana: int) -> None:
    town.post("slack/command", user=MARIA, text="/member Ana")
    town.post("faults", provider="slack", mode="500", times=1)
    town.work()
    assert told(town) == []
    town.world.clock.pass_real(timedelta(minutes=1))
    town.work()
    assert "Ana Diaz" in last(town)


# The home tab


def opens_home(town: Town, user: str = MARIA) -> Json:
    town.post("slack/home", user=user)
    town.work()
    return at_home(town, user)


def at_home(town: Town, user: str = MARIA) -> Json:
    view: Json = town.get(f"slack/views/{user}")["home"]
    return view


def shows(view: Json) -> str:
    return json.dumps(view["blocks"], ensure_ascii=False)


def press(town: Town, view: Json, action: str, value: str, user: str = MARIA) -> None:
    answer = town.post("slack/click", user=user, ts="", view_id=view["id"], action_id=action, value=value)
    assert answer["ok"], answer
    town.work()


def new_case(town: Town, name: str = "Ben", **changes: Any) -> int:
    case_id = town.world.new_case(town.world.new_member(name), HOSTILE)
    with town.world.db.begin() as session:
        case = session.get_one(HandOff, case_id)
        case.assignee = None
        for field, value in changes.items():
            setattr(case, field, value)
    town.work()
    return case_id


def test_home_shows_cases_members_and_figures(town: Town) -> None:
    case_id = new_case(town)
    view = opens_home(town)
    said = shows(view)
    for expected in ("Opened today", "My cases", "Queue of Member Success", "Ben Diaz", "Members at risk"):
        assert expected in said
    assert "<!channel>" not in said
    assert "archives/" in said
    assert any(element.get("value") == str(case_id) for element in buttons(view))


def buttons(view: Json) -> list[Json]:
    return [element for block in view["blocks"] if block["type"] == "actions" for element in block["elements"]]


def test_a_case_is_claimed_from_home_and_is_then_mine(town: Town) -> None:
    first, second = new_case(town), new_case(town, "Chi")
    view = opens_home(town)
    press(town, view, "home_claim", str(second))
    cases = {case.id: case for case in rows(town, HandOff)}
    assert (cases[first].state, cases[second].state) == (HandOffState.OPEN, HandOffState.CLAIMED)
    assert "My cases (1)" in shows(at_home(town))


def test_who_comes_second_reads_on_top_of_home_who_has_it(town: Town) -> None:
    case_id = new_case(town)
    marias, jonass = opens_home(town), opens_home(town, JONAS)
    press(town, marias, "home_claim", str(case_id))
    press(town, jonass, "home_claim", str(case_id), JONAS)
    assert "Maria Okafor has this case" in json.dumps(at_home(town, JONAS)["blocks"][0])


def test_a_member_is_shown_in_a_dialog(town: Town, ana: int) -> None:
    with town.world.db.begin() as session:
        session.get_one(Member, ana).renews_on = NOW.date() + timedelta(days=10)
    case = town.world.new_case(ana)
    with town.world.db.begin() as session:
        session.get_one(HandOff, case).reason = HandOffReason.LEAVING
    view = opens_home(town)
    assert "Said that they want to leave" in shows(view)
    press(town, view, "home_member", str(ana))
    dialog = town.get(f"slack/views/{MARIA}")["view"]
    assert "stays silent" in shows(dialog)


def test_home_follows_what_a_colleague_does_at_most_once_a_minute(town: Town) -> None:
    new_case(town)
    opens_home(town)
    town.press("claim")
    assert "My cases (1)" not in shows(at_home(town))
    town.world.clock.pass_real(timedelta(minutes=1))
    new_case(town, "Chi")
    town.post("slack/click", user=MARIA, ts=town.channel()[1]["ts"], action_id="claim")
    town.work()
    assert "My cases (2)" in shows(at_home(town))


def test_nobody_gets_a_home_who_did_not_open_one(town: Town) -> None:
    new_case(town)
    town.press("claim", JONAS)
    assert at_home(town, JONAS) is None


def test_a_home_with_many_cases_and_hostile_names_fits(town: Town) -> None:
    for number in range(30):
        case_id = town.world.new_case(town.world.new_member(HOSTILE * 3), HOSTILE * 50)
        with town.world.db.begin() as session:
            session.get_one(HandOff, case_id).reason = HandOffReason.LEAVING
            session.get_one(HandOff, case_id).team = list(Team)[number % 3]
        town.work()
    view = opens_home(town)
    assert "and " in shows(view)
    assert "<!channel>" not in shows(view)
    assert len(view["blocks"]) <= 100

"""The control API: clock, feed, contacts, reset, page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from bot.clock import SharedClock
from sandbox.control_handsets import NEWEST
from sandbox.server import create_app
from sandbox.settings import SandboxSettings
from tests.sandbox.conftest import ANA, MARIA, Town
from tests.support.sandbox_server import serve


def test_the_clock_file_is_pushed_for_every_process(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    with serve(create_app(SandboxSettings(clock=str(path)))) as url:
        answer = httpx.post(f"{url}/sandbox/clock", json={"push": 86400}).json()
    assert answer["pushable"]
    assert timedelta(hours=23) < SharedClock(path).offset() < timedelta(hours=25)
    assert answer["file"] == str(path)


def test_the_clock_can_be_set(town: Town) -> None:
    morning = datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert town.post("clock", set=morning.isoformat())["now"] == morning.isoformat()
    assert town.get("clock")["now"] == morning.isoformat()


def test_a_bad_clock_order_is_refused(town: Town) -> None:
    for body in ({}, {"push": 1, "set": "2026-12-01T09:00:00Z"}, {"set": "2026-12-01T09:00:00"}):
        assert town.http.post("/sandbox/clock", json=body).status_code == 422


def test_the_system_clock_cannot_be_pushed() -> None:
    with serve(create_app(SandboxSettings(clock="system"))) as url:
        assert httpx.post(f"{url}/sandbox/clock", json={"push": 1}).status_code == 409


def test_the_feed_tells_what_is_new_in_order(town: Town) -> None:
    start = town.get("feed")["last"]
    town.post(f"phones/{ANA}", text="one")
    town.settle()
    first = town.get("feed", after=start)
    kinds = [happening["kind"] for happening in first["happenings"]]
    assert kinds == ["sms.received", "twilio.webhook"]
    assert town.get("feed", after=first["last"]) == {"happenings": [], "last": first["last"]}
    town.post("slack/say", user=MARIA, text="two")
    news = town.get("feed", after=first["last"], wait=5)["happenings"]
    assert news[0]["kind"] == "slack.message"
    assert news[0]["seq"] == first["last"] + 1


def test_contacts_give_phones_their_names(town: Town) -> None:
    town.post("contacts", contacts=[{"number": ANA, "name": "Ana Duarte"}])
    (phone,) = town.get("phones")["phones"]
    assert (phone["number"], phone["name"], phone["messages"]) == (ANA, "Ana Duarte", [])
    bad = {"contacts": [{"number": "123", "name": "x"}]}
    assert town.http.post("/sandbox/contacts", json=bad).status_code == 422


def test_reset_empties_all_but_contacts_and_clock(town: Town) -> None:
    town.post("contacts", contacts=[{"number": ANA, "name": "Ana Duarte"}])
    town.post("clock", push=60)
    town.post(f"phones/{ANA}", text="stop")
    town.post("slack/say", user=MARIA, text="hello")
    town.post("faults", provider="slack", mode="down")
    town.settle()
    last, now = town.get("feed")["last"], town.get("clock")["now"]
    town.post("reset")
    state = town.get("state")
    assert [(phone["name"], phone["messages"], phone["blocked"]) for phone in state["phones"]] == [
        ("Ana Duarte", [], False)
    ]
    assert (state["channels"][0]["messages"], state["faults"], state["clock"]["now"]) == ([], [], now)
    assert state["last"] == last + 1


def test_whoever_opens_it_is_told_where_the_page_is(town: Town) -> None:
    page = town.http.get("/")
    assert page.headers["content-type"].startswith("text/plain")
    assert "http://127.0.0.1:8000/console/sandbox" in page.text


def test_what_members_hold_in_their_hands_is_one_answer(town: Town) -> None:
    town.post(f"phones/{ANA}", text="hello")
    town.http.put("/sandbox/telegram/chats/7001", json={"name": "Ana"})
    town.post("telegram/chats/7001/start")
    town.post("messenger/people/24001/say", text="hi")
    town.post("slack-members", id="U0ANA", name="Ana")
    town.post("slack-members/U0ANA/say", text="hey")
    town.post("mail/ana@members.example/new", text="good day")
    before, held, after = town.get("feed"), town.get("handsets"), town.get("feed")
    assert before["last"] <= held["last"] <= after["last"]
    said = {
        "sms": held["sms"][ANA],
        "telegram": held["telegram"]["7001"],
        "messenger": held["messenger"]["24001"],
        "slack": held["slack"]["T0SANDBOX:U0ANA"],
        "email": held["email"]["ana@members.example"],
    }
    assert {channel: [one["text"].strip() for one in told["messages"]] for channel, told in said.items()} == {
        "sms": ["hello"],
        "telegram": ["/start"],
        "messenger": ["hi"],
        "slack": ["hey"],
        "email": ["good day"],
    }
    assert "html" not in said["email"]["messages"][0]
    assert held["calls"] == []


def test_only_the_newest_of_a_conversation_are_told(town: Town) -> None:
    for number in range(NEWEST + 1):
        town.post(f"phones/{ANA}", text=f"message {number}")
    shown = town.get("handsets")["sms"][ANA]["messages"]
    assert [one["text"] for one in (shown[0], shown[-1])] == ["message 1", f"message {NEWEST}"]

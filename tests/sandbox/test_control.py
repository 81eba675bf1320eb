"""The control API: clock, feed, contacts, reset, page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from bot.clock import SharedClock
from sandbox.server import PAGE, create_app
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


def test_the_page_is_served_with_its_parts(town: Town) -> None:
    page = town.http.get("/")
    assert page.headers["content-type"].startswith("text/html")
    for part in ("page/app.js", "page/style.css"):
        assert part in page.text
        shown = town.http.get(f"/{part}")
        assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-cache")


def test_the_page_never_makes_markup_of_text_and_loads_nothing_from_elsewhere(town: Town) -> None:
    assert "default-src 'self'" in town.http.get("/").headers["content-security-policy"]
    for path in sorted(PAGE.iterdir()):
        text = path.read_text()
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "http://", "https://"):
            assert word not in text, f"{path.name} has {word}"

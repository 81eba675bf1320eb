"""The auditor in the application: its tick, its command, its page, and its message in Slack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.commands.audit import as_data, in_words
from app.wiring import Application, build
from bot.auditor.kinds import REMEDIES, TITLES, Kind
from bot.model import AuditFinding, CheckIn, OutboxMessage
from inbox.desk import StaffDesk
from inbox.findings import post
from tests.channels.world import STAFF_CHANNEL, make_settings
from tests.house.sources import ROOT
from tests.support.house import House
from tests.unit.auditor.world import look, set_row


@pytest.fixture
def application(house: House, tmp_path: Path) -> Iterator[Application]:
    settings = make_settings(database_url=f"sqlite:///{tmp_path / 'unused.db'}")
    made = build(settings, clock=house.clock, dialogue=house.dialogue)
    yield replace(made, db=house.db, programme=house.programme)
    made.close()


def alerts(house: House) -> list[OutboxMessage]:
    return house.rows(OutboxMessage, OutboxMessage.rule == "audit")


def test_the_tick_finds_keeps_and_tells(house: House, application: Application) -> None:
    house.settle()
    set_row(house, CheckIn, 1, next_touch_at=None)
    [tick] = [one for one in application.ticks() if one.name == "auditor"]
    assert tick.seconds == 300
    assert [tick.work(), tick.work()] == [1, 0]
    assert len(house.rows(AuditFinding)) == len(alerts(house)) == 1


def test_without_slack_the_tick_tells_nobody(house: House, application: Application) -> None:
    house.settle()
    set_row(house, CheckIn, 1, next_touch_at=None)
    channels = {name: channel for name, channel in application.channels.items() if name != "staff"}
    assert replace(application, channels=channels).audit() == 1
    assert alerts(house) == []


def test_the_message_is_posted_into_the_staff_channel(house: House, application: Application) -> None:
    house.settle()
    set_row(house, CheckIn, 1, next_touch_at=None)
    application.audit()
    row = alerts(house)[0]
    with house.db.begin() as session:
        shown = StaffDesk(application.settings, application.programme).prepare(
            session, session.get_one(OutboxMessage, row.id), row.created_at
        )
    assert (shown.channel, shown.thread, shown.ts) == (STAFF_CHANNEL, None, None)
    assert shown.text == "The auditor found something wrong"


def test_the_command_says_in_words_what_was_found_and_what_to_do(house: House) -> None:
    house.settle()
    assert in_words(look(house)).endswith("nothing found.")
    set_row(house, CheckIn, 1, next_touch_at=None)
    report = look(house)
    said = in_words(report).splitlines()
    assert said[2] == "An open question that nobody will look at (no_next_step_check_in): 1"
    assert said[3].strip() == REMEDIES[Kind.NO_NEXT_STEP_CHECK_IN]
    assert said[4].endswith("[check_in:1]")
    [finding] = json.loads(as_data(report))["findings"]
    assert (finding["kind"], finding["subject"], finding["member_id"]) == ("no_next_step_check_in", "check_in:1", 1)


def body(count: int, **changes: Any) -> dict[str, Any]:
    one = {"title": "Sent over the cap", "who": "Ana Smith (no-Ana)", "summary": "Rung 1 was sent.", **changes}
    shown = [one] * min(count, 10)
    return {
        "kind": "audit",
        "total": count,
        "counts": [[title, 3] for title in TITLES.values()],
        "findings": shown,
        "remedies": list(dict.fromkeys(REMEDIES.values()))[:10],
    }


def test_many_findings_fit_into_one_message_of_slack() -> None:
    text, blocks = post(body(4321))
    assert text == "The auditor found 4321 things wrong"
    assert len(blocks) <= 50
    assert all(len(block["text"]["text"]) <= 3000 for block in blocks if block["type"] == "section")
    assert len(json.dumps(blocks)) < 12_000
    assert "4311 more" in json.dumps(blocks)


def test_what_is_told_can_neither_mention_nor_format() -> None:
    _, blocks = post(body(1, who="<!channel> *Ana*", summary="<@U123> & _more_"))
    said = json.dumps(blocks)
    assert "<!channel>" not in said
    assert "<@U123>" not in said
    assert "*Ana*" not in said


def test_every_kind_has_its_row_on_the_page() -> None:
    page = (ROOT / "docs" / "auditor.md").read_text(encoding="utf-8")
    assert [str(kind) for kind in Kind if f"| `{kind}` |" not in page] == []

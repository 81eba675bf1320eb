"""Recorded requests of every provider, sent to the real gateway: all is as expected, and what isn't is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.replay.cases import NotReplayable
from app.replay.meaning import Seen, differences, kind
from app.replay.run import replay
from tests.house.sources import ROOT

FIXTURES = ROOT / "tests" / "fixtures" / "contracts"
RECORDINGS = ["messenger_inbound", "slack_inbound", "telegram_updates", "twilio_inbound"]


def recording(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("name", RECORDINGS)
def test_what_the_system_makes_of_every_recorded_request_is_what_is_expected(name: str) -> None:
    done = replay(FIXTURES / f"{name}.json")
    assert [one.case.name for one in done] == [case["name"] for case in recording(name)["cases"]]
    assert [(one.case.name, one.differs) for one in done if one.differs] == []


def changed(tmp_path: Path, name: str, case: str, **changes: Any) -> Path:
    content = recording(name)
    content["cases"] = [{**one, **changes} for one in content["cases"] if one["name"] == case]
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "case", "changes", "differs"),
    [
        ("slack_inbound", "message_im", {"expect": {"kind": "edited"}}, ["kind is message"]),
        ("slack_inbound", "message_im", {"raw": "{}"}, ["kind is refused"]),
        ("slack_inbound", "own_bot_echo", {"expect": {"kind": "message"}}, ["kind is ignore_bot"]),
        ("telegram_updates", "message_photo_caption", {"expect": {"kind": "message", "media": 2}}, ["media is not 2"]),
        (
            "telegram_updates",
            "message_start_with_link_payload",
            {"expect": {"kind": "link", "ref": "another"}},
            ["ref is not 'another'"],
        ),
        (
            "messenger_inbound",
            "message_quick_reply",
            {"expect": {"kind": "button", "payload": "another"}},
            ["payload is not 'another'"],
        ),
        ("twilio_inbound", "sms_text", {"body": "Body=forged"}, ["kind is refused"]),
        (
            "twilio_inbound",
            "status_delivered",
            {"expect": {"kind": "status", "status": "failed"}},
            ["status is not 'failed'"],
        ),
        (
            "twilio_inbound",
            "status_undelivered_30003",
            {"expect": {"kind": "status", "action": "record opt-out"}},
            ["action is not 'record opt-out'"],
        ),
    ],
)
def test_what_is_otherwise_than_expected_is_said(
    tmp_path: Path, name: str, case: str, changes: dict[str, Any], differs: list[str]
) -> None:
    [one] = replay(changed(tmp_path, name, case, **changes))
    assert one.differs == differs


def test_an_address_where_nothing_listens_differs(tmp_path: Path) -> None:
    [one] = replay(changed(tmp_path, "telegram_updates", "message_text", path="/webhooks/pigeon"))
    assert (one.statuses, one.differs) == ((404,), ["kind is refused"])


def test_the_command_prints_the_status_and_what_was_made_beside_what_was_expected(tmp_path: Path) -> None:
    good = CliRunner().invoke(cli, ["channels", "replay", str(FIXTURES / "telegram_updates.json"), "--json"])
    assert good.exit_code == 0
    told = json.loads(good.stdout)
    assert told[0]["name"] == "message_text"
    assert (told[0]["status"], told[0]["made"]["kind"], told[0]["expect"], told[0]["ok"]) == (
        200,
        "message",
        {"kind": "message"},
        True,
    )
    bad = changed(tmp_path, "telegram_updates", "message_text", expect={"kind": "edited"})
    answer = CliRunner().invoke(cli, ["channels", "replay", str(bad)])
    assert answer.exit_code == 1
    assert "DIFFERS (kind is message)\tmessage_text\tHTTP 200\tmade: kind=message" in answer.stdout
    assert "0 of 1 as expected." in answer.stdout


@pytest.mark.parametrize("content", ["no JSON", "[]", '{"cases": 1}', '{"cases": [{"name": "x"}]}'])
def test_another_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(NotReplayable):
        replay(path)


def test_what_left_no_trace_is_nothing_and_is_told_from_what_was_ignored() -> None:
    assert kind(Seen((200,), "", frozenset())) == "nothing"
    ignored = Seen((200, 204), "", frozenset({"ignored"}))
    assert differences({"kind": "deleted"}, ignored) == []
    assert differences({"kind": "message"}, ignored) == ["kind is ignore"]

"""What is configured, what is missing, what the provider says."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import APIRouter
from pydantic import SecretStr
from typer.testing import CliRunner

from app.channel_setup import INBOX, register_all, report_all
from app.cli import cli
from bot.config import Settings
from bot.errors import NotFound, Refused
from channels.edge import Edge, Verdict
from channels.registry import EDGES
from tests.support.fake_channel import FakeChannel

ON = {"slack_member_bot_token": SecretStr("token"), "slack_member_app_token": SecretStr("app token")}


def make_settings(**values: Any) -> Settings:
    return Settings(_env_file=None, **values)


def edge(**changes: Any) -> Edge:
    values: dict[str, Any] = {
        "name": "slack",
        "is_on": lambda settings: settings.slack_members_is_on,
        "make": lambda settings: FakeChannel("slack"),
        "router": lambda context: APIRouter(),
        "needs": ("slack_member_bot_token", "slack_member_signing_secret|slack_member_app_token"),
        "check": lambda settings: Verdict(accepted=True, words="welcome"),
        **changes,
    }
    return Edge(**values)


def test_a_complete_channel_is_asked_about() -> None:
    [report] = report_all([edge()], make_settings(**ON))
    assert (report.is_on, report.missing, report.accepted, report.words) == (True, [], True, "welcome")
    assert report.configured == ["MSB_SLACK_MEMBER_BOT_TOKEN", "MSB_SLACK_MEMBER_APP_TOKEN"]
    assert not report.is_faulty


def test_what_is_missing_is_named_and_nobody_is_asked() -> None:
    [report] = report_all([edge()], make_settings(slack_member_bot_token=SecretStr("token")))
    assert report.missing == ["MSB_SLACK_MEMBER_SIGNING_SECRET or MSB_SLACK_MEMBER_APP_TOKEN"]
    assert report.accepted is None
    assert report.is_faulty


def test_a_refusal_is_a_fault_and_no_answer_is_none() -> None:
    verdicts = [Verdict(accepted=False, words="no"), Verdict(accepted=None, words="no connection")]
    edges = [edge(check=lambda settings, verdict=verdict: verdict) for verdict in verdicts]
    assert [report.is_faulty for report in report_all(edges, make_settings(**ON))] == [True, False]


def test_a_channel_that_is_off_is_no_fault() -> None:
    [report] = report_all([edge()], make_settings())
    assert (report.is_on, report.is_faulty, report.words) == (False, False, "switched off")


def refuse(settings: Settings) -> list[str]:
    raise Refused("The provider says no.")


def test_registering_tells_what_was_set_what_can_not_be_set_and_what_failed() -> None:
    edges = [edge(register=lambda settings: ["webhook set"]), edge(), edge(register=refuse)]
    lines = [(lines[0], failed) for _, lines, failed in register_all(edges, make_settings(**ON))]
    assert lines[0] == ("webhook set", False)
    assert lines[1][0].startswith("nothing to register")
    assert lines[2] == ("The provider says no.", True)


def test_only_what_is_switched_on_is_registered() -> None:
    assert list(register_all([edge(register=refuse)], make_settings())) == []
    with pytest.raises(NotFound):
        list(register_all([edge()], make_settings(), "slack"))


@pytest.mark.parametrize("one", EDGES, ids=lambda one: one.name)
def test_every_channel_needs_settings_that_exist(one: Edge) -> None:
    assert one.needs
    assert {name for need in one.needs for name in need.split("|")} <= set(Settings.model_fields)


def test_the_command_fails_when_a_channel_that_is_on_is_incomplete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MSB_SLACK_MEMBER_BOT_TOKEN", "the-secret-token")
    answer = CliRunner().invoke(cli, ["channels", "check"])
    assert answer.exit_code == 1
    assert "slack\ton\tmissing: MSB_SLACK_MEMBER_SIGNING_SECRET or MSB_SLACK_MEMBER_APP_TOKEN" in answer.stdout
    assert "the-secret-token" not in answer.stdout


def test_the_inbox_of_staff_is_reported_on_like_a_channel() -> None:
    [off] = report_all([INBOX], make_settings())
    [half] = report_all([INBOX], make_settings(slack_bot_token=SecretStr("token"), slack_channel="C1"))
    assert (off.channel, off.is_on, off.is_faulty) == ("inbox", False, False)
    assert half.missing == ["MSB_SLACK_SIGNING_SECRET or MSB_SLACK_APP_TOKEN"]
    assert half.is_faulty

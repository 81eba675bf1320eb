"""What the set-up check says of the staff's app, against a Slack that answers as the real one does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from inbox.check import SCOPES, check
from slackkit.check import Answer as Said
from tests.channels.provider import Answer, Provider, closed_port, serve
from tests.channels.world import STAFF_CHANNEL, make_settings

WHO = {"ok": True, "user": "member_success", "team": "Fernhill"}
GRANTED = ",".join(sorted(SCOPES))


@pytest.fixture
def slack() -> Iterator[Provider]:
    with serve(Answer.json({"ok": True, "messages": []})) as provider:
        yield provider


def asked(slack: Provider, *channels: str, **changes: Any) -> Said:
    return check(make_settings(slack_api_base=slack.url, **changes), channels or (STAFF_CHANNEL,))


def test_a_complete_app_is_named(slack: Provider) -> None:
    slack.answers.append(Answer.json(WHO, 200, **{"X-OAuth-Scopes": GRANTED}))
    assert asked(slack) == Said(accepted=True, words="member_success in the workspace Fernhill")
    assert [request.fields.get("channel") for request in slack.at("conversations.history")] == [STAFF_CHANNEL]


def test_scopes_of_an_older_manifest_are_told(slack: Provider) -> None:
    slack.answers.append(Answer.json(WHO, 200, **{"X-OAuth-Scopes": GRANTED.replace("commands,files:write,", "")}))
    assert asked(slack) == Said(accepted=False, words="the app lacks the scopes commands, files:write")


def test_channels_that_the_app_is_not_in_are_told(slack: Provider) -> None:
    slack.answers.extend(
        [
            Answer.json(WHO, 200, **{"X-OAuth-Scopes": GRANTED}),
            Answer.json({"ok": False, "error": "not_in_channel"}),
            Answer.json({"ok": True, "messages": []}),
            Answer.json({"ok": False, "error": "channel_not_found"}),
        ]
    )
    said = asked(slack, "C1", "C2", "C3")
    assert said.accepted is False
    assert said.words == (
        "C1: the app was not invited to the staff channel; C3: the staff channel doesn't exist, or the app can't see it"
    )


def test_a_wrong_token_is_refused(slack: Provider) -> None:
    slack.answers.append(Answer.json({"ok": False, "error": "invalid_auth"}))
    assert asked(slack) == Said(accepted=False, words="Slack refuses it: invalid_auth")


def test_the_token_of_socket_mode_is_tried(slack: Provider) -> None:
    slack.answers.extend([Answer.json(WHO), Answer.json({"ok": False, "error": "not_allowed_token_type"})])
    said = asked(slack, slack_app_token=SecretStr("app-token"))
    assert said == Said(accepted=False, words="Slack refuses it: not_allowed_token_type")
    [opened] = slack.at("apps.connections.open")
    assert opened.headers["authorization"] == "Bearer app-token"


def test_no_answer_is_no_refusal() -> None:
    settings = make_settings(slack_api_base=f"http://127.0.0.1:{closed_port()}/api/")
    assert check(settings, [STAFF_CHANNEL]).accepted is None

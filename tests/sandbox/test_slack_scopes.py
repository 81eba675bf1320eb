"""What the app's manifest doesn't ask for, Slack refuses."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.slack.api import METHODS
from sandbox.slack.manifest import MEMBERS_MANIFEST, STAFF_MANIFEST, read_manifest
from sandbox.slack.scopes import NEEDED, OF_CHANNELS, OF_LISTS
from tests.sandbox.conftest import MARIA, Town
from tests.sandbox.test_slack_api import CARD, error_of, refused

FREE = {"auth.test", "chat.getPermalink", "views.open", "views.push", "views.publish", "views.update"}


def test_each_method_needs_a_scope_or_is_known_to_need_none() -> None:
    assert set(METHODS) == {*NEEDED, *OF_CHANNELS, *OF_LISTS, *FREE}
    assert set(NEEDED).isdisjoint(FREE)


def test_the_manifests_are_read() -> None:
    staff, members = read_manifest(STAFF_MANIFEST), read_manifest(MEMBERS_MANIFEST)
    assert {"chat:write", "commands", "users:read.email"} <= staff.scopes
    assert {"message.channels", "app_home_opened"} <= staff.events
    assert {"/member", "/handoff", "/away"} == staff.commands
    assert staff.shortcuts == {"send_as_reply"}
    assert "home_tab" in staff.tabs
    assert members.tabs == {"messages_tab"}
    assert "message.im" in members.events


@pytest.mark.parametrize(
    ("scope", "method", "args"),
    [
        ("chat:write", "chat.postMessage", {"channel": "C0MEMBERSUCCESS", "text": "x"}),
        ("channels:history", "conversations.history", {"channel": "C0MEMBERSUCCESS"}),
        ("files:write", "files.getUploadURLExternal", {"filename": "a.png", "length": 3}),
        ("users:read.email", "users.lookupByEmail", {"email": "maria.okafor@example.org"}),
    ],
)
def test_without_its_scope_a_method_is_refused(town: Town, scope: str, method: str, args: dict[str, Any]) -> None:
    assert town.slack.api_call(method, params=args)["ok"]
    town.post("slack/app", without=[scope])
    answer = refused(lambda: town.slack.api_call(method, params=args)).response
    assert (answer["error"], answer["needed"]) == ("missing_scope", scope)
    assert scope not in answer["provided"].split(",")
    emptied = town.http.post("/sandbox/reset")
    assert emptied.status_code == 200
    assert town.slack.api_call(method, params=args)["ok"]


def test_addresses_are_hidden_from_an_app_that_may_not_see_them(town: Town) -> None:
    assert town.slack.users_info(user=MARIA)["user"]["profile"]["email"] == "maria.okafor@example.org"
    town.post("slack/app", without=["users:read.email"])
    assert "email" not in town.slack.users_info(user=MARIA)["user"]["profile"]


def test_tabs_that_are_switched_off_take_nothing(town: Town) -> None:
    home = {"type": "home", "blocks": CARD}
    assert error_of(lambda: town.slack.chat_postMessage(channel=MARIA, text="psst")) == "messages_tab_disabled"
    town.post("slack/app", without=["home_tab"])
    assert error_of(lambda: town.slack.views_publish(user_id=MARIA, view=home)) == "not_enabled"


def test_a_shortcut_that_the_manifest_lacks_is_not_in_the_menu(town: Town) -> None:
    ts = town.post("slack/say", user=MARIA, text="Try the other door.")["ts"]
    body = {"user": MARIA, "ts": ts, "callback_id": "dance"}
    assert town.http.post("/sandbox/slack/shortcut", json=body).status_code == 404
    assert town.http.post("/sandbox/slack/app", json={"without": ["dance"]}).status_code == 404

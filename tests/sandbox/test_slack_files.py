"""Files for Slack: the official client uploads one in three steps."""

from __future__ import annotations

import httpx
import pytest

from tests.sandbox.conftest import MARIA, Town
from tests.sandbox.test_slack_api import error_of

EVENTS = "/webhooks/slack/events"
PICTURE = b"\x89PNG\r\n\x1a\n and more"


def test_an_uploaded_picture_is_shown_in_the_channel(town: Town) -> None:
    channel = town.settings.slack_channel
    done = town.slack.files_upload_v2(
        channel=channel,
        content=PICTURE,
        filename="week.png",
        title="The week",
        alt_txt="Twelve cases were answered.",
        initial_comment="*The week* in numbers",
    )
    (message,) = town.slack.conversations_history(channel=channel)["messages"]
    (file,) = message["files"]
    assert (message["text"], message["bot_id"]) == ("*The week* in numbers", "B0SUCCESSBOT")
    assert (file["id"], file["title"], file["mimetype"]) == (done["file"]["id"], "The week", "image/png")
    assert file["alt_txt"] == "Twelve cases were answered."
    shown = httpx.get(file["url_private"])
    assert (shown.content, shown.headers["content-type"]) == (PICTURE, "image/png")
    town.settle()
    event = town.gateway.at(EVENTS)[-1].json["event"]
    assert (event["subtype"], event["bot_id"]) == ("file_share", "B0SUCCESSBOT")


def test_a_picture_can_go_into_a_thread_or_to_one_person(town: Town) -> None:
    town.grant("messages_tab")
    channel = town.settings.slack_channel
    root = town.slack.chat_postMessage(channel=channel, text="case")["ts"]
    town.slack.files_upload_v2(channel=channel, thread_ts=root, content=PICTURE, filename="a.png")
    town.slack.files_upload_v2(channels=[MARIA], content=PICTURE, filename="b.png")
    (card,) = town.get("slack/channel")["messages"]
    assert [reply["files"][0]["name"] for reply in card["replies"]] == ["a.png"]
    assert town.get("slack/channel", channel=MARIA)["messages"][0]["files"][0]["name"] == "b.png"


def test_only_what_was_uploaded_can_be_shared(town: Town) -> None:
    channel = town.settings.slack_channel
    given = town.slack.files_getUploadURLExternal(filename="week.png", length=len(PICTURE))
    files = [{"id": given["file_id"]}]
    complete = town.slack.files_completeUploadExternal
    assert error_of(lambda: complete(files=files, channel_id=channel)) == "file_not_found"
    assert httpx.post(given["upload_url"], content=PICTURE + b"!").status_code == 400
    assert httpx.post(given["upload_url"], files={"filename": PICTURE}).text == f"OK - {len(PICTURE)}"
    assert httpx.post(given["upload_url"], content=PICTURE).status_code == 404
    assert error_of(lambda: complete(files=files, channel_id="C0NOWHERE")) == "channel_not_found"
    assert error_of(lambda: complete(files=[], channel_id=channel)) == "invalid_arguments"
    assert complete(files=files)["files"][0]["title"] == "week.png"
    assert town.get("slack/channel")["messages"] == []


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"filename": "", "length": 1}, "missing_argument"),
        ({"filename": "a.png", "length": 0}, "file_upload_size_restricted"),
        ({"filename": "a.png", "length": 1, "alt_txt": "x" * 1001}, "alt_txt_too_large"),
    ],
)
def test_odd_uploads_are_refused(town: Town, more: dict[str, object], error: str) -> None:
    assert error_of(lambda: town.slack.api_call("files.getUploadURLExternal", params=more)) == error


def test_conversations_are_listed_by_kind(town: Town) -> None:
    town.grant("channels:read", "groups:read", "im:read")
    town.post("slack/home", user=MARIA)
    for kind, ids in (("", [town.settings.slack_channel]), ("im", ["D0MARIA"]), ("private_channel", [])):
        assert [channel["id"] for channel in town.slack.users_conversations(types=kind)["channels"]] == ids
        assert [channel["id"] for channel in town.slack.conversations_list(types=kind)["channels"]] == ids

"""What Slack tells the gateway: events, button presses and dialogs; all signed by the shared clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from slack_sdk.signature import Clock, SignatureVerifier
from starlette.responses import JSONResponse, Response

from tests.sandbox.conftest import MARIA, Town
from tests.sandbox.test_slack_api import CARD, error_of
from tests.sandbox.test_slack_blocks import field, modal
from tests.support.sandbox_gateway import Webhook, never

EVENTS, INTERACTIONS = "/webhooks/slack/events", "/webhooks/slack/interactions"


class AtTime(Clock):
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def now(self) -> float:
        return self._seconds


def is_signed(town: Town, webhook: Webhook) -> bool:
    clock = AtTime(town.clock.now().timestamp())
    verifier = SignatureVerifier(town.settings.slack_signing_secret, clock)
    return verifier.is_valid_request(webhook.body, webhook.headers)


def post_card(town: Town) -> str:
    ts: str = town.slack.chat_postMessage(channel=town.settings.slack_channel, text="Ana", blocks=CARD)["ts"]
    town.settle()
    return ts


def press(town: Town, ts: str) -> Any:
    return town.post("slack/click", user=MARIA, ts=ts, action_id="claim")


def open_modal(town: Town, **changes: Any) -> Any:
    trigger = press(town, post_card(town))["trigger_id"]
    return town.slack.views_open(trigger_id=trigger, view=modal(**changes))["view"]


def test_what_staff_write_in_a_thread_is_an_event(town: Town) -> None:
    root = post_card(town)
    town.clock.push(timedelta(days=3))
    said = town.post("slack/say", user=MARIA, text="I call her", thread_ts=root)
    town.settle()
    webhook = town.gateway.at(EVENTS)[-1]
    assert is_signed(town, webhook)
    event = webhook.json["event"]
    assert (event["user"], event["text"], event["thread_ts"], event["ts"]) == (MARIA, "I call her", root, said["ts"])
    assert event["parent_user_id"] == "U0SUCCESSBOT"
    assert "bot_id" not in event
    assert webhook.json["event_time"] == int(town.clock.now().timestamp())


def test_the_bots_own_messages_and_updates_are_echoed_with_its_ids(town: Town) -> None:
    ts = post_card(town)
    town.slack.chat_update(channel=town.settings.slack_channel, ts=ts, text="claimed")
    town.settle()
    posted, changed = (webhook.json["event"] for webhook in town.gateway.at(EVENTS))
    assert (posted["bot_id"], posted["user"]) == ("B0SUCCESSBOT", "U0SUCCESSBOT")
    assert (changed["subtype"], changed["hidden"]) == ("message_changed", True)
    assert changed["message"]["bot_id"] == "B0SUCCESSBOT"


def say(town: Town, text: str, **more: Any) -> str:
    ts: str = town.post("slack/say", user=MARIA, text=text, **more)["ts"]
    town.settle()
    return ts


def last_event(town: Town) -> Any:
    town.settle()
    return town.gateway.at(EVENTS)[-1].json["event"]


def test_what_a_person_edits_is_told_with_what_it_was(town: Town) -> None:
    root = post_card(town)
    ts = say(town, "I call him", thread_ts=root)
    town.post("slack/edit", user=MARIA, ts=ts, text="I call her")
    event = last_event(town)
    assert (event["subtype"], event["hidden"], event["channel"]) == (
        "message_changed",
        True,
        town.settings.slack_channel,
    )
    assert (event["message"]["text"], event["previous_message"]["text"]) == ("I call her", "I call him")
    assert (event["message"]["ts"], event["message"]["thread_ts"]) == (ts, root)
    assert event["message"]["edited"]["user"] == MARIA
    assert event["ts"] > ts
    assert "channel" not in event["message"]


def test_what_a_person_deletes_is_told_with_what_it_was(town: Town) -> None:
    root = post_card(town)
    ts = say(town, "I call her", thread_ts=root)
    town.post("slack/delete", user=MARIA, ts=ts)
    event = last_event(town)
    assert (event["subtype"], event["hidden"], event["deleted_ts"]) == ("message_deleted", True, ts)
    assert (event["previous_message"]["text"], event["previous_message"]["thread_ts"]) == ("I call her", root)
    (card,) = town.get("slack/channel")["messages"]
    assert card["replies"] == []
    assert "reply_count" not in card


def test_a_deleted_message_with_replies_leaves_a_tombstone(town: Town) -> None:
    root = say(town, "Who knows Ana?")
    say(town, "I do", thread_ts=root)
    town.post("slack/delete", user=MARIA, ts=root)
    event = last_event(town)
    assert (event["subtype"], event["message"]["subtype"]) == ("message_changed", "tombstone")
    assert event["previous_message"]["text"] == "Who knows Ana?"
    thread = town.slack.conversations_replies(channel=town.settings.slack_channel, ts=root)["messages"]
    assert [message["text"] for message in thread] == ["This message was deleted.", "I do"]


def test_people_change_only_what_they_wrote(town: Town) -> None:
    card, said = post_card(town), say(town, "mine")
    for ts, user in ((card, MARIA), (said, "U0JONAS"), ("1.000001", MARIA)):
        for path, more in (("edit", {"text": "x"}), ("delete", {})):
            body = {"user": user, "ts": ts, **more}
            assert town.http.post(f"/sandbox/slack/{path}", json=body).status_code == 404


def test_a_preview_of_a_link_is_a_change_without_an_editor(town: Town) -> None:
    ts = say(town, "see https://example.org/")
    town.post("slack/unfurl", ts=ts)
    event = last_event(town)
    assert event["subtype"] == "message_changed"
    assert event["message"]["text"] == event["previous_message"]["text"]
    assert event["message"]["attachments"][0]["from_url"] == "https://example.org/"
    assert "edited" not in event["message"]


def test_an_event_can_come_again_although_it_was_taken(town: Town) -> None:
    say(town, "hello")
    town.post("slack/repeat")
    town.settle()
    first, second = town.gateway.at(EVENTS)
    assert first.json == second.json
    assert (second.headers["x-slack-retry-num"], second.headers["x-slack-retry-reason"]) == ("1", "http_timeout")
    assert is_signed(town, second)
    assert town.http.post("/sandbox/slack/repeat", json={"event_id": "Ev1"}).status_code == 404


def test_a_mention_is_two_events_of_one_message_to_an_app_that_asks_for_both(town: Town) -> None:
    town.grant("app_mention")
    town.post("slack/say", user=MARIA, text="<@U0SUCCESSBOT> status")
    town.settle()
    first, second = (webhook.json for webhook in town.gateway.at(EVENTS))
    assert (first["event"]["type"], second["event"]["type"]) == ("message", "app_mention")
    assert first["event"]["ts"] == second["event"]["ts"]
    assert first["event_id"] != second["event_id"]


def test_only_events_that_the_manifest_asks_for_are_told(town: Town) -> None:
    town.post("slack/say", user=MARIA, text="<@U0SUCCESSBOT> status")
    assert last_event(town)["type"] == "message"
    town.post("slack/app", without=["app_home_opened"])
    town.post("slack/home", user=MARIA)
    assert last_event(town)["type"] == "message"
    assert len(town.gateway.at(EVENTS)) == 1


def test_a_refused_event_comes_again_three_times_with_the_same_id(town: Town) -> None:
    town.gateway.answers.extend(Response(status_code=500) for _ in range(9))
    town.post("slack/say", user=MARIA, text="hello")
    town.settle()
    webhooks = town.gateway.at(EVENTS)
    assert [webhook.headers.get("x-slack-retry-num") for webhook in webhooks] == [None, "1", "2", "3"]
    assert {webhook.headers["x-slack-retry-reason"] for webhook in webhooks[1:]} == {"http_error"}
    assert len({webhook.json["event_id"] for webhook in webhooks}) == 1
    assert all(is_signed(town, webhook) for webhook in webhooks)


def test_an_answer_that_takes_too_long_counts_as_none(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(town.settings, "sandbox_slack_ack_seconds", 0.2)
    town.gateway.answers.append(never)
    town.post("slack/say", user=MARIA, text="hello")
    town.settle()
    first, second = town.gateway.at(EVENTS)
    assert (second.headers["x-slack-retry-num"], second.headers["x-slack-retry-reason"]) == ("1", "http_timeout")
    assert first.json == second.json


def test_an_event_comes_again_only_until_it_is_taken(town: Town) -> None:
    town.gateway.answers.append(Response(status_code=503))
    town.post("slack/say", user=MARIA, text="hello")
    town.settle()
    assert len(town.gateway.at(EVENTS)) == 2


def test_no_retry_is_obeyed(town: Town) -> None:
    town.gateway.answers.append(Response(status_code=500, headers={"X-Slack-No-Retry": "1"}))
    town.post("slack/say", user=MARIA, text="hello")
    town.settle()
    assert len(town.gateway.at(EVENTS)) == 1


def test_a_button_press_is_posted_with_message_and_value(town: Town) -> None:
    ts = post_card(town)
    assert press(town, ts)["ok"]
    (webhook,) = town.gateway.at(INTERACTIONS)
    assert is_signed(town, webhook)
    payload = webhook.json
    assert (payload["type"], payload["user"]["id"]) == ("block_actions", MARIA)
    assert (payload["message"]["ts"], payload["container"]["message_ts"]) == (ts, ts)
    assert payload["actions"][0]["action_id"] == "claim"
    assert (payload["actions"][0]["block_id"], payload["actions"][0]["value"]) == ("case", "7")


def test_a_press_that_the_gateway_refuses_says_so_and_is_not_repeated(town: Town) -> None:
    ts = post_card(town)
    town.gateway.answers.append(Response(status_code=500))
    answer = press(town, ts)
    assert (answer["ok"], answer["result"]) == (False, "500")
    assert len(town.gateway.at(INTERACTIONS)) == 1


def test_only_buttons_that_are_there_can_be_pressed(town: Town) -> None:
    body = {"user": MARIA, "ts": post_card(town), "action_id": "dance"}
    assert town.http.post("/sandbox/slack/click", json=body).status_code == 404


def test_the_response_url_works_five_times(town: Town) -> None:
    press(town, post_card(town))
    url = town.gateway.at(INTERACTIONS)[0].json["response_url"]
    statuses = [httpx.post(url, json={"text": f"note {number}"}).status_code for number in range(6)]
    assert statuses == [200] * 5 + [404]
    assert [message["for_user"] for message in town.get("slack/channel")["ephemeral"]] == [MARIA] * 5


def test_a_trigger_opens_one_view(town: Town) -> None:
    trigger = press(town, post_card(town))["trigger_id"]
    view = town.slack.views_open(trigger_id=trigger, view=modal())["view"]
    assert town.get(f"slack/views/{MARIA}")["view"]["id"] == view["id"]
    assert error_of(lambda: town.slack.views_open(trigger_id=trigger, view=modal())) == "exchanged_trigger_id"
    assert error_of(lambda: town.slack.views_open(trigger_id="1.2.x", view=modal())) == "invalid_trigger_id"


@pytest.mark.parametrize(("seconds", "opens"), [(3, True), (3.001, False)])
def test_a_trigger_lives_three_real_seconds(town: Town, seconds: float, opens: bool) -> None:
    trigger = press(town, post_card(town))["trigger_id"]
    town.clock.push(timedelta(days=1))
    town.clock.pass_real(timedelta(seconds=seconds))
    if opens:
        assert town.slack.views_open(trigger_id=trigger, view=modal())["ok"]
    else:
        assert error_of(lambda: town.slack.views_open(trigger_id=trigger, view=modal())) == "expired_trigger_id"


def test_a_submitted_dialog_carries_the_values_and_closes(town: Town) -> None:
    view = open_modal(town, private_metadata="case 7", callback_id="reply")
    answer = town.post("slack/submit", user=MARIA, view_id=view["id"], values={"t": "Hi Ana"})
    assert (answer["ok"], answer["closed"]) == (True, True)
    webhook = town.gateway.at(INTERACTIONS)[-1]
    assert is_signed(town, webhook)
    sent = webhook.json
    assert sent["type"] == "view_submission"
    assert (sent["view"]["callback_id"], sent["view"]["private_metadata"]) == ("reply", "case 7")
    assert sent["view"]["state"]["values"] == {"b": {"t": {"type": "plain_text_input", "value": "Hi Ana"}}}
    assert town.get(f"slack/views/{MARIA}")["view"] is None


def test_errors_keep_the_dialog_open(town: Town) -> None:
    view = open_modal(town)
    town.gateway.answers.append(JSONResponse({"response_action": "errors", "errors": {"b": "Too short."}}))
    answer = town.post("slack/submit", user=MARIA, view_id=view["id"], values={"b": {"t": "x"}})
    assert (answer["ok"], answer["closed"], answer["errors"]) == (False, False, {"b": "Too short."})
    assert town.get(f"slack/views/{MARIA}")["view"]["id"] == view["id"]


def test_slack_itself_asks_for_required_fields(town: Town) -> None:
    view = open_modal(town)
    answer = town.post("slack/submit", user=MARIA, view_id=view["id"], values={})
    assert list(answer["errors"]) == ["b"]
    assert len(town.gateway.at(INTERACTIONS)) == 1


def test_a_dialog_can_be_updated_pushed_and_cleared_by_the_answer(town: Town) -> None:
    view = open_modal(town)
    second = {"type": "plain_text", "text": "Second"}
    for action, shown, opened in (("update", "Second", 1), ("push", "Second", 2), ("clear", None, 0)):
        body = (
            {"response_action": action, "view": modal(title=second)}
            if action != "clear"
            else {"response_action": action}
        )
        town.gateway.answers.append(JSONResponse(body))
        top = town.get(f"slack/views/{MARIA}")["view"]
        town.post("slack/submit", user=MARIA, view_id=top["id"], values={"t": "x"})
        now = town.get(f"slack/views/{MARIA}")
        assert (now["view"] and now["view"]["title"]["text"], now["open"]) == (shown, opened)
    assert error_of(lambda: town.slack.views_update(view_id=view["id"], view=modal())) == "not_found"


def test_views_update_checks_the_hash(town: Town) -> None:
    view = open_modal(town)
    stale = error_of(lambda: town.slack.views_update(view_id=view["id"], hash="old", view=modal()))
    assert stale == "hash_conflict"
    updated = town.slack.views_update(view_id=view["id"], hash=view["hash"], view=modal())["view"]
    assert (updated["id"], updated["hash"] != view["hash"]) == (view["id"], True)


def test_closing_is_told_only_when_asked_for(town: Town) -> None:
    view = open_modal(town)
    town.post("slack/close", user=MARIA, view_id=view["id"])
    assert len(town.gateway.at(INTERACTIONS)) == 1
    view = open_modal(town, notify_on_close=True)
    town.post("slack/close", user=MARIA, view_id=view["id"])
    assert town.gateway.at(INTERACTIONS)[-1].json["type"] == "view_closed"


def test_a_home_tab_is_kept(town: Town) -> None:
    home = {"type": "home", "blocks": [field(type="plain_text_input")]}
    town.slack.views_publish(user_id=MARIA, view=home)
    assert town.get(f"slack/views/{MARIA}")["home"]["type"] == "home"


PICK: dict[str, Any] = {
    "type": "input",
    "block_id": "canned",
    "dispatch_action": True,
    "optional": True,
    "label": {"type": "plain_text", "text": "Ready words"},
    "element": {
        "type": "static_select",
        "action_id": "pick",
        "options": [{"text": {"type": "plain_text", "text": "Welcome"}, "value": "welcome"}],
    },
}


def test_a_menu_in_a_dialog_is_told_at_once_with_what_was_typed_so_far(town: Town) -> None:
    view = open_modal(town, blocks=[PICK, field(type="plain_text_input")])
    answer = town.post(
        "slack/click", user=MARIA, view_id=view["id"], action_id="pick", value="welcome", values={"t": "Dear"}
    )
    sent = town.gateway.at(INTERACTIONS)[-1].json
    assert (sent["type"], sent["container"]) == ("block_actions", {"type": "view", "view_id": view["id"]})
    assert sent["actions"][0]["selected_option"]["value"] == "welcome"
    assert sent["view"]["state"]["values"]["b"]["t"]["value"] == "Dear"
    assert sent["view"]["state"]["values"]["canned"]["pick"]["selected_option"]["value"] == "welcome"
    assert "message" not in sent
    pushed = town.slack.views_push(trigger_id=answer["trigger_id"], view=modal())["view"]
    assert pushed["previous_view_id"] == view["id"]


def test_only_fields_that_ask_for_it_are_told_at_once(town: Town) -> None:
    view = open_modal(town)
    body = {"user": MARIA, "view_id": view["id"], "action_id": "t", "value": "x"}
    assert town.http.post("/sandbox/slack/click", json=body).status_code == 404


def test_a_field_keeps_what_was_typed_through_an_update_unless_it_is_another_field(town: Town) -> None:
    view = open_modal(town)
    typed = field(type="plain_text_input", initial_value="Welcome, Ana!")
    for block_id, value in (("b", None), ("b2", "Welcome, Ana!")):
        blocks = [{**typed, "block_id": block_id}]
        town.slack.views_update(view_id=view["id"], view=modal(blocks=blocks))
        shown = town.get(f"slack/views/{MARIA}")["view"]
        assert shown["state"]["values"] == {block_id: {"t": {"type": "plain_text_input", "value": value}}}
    town.post("slack/submit", user=MARIA, view_id=view["id"], values={})
    sent = town.gateway.at(INTERACTIONS)[-1].json
    assert sent["view"]["state"]["values"]["b2"]["t"]["value"] == "Welcome, Ana!"


def test_a_field_may_ask_for_a_number_of_characters(town: Town) -> None:
    view = open_modal(town, blocks=[field(type="plain_text_input", min_length=2, max_length=3)])
    for text, complaint in (("x", "at least 2"), ("xxxx", "at most 3")):
        answer = town.post("slack/submit", user=MARIA, view_id=view["id"], values={"t": text})
        assert complaint in answer["errors"]["b"]
    assert town.post("slack/submit", user=MARIA, view_id=view["id"], values={"t": "xx"})["closed"]


def test_an_empty_field_has_the_empty_value_of_its_kind(town: Town) -> None:
    boxes = {**PICK, "block_id": "boxes", "element": {**PICK["element"], "type": "checkboxes", "action_id": "boxes"}}
    date = {**PICK, "block_id": "date", "element": {"type": "datepicker", "action_id": "date"}}
    view = open_modal(town, blocks=[PICK, boxes, date])
    town.post("slack/submit", user=MARIA, view_id=view["id"], values={})
    state = town.gateway.at(INTERACTIONS)[-1].json["view"]["state"]["values"]
    assert state["canned"]["pick"] == {"type": "static_select", "selected_option": None}
    assert state["boxes"]["boxes"] == {"type": "checkboxes", "selected_options": []}
    assert state["date"]["date"] == {"type": "datepicker", "selected_date": None}


def test_a_button_that_only_one_person_sees_can_be_pressed_by_that_person(town: Town) -> None:
    channel = town.settings.slack_channel
    ts = town.slack.chat_postEphemeral(channel=channel, user=MARIA, text="Which Ana?", blocks=CARD)["message_ts"]
    assert press(town, ts)["ok"]
    sent = town.gateway.at(INTERACTIONS)[-1].json
    assert (sent["container"]["is_ephemeral"], sent["container"]["message_ts"]) == (True, ts)
    assert "message" not in sent
    httpx.post(sent["response_url"], json={"text": "This one.", "replace_original": True})
    (shown,) = town.get("slack/channel")["ephemeral"]
    assert (shown["ts"], shown["text"], shown["blocks"]) == (ts, "This one.", [])
    httpx.post(sent["response_url"], json={"delete_original": True})
    assert town.get("slack/channel")["ephemeral"] == []
    body = {"user": "U0JONAS", "ts": ts, "action_id": "claim"}
    assert town.http.post("/sandbox/slack/click", json=body).status_code == 404


def test_a_shortcut_is_posted_with_the_message(town: Town) -> None:
    root = post_card(town)
    ts = say(town, "Try the other door.", thread_ts=root)
    answer = town.post("slack/shortcut", user=MARIA, ts=ts, callback_id="send_as_reply")
    webhook = town.gateway.at(INTERACTIONS)[-1]
    assert is_signed(town, webhook)
    sent = webhook.json
    assert (sent["type"], sent["callback_id"], sent["message_ts"]) == ("message_action", "send_as_reply", ts)
    assert (sent["message"]["text"], sent["message"]["thread_ts"]) == ("Try the other door.", root)
    assert (sent["user"]["id"], sent["channel"]["id"]) == (MARIA, town.settings.slack_channel)
    assert town.slack.views_open(trigger_id=answer["trigger_id"], view=modal())["ok"]
    httpx.post(sent["response_url"], json={"text": "Sent."})
    assert [message["text"] for message in town.get("slack/channel")["ephemeral"]] == ["Sent."]


def test_opening_the_home_tab_is_an_event_and_its_buttons_work(town: Town) -> None:
    town.post("slack/home", user=MARIA)
    event = last_event(town)
    assert (event["type"], event["user"], event["tab"]) == ("app_home_opened", MARIA, "home")
    assert event["channel"] == "D0MARIA"
    assert "view" not in event
    view = town.slack.views_publish(user_id=MARIA, view={"type": "home", "blocks": CARD})["view"]
    town.post("slack/home", user=MARIA)
    assert last_event(town)["view"]["id"] == view["id"]
    assert town.post("slack/click", user=MARIA, view_id=view["id"], action_id="claim")["ok"]
    sent = town.gateway.at(INTERACTIONS)[-1].json
    assert (sent["container"]["view_id"], sent["view"]["type"]) == (view["id"], "home")
    assert sent["actions"][0]["value"] == "7"
    body = {"user": "U0JONAS", "view_id": view["id"], "action_id": "claim"}
    assert town.http.post("/sandbox/slack/click", json=body).status_code == 404
    town.post("slack/home", user=MARIA, tab="messages")
    assert last_event(town)["tab"] == "messages"

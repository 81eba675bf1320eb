"""The emulated page: what the Graph API takes and refuses, and what Meta tells the gateway."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse

from sandbox.messenger.webhook import proof
from tests.sandbox.conftest import Town
from tests.support.sandbox_gateway import Webhook

ANA = "7000000000000001"
DAY = timedelta(days=1)
INBOX = 263902037430900


def call(town: Town, method: str, path: str, body: Any = None, token: str | None = None, **query: str) -> Any:
    """Calls the Graph API; returns its JSON."""
    known = {"access_token": token if token is not None else town.settings.messenger_page_token, **query}
    url = f"{town.url}/graph/v25.0/{path}"
    return httpx.request(method, url, params=known, json=body, timeout=10, trust_env=False).json()


def send(town: Town, text: str = "Hello", psid: str = ANA, **changes: Any) -> Any:
    request = {"recipient": {"id": psid}, "messaging_type": "RESPONSE", "message": {"text": text}, **changes}
    return call(town, "POST", f"{town.settings.messenger_page_id}/messages", request)


def codes(answer: Any) -> tuple[int, int | None]:
    return answer["error"]["code"], answer["error"].get("error_subcode")


def act(town: Town, what: str, psid: str = ANA, **body: Any) -> Any:
    done = town.post(f"messenger/people/{psid}/{what}", **body)
    town.settle()
    return done


def person(town: Town, psid: str = ANA) -> Any:
    return town.get(f"messenger/people/{psid}")


def notified(town: Town) -> list[Webhook]:
    return [webhook for webhook in town.gateway.received if webhook.path == "/webhooks/messenger"]


def told(town: Town) -> list[dict[str, Any]]:
    """The events of all notifications, in order."""
    entries = [entry for webhook in notified(town) for entry in json.loads(webhook.body)["entry"]]
    return [event for entry in entries for event in [*entry.get("messaging", []), *entry.get("standby", [])]]


def last(town: Town) -> dict[str, Any]:
    return told(town)[-1]


def test_what_a_person_writes_is_told_signed_over_the_bytes(town: Town) -> None:
    act(town, "say", text="caf\u00e9 1/2 \U0001f44d")
    [webhook] = notified(town)
    assert "caf\\u00e9 1\\/2 \\ud83d\\udc4d" in webhook.body
    key = town.settings.messenger_app_secret.encode()
    assert (
        webhook.headers["x-hub-signature-256"]
        == "sha256=" + hmac.new(key, webhook.body.encode(), hashlib.sha256).hexdigest()
    )
    event = last(town)
    assert (event["sender"]["id"], event["message"]["text"]) == (ANA, "caf\u00e9 1/2 \U0001f44d")
    assert person(town)["messages"][0]["webhook"] == "200"


def test_a_message_is_taken_echoed_and_delivered(town: Town) -> None:
    act(town, "say", text="hi")
    answer = send(town, message={"text": "Hello", "metadata": "msb:7:0"})
    town.settle()
    assert answer["recipient_id"] == ANA
    echo, delivery = told(town)[1:]
    assert echo["message"] == {
        "mid": answer["message_id"],
        "is_echo": True,
        "app_id": int(town.settings.messenger_app_id),
        "metadata": "msb:7:0",
        "text": "Hello",
    }
    assert (echo["sender"]["id"], echo["recipient"]["id"]) == (town.settings.messenger_page_id, ANA)
    assert delivery["delivery"]["mids"] == [answer["message_id"]]
    act(town, "read")
    assert last(town)["read"]["watermark"] >= delivery["delivery"]["watermark"]
    assert person(town)["messages"][-1]["status"] == "read"


def test_who_never_wrote_can_not_be_written_to(town: Town) -> None:
    assert codes(send(town)) == (100, 2018001)


def test_the_window_is_open_for_24_hours_and_for_people_7_days(town: Town) -> None:
    human = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    act(town, "say", text="hi")
    town.clock.push(DAY)
    assert "message_id" in send(town)
    town.clock.push(timedelta(seconds=1))
    assert codes(send(town)) == (10, 2018278)
    assert codes(send(town, messaging_type="UPDATE")) == (10, 2018278)
    assert "message_id" in send(town, **human)
    town.clock.push(6 * DAY)
    assert codes(send(town, **human)) == (10, 2018278)
    act(town, "open", ref="abc")
    assert "message_id" in send(town)


@pytest.mark.parametrize("tag", ["CONFIRMED_EVENT_UPDATE", "ACCOUNT_UPDATE", "POST_PURCHASE_UPDATE"])
def test_the_retired_tags_are_refused(town: Town, tag: str) -> None:
    act(town, "say", text="hi")
    assert codes(send(town, messaging_type="MESSAGE_TAG", tag=tag)) == (100, 1893061)


def test_a_utility_template_needs_no_window_but_its_parameters(town: Town) -> None:
    act(town, "say", text="hi")
    town.clock.push(30 * DAY)
    town.post("messenger/templates", name="news", body="News: {{1}}")

    def template(*values: str, name: str = "news") -> Any:
        parameters = [{"type": "text", "text": value} for value in values]
        content = {"name": name, "language": {"code": "en_US"}}
        components = [{"type": "body", "parameters": parameters}]
        return send(town, messaging_type="UTILITY", message={"template": {**content, "components": components}})

    assert codes(template("x", name="other")) == (132001, None)
    assert codes(template()) == (132000, None)
    assert codes(template("two\nlines")) == (100, None)
    assert "message_id" in template("call us")
    assert person(town)["messages"][-1]["text"] == "News: call us"
    listed = call(town, "GET", f"{town.settings.messenger_page_id}/message_templates")
    assert [found["name"] for found in listed["data"]] == ["news"]


def reply(title: str = "Yes", payload: str = "c:1:0") -> dict[str, str]:
    return {"content_type": "text", "title": title, "payload": payload}


@pytest.mark.parametrize(
    "changes",
    [
        {"message": {"text": "x" * 2001}},
        {"message": {"text": " "}},
        {"message": {}},
        {"message": "Hello"},
        {"message": {"text": "Hi", "metadata": "x" * 1001}},
        {"message": {"text": "Hi", "quick_replies": [reply()] * 14}},
        {"message": {"text": "Hi", "quick_replies": [reply("x" * 21)]}},
        {"message": {"text": "Hi", "quick_replies": [reply(payload="x" * 1001)]}},
        {"message": {"text": "Hi", "quick_replies": [{"title": "Yes", "payload": "x"}]}},
        {"messaging_type": None},
        {"messaging_type": "MESSAGE_TAG"},
        {"messaging_type": "UTILITY"},
        {"recipient": {}},
        {"sender_action": "dance"},
    ],
)
def test_what_breaks_a_limit_is_refused(town: Town, changes: dict[str, Any]) -> None:
    act(town, "say", text="hi")
    assert codes(send(town, **changes)) == (100, None)
    assert [post["by"] for post in person(town)["messages"]] == ["person"]


def test_what_is_just_within_the_limits_is_taken(town: Town) -> None:
    act(town, "say", text="hi")
    message = {"text": "x" * 2000, "metadata": "x" * 1000, "quick_replies": [reply("x" * 20, "x" * 1000)] * 13}
    assert "message_id" in send(town, message=message)
    assert send(town, sender_action="typing_on") == {"recipient_id": ANA}


def test_credentials_are_checked(town: Town) -> None:
    page, token, secret = (
        town.settings.messenger_page_id,
        town.settings.messenger_page_token,
        town.settings.messenger_app_secret,
    )
    assert call(town, "GET", "me")["id"] == page
    assert call(town, "GET", page, appsecret_proof=proof(secret, token))["id"] == page
    assert codes(call(town, "GET", "me", appsecret_proof="0" * 64)) == (100, None)
    assert codes(call(town, "GET", "me", token="wrong")) == (190, None)
    assert codes(call(town, "GET", "999")) == (100, 33)
    bearer = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{town.url}/graph/v26.0/me", headers=bearer, trust_env=False).json()["id"] == page
    assert codes(httpx.get(f"{town.url}/graph/latest/me", headers=bearer, trust_env=False).json()) == (2500, None)
    odd = httpx.post(f"{town.url}/graph/v25.0/me/messages", headers=bearer | {"Content-Type": "application/json"},
                     content=b"{", trust_env=False)  # fmt: skip
    assert codes(odd.json()) == (100, None)


def test_a_quick_reply_is_pressed_while_it_is_shown(town: Town) -> None:
    act(town, "say", text="hi")
    send(town, message={"text": "Done?", "quick_replies": [reply("Yes", "c:7:0"), reply("No", "c:7:1")]})
    town.settle()
    act(town, "press", title="No")
    assert last(town)["message"]["quick_reply"] == {"payload": "c:7:1"}
    missing = town.http.post(f"/sandbox/messenger/people/{ANA}/press", json={"title": "No"})
    assert missing.status_code == 404


def test_a_link_begins_a_new_thread_with_get_started_and_opens_an_old_one(town: Town) -> None:
    page = town.settings.messenger_page_id
    assert codes(call(town, "POST", f"{page}/messenger_profile", {"get_started": {}})) == (100, None)
    call(town, "POST", f"{page}/messenger_profile", {"get_started": {"payload": "BEGIN"}})
    act(town, "open", ref="abc")
    referral = {"ref": "abc", "source": "SHORTLINK", "type": "OPEN_THREAD"}
    begun = last(town)["postback"]
    assert (begun["payload"], begun["referral"]) == ("BEGIN", referral)
    act(town, "open", ref="abc")
    assert last(town)["referral"] == referral
    act(town, "open")
    assert len(told(town)) == 2


def test_attachments_edits_and_duplicates_are_told(town: Town) -> None:
    act(town, "attach", kind="sticker", sticker_id=369239263222822)
    assert last(town)["message"]["attachments"][0]["payload"]["sticker_id"] == 369239263222822
    act(town, "attach", kind="fallback", text="see this")
    assert last(town)["message"]["attachments"] == [{"type": "fallback"}]
    act(town, "say", text="Yse", copies=2)
    assert told(town)[-1] == told(town)[-2]
    act(town, "edit", text="Yes")
    assert last(town)["message_edit"]["text"] == "Yes"
    assert town.http.post("/sandbox/messenger/people/5/edit", json={"text": "x"}).status_code == 404


def test_staff_at_the_page_are_echoed_with_another_app(town: Town) -> None:
    act(town, "say", text="hi")
    act(town, "staff", text="Dana here")
    assert (last(town)["message"]["app_id"], last(town)["message"]["is_echo"]) == (INBOX, True)


def test_while_the_inbox_owns_the_thread_our_app_stands_by(town: Town) -> None:
    act(town, "say", text="hi")
    act(town, "owner", inbox=True)
    assert last(town)["take_thread_control"]["new_owner_app_id"] == str(INBOX)
    act(town, "postback", title="Help", payload="c:1:0")
    assert "standby" in json.loads(notified(town)[-1].body)["entry"][0]
    assert "payload" not in last(town)["postback"]
    act(town, "owner", inbox=False)
    assert last(town)["pass_thread_control"]["new_owner_app_id"] == town.settings.messenger_app_id


def test_who_blocked_the_page_is_not_available(town: Town) -> None:
    act(town, "say", text="hi")
    act(town, "block", blocked=True)
    assert codes(send(town)) == (551, 1545041)


def test_a_refusal_can_be_ordered(town: Town) -> None:
    act(town, "say", text="hi")
    town.post("messenger/refuse", code=10, subcode=1893063, status=200, times=2)
    assert [codes(send(town)) for _ in range(2)] == [(10, 1893063)] * 2
    assert "message_id" in send(town)


def test_the_rate_limit_can_be_switched_on(town: Town) -> None:
    act(town, "say", text="hi")
    town.post("limits", messenger=1)
    assert "message_id" in send(town)
    assert codes(send(town)) == (613, None)
    town.clock.pass_real(timedelta(seconds=1))
    assert "message_id" in send(town)


@pytest.mark.parametrize(("mode", "code"), [("429", 613), ("500", 2)])
def test_a_fault_of_the_api_has_metas_shape(town: Town, mode: str, code: int) -> None:
    act(town, "say", text="hi")
    town.post("faults", provider="messenger", mode=mode, times=1)
    assert codes(send(town)) == (code, None)
    assert "message_id" in send(town)


def test_a_lost_answer_was_taken_all_the_same(town: Town) -> None:
    act(town, "say", text="hi")
    town.post("faults", provider="messenger", mode="lost", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        send(town)
    town.settle()
    assert [post["text"] for post in person(town)["messages"]] == ["hi", "Hello"]


@pytest.mark.parametrize(
    ("mode", "kinds"),
    [
        ("doubled", ["message", "message", "delivery", "delivery"]),
        ("out_of_order", ["delivery", "message"]),
        ("undelivered", ["message"]),
    ],
)
def test_receipts_can_go_wrong(town: Town, mode: str, kinds: list[str]) -> None:
    act(town, "say", text="hi")
    town.post("faults", provider="messenger", mode=mode, times=1)
    send(town)
    town.settle()
    assert [kind for event in told(town)[1:] for kind in ("message", "delivery") if kind in event] == kinds


def test_receipts_wait_for_a_flush_when_they_are_held(manual_town: Town) -> None:
    act(manual_town, "say", text="hi")
    send(manual_town)
    manual_town.settle()
    assert len(told(manual_town)) == 1
    manual_town.http.post("/sandbox/flush", params={"wait": 10})
    assert len(told(manual_town)) == 3


def test_late_receipts_come_late(town: Town) -> None:
    act(town, "say", text="hi")
    town.post("faults", provider="messenger", mode="late", times=1)
    send(town)
    town.settle()
    assert (len(told(town)), town.get("idle")["held"]) == (1, 2)


def test_a_notification_comes_again_until_it_gets_a_200(town: Town) -> None:
    town.gateway.answers.extend([PlainTextResponse("", 503), PlainTextResponse("", 204)])
    act(town, "say", text="hi")
    for _ in range(2):
        assert town.get("idle")["held"] == 1
        town.http.post("/sandbox/flush", params={"wait": 10})
    bodies = [webhook.body for webhook in notified(town)]
    assert len(bodies) == 3
    assert len(set(bodies)) == 1
    assert (town.get("idle")["held"], person(town)["messages"][0]["webhook"]) == (0, "200")


def test_the_page_is_subscribed_and_the_callback_verified(town: Town) -> None:
    page, app = town.settings.messenger_page_id, town.settings.messenger_app_id
    assert call(town, "GET", f"{page}/subscribed_apps") == {"data": []}
    assert codes(call(town, "POST", f"{page}/subscribed_apps", {})) == (100, None)
    assert call(town, "POST", f"{page}/subscribed_apps", {"subscribed_fields": "messages,standby"})["success"]
    [found] = call(town, "GET", f"{page}/subscribed_apps")["data"]
    assert (found["id"], found["subscribed_fields"]) == (app, ["messages", "standby"])

    hook = {"object": "page", "callback_url": town.settings.public_base_url + "/webhooks/messenger"}
    token = f"{app}|{town.settings.messenger_app_secret}"
    assert codes(call(town, "POST", f"{app}/subscriptions", hook, token="wrong")) == (190, None)
    assert codes(call(town, "POST", f"{app}/subscriptions", hook, token=token)) == (2200, None)
    asked = notified(town)[-1].url
    assert "hub.mode=subscribe" in asked
    nowhere = {**hook, "callback_url": "http://127.0.0.1:1/"}
    assert codes(call(town, "POST", f"{app}/subscriptions", nowhere, token=token)) == (2200, None)


def test_any_notification_can_be_sent_by_hand(town: Town) -> None:
    payload = {"object": "page", "entry": [{"id": "0", "changes": [{"field": "messaging_postbacks"}]}]}
    town.post("messenger/webhook", payload=payload)
    town.settle()
    assert json.loads(notified(town)[-1].body) == payload


def test_a_reset_empties_the_threads(town: Town) -> None:
    act(town, "say", text="hi")
    town.http.post("/sandbox/reset")
    assert town.get("messenger/people") == {"people": []}
    assert town.get("messenger/page")["fields"] == []

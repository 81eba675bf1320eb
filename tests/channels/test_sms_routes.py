"""Twilio's webhooks through the real application, into a real database."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from httpx import Response
from prometheus_client import REGISTRY
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from bot.model import Base, ContactPoint, OutboxState, Receipt
from channels import registry
from tests.channels.world import PHONE, TOKEN, World, cases, message
from tests.support.asgi_client import AsgiClient

SMS, STATUS = "/webhooks/twilio/sms", "/webhooks/twilio/status"
Post = Callable[..., Response]


@pytest.fixture
def client(world: World) -> AsgiClient:
    app = FastAPI()
    for router in registry.routers(world):
        app.include_router(router)
    return AsgiClient(app)


@pytest.fixture
def post(client: AsgiClient) -> Post:
    """Posts a form as Twilio would, signed."""

    def post(path: str, form: dict[str, Any], **headers: str) -> Response:
        signature = RequestValidator(TOKEN).compute_signature("https://bot.example.org" + path, form)
        sent = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature, **headers}
        return client.post(path, content=urlencode(form), headers=sent)

    return post


def replay(client: AsgiClient, case: dict[str, Any]) -> Response:
    path = case["url"].removeprefix("https://bot.example.org")
    return client.post(path, content=case["body"], headers=case["headers"])


def message_cases() -> list[dict[str, Any]]:
    return [case for case in cases("twilio_inbound") if case["url"].endswith(SMS)]


def status_cases() -> list[dict[str, Any]]:
    return [case for case in cases("twilio_inbound") if case["name"].startswith("status_")]


def sent_message(world: World, sid: str) -> int:
    row = world.enqueue_text("Hello")
    with world.db.begin() as session:
        message(session, row).state = OutboxState.SENT
        message(session, row).provider_id = sid
    return row


@pytest.mark.parametrize("case", message_cases(), ids=lambda case: case["name"])
def test_a_recorded_message_is_stored_and_answered_with_an_empty_response(
    world: World, client: AsgiClient, case: dict[str, Any]
) -> None:
    answer = replay(client, case)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.text.endswith("<Response/>")
    [row] = world.inbox()
    form = case["form"]
    assert (row.channel, row.address, row.dedupe) == ("sms", form["From"], f"twilio:{form['MessageSid']}")
    assert row.text == (form["Body"] or "[picture]")
    assert row.body.get("opt_out_type") == form.get("OptOutType")
    assert len(row.body.get("media", [])) == case["expect"].get("media", 0)


def test_a_repetition_and_the_call_of_the_fallback_address_are_kept_once(world: World, post: Post) -> None:
    form = {"MessageSid": "SM1", "From": PHONE, "To": "+15005550006", "Body": "hi"}
    fallback = {**form, "ErrorCode": "11200", "ErrorUrl": "https://bot.example.org" + SMS}
    assert [post(SMS, sent).status_code for sent in (form, form, fallback)] == [200, 200, 200]
    assert len(world.inbox()) == 1


def test_the_member_behind_the_number_is_found(world: World, post: Post) -> None:
    member = world.new_member()
    with world.db.begin() as session:
        session.add(ContactPoint(member_id=member, channel="sms", address=PHONE))
    post(SMS, {"MessageSid": "SM1", "From": PHONE, "Body": "hi"})
    assert world.inbox()[0].member_id == member


def test_a_text_that_arrives_in_base64_is_read(world: World, post: Post) -> None:
    text = "I could not find the form that you sent me last week, where is it? Caf\u00e9 visit went fine, by the way."
    post(SMS, {"MessageSid": "SM1", "From": PHONE, "Body": base64.b64encode(text.encode()).decode()})
    post(SMS, {"MessageSid": "SM2", "From": PHONE, "Body": "x" * 400})
    assert [row.text for row in world.inbox()] == [text, "x" * 400]


def test_what_no_database_can_store_is_left_out(world: World, post: Post) -> None:
    assert post(SMS, {"MessageSid": "SM1", "From": PHONE, "Body": "a\x00b"}).status_code == 200
    assert world.inbox()[0].text == "ab"


@pytest.mark.parametrize("media", ["image/jpeg", "video/mp4", "audio/ogg", "text/vcard", ""])
def test_media_without_words_become_a_note(world: World, post: Post, media: str) -> None:
    form = {"MessageSid": "MM1", "From": PHONE, "Body": "", "NumMedia": "1", "MediaUrl0": "https://x/1"}
    post(SMS, {**form, "MediaContentType0": media} if media else {**form, "NumMedia": "0"})
    notes = {"image/jpeg": "[picture]", "video/mp4": "[video]", "audio/ogg": "[voice message]", "text/vcard": "[file]"}
    assert world.inbox()[0].text == notes.get(media, "[empty message]")


@pytest.mark.parametrize("case", status_cases(), ids=lambda case: case["name"])
def test_a_recorded_status_reaches_its_message(world: World, post: Post, case: dict[str, Any]) -> None:
    form, expected = case["form"], case["expect"]["status"]
    row = sent_message(world, form["MessageSid"])
    assert post(STATUS, form).status_code == 204
    with world.db.begin() as session:
        state, error = message(session, row).state, message(session, row).error
    states = {"sent": OutboxState.SENT, "delivered": OutboxState.DELIVERED}
    assert state is states.get(expected, OutboxState.FAILED)
    assert (error is None) == (expected in states)
    assert form.get("ErrorCode", "") in (error or "")


def test_a_status_that_comes_twice_is_kept_once(world: World, post: Post) -> None:
    sent_message(world, "SM1")
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    assert [post(STATUS, form).status_code for _ in range(3)] == [204, 204, 204]
    assert len(world.rows(Receipt)) == 1


def test_a_late_report_of_an_earlier_stage_changes_nothing(world: World, post: Post) -> None:
    sent_message(world, "SM1")
    for status in ("delivered", "sent"):
        post(STATUS, {"MessageSid": "SM1", "MessageStatus": status})
    assert world.outbox()[0].state is OutboxState.DELIVERED
    assert len(world.rows(Receipt)) == 2


@pytest.mark.parametrize("status", ["queued", "accepted", "sending", "scheduled", "partially_delivered", "new", ""])
def test_a_status_that_says_nothing_new_is_not_recorded(world: World, post: Post, status: str) -> None:
    assert post(STATUS, {"MessageSid": "SM1", "MessageStatus": status}).status_code == 204
    assert world.rows(Receipt) == []


def unsigned(client: AsgiClient) -> Response:
    return client.post(SMS, data={"MessageSid": "SM1", "From": PHONE, "Body": "hi"})


def forged(client: AsgiClient) -> Response:
    headers = {"X-Twilio-Signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="}
    return client.post(SMS, data={"MessageSid": "SM1", "From": PHONE, "Body": "hi"}, headers=headers)


def changed_query(client: AsgiClient) -> Response:
    case = message_cases()[0]
    return client.post(SMS + "?x=1", content=case["body"], headers=case["headers"])


def huge(client: AsgiClient) -> Response:
    return client.post(SMS, data={"Body": "x" * 70_000})


def huge_without_length(client: AsgiClient) -> Response:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"x" * 10_000

    return client.post(SMS, content=parts(), headers=kind)


def not_utf_8(client: AsgiClient) -> Response:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return client.post(SMS, content=b"Body=\xff\xfe", headers=kind)


def not_a_form(client: AsgiClient) -> Response:
    return client.post(SMS, json={"Body": "hi"})


@pytest.mark.parametrize(
    ("attack", "status"),
    [
        (unsigned, 403),
        (forged, 403),
        (changed_query, 403),
        (huge, 413),
        (huge_without_length, 413),
        (not_utf_8, 400),
        (not_a_form, 400),
    ],
)
def test_what_is_not_twilios_is_refused_and_leaves_no_row(
    world: World, client: AsgiClient, attack: Callable[[AsgiClient], Response], status: int
) -> None:
    assert attack(client).status_code == status
    assert world.inbox() == []


@pytest.mark.parametrize("lacking", ["MessageSid", "From"])
def test_a_signed_form_that_lacks_what_every_message_has_is_refused(world: World, post: Post, lacking: str) -> None:
    form = {"MessageSid": "SM1", "From": PHONE, "Body": "hi"}
    assert post(SMS, {name: value for name, value in form.items() if name != lacking}).status_code == 400
    assert world.inbox() == []


def test_a_status_without_a_message_is_refused(world: World, post: Post) -> None:
    assert post(STATUS, {"MessageStatus": "sent"}).status_code == 400


@pytest.mark.parametrize("path", [SMS, STATUS])
def test_when_the_database_fails_the_provider_is_asked_to_come_again(world: World, post: Post, path: str) -> None:
    Base.metadata.drop_all(world.db.engine)
    form = {"MessageSid": "SM1", "From": PHONE, "Body": "hi", "MessageStatus": "sent"}
    assert post(path, form).status_code == 503


def test_each_result_is_counted(world: World, client: AsgiClient, post: Post) -> None:
    def count(result: str) -> float:
        labels = {"provider": "twilio", "result": result}
        return REGISTRY.get_sample_value("msb_webhooks_total", labels) or 0.0

    before = {result: count(result) for result in ("accepted", "duplicate", "forged")}
    form = {"MessageSid": "SM1", "From": PHONE, "Body": "hi"}
    post(SMS, form)
    post(SMS, form)
    unsigned(client)
    assert {result: count(result) - was for result, was in before.items()} == dict.fromkeys(before, 1.0)

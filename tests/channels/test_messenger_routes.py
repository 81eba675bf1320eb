"""Meta's webhook through the real application, into a real database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from httpx import Response
from prometheus_client import REGISTRY

from bot.model import Base, ContactPoint, OutboxState, Rate, Receipt
from channels import registry
from tests.channels.messenger import (
    AT,
    INBOX_APP,
    PATH,
    PSID,
    SETTINGS,
    VERIFY_TOKEN,
    change,
    echo,
    event,
    payload,
    post,
    row,
    said,
    tell,
)
from tests.channels.world import NOW, World, cases, make_world
from tests.support.asgi_client import AsgiClient

START = "[opened the conversation]"
THUMB = "\U0001f44d"
KEPT: dict[str, list[tuple[str, str | None]]] = {
    "message_text": [("Hi, I need help", None)],
    "message_quick_reply": [("Yes", "choice")],
    "message_reply_to": [("this one", None)],
    "message_image": [("[picture]", None)],
    "message_sticker_transition_until_2026_08_30": [(THUMB, None)],
    "message_sticker_after_2026_08_30": [(THUMB, None)],
    "message_fallback_link_without_payload": [("see", None)],
    "message_echo_own_app": [],
    "message_echo_page_inbox_human": [("Hi, Dana here", "staff_echo")],
    "message_is_deleted": [],
    "reaction": [],
    "delivery": [],
    "read": [],
    "postback_get_started_with_ref": [("Get Started", "start")],
    "postback_button": [("Talk to a person", "choice")],
    "referral_existing_thread_mme": [(START, "start")],
    "optin_ref": [(START, "start")],
    "optin_marketing_messages": [],
    "standby_message": [("thanks Dana", "standby")],
    "pass_thread_control": [("", "thread_control")],
    "take_thread_control": [("", "thread_control")],
    "policy_block": [],
    "batch_two_entries": [("one", None), ("two", None)],
}

TOKENS = {
    "postback_get_started_with_ref": "link_7f3Kq2",
    "referral_existing_thread_mme": "link_7f3Kq2",
    "optin_ref": "optin_1",
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, **SETTINGS)
    yield made
    made.db.close()


@pytest.fixture
def client(world: World) -> AsgiClient:
    app = FastAPI()
    for router in registry.routers(world):
        app.include_router(router)
    return AsgiClient(app)


@pytest.mark.parametrize("case", cases("messenger_inbound"), ids=lambda case: case["name"])
def test_a_recorded_notification_becomes_what_it_is(world: World, client: AsgiClient, case: dict[str, Any]) -> None:
    answer = client.post(case["path"], content=case["raw"], headers=case["headers"])
    assert answer.status_code == 200
    rows, expected = world.inbox(), case["expect"]
    assert [(item.text, item.body.get("event")) for item in rows] == KEPT[case["name"]]
    assert all((item.channel, item.address) == ("messenger", PSID) for item in rows)
    for item in rows:
        assert len(item.body.get("media", [])) == expected.get("media", 0)
        assert item.body.get("choice") == expected.get("payload")
        assert item.body.get("token") == TOKENS.get(case["name"])
        assert item.body.get("owner") == expected.get("owner")


@pytest.mark.parametrize("state", [OutboxState.DELIVERED, OutboxState.READ])
def test_a_recorded_receipt_reaches_its_message(world: World, client: AsgiClient, state: OutboxState) -> None:
    number = row(world)
    change(world, number, OutboxState.SENT, "m_out1")
    [case] = [case for case in cases("messenger_inbound") if case["expect"].get("status") == state]
    body = case["raw"].replace("1795290000000", str(AT + 1000)).encode()
    assert post(client, body).status_code == 200
    assert world.outbox()[0].state is state


def test_what_comes_twice_is_kept_once(world: World, client: AsgiClient) -> None:
    tell(client, said(), said())
    assert post(client, payload(said())).status_code == 200
    assert len(world.inbox()) == 1


def test_events_without_an_id_are_told_apart_by_their_time(world: World, client: AsgiClient) -> None:
    link = {"ref": "abc", "source": "SHORTLINK", "type": "OPEN_THREAD"}
    tell(client, event("referral", link), event("referral", link), event("referral", link, timestamp=AT + 5000))
    assert len(world.inbox()) == 2


def test_a_time_in_seconds_as_a_text_is_read(world: World, client: AsgiClient) -> None:
    button = {"title": "Help", "payload": "c:1:0"}
    change_of = {"field": "messaging_postbacks", "value": event("postback", button, timestamp=str(AT // 1000))}
    live = event("postback", button)
    assert post(client, payload(change_of, place="changes")).status_code == 200
    tell(client, live)
    [item] = world.inbox()
    assert (item.body["at"], item.body["choice"]) == (NOW.isoformat(), "c:1:0")


def test_the_member_behind_the_address_is_found(world: World, client: AsgiClient) -> None:
    member = world.new_member()
    with world.db.begin() as session:
        session.add(ContactPoint(member_id=member, channel="messenger", address=PSID))
    tell(client, said())
    assert world.inbox()[0].member_id == member


def test_what_no_database_can_store_is_left_out(world: World, client: AsgiClient) -> None:
    raw = json.dumps(payload(said("a\x00b MARK"))).replace("MARK", "\\ud83d")
    assert post(client, raw.encode()).status_code == 200
    assert world.inbox()[0].text == "ab ?"


def test_one_event_that_makes_no_sense_does_not_hold_up_the_others(world: World, client: AsgiClient) -> None:
    odd: list[Any] = [None, 5, {}, {"message": "x"}, event("message", {"text": "no id"}), event("postback", [])]
    tell(client, *odd, said("sense"), event("message", {"mid": "m_2", "text": 7}, sender={"id": {}}))
    assert [item.text for item in world.inbox()] == ["sense"]


def test_another_page_of_the_same_app_is_not_ours(world: World, client: AsgiClient) -> None:
    tell(client, said(), page="999")
    tell(client, event("message", {"mid": "m_9", "text": "x"}, sender={"id": SETTINGS["messenger_page_id"]}))
    assert world.inbox() == []


@pytest.mark.parametrize(
    ("attachments", "text"),
    [
        ([{"type": "video", "payload": {"url": "https://x/1"}}, {"type": "file"}], "[video] [file]"),
        ([{"type": "fallback", "title": "A page", "url": "https://x/2"}], "A page"),
        ([{"type": "fallback"}], "[link]"),
        ([{"type": "sticker", "payload": {"sticker_id": 5}}], "[sticker]"),
        ([{"type": "location", "payload": {"coordinates": {"lat": 1}}}], "[place]"),
        ([], "[empty message]"),
        ("nonsense", "[empty message]"),
    ],
)
def test_what_has_no_words_becomes_a_note(world: World, client: AsgiClient, attachments: Any, text: str) -> None:
    tell(client, event("message", {"mid": "m_1", "attachments": attachments}))
    assert world.inbox()[0].text == text


def test_what_messenger_can_not_pass_on_is_said(world: World, client: AsgiClient) -> None:
    tell(client, event("message", {"mid": "m_1", "is_unsupported": True}))
    assert world.inbox()[0].text == "[something that can't be shown here]"


def test_an_edit_names_the_message_that_it_changes(world: World, client: AsgiClient) -> None:
    tell(client, said("Yse"))
    for number in (1, 1, 2):
        tell(client, event("message_edit", {"mid": "m_1", "text": "Yes", "num_edit": number}))
    first, *edits = world.inbox()
    assert [(item.text, item.body["event"], item.body["of"]) for item in edits] == [("Yes", "edited", first.dedupe)] * 2


def test_while_another_app_owns_the_thread_nothing_is_a_choice_or_a_start(world: World, client: AsgiClient) -> None:
    pressed = event("postback", {"mid": "m_p", "title": "Help"})
    link = event("referral", {"ref": "abc"})
    tell(client, pressed, link, said(quick_reply={"payload": "c:1:0"}), place="standby")
    tell(client, echo("m_s", "Dana here", INBOX_APP), place="standby")
    assert [item.body["event"] for item in world.inbox()] == ["standby", "standby", "standby", "staff_echo"]


def test_an_echo_of_ours_is_no_message_even_without_an_app(world: World, client: AsgiClient) -> None:
    number = row(world)
    tell(client, echo("m_a"), echo("m_b", app=None, metadata=f"msb:{number}:0"))
    assert world.inbox() == []


def test_an_echo_of_nobody_we_know_is_staffs(world: World, client: AsgiClient) -> None:
    tell(client, echo("m_a", app=None), echo("m_b", app=INBOX_APP, metadata="msb:1:0"))
    assert [item.body["event"] for item in world.inbox()] == ["staff_echo"] * 2


@pytest.mark.parametrize(
    ("state", "after", "kept"),
    [
        (OutboxState.SENDING, OutboxState.SENDING, 1),
        (OutboxState.UNKNOWN, OutboxState.SENT, 1),
        (OutboxState.SENT, OutboxState.SENT, 0),
        (OutboxState.FAILED, OutboxState.FAILED, 0),
    ],
)
def test_an_echo_is_kept_while_the_outcome_is_not_known(
    world: World, client: AsgiClient, state: OutboxState, after: OutboxState, kept: int
) -> None:
    number = row(world)
    change(world, number, state)
    tell(client, echo("m_a", metadata=f"msb:{number}:0"))
    assert world.outbox()[0].state is after
    assert [receipt.provider_id for receipt in world.rows(Receipt)] == ["m_a"] * kept


def test_an_echo_to_somebody_else_proves_nothing(world: World, client: AsgiClient) -> None:
    number = row(world)
    change(world, number, OutboxState.SENDING)
    tell(client, {**echo("m_a", metadata=f"msb:{number}:0"), "recipient": {"id": "1"}})
    tell(client, echo("m_a", metadata="msb:999:0"))
    assert world.rows(Receipt) == []


def sent(world: World, mid: str, dedupe: str, state: OutboxState = OutboxState.SENT) -> None:
    change(world, row(world, dedupe=dedupe), state, mid)


def test_a_watermark_covers_what_was_written_before_it(world: World, client: AsgiClient) -> None:
    sent(world, "m_a", "one")
    sent(world, "m_b", "two", OutboxState.DELIVERED)
    tell(client, event("read", {"watermark": AT - 1000}))
    assert [item.state for item in world.outbox()] == [OutboxState.SENT, OutboxState.DELIVERED]
    tell(client, event("delivery", {"watermark": AT}))
    tell(client, event("delivery", {"watermark": str(AT // 1000)}))
    assert [item.state for item in world.outbox()] == [OutboxState.DELIVERED] * 2
    tell(client, event("read", {"watermark": AT}))
    tell(client, event("delivery", {"mids": ["m_a", "m_b"], "watermark": AT}))
    assert [item.state for item in world.outbox()] == [OutboxState.READ] * 2
    assert len(world.rows(Receipt)) == 3


def test_receipts_for_what_others_wrote_leave_no_row(world: World, client: AsgiClient) -> None:
    sent(world, "m_a", "one")
    tell(client, event("delivery", {"mids": ["m_staff", 5, None], "watermark": AT - 60_000}))
    tell(client, event("read", {}), event("delivery", "x"))
    assert world.rows(Receipt) == []


def test_a_receipt_that_overtakes_the_answer_waits_for_it(world: World, client: AsgiClient) -> None:
    change(world, row(world), OutboxState.SENDING)
    tell(client, event("delivery", {"mids": ["m_a"], "watermark": AT}))
    [receipt] = world.rows(Receipt)
    assert (receipt.provider_id, receipt.outbox_id, receipt.status) == ("m_a", None, "delivered")


def test_a_page_that_meta_blocks_is_given_a_rest(world: World, client: AsgiClient) -> None:
    with world.db.begin() as session:
        session.add(Rate(provider="messenger", next_at=NOW))
    tell(client, event("policy_enforcement", {"action": "block", "reason": "spam"}, sender=None))
    assert world.rows(Rate)[0].next_at == NOW + timedelta(minutes=10)
    tell(client, event("policy_enforcement", {"action": "unblock"}, sender=None))


def get(client: AsgiClient, **query: str) -> Response:
    async def ask() -> Response:
        transport = httpx.ASGITransport(app=client.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as http:
            return await http.get(PATH, params=query)

    return asyncio.run(ask())


def test_the_handshake_is_answered_with_the_challenge_alone(client: AsgiClient) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "<b>1158201444</b>", "hub.verify_token": VERIFY_TOKEN}
    answer = get(client, **asked)
    assert (answer.status_code, answer.text) == (200, "<b>1158201444</b>")
    assert answer.headers["content-type"].startswith("text/plain")
    assert get(client, **{**asked, "hub.verify_token": "nope"}).status_code == 403


def unsigned(client: AsgiClient) -> Response:
    return client.post(PATH, json=payload(said()))


def forged(client: AsgiClient) -> Response:
    return client.post(PATH, json=payload(said()), headers={"X-Hub-Signature-256": "sha256=" + "0" * 64})


def written_anew(client: AsgiClient) -> Response:
    case = cases("messenger_inbound")[3]
    return client.post(PATH, content=json.dumps(case["json"]), headers=case["headers"])


def huge(client: AsgiClient) -> Response:
    return post(client, payload(said("x" * 1_000_000)))


def huge_without_length(client: AsgiClient) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 10_000

    return client.post(PATH, content=parts())


def not_utf_8(client: AsgiClient) -> Response:
    return post(client, b'{"object": "page", "entry": [], "x": "\xff\xfe"}')


def not_json(client: AsgiClient) -> Response:
    return post(client, b"object=page")


def nested(client: AsgiClient) -> Response:
    return post(client, b'{"object":"page","entry":' + b"[" * 100_000)


def a_list(client: AsgiClient) -> Response:
    return post(client, [payload(said())])


def not_a_page(client: AsgiClient) -> Response:
    return post(client, {**payload(said()), "object": "instagram"})


def no_entries(client: AsgiClient) -> Response:
    return post(client, {"object": "page", "entry": {}})


@pytest.mark.parametrize(
    ("attack", "status"),
    [
        (unsigned, 403),
        (forged, 403),
        (written_anew, 403),
        (huge, 413),
        (huge_without_length, 413),
        (not_utf_8, 400),
        (not_json, 400),
        (nested, 400),
        (a_list, 400),
        (not_a_page, 400),
        (no_entries, 400),
    ],
)
def test_what_is_not_metas_is_refused_and_leaves_no_row(
    world: World, client: AsgiClient, attack: Callable[[AsgiClient], Response], status: int
) -> None:
    assert attack(client).status_code == status
    assert world.inbox() == []


def test_when_the_database_fails_meta_is_asked_to_come_again(world: World, client: AsgiClient) -> None:
    Base.metadata.drop_all(world.db.engine)
    assert post(client, payload(said())).status_code == 503


def test_a_notification_is_stored_as_a_whole_or_not_at_all(world: World, client: AsgiClient) -> None:
    sent(world, "m_a", "one")
    Receipt.__table__.drop(world.db.engine)  # type: ignore[attr-defined]
    assert post(client, payload(said(), event("read", {"watermark": AT}))).status_code == 503
    assert world.inbox() == []


def test_each_result_is_counted(world: World, client: AsgiClient) -> None:
    def count(result: str) -> float:
        labels = {"provider": "messenger", "result": result}
        return REGISTRY.get_sample_value("msb_webhooks_total", labels) or 0.0

    before = {result: count(result) for result in ("accepted", "duplicate", "ignored", "forged")}
    for _ in range(2):
        tell(client, said())
    tell(client, event("reaction", {"mid": "m_1", "action": "react"}))
    unsigned(client)
    assert {result: count(result) - was for result, was in before.items()} == dict.fromkeys(before, 1.0)


def test_messenger_is_on_when_a_page_is_set(world: World) -> None:
    assert "messenger" in registry.configured(world.settings)
    [edge] = [edge for edge in registry.EDGES if edge.name == "messenger"]
    assert all(getattr(world.settings, name) for name in edge.needs)
    assert registry.configured(world.settings)["messenger"].capabilities.buttons

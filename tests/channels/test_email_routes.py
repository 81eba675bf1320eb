"""The gateway's addresses for e-mail, into a real database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.config import Settings
from bot.model import Base, ContactPoint, OutboxState, Purpose, Receipt
from bot.outbox.enqueue import Message, enqueue
from channels import email
from channels.email.signing import Kind, Signing
from tests.channels.world import NOW, World, make_settings, make_world
from tests.support.asgi_client import AsgiClient

ANA = "ana@members.example"
INBOUND, TOKEN = "/webhooks/email/inbound", "inbound-token"
AUTHORISED = {"Authorization": f"Bearer {TOKEN}"}


def email_settings(**changes: Any) -> dict[str, Any]:
    return {
        "email_smtp_host": "127.0.0.1",
        "email_from": "Hello@bot.example",
        "email_secret": SecretStr("a secret of the tests"),
        "email_inbound_token": SecretStr(TOKEN),
        "email_authserv_id": "mx.bot.example",
        **changes,
    }


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, **email_settings())
    member = made.new_member()
    with made.db.begin() as session:
        session.add(ContactPoint(member_id=member, channel="email", address=ANA))
    yield made
    made.db.close()


@pytest.fixture
def client(world: World) -> AsgiClient:
    app = FastAPI()
    app.include_router(email.EDGE.router(world))
    return AsgiClient(app)


@pytest.fixture
def sent(world: World) -> int:
    """A message that went to Ana."""
    message = Message("email", ANA, Purpose.REPLY, "test", "one", text="Hello", member_id=1)
    with world.db.begin() as session:
        row = enqueue(session, message, now=NOW, wall=NOW)
    assert row is not None
    return row


def signing(world: World) -> Signing:
    return Signing(world.settings)


def raw(text: str = "Yes", sender: str = ANA, to: str = "hello@bot.example", **headers: str) -> bytes:
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"From: {sender}\r\nTo: {to}\r\nSubject: Re: Hi\r\n{more}\r\n{text}".encode()


def post(client: AsgiClient, content: bytes, **headers: str) -> Response:
    return client.post(INBOUND, content=content, headers={**AUTHORISED, **headers})


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", TOKEN]
)
def test_without_the_token_nothing_is_taken(world: World, client: AsgiClient, authorization: str) -> None:
    answer = client.post(INBOUND, content=b"x" * 1_000_000, headers={"Authorization": authorization})
    assert answer.status_code == 403
    assert world.inbox() == []


def test_without_a_token_in_the_settings_nobody_gets_in(world: World, client: AsgiClient) -> None:
    world.settings.email_inbound_token = SecretStr("")
    for authorization in ("Bearer", "Bearer ", ""):
        assert client.post(INBOUND, content=raw(), headers={"Authorization": authorization}).status_code == 403


def test_what_is_too_large_is_refused(world: World, client: AsgiClient) -> None:
    world.settings.email_limit_bytes = 1_000_000
    assert post(client, raw("a" * 1_000_000)).status_code == 413
    assert post(client, raw("a" * 900_000)).status_code == 204
    assert len(world.inbox()) == 1
    assert len(world.inbox()[0].text) <= 20_000


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\xff\xfe\x00" * 1000, b"Subject: x\r\n\r\nhi", b"{}", b"From: \r\n\r\n"]
)
def test_what_is_no_e_mail_is_refused(world: World, client: AsgiClient, content: bytes) -> None:
    assert post(client, content).status_code == 400
    assert world.inbox() == []


def test_other_charsets_are_welcome(world: World, client: AsgiClient) -> None:
    assert post(client, raw("Caf\u00e9").replace("\u00e9".encode(), b"\xe9")).status_code == 204
    assert world.inbox()[0].text == "Caf\u00e9"


def test_a_database_that_fails_is_told_to_the_mail_host(world: World, client: AsgiClient) -> None:
    Base.metadata.drop_all(world.db.engine)
    assert post(client, raw()).status_code == 503


def test_a_repetition_is_kept_once(world: World, client: AsgiClient) -> None:
    for content in (raw(Message_ID="<1@x>"), raw(Message_ID="<1@x>"), raw("other"), raw("other")):
        assert post(client, content).status_code == 204
    assert len(world.inbox()) == 2
    post(client, raw(Message_ID="<1@x>", sender="ben@members.example"))
    assert len(world.inbox()) == 3


def test_our_own_messages_are_no_news(world: World, client: AsgiClient) -> None:
    assert post(client, raw(sender="hello@bot.example")).status_code == 204
    assert world.inbox() == []


@pytest.mark.parametrize("place", ["To", "Cc", "Delivered-To", "X-Envelope-To", "upper case"])
def test_the_signed_address_proves_who_answers(world: World, client: AsgiClient, sent: int, place: str) -> None:
    address = signing(world).address(Kind.REPLY, sent)
    if place == "X-Envelope-To":
        post(client, raw(), **{"X-Envelope-To": f"<{address}>"})
    elif place == "upper case":
        post(client, raw(to=f'"Programme" <{address.upper()}>'))
    else:
        post(client, raw(**{place: address}))
    [row] = world.inbox()
    assert (row.member_id, row.body["proof"], row.body["reply_to"]) == (1, "token", sent)


def test_neither_a_guess_nor_another_senders_address_proves_anything(
    world: World, client: AsgiClient, sent: int
) -> None:
    genuine = signing(world).address(Kind.REPLY, sent)
    other = Signing(make_settings(**email_settings(email_secret=SecretStr("another")))).address(Kind.REPLY, sent)
    next_row = genuine.replace(f"+r{sent}-", f"+r{sent + 1}-")
    for number, to in enumerate(
        [other, next_row, genuine.replace("+r", "+b"), "hello+r1-aaaaaaaaaaaaaaaa@bot.example"]
    ):
        post(client, raw(to=to, Message_ID=f"<{number}@x>"))
    post(client, raw(to=genuine, sender="eve@members.example"))
    assert {row.member_id for row in world.inbox()} == {None}
    assert {row.body["proof"] for row in world.inbox()} == {"none"}


def test_a_message_id_links_an_answer_without_proving_its_sender(world: World, client: AsgiClient, sent: int) -> None:
    message_id = signing(world).message_id(sent)
    post(client, raw(References=f"<a@b> {message_id}", In_Reply_To=message_id))
    [row] = world.inbox()
    assert (row.member_id, row.body["proof"], row.body["reply_to"]) == (None, "none", sent)


@pytest.mark.parametrize(
    ("verdicts", "is_member"),
    [
        (["mx.bot.example; dmarc=pass header.from=members.example"], True),
        (["mx.bot.example 1; spf=fail; dmarc=pass (p=reject) header.from=members.example"], True),
        (["mx.bot.example; dmarc=pass header.from=MEMBERS.example"], True),
        (["mx.bot.example; dmarc=fail header.from=members.example"], False),
        (["mx.bot.example; dmarc=pass header.from=evil.example"], False),
        (["mx.bot.example; dmarc=pass"], False),
        (["mx.bot.example; spf=pass smtp.mailfrom=members.example"], False),
        (["mx.evil.example; dmarc=pass header.from=members.example"], False),
        (["mx.bot.example.evil; dmarc=pass header.from=members.example"], False),
        (["mx.bot.example; dmarc=none (dmarc=pass header.from=members.example)"], False),
        (
            [
                "mx.bot.example; dmarc=fail header.from=members.example",
                "mx.bot.example; dmarc=pass header.from=members.example",
            ],
            False,
        ),
    ],
)
def test_only_our_own_hosts_verdict_counts(
    world: World, client: AsgiClient, verdicts: list[str], is_member: bool
) -> None:
    head = "".join(f"Authentication-Results: {verdict}\r\n" for verdict in verdicts)
    post(client, head.encode() + raw())
    assert (world.inbox()[0].member_id == 1) is is_member


def test_two_senders_or_a_name_that_looks_like_one_prove_nothing(world: World, client: AsgiClient, sent: int) -> None:
    to = signing(world).address(Kind.REPLY, sent)
    assert post(client, raw(to=to, sender=f"{ANA}, eve@evil.example")).status_code == 400
    post(client, raw(to=to, sender=f'"{ANA}" <eve@evil.example>'))
    assert [row.address for row in world.inbox()] == ["eve@evil.example"]


def bounce(about: str, to: str = "hello@bot.example") -> bytes:
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: x\r\n"
        "Content-Type: multipart/report; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {about}\r\n\r\n--b--\r\n"
    ).encode()


def test_a_bounce_counts_only_with_something_signed(world: World, client: AsgiClient, sent: int) -> None:
    for content in (bounce("<made@up>"), bounce(f"<msb.{sent}.aaaaaaaaaaaaaaaa@bot.example>")):
        assert post(client, content).status_code == 204
    assert world.inbox() == []
    message_id = signing(world).message_id(sent)
    post(client, bounce(message_id))
    post(client, bounce("<made@up>", to=signing(world).address(Kind.BOUNCE, sent)))
    rows = world.inbox()
    assert [(row.body["event"], row.body["hard"], row.body["provider_id"]) for row in rows] == [
        ("bounce", True, message_id)
    ] * 2
    assert {row.address for row in rows} == {ANA}


def test_a_read_receipt_is_kept_as_a_receipt(world: World, client: AsgiClient, sent: int) -> None:
    message_id = signing(world).message_id(sent)
    with world.db.begin() as session:
        row = world.outbox()[0]
        session.add(row)
        row.state, row.provider_id = OutboxState.SENT, message_id
    content = (
        f"From: {ANA}\r\nSubject: Read\r\n"
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n"
        f"\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\nOriginal-Message-ID: {message_id}\r\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\r\n\r\n--b--\r\n"
    )
    assert post(client, content.encode()).status_code == 204
    assert [receipt.status for receipt in world.rows(Receipt)] == ["read"]
    assert world.outbox()[0].state is OutboxState.READ


def link(world: World, row: int = 7) -> str:
    return f"/email/unsubscribe/{signing(world).link(row, ANA)}"


def test_only_a_post_unsubscribes(world: World, client: AsgiClient) -> None:
    page = client.get(link(world))
    assert page.status_code == 200
    assert '<form method="post">' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert world.inbox() == []
    answer = client.post(link(world), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert ANA not in page.text + answer.text
    [row] = world.inbox()
    assert (row.body["event"], row.address, row.member_id) == ("unsubscribe", ANA, 1)


def test_a_forged_link_does_nothing(world: World, client: AsgiClient) -> None:
    genuine = link(world)
    other = Signing(make_settings(**email_settings(email_secret=SecretStr("another")))).link(7, ANA)
    for path in (
        genuine[:-9] + ("A" if genuine[-9] != "A" else "B") + genuine[-8:],
        f"/email/unsubscribe/{other}",
        "/email/unsubscribe/x.y",
        "/email/unsubscribe/" + "a" * 5000,
    ):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    assert client.post(genuine, content=b"x" * 1_000_000).status_code == 413
    assert world.inbox() == []


def test_an_unsubscription_that_could_not_be_stored_says_so(world: World, client: AsgiClient) -> None:
    path = link(world)
    Base.metadata.drop_all(world.db.engine)
    assert client.post(path).status_code == 503


def test_a_megabyte_from_the_network_is_answered_in_bounded_time(world: World, client: AsgiClient) -> None:
    started = time.monotonic()
    for content in (b"\xff" * 1_000_000, b"From: a@b.c\r\n\r\n" + b">\n" * 150_000, b"From: " + b"<" * 1_000_000):
        assert post(client, content).status_code in (204, 400)
    assert time.monotonic() - started < 10


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(st.binary(max_size=500))
def test_any_bytes_get_an_answer(client: AsgiClient, content: bytes) -> None:
    assert post(client, content).status_code in (204, 400)


@given(st.integers(0, 2**60), st.sampled_from(list(Kind)))
def test_what_is_signed_is_read_again(number: int, kind: Kind) -> None:
    signer = Signing(make_settings(**email_settings()))
    address, message_id = signer.address(kind, number), signer.message_id(number)
    assert len(address.partition("@")[0]) <= 64
    assert list(signer.read_addresses(kind, f"x <{address.upper()}>, y")) == [number]
    assert list(signer.read_message_ids(f"<a@b> {message_id}")) == [number]
    found = signer.read_link(signer.link(number, ANA))
    assert found is not None
    assert (found.outbox_id, found.address) == (number, ANA)


@given(st.text(max_size=200))
def test_nothing_else_is_believed(text: str) -> None:
    signer = Signing(make_settings(**email_settings()))
    assert signer.read_link(text) is None
    assert list(signer.read_message_ids(text)) == []
    assert Signing(Settings(_env_file=None)).read_link(text) is None

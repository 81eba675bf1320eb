"""E-mails to colleagues: nobody can unsubscribe from them, and what answers them is no member's word."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from bot.model import OutboxMessage, OutboxState, Purpose
from bot.outbox.enqueue import Message, enqueue
from channels import email
from channels.email.send import Email
from channels.email.signing import Kind, Signing
from tests.channels.world import NOW, World, make_world
from tests.support.asgi_client import AsgiClient

TEAM = "member-success@example.org"
SETTINGS = {
    "email_smtp_host": "127.0.0.1",
    "email_from": "hello@bot.example",
    "email_secret": SecretStr("a secret of the tests"),
    "email_inbound_token": SecretStr("inbound-token"),
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, **SETTINGS)
    yield made
    made.db.close()


@pytest.fixture
def client(world: World) -> AsgiClient:
    app = FastAPI()
    app.include_router(email.EDGE.router(world))
    return AsgiClient(app)


@pytest.fixture
def notice(world: World) -> int:
    message = Message("email", TEAM, Purpose.STAFF, "test", "one", text="Ana Lima waits.", body={"subject": "Case 1"})
    with world.db.begin() as session:
        row = enqueue(session, message, now=NOW, wall=NOW)
    assert row is not None
    return row


def as_written(world: World, row: int) -> EmailMessage:
    with world.db.begin() as session:
        letter = Email(world.settings).prepare(session, session.get_one(OutboxMessage, row), NOW)
    message = message_from_bytes(letter.parcel.content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def comes(world: World, client: AsgiClient, sender: str, **headers: str) -> None:
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    content = f"From: {sender}\r\nTo: hello@bot.example\r\nSubject: Re: Case 1\r\n{more}\r\nI look at it.".encode()
    answer = client.post("/webhooks/email/inbound", content=content, headers={"Authorization": "Bearer inbound-token"})
    assert answer.status_code == 204


def test_it_asks_no_machine_for_an_answer_and_offers_no_way_out(world: World, notice: int) -> None:
    message = as_written(world, notice)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None
    texts = [part.get_content() for part in message.walk() if not part.is_multipart()]
    assert not any("Stop them" in text or "unsubscribe" in text for text in texts)


def test_an_answer_goes_to_the_colleagues_and_not_to_the_bot(world: World, notice: int) -> None:
    assert as_written(world, notice)["Reply-To"] == TEAM


def test_what_a_colleague_answers_is_not_taken_for_a_members_words(
    world: World, client: AsgiClient, notice: int
) -> None:
    message_id = Signing(world.settings).message_id(notice)
    comes(world, client, "Priya Nair <priya.nair@example.org>", In_Reply_To=message_id)
    comes(world, client, TEAM, References=f"<other@x> {message_id}", Auto_Submitted="auto-replied")
    assert world.inbox() == []


def test_an_e_mail_that_names_somebody_elses_notice_is_taken_as_any_other(world: World, client: AsgiClient) -> None:
    comes(world, client, "ana@members.example", In_Reply_To="<msb.1.aaaaaaaaaaaaaaaa@bot.example>")
    assert [row.address for row in world.inbox()] == ["ana@members.example"]


def test_a_bounce_is_kept_with_the_notice_and_is_nobodys_message(world: World, client: AsgiClient, notice: int) -> None:
    with world.db.begin() as session:
        row = session.get_one(OutboxMessage, notice)
        row.state, row.provider_id = OutboxState.SENT, Signing(world.settings).message_id(notice)
    to = Signing(world.settings).address(Kind.BOUNCE, notice)
    content = (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: x\r\n"
        "Content-Type: multipart/report; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    ).encode()
    client.post("/webhooks/email/inbound", content=content, headers={"Authorization": "Bearer inbound-token"})
    assert world.inbox() == []
    [row] = world.outbox()
    assert (row.state, row.error) == (OutboxState.FAILED, "bounced 5.1.1")

"""What goes out: headers, texts, and what a mail server's answers mean."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.errors import Refused
from bot.model import OutboxMessage, Purpose
from bot.outbox.enqueue import Message, enqueue
from bot.ports import Failed, RetryLater, Unknown
from channels.email.render import Draft, address, as_html, build, line
from channels.email.send import Email, Letter
from channels.email.smtp import GREYLIST_PAUSE, REPAIR_PAUSE, Stage, lost, refused
from tests.channels.world import NOW, World, make_settings, make_world

ANA = "ana@members.example"
SETTINGS: dict[str, Any] = {
    "email_smtp_host": "127.0.0.1",
    "email_from": "hello@bot.example",
    "email_inbound": "Answers@in.bot.example",
    "email_from_name": "Programme",
    "email_secret": SecretStr("a secret of the tests"),
}


def parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def prepare(world: World, text: str = "Hello", to: str = ANA, **body: Any) -> Letter:
    message = Message("email", to, Purpose.REPLY, "test", f"d{len(world.outbox())}", text=text, body=body)
    with world.db.begin() as session:
        row = enqueue(session, message, now=NOW, wall=NOW)
        return Email(world.settings).prepare(session, session.get_one(OutboxMessage, row), NOW)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path, **SETTINGS)


def draft(**changes: Any) -> Draft:
    values: dict[str, Any] = {
        "sender_name": "Maria",
        "sender": "hello@bot.example",
        "reply_to": "answers@in.bot.example",
        "to": ANA,
        "subject": "Hi",
        "text": "Hello",
        "message_id": "<1@x>",
        "references": (),
        "stop_url": "https://bot.example/stop",
        "at": NOW,
        "stop_address": "answers@in.bot.example",
        **changes,
    }
    return Draft(**values)


def test_the_headers_say_who_speaks_and_where_answers_go(world: World) -> None:
    letter = prepare(world, sender="Ren\u00e9e, Okafor", subject="Your first group \u2013 caf\u00e9")
    letter.parcel.content.decode("ascii")
    message = parsed(letter.parcel.content)
    [sender], [reply_to] = message["From"].addresses, message["Reply-To"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Ren\u00e9e, Okafor", "hello@bot.example")
    assert reply_to.addr_spec.startswith("answers+r1-")
    assert message["Subject"] == "Your first group \u2013 caf\u00e9"
    assert message["Message-ID"] == letter.parcel.provider_id
    assert letter.parcel.envelope_from.startswith("answers+b1-")
    assert letter.parcel.envelope_from.endswith("@in.bot.example")


def test_the_same_row_has_always_the_same_message_id(world: World) -> None:
    first = prepare(world)
    with world.db.begin() as session:
        again = Email(world.settings).prepare(session, session.get_one(OutboxMessage, first.outbox_id), NOW)
    assert again.parcel.provider_id == first.parcel.provider_id
    assert prepare(world).parcel.provider_id != first.parcel.provider_id


def test_choices_are_numbered_in_both_texts(world: World) -> None:
    message = parsed(prepare(world, choices=["Done", "Not yet"]).parcel.content)
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        assert "Reply 1 for Done, 2 for Not yet" in part.get_content()


def test_html_may_be_left_out(world: World) -> None:
    message = parsed(prepare(world, html=False).parcel.content)
    assert message.get_content_type() == "text/plain"


@pytest.mark.parametrize(
    "to",
    [
        "",
        "ana",
        "a@b@c",
        "ana@x.example, eve@x.example",
        "ana@x.example\r\nBcc: eve@x.example",
        "<ana@x.example>",
        "an\u00e1@x.example",
        "@x.example",
        "ana@",
        "a" * 300 + "@x.example",
    ],
)
def test_what_is_no_address_is_refused(world: World, to: str) -> None:
    with pytest.raises(Refused):
        prepare(world, to=to)


def test_a_domain_outside_ascii_becomes_punycode(world: World) -> None:
    assert prepare(world, to="ana@b\u00fccher.example").parcel.to == "ana@xn--bcher-kva.example"


@pytest.mark.parametrize("changes", [{"email_secret": SecretStr("")}, {"email_from": ""}])
def test_without_secret_or_sender_nothing_goes_out(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        prepare(make_world(tmp_path, **{**SETTINGS, "email_inbound": "", **changes}))


def test_an_empty_message_is_refused(world: World) -> None:
    with pytest.raises(Refused):
        prepare(world, "  ")


def test_a_very_long_text_is_cut(world: World) -> None:
    part = parsed(prepare(world, "Word. " * 200_000, choices=["Done"]).parcel.content).get_body(("plain",))
    assert part is not None
    assert len(part.get_content()) < 51_000
    assert "Reply 1 for Done" in part.get_content()


INJECTION = "x\r\nBcc: eve@evil.example\r\n\r\nbody\x00\u2028\x85"


def test_nothing_can_be_injected_into_the_headers() -> None:
    message = parsed(
        build(draft(sender_name=INJECTION, subject=INJECTION, references=(INJECTION, "<ok@x>", "<a b@x>")))
    )
    assert message.get_all("Bcc") is None
    assert message["In-Reply-To"] == message["References"] == "<ok@x>"
    assert [found.addr_spec for found in message["To"].addresses] == [ANA]


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=500))
def test_any_words_make_one_well_formed_e_mail(name: str, subject: str, text: str) -> None:
    content = build(draft(sender_name=name, subject=subject, text=text))
    head = content.partition(b"\r\n\r\n")[0]
    names = [row.partition(b":")[0] for row in head.split(b"\r\n") if row[:1] not in b" \t"]
    assert sorted(names) == sorted(set(names))
    assert {b"From", b"To", b"Reply-To", b"Subject", b"Date", b"Message-ID", b"List-Unsubscribe"} <= set(names)
    assert b"Bcc" not in names
    assert [found.addr_spec for found in parsed(content)["From"].addresses] == ["hello@bot.example"]
    assert max(len(row) for row in content.split(b"\r\n")) <= 998
    content.decode("ascii")


def test_a_members_words_are_no_markup() -> None:
    html = as_html("<b>\"hi\" & 'bye'</b>\nsee https://x.example/?a=1&b=2<script>.\n\nnext", "https://s.example/?a&b")
    assert "<b>" not in html
    assert "<script>" not in html
    assert '<a href="https://x.example/?a=1&amp;b=2">https://x.example/?a=1&amp;b=2</a>' in html
    assert "https://s.example/?a&amp;b" in html


def test_lines_and_addresses_are_cleaned() -> None:
    assert line(" a\r\n b\x00c ") == "a  b c"
    assert address(ANA, "Ana").display_name == "Ana"


REFUSALS = [
    (Stage.RECIPIENT, 550, "5.1.1 User unknown", Failed("naming the recipient: 550 5.1.1", unusable=True)),
    (Stage.RECIPIENT, 550, "5.1.10 Recipient not found", Failed("naming the recipient: 550 5.1.10", unusable=True)),
    (Stage.RECIPIENT, 550, "No such user here", Failed("naming the recipient: 550", unusable=True)),
    (Stage.RECIPIENT, 550, "5.7.1 Rejected by policy, user unknown to us", Failed("naming the recipient: 550 5.7.1")),
    (Stage.RECIPIENT, 552, "5.2.2 Mailbox full", Failed("naming the recipient: 552 5.2.2")),
    (Stage.RECIPIENT, 450, "4.2.0 Greylisted", RetryLater("naming the recipient: 450 4.2.0", GREYLIST_PAUSE)),
    (Stage.RECIPIENT, 451, "try later", RetryLater("naming the recipient: 451", GREYLIST_PAUSE)),
    (Stage.SENDER, 550, "5.7.1 not allowed", Failed("naming the sender: 550 5.7.1")),
    (Stage.SENDER, 530, "5.7.0 login", RetryLater("naming the sender: 530 5.7.0", REPAIR_PAUSE, whole_provider=True)),
    (Stage.CONNECT, 535, "5.7.8 bad", RetryLater("connecting: 535 5.7.8", REPAIR_PAUSE, whole_provider=True)),
    (Stage.CONNECT, 554, "no", RetryLater("connecting: 554", REPAIR_PAUSE, whole_provider=True)),
    (Stage.RECIPIENT, 421, "4.7.0 slow down", RetryLater("naming the recipient: 421 4.7.0", whole_provider=True)),
    (Stage.DATA, 452, "4.3.1 no space", RetryLater("handing over the message: 452 4.3.1")),
    (Stage.DATA, 554, "5.7.1 spam", Failed("handing over the message: 554 5.7.1")),
    (Stage.DATA, 552, "5.3.4 too big", Failed("handing over the message: 552 5.3.4")),
    (Stage.DATA, 554, "5.1.1 made up", Failed("handing over the message: 554 5.1.1")),
    (Stage.DATA, -1, "gibberish", Unknown("handing over the message: -1")),
    (Stage.RECIPIENT, 250, "odd", RetryLater("naming the recipient: 250")),
]


@pytest.mark.parametrize(("stage", "code", "text", "meaning"), REFUSALS, ids=lambda value: str(value)[:30])
def test_an_answer_of_a_mail_server_has_one_meaning(stage: Stage, code: int, text: str, meaning: object) -> None:
    assert refused(stage, code, text) == meaning


def test_only_a_message_that_was_on_its_way_may_have_arrived() -> None:
    for stage in Stage:
        expected = Unknown if stage is Stage.DATA else RetryLater
        assert isinstance(lost(stage, ConnectionResetError()), expected)


def test_a_look_without_traces_says_nothing(world: World) -> None:
    assert Email(make_settings(**SETTINGS)).reconcile(prepare(world), NOW - timedelta(hours=1)) is None

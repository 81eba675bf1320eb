"""The emulated mail host, as a mail program of ours sees it."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage
from email.parser import Parser
from email.policy import default
from typing import Any

import aiosmtplib
import httpx
import pytest

from sandbox.server import create_app
from sandbox.settings import SandboxSettings
from tests.sandbox.conftest import Town
from tests.support.sandbox_clock import StillClock
from tests.support.sandbox_server import serve

BEN = "ben@members.example"
INBOUND = "/webhooks/email/inbound"


def message(**changes: str) -> EmailMessage:
    made = EmailMessage()
    values = {
        "From": "Bot <hello@bot.sandbox.example>",
        "To": BEN,
        "Subject": "Hi",
        "Message-ID": "<1@bot>",
        "Date": "Mon, 23 Nov 2026 09:00:00 +0000",
        "Reply-To": "hello+r1@bot.sandbox.example",
        **changes,
    }
    for name, value in values.items():
        if value:
            made[name] = value
    made.set_content("Did you join?\n")
    return made


def send(town: Town, mail: EmailMessage | None = None, **changes: Any) -> Any:
    login = {"username": town.settings.email_smtp_user, "password": town.settings.email_smtp_password, **changes}
    port = town.get("mail")["port"]
    return asyncio.run(
        aiosmtplib.send(
            mail or message(),
            sender="bounces@bot.example",
            recipients=[BEN],
            hostname="127.0.0.1",
            port=port,
            start_tls=False,
            timeout=2,
            **login,
        )
    )


def inbound(town: Town) -> list[EmailMessage]:
    town.settle()
    return [Parser(policy=default).parsestr(hook.body) for hook in town.gateway.at(INBOUND)]


def received(town: Town) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = town.get(f"mail/{BEN}")["messages"]
    return [mail for mail in found if mail["direction"] == "to_member"]


def test_a_message_is_in_the_mailbox(town: Town) -> None:
    send(town)
    [mail] = received(town)
    assert (mail["subject"], mail["text"], mail["envelope_from"]) == ("Hi", "Did you join?\n", "bounces@bot.example")


@pytest.mark.parametrize("login", [{"password": "wrong"}, {"username": "other"}])
def test_wrong_credentials_are_refused(town: Town, login: dict[str, Any]) -> None:
    with pytest.raises(aiosmtplib.SMTPAuthenticationError):
        send(town, **login)


def test_without_login_nothing_is_taken(town: Town) -> None:
    with pytest.raises(aiosmtplib.SMTPSenderRefused) as caught:
        send(town, username=None, password=None)
    assert caught.value.code == 530


@pytest.mark.parametrize("name", ["Date", "Message-ID", "Subject"])
def test_a_message_without_its_headers_is_refused(town: Town, name: str) -> None:
    with pytest.raises(aiosmtplib.SMTPDataError):
        send(town, message(**{name: ""}))
    assert received(town) == []


@pytest.mark.parametrize(("fate", "code"), [("unknown", 550), ("full", 452), ("greylist", 451)])
def test_a_mailbox_may_refuse(town: Town, fate: str, code: int) -> None:
    town.post(f"mail/{BEN}/fate", fate=fate)
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as caught:
        send(town)
    assert caught.value.recipients[0].code == code
    if fate == "greylist":
        send(town)
    assert len(received(town)) == (fate == "greylist")


@pytest.mark.parametrize(("mode", "taken"), [("down", 0), ("lost", 1), ("slow", 1)])
def test_the_connection_may_break(town: Town, mode: str, taken: int) -> None:
    town.post("faults", provider="mail", mode=mode, times=1, seconds=4)
    with pytest.raises(
        (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError, aiosmtplib.SMTPRecipientsRefused)
    ):
        send(town)
    assert len(received(town)) == taken


def test_the_connection_breaks_also_on_the_loop_that_the_sandbox_runs_on_by_itself() -> None:
    settings = SandboxSettings()
    with serve(create_app(settings, StillClock()), loop="auto") as url, httpx.Client(base_url=url) as http:
        port = http.get("/sandbox/mail").json()["port"]
        http.post("/sandbox/faults", json={"provider": "mail", "mode": "lost", "times": 1}).raise_for_status()
        with pytest.raises(aiosmtplib.SMTPServerDisconnected):
            asyncio.run(
                aiosmtplib.send(message(), sender="bounces@bot.example", recipients=[BEN], hostname="127.0.0.1",
                                port=port, start_tls=False, timeout=2, username=settings.email_smtp_user,
                                password=settings.email_smtp_password)
            )  # fmt: skip


@pytest.mark.parametrize(("mode", "code"), [("429", 450), ("500", 554)])
def test_the_host_may_refuse(town: Town, mode: str, code: int) -> None:
    town.post("faults", provider="mail", mode=mode, times=1)
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as caught:
        send(town)
    assert caught.value.recipients[0].code == code


@pytest.mark.parametrize(
    ("style", "position"),
    [("gmail", "top"), ("gmail", "bottom"), ("apple", "top"), ("outlook", "top"), ("bare", "top")],
)
def test_an_answer_is_threaded_and_quotes(town: Town, style: str, position: str) -> None:
    send(town)
    town.post(f"mail/{BEN}/reply", text="Yes!", style=style, position=position)
    [answer] = inbound(town)
    assert (answer["To"], answer["Subject"]) == ("hello+r1@bot.sandbox.example", "Re: Hi")
    assert answer["In-Reply-To"] == answer["References"] == "<1@bot>"
    part = answer.get_body(("plain",))
    assert part is not None
    text = part.get_content()
    assert "Yes!" in text
    assert ("Did you join?" in text) is (style != "bare")
    assert (answer.get_body(("html",)) is not None) is (style in ("gmail", "outlook"))
    [hook] = town.gateway.at(INBOUND)
    assert hook.headers["authorization"] == f"Bearer {town.settings.email_inbound_token}"
    assert hook.headers["x-envelope-from"] == f"<{BEN}>"


@pytest.mark.parametrize("headers", [True, False])
def test_an_automatic_reply_has_its_headers_or_only_a_subject(town: Town, headers: bool) -> None:
    send(town)
    town.post(f"mail/{BEN}/away", headers=headers)
    [answer] = inbound(town)
    assert (answer["Auto-Submitted"] == "auto-replied") is headers
    assert answer["Subject"] == "Automatic reply: Hi"


@pytest.mark.parametrize("how", ["fate", "receipt", "later"])
def test_a_bounce_is_a_delivery_report(town: Town, how: str) -> None:
    if how == "fate":
        town.post(f"mail/{BEN}/fate", fate="bounce")
    elif how == "receipt":
        town.post("faults", provider="mail", mode="undelivered", times=1)
    send(town)
    if how == "later":
        town.post(f"mail/{BEN}/bounce")
    [report] = inbound(town)
    assert report.get_content_type() == "multipart/report"
    assert report["To"] == "bounces@bot.example"
    text = report.as_string()
    assert "Status: 5.1.1" in text
    assert "Message-ID: <1@bot>" in text
    assert town.gateway.at(INBOUND)[0].headers["x-envelope-from"] == "<>"


def test_a_late_bounce_waits(town: Town) -> None:
    town.post("faults", provider="mail", mode="late", times=1)
    send(town)
    assert inbound(town) == []
    assert town.http.post("/sandbox/flush", params={"wait": 10}).json()["idle"]
    assert len(inbound(town)) == 1


def test_one_click_posts_to_the_link(town: Town) -> None:
    url = f"{town.settings.public_base_url}/email/unsubscribe/x"
    send(town, message(**{"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}))
    assert town.post(f"mail/{BEN}/unsubscribe") == {"ok": True, "result": "200"}
    [hook] = town.gateway.at("/email/unsubscribe/x")
    assert hook.form == {"List-Unsubscribe": "One-Click"}


def test_without_the_offer_there_is_no_click(town: Town) -> None:
    send(town)
    assert town.http.post(f"/sandbox/mail/{BEN}/unsubscribe", json={}).status_code == 409
    assert town.http.post("/sandbox/mail/nobody@x.example/reply", json={"text": "x"}).status_code == 404


def test_a_reset_empties_the_mailboxes(town: Town) -> None:
    send(town)
    town.http.post("/sandbox/reset").raise_for_status()
    answer: httpx.Response = town.http.get("/sandbox/mail")
    assert answer.json()["mailboxes"] == []
    assert answer.json()["port"] > 0

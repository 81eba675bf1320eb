"""Reading e-mails: what a person wrote, what a machine wrote, and what is built to do harm."""

from __future__ import annotations

import contextlib
import time
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.body import from_html
from channels.email.letter import Envelope, Letter, Malformed, read
from channels.email.quotes import written
from channels.email.reports import Fate
from tests.channels.mails import BELOW_HTML, GMAIL_HTML, OUTLOOK_HTML, Case, replies

PLAIN = "From: Ana <Ana@Members.example>\r\nTo: hello@bot.example\r\nSubject: Hi\r\nMessage-ID: <1@x>\r\n"
SECONDS = 5.0


def mail(body: bytes | str = "Hello", **headers: str) -> bytes:
    head = PLAIN + "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return head.encode() + b"\r\n" + (body.encode() if isinstance(body, str) else body)


def letter(body: bytes | str = "Hello", **headers: str) -> Letter:
    return read(mail(body, **headers))


def built(text: str = "Hello", **more: Any) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "ana@members.example", "hello@bot.example", "Hi"
    message.set_content(text, **more)
    return message


@pytest.mark.parametrize("case", replies(), ids=lambda case: case.name)
def test_only_what_the_writer_wrote_is_kept(case: Case) -> None:
    assert written(case.text) == case.own.strip()


@pytest.mark.parametrize("case", replies(), ids=lambda case: case.name)
def test_the_whole_text_is_kept_beside_it(case: Case) -> None:
    found = read(built(case.text, cte="quoted-printable").as_bytes())
    assert found.text == (case.own.strip() or "[empty message]")
    assert (found.as_sent or found.text).split() == case.text.split()


@pytest.mark.parametrize(
    ("html", "own"),
    [(GMAIL_HTML, "Done, thanks!\nSee you & bye"), (OUTLOOK_HTML, "Not yet."), (BELOW_HTML, "Yes, last week.")],
)
def test_html_alone_is_read(html: str, own: str) -> None:
    message = built()
    message.set_content(html, subtype="html")
    assert read(message.as_bytes()).text == own


def test_plain_text_is_preferred_unless_it_is_blank() -> None:
    message = built("in plain")
    message.add_alternative("<p>in html</p>", subtype="html")
    assert read(message.as_bytes()).text == "in plain"
    message = built(" \n\u200b")
    message.add_alternative("<p>in html</p>", subtype="html")
    assert read(message.as_bytes()).text == "in html"


def test_scripts_and_styles_are_no_text() -> None:
    assert from_html("<style>a {}</style><script>alert(1)</script><p>Hi<br>you</p>").strip() == "Hi\nyou"


def test_flowed_text_is_joined() -> None:
    body = "I have done \r\nit yesterday. \r\nReally.\r\n-- \r\nAna"
    assert letter(body, Content_Type="text/plain; format=flowed").text == "I have done it yesterday. Really."


def test_attachments_are_noted_and_not_read() -> None:
    message = built("See this")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="form\u00e9.pdf")
    message.add_attachment("inside", filename="notes.txt")
    inner = built("forwarded words")
    message.add_attachment(inner)
    found = read(message.as_bytes())
    assert found.text == "See this"
    assert [(item.name, item.type) for item in found.attachments] == [
        ("form\u00e9.pdf", "application/pdf"),
        ("notes.txt", "text/plain"),
        ("", "message/rfc822"),
    ]


def test_a_picture_alone_is_a_note_and_a_logo_is_nothing() -> None:
    message = built("")
    message.replace_header("Subject", "Re: Hi")
    message.add_attachment(b"x", maintype="image", subtype="png", filename="a.png")
    assert read(message.as_bytes()).text == "[picture]"
    message = built("Hi")
    message.add_attachment(b"x", maintype="image", subtype="png", cid="<logo>", disposition="inline")
    assert read(message.as_bytes()).attachments == ()


@pytest.mark.parametrize(
    ("subject", "text"), [("STOP", "STOP"), ("Re: Hi", "[empty message]"), ("", "[empty message]")]
)
def test_an_e_mail_without_words_may_say_it_in_its_subject(subject: str, text: str) -> None:
    message = built("")
    message.replace_header("Subject", subject)
    assert read(message.as_bytes()).text == text


@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        ("iso-8859-1", "Caf\u00e9".encode("latin-1"), "Caf\u00e9"),
        ("windows-1252", "\u201cyes\u201d".encode("cp1252"), "\u201cyes\u201d"),
        ("gb2312", "\u4f60\u597d".encode("gb2312"), "\u4f60\u597d"),
        ("iso-2022-jp", "\u3053\u3093".encode("iso-2022-jp"), "\u3053\u3093"),
        ("us-ascii", "Caf\u00e9".encode(), "Caf\u00e9"),
        ("utf-8", "Caf\u00e9".encode("latin-1"), "Caf\u00e9"),
        ("x-unknown", "Caf\u00e9".encode(), "Caf\u00e9"),
        ("hex", b"6869", "6869"),
        ("idna", b"xn--caf-dma", "xn--caf-dma"),
        ("punycode", b"caf-dma", "caf-dma"),
        ("utf-8", b"a\x00b\xff", "ab\u00ff"),
        ("utf-16", b"\x00\xd8h", "\ufffd"),
    ],
)
def test_charsets_that_lie_cost_letters_not_the_message(charset: str, body: bytes, text: str) -> None:
    found = letter(body, Content_Type=f'text/plain; charset="{charset}"', Content_Transfer_Encoding="8bit").text
    assert found.startswith(text)
    assert "\x00" not in found
    found.encode()


def test_broken_transfer_encodings_are_read_as_far_as_they_go() -> None:
    assert letter("SGVsbG8gd29ybGQ", Content_Transfer_Encoding="base64").text == "Hello world"
    assert letter("a=ZZb=C3=A9", Content_Transfer_Encoding="quoted-printable").text.startswith("a=ZZb")


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "nobody",
        "a@b.c, d@e.f",
        "<>",
        "a@b.c\r\nFrom: x@y.z",
        "x" * 3000 + "@y.z",
        "Group: a@b.c, d@e.f;",
        '"a b"@c',
    ],
)
def test_without_one_sender_it_is_no_e_mail(sender: str) -> None:
    with pytest.raises(Malformed):
        read(f"From: {sender}\r\nTo: a@b.c\r\n\r\nhi".encode())


@pytest.mark.parametrize(
    "sender",
    [
        "ANA@members.example",
        "=?utf-8?q?An=C3=A1?= <ana@members.example>",
        '"a@b.c" <Ana@members.example>',
        "ana@members.example (Ana)",
        "Ana\u00e9 <ana@members.example>",
    ],
)
def test_the_sender_is_an_address_in_lower_case(sender: str) -> None:
    assert read(f"From: {sender}\r\nTo: a@b.c\r\n\r\nhi".encode()).sender == "ana@members.example"


def test_a_subject_is_decoded_and_kept_on_one_line() -> None:
    assert read(b"From: a@b.c\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\n\tau lait\r\n\r\nhi").subject == "Caf\u00e9 au lait"
    assert read("From: a@b.c\r\nSubject: Caf\u00e9\r\n\r\nhi".encode()).subject == "Caf\u00e9"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated (rejected)"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"X_Autoreply": "yes"},
        {"X_Autorespond": ""},
        {"X_Auto_Response_Suppress": "OOF, AutoReply"},
        {"List_Id": "<announce.example.org>"},
        {"Return_Path": "<>"},
    ],
    ids=lambda headers: "-".join(headers),
)
def test_a_header_tells_that_a_machine_wrote(headers: dict[str, str]) -> None:
    assert letter(**headers).automatic


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Your first group",
        "Auto-Reply: x",
        "Out of Office: Ana",
        "Out of the office until Monday",
        "Abwesenheitsnotiz: Re: Ihre Gruppe",
        "Automatische Antwort: x",
        "R\u00e9ponse automatique : x",
        "Absence du bureau",
        "Respuesta autom\u00e1tica: x",
        "Automatisch antwoord: x",
        "Risposta automatica: x",
        "Resposta autom\u00e1tica: x",
        "=?utf-8?q?R=C3=A9ponse_automatique?=",
        "[Auto-Reply] Thanks",
        "On vacation",
        "OOO Re: Hi",
    ],
)
def test_a_subject_tells_that_a_machine_wrote(subject: str) -> None:
    assert read(f"From: a@b.c\r\nSubject: {subject}\r\n\r\nYes, I am away".encode()).automatic == "subject"


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Your first group",
        "Re: Out of office hours",
        "AW: Abwesenheit",
        "Auto insurance question",
        "Autonomy",
        "Absolutely",
        "Question about automatic payments",
        "My vacation is over",
        "The office",
        "Absent colleague",
    ],
)
def test_a_persons_subject_does_not(subject: str) -> None:
    found = read(f"From: a@b.c\r\nAuto-Submitted: no\r\nReturn-Path: <a@b.c>\r\nSubject: {subject}\r\n\r\nYes".encode())
    assert found.automatic is None


def test_the_envelope_outweighs_the_return_path() -> None:
    assert read(mail(Return_Path="<>"), Envelope("ana@members.example")).automatic is None
    assert read(mail(), Envelope("")).automatic == "empty return path"


def dsn(
    action: str, status: str, diagnostic: str = "smtp; 550 5.1.1 no", original: str = "<msb.1.x@bot.example>"
) -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: hello+b1@bot.example\r\nSubject: Undelivered\r\nReturn-Path: <>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n\r\nSorry.\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; ana@members.example\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: {diagnostic}\r\n"
        f"\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {original}\r\nSubject: x\r\n\r\nhi\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("action", "status", "diagnostic", "fate", "hard"),
    [
        ("failed", "5.1.1", "smtp; 550 5.1.1 User unknown", Fate.BOUNCED, True),
        ("Failed", "5.1.10", "smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound", Fate.BOUNCED, True),
        ("failed", "5.2.1", "smtp; 550 5.2.1 disabled", Fate.BOUNCED, True),
        ("failed", "5.0.0", "smtp; 550 No such user", Fate.BOUNCED, True),
        ("failed", "5.0.0", "smtp; 554 spam", Fate.BOUNCED, False),
        ("failed", "5.2.2", "smtp; 552 5.2.2 over quota", Fate.BOUNCED, False),
        ("failed", "5.7.1", "smtp; 550 5.7.1 rejected by policy, user unknown to us", Fate.BOUNCED, False),
        ("failed", "4.4.7", "smtp; 450 expired", Fate.BOUNCED, False),
        ("failed", "", "", Fate.BOUNCED, False),
        ("delayed", "4.4.1", "", Fate.DELAYED, False),
        ("delivered", "2.0.0", "", Fate.DELIVERED, False),
        ("relayed", "2.0.0", "", Fate.DELIVERED, False),
    ],
)
def test_a_delivery_report_is_understood(action: str, status: str, diagnostic: str, fate: Fate, hard: bool) -> None:
    report = read(dsn(action, status, diagnostic)).report
    assert report is not None
    assert (report.fate, report.hard) == (fate, hard)
    assert "<msb.1.x@bot.example>" in report.about


@pytest.mark.parametrize(
    ("text", "hard"),
    [
        (
            "This is the qmail-send program.\n<ana@members.example>: no mailbox (#5.1.1)\n<msb.1.x@bot.example>",
            True,
        ),
        (
            "The following address failed:\n ana@members.example\n mailbox is full\nMessage-ID: <msb.1.x@bot.example>",
            False,
        ),
        (
            "A message could not be delivered:\n ana@members.example\n 550 User unknown\n<msb.1.x@bot.example>",
            True,
        ),
    ],
)
def test_a_bounce_without_the_standard_is_understood(text: str, hard: bool) -> None:
    report = read(f"From: MAILER-DAEMON@mx.example\r\nSubject: failure notice\r\n\r\n{text}".encode()).report
    assert report is not None
    assert (report.fate, report.hard, "<msb.1.x@bot.example>" in report.about) == (Fate.BOUNCED, hard, True)


def test_a_person_may_write_about_undelivered_mail() -> None:
    assert read(b"From: ana@members.example\r\nSubject: Undelivered mail?\r\n\r\nIt came back").report is None


def test_a_read_receipt_is_a_receipt() -> None:
    report = read(
        b"From: ana@members.example\r\nSubject: Read: x\r\nContent-Type: multipart/report; "
        b'report-type=disposition-notification; boundary="b"\r\n\r\n--b\r\n\r\nIt was read.\r\n--b\r\n'
        b"Content-Type: message/disposition-notification\r\n\r\nOriginal-Message-ID: <msb.1.x@bot.example>\r\n"
        b"Disposition: manual-action/MDN-sent-manually; displayed\r\n\r\n--b--\r\n"
    ).report
    assert report is not None
    assert (report.fate, report.about) == (Fate.READ, "<msb.1.x@bot.example>")


def nested(depth: int) -> bytes:
    opened = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(depth))
    return b"From: a@b.c\r\n" + opened + b"\r\nhi"


@pytest.mark.parametrize(
    "content",
    [
        nested(3000),
        b"From: a@b.c\r\n" + b"X: y\r\n" * 100_000 + b"\r\nhi",
        b"From: a@b.c\r\n\r\n" + b"\n" * 1_000_000,
        b"",
        b"\r\n\r\n",
        b"\x00" * 1_000_000,
        b"From" * 250_000,
    ],
    ids=["nested", "headers", "lines", "empty", "blank", "zeros", "no lines"],
)
def test_what_is_built_to_be_slow_is_refused_at_once(content: bytes) -> None:
    started = time.monotonic()
    with pytest.raises(Malformed):
        read(content)
    assert time.monotonic() - started < SECONDS


@pytest.mark.parametrize(
    "content",
    [
        nested(30),
        mail("a" * 1_000_000),
        mail("> a\n" * 250_000),
        mail("On a wrote:\n> x\ny\n" * 50_000),
        mail("Am  schrieb schrieb schrieb\n" * 30_000),
        mail("2026/11/21 " + "<@ " * 300_000),
        mail("From: x\nSent: y\n" * 60_000),
        mail("<div>" * 200_000, Content_Type="text/html"),
        mail("<blockquote>a" * 80_000, Content_Type="text/html"),
        mail("<p>a" * 250_000, Content_Type="text/html"),
        mail("<" * 1_000_000, Content_Type="text/html"),
        mail("x", References="<a@b> " * 20_000),
        mail("x", To="<a@b>, " * 15_000),
        mail("xn--" * 250_000, Content_Type="text/plain; charset=idna"),
        mail("x", Content_Type="text/plain; " + "a*0*=b; " * 8000),
        b'From: a@b.c\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        + (b"--b\r\nContent-Type: text/plain; " + b"a*0*=b; " * 500 + b"\r\n\r\nhi\r\n") * 240,
        mail("x", Authentication_Results="(" * 50_000),
    ],
    ids=range(17),
)
def test_a_megabyte_is_read_in_bounded_time(content: bytes) -> None:
    started = time.monotonic()
    with contextlib.suppress(Malformed):
        read(content)
    assert time.monotonic() - started < SECONDS


@given(st.binary(max_size=3000))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for raw in (content, b"From: a@b.c\r\n" + content, b"From: a@b.c\r\n\r\n" + content):
        try:
            found = read(raw)
        except Malformed:
            continue
        (found.text + found.as_sent + found.subject + found.addressed).encode()
        assert "\x00" not in found.text + found.subject


WORDS = st.sampled_from(
    [
        "From:",
        "On x wrote:",
        "> ",
        "-- ",
        "\n",
        "Subject: a",
        "____________________",
        "=?utf-8?b?",
        "yes",
        "De : x",
        "Envoy\u00e9 : y",
        "<blockquote>",
        "</p>",
        "\ue0000\ue000",
        "\u00a0",
        "a@b.c",
        "multipart/",
    ]
)


@given(st.lists(WORDS, max_size=60).map("".join))
def test_any_text_is_stripped_without_inventing_words(text: str) -> None:
    own = written(text)
    assert set(own.split()) <= set(text.replace("\ue000", "").replace("\u00a0", " ").split())
    from_html(text)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "Subject",
                "To",
                "References",
                "In_Reply_To",
                "Content_Type",
                "Return_Path",
                "Date",
                "Content_Transfer_Encoding",
                "Content_Disposition",
                "Auto_Submitted",
            ]
        ),
        st.text(st.characters(blacklist_characters="\r\n", codec="utf-8"), max_size=80),
    )
)
def test_any_headers_are_read(headers: dict[str, str]) -> None:
    assert letter(**headers).sender == "ana@members.example"

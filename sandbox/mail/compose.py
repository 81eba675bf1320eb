"""What members' mail programs and other hosts write, as these programs write it."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import Literal

from sandbox.mail.state import Mail, new_id

Style = Literal["gmail", "outlook", "apple", "bare"]
Position = Literal["top", "bottom"]
DAEMON = "MAILER-DAEMON@mail.sandbox.example"


def fresh(sender: str, to: str, subject: str, text: str, at: datetime, *, html: bool = False) -> EmailMessage:
    """A new message of a member."""
    message = _begin(sender, to, subject, at)
    message.set_content(text)
    if html:
        message.add_alternative(f"<html><body><div>{_as_html(text)}</div></body></html>", subtype="html")
    return message


def reply(mail: Mail, text: str, at: datetime, style: Style, position: Position) -> EmailMessage:
    """An answer with the original quoted as the mail program does it."""
    original = mail.message
    subject = str(original.get("Subject", ""))
    to = str(original.get("Reply-To") or original.get("From"))
    message = _begin(mail.address, to, subject if subject.lower().startswith("re:") else f"Re: {subject}", at)
    own_id = str(original.get("Message-ID", ""))
    message["In-Reply-To"] = own_id
    message["References"] = " ".join(part for part in (str(original.get("References", "")), own_id) if part)
    if style == "bare":
        message.set_content(text)
        return message
    quote, introduction = mail.text("plain") or "", _introduction(mail, style)
    if style == "outlook":
        message.set_content(f"{text}\n\n{'_' * 32}\n{introduction}\n\n{quote}")
        message.add_alternative(_outlook_html(text, introduction, quote), subtype="html")
        return message
    marked = "\n".join(f"> {line}".rstrip() for line in quote.rstrip("\n").split("\n"))
    parts = [text, f"{introduction}\n{marked}"] if position == "top" else [f"{introduction}\n{marked}", text]
    message.set_content("\n\n".join(parts) + "\n")
    if style == "gmail":
        message.add_alternative(_gmail_html(text, introduction, quote, position), subtype="html")
    return message


def away(mail: Mail, at: datetime, *, headers: bool, subject: str | None) -> EmailMessage:
    """An automatic reply; without headers only its subject tells."""
    original = mail.message
    said = subject or f"Automatic reply: {original.get('Subject', '')}"
    message = _begin(mail.address, str(original.get("Reply-To") or original.get("From")), said, at)
    message["In-Reply-To"] = str(original.get("Message-ID", ""))
    if headers:
        message["Auto-Submitted"] = "auto-replied"
        message["X-Auto-Response-Suppress"] = "All"
        message["Precedence"] = "auto_reply"
    message.set_content("I am out of the office until Monday. Yes, I will read your message when I am back.\n")
    return message


def bounced(mail: Mail, at: datetime, *, hard: bool) -> EmailMessage:
    """A delivery status notification (RFC 3464) with the head of the original."""
    status, words = ("5.1.1", "550 5.1.1 User unknown") if hard else ("5.2.2", "552 5.2.2 Mailbox full")
    message = EmailMessage(policy=SMTP)
    message["From"] = f"Mail Delivery System <{DAEMON}>"
    message["To"] = mail.envelope_from
    message["Subject"] = "Undelivered Mail Returned to Sender"
    message["Date"] = at
    message["Message-ID"] = _message_id()
    message["Auto-Submitted"] = "auto-replied"
    message["Content-Type"] = 'multipart/report; report-type="delivery-status"'
    message["MIME-Version"] = "1.0"
    notice, report, head = MIMEPart(policy=SMTP), MIMEPart(policy=SMTP), MIMEPart(policy=SMTP)
    notice.set_content(f"Your message could not be delivered to <{mail.address}>: {words}\n")
    report["Content-Type"] = "message/delivery-status"
    report.set_payload([_fields(f"Reporting-MTA: dns; mail.sandbox.example\nArrival-Date: {format_datetime(at)}\n"),
                        _fields(f"Final-Recipient: rfc822; {mail.address}\nAction: failed\nStatus: {status}\n"
                                f"Diagnostic-Code: smtp; {words}\n")])  # fmt: skip
    original = mail.message
    kept = "".join(
        f"{name}: {original[name]}\r\n" for name in ("From", "To", "Subject", "Message-ID") if original[name]
    )
    head.set_content(kept, subtype="rfc822-headers")
    message.set_payload([notice, report, head])
    return message


def _fields(text: str) -> MIMEPart:
    part = MIMEPart(policy=SMTP)
    for line in text.strip().split("\n"):
        name, _, value = line.partition(": ")
        part[name] = value
    part.set_payload("")
    return part


def _begin(sender: str, to: str, subject: str, at: datetime) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = " ".join(subject.split())
    message["Date"] = at
    message["Message-ID"] = _message_id()
    return message


def _message_id() -> str:
    return f"<{new_id()}@mail.sandbox.example>"


def _introduction(mail: Mail, style: Style) -> str:
    original = mail.message
    sender, at = str(original.get("From", "")), mail.at
    if style == "outlook":
        subject = original.get("Subject", "")
        return f"From: {sender}\nSent: {at:%A, %B %d, %Y %H:%M}\nTo: {mail.address}\nSubject: {subject}"
    if style == "apple":
        return f"On {at:%d %b %Y}, at {at:%H:%M}, {sender} wrote:\n"
    return f"On {at:%a, %b %d, %Y} at {at:%I:%M %p} {sender} wrote:\n"


def _gmail_html(text: str, introduction: str, quote: str, position: Position) -> str:
    quoted = (
        f'<div class="gmail_quote"><div dir="ltr" class="gmail_attr">{escape(introduction)}<br></div>'
        f'<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex">{_as_html(quote)}</blockquote></div>'
    )
    own = f'<div dir="ltr">{_as_html(text)}</div>'
    return f"{own}<br>{quoted}" if position == "top" else f"{quoted}<br>{own}"


def _outlook_html(text: str, introduction: str, quote: str) -> str:
    return (
        f'<html><body><p class="MsoNormal">{_as_html(text)}</p><hr tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">'
        f"{_as_html(introduction)}</div><div>{_as_html(quote)}</div></body></html>"
    )


def _as_html(text: str) -> str:
    return escape(text).replace("\n", "<br>\n")

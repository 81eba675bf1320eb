"""One message as an e-mail: headers that nobody can inject into, plain text, and HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

from bot.compose.cut import LINK
from bot.errors import Refused

LONGEST_HEADER = 200
MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
TRAILING = ".,;:!?)]}'\""
STYLE = "font-family:sans-serif;font-size:16px;line-height:1.5;color:#222222"
SMALL = "font-family:sans-serif;font-size:12px;color:#666666"
STOP_WORDS = "You don't want these e-mails? Stop them:"


@dataclass(frozen=True)
class Draft:
    """All that an e-mail says. Ids come with their brackets; `at` is aware; `stop_url` acts by POST (RFC 8058).

    Without a `stop_url` it is a notice to a colleague, which no machine shall answer and nobody can stop.
    """

    sender_name: str
    sender: str
    reply_to: str
    to: str
    subject: str
    text: str
    message_id: str
    references: tuple[str, ...]
    stop_url: str
    stop_address: str
    at: datetime
    html: bool = True


def build(draft: Draft) -> bytes:
    """The message as it goes over the wire, in ASCII.

    Raises:
        Refused: the recipient or the sender is not an address that a mail server takes.
    """
    message = EmailMessage(policy=SMTP)
    name = line(draft.sender_name)
    message["From"] = address(draft.sender, name)
    message["To"] = address(draft.to)
    message["Reply-To"] = address(draft.reply_to, name)
    message["Subject"] = line(draft.subject)
    message["Date"] = draft.at
    message["Message-ID"] = draft.message_id
    references = [found for found in draft.references if MESSAGE_ID.fullmatch(found)]
    if references:
        message["In-Reply-To"] = references[-1]
        message["References"] = " ".join(references)
    text = UNPRINTABLE.sub("", draft.text)
    if draft.stop_url:
        message["List-Unsubscribe"] = f"<{draft.stop_url}>, <mailto:{draft.stop_address}?subject=unsubscribe>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(f"{text}\n\n-- \n{STOP_WORDS} {draft.stop_url}\n", cte="quoted-printable")
    else:
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(f"{text}\n", cte="quoted-printable")
    if draft.html:
        message.add_alternative(as_html(text, draft.stop_url), subtype="html", cte="quoted-printable")
    try:
        return message.as_bytes()
    except (MessageError, UnicodeError) as error:
        raise Refused(f"The e-mail can't be written: {type(error).__name__}.") from None


def line(text: str) -> str:
    """What may stand in a header: one line, no control characters, not too long."""
    return CONTROLS.sub(" ", text).strip()[:LONGEST_HEADER].strip()


def address(spec: str, name: str = "") -> Address:
    """An address with a name; names outside ASCII are encoded, domains become punycode.

    Raises:
        Refused: it is no single address, or its local part is not ASCII.
    """
    local, at, domain = spec.rpartition("@")
    try:
        found = Address(display_name=name, addr_spec=f"{local}{at}{domain.encode('idna').decode('ascii')}")
    except (MessageError, ValueError, IndexError, UnicodeError):
        raise Refused("The address is not one that e-mails can be sent to.") from None
    if not found.username or not found.domain or not found.addr_spec.isascii() or len(spec) > 254:
        raise Refused("The address is not one that e-mails can be sent to.")
    return found


def as_html(text: str, stop_url: str) -> str:
    """The text as it is: escaped, with its paragraphs and lines, and its links to be clicked."""
    paragraphs = [part for part in re.split(r"\n\s*\n", text.strip()) if part]
    body = "".join(f'<p style="{STYLE}">{_lines(part)}</p>' for part in paragraphs)
    url = escape(stop_url)
    stop = f'<p style="{SMALL}">{escape(STOP_WORDS)} <a href="{url}">unsubscribe</a></p>' if url else ""
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{body}{stop}</body></html>'


def _lines(paragraph: str) -> str:
    return "<br>\n".join(_with_links(part) for part in paragraph.split("\n"))


def _with_links(text: str) -> str:
    done, at = [], 0
    for found in LINK.finditer(text):
        url = found.group().rstrip(TRAILING)
        done.append(escape(text[at : found.start()]))
        done.append(f'<a href="{escape(url)}">{escape(url)}</a>')
        at = found.start() + len(url)
    return "".join([*done, escape(text[at:])])

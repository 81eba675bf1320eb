"""Headers of strangers' e-mails: whatever they hold, reading them ends, and the result can be stored."""

from __future__ import annotations

import logging
import re
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import EmailPolicy, default
from email.utils import parseaddr
from functools import lru_cache

log = logging.getLogger(__name__)

LONGEST_READ = 1000
"""Characters of one header that the standard library's parser gets: it is slow on long ones."""
LONGEST_STRUCTURE = 400
"""Likewise of the headers that say how a message is built, which are read for each of its parts."""
UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\\]{1,255}")


class Bounded(EmailPolicy):
    """Reads headers as the default policy does, but no more of each than can be read quickly, and the same one once."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        longest = LONGEST_STRUCTURE if name.lower().startswith("content-") else LONGEST_READ
        return _parsed(name, value[:longest])


@lru_cache(maxsize=256)
def _parsed(name: str, value: str) -> str:
    try:
        header: str = default.header_fetch_parse(name, value)
        return header
    except Exception as error:  # noqa: BLE001 - the library's parser fails on some headers in its own ways
        log.info("a header could not be parsed: %s", type(error).__name__)
        return clean(" ".join(value.split()))


def clean(text: str) -> str:
    """Without what no database stores: bytes that came undecoded are taken for UTF-8, if they can be."""
    try:
        text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode("utf-8")
    return UNSTORABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def raw(message: EmailMessage, name: str) -> list[str]:
    """The values of a header as they came, unfolded, in the order of the message: the host that came last is first."""
    wanted = name.lower()
    return [
        clean(re.sub(r"[\r\n]+[ \t]*", " ", str(value))).strip()
        for key, value in message.raw_items()
        if key.lower() == wanted
    ]


def first(message: EmailMessage, name: str) -> str:
    """The first value of a header as it came; empty when there is none."""
    return next(iter(raw(message, name)), "")


def decoded(message: EmailMessage, name: str) -> str:
    """The first value of a header, with its encoded words decoded; on one line."""
    value = first(message, name)
    if len(value) > LONGEST_READ:
        return value[:LONGEST_READ]
    try:
        return " ".join(clean(str(message.get(name, ""))).split())
    except Exception as error:  # noqa: BLE001 - the library's parser fails on some headers in its own ways
        log.info("a header could not be decoded: %s", type(error).__name__)
        return " ".join(value.split())


def sender(message: EmailMessage) -> str:
    """The one address in From, in lower case; empty when there is none, or more than one header or address."""
    values = raw(message, "From")
    if len(values) != 1 or len(values[0]) > LONGEST_READ:
        return ""
    return mailbox(message, "From")


def mailbox(message: EmailMessage, name: str) -> str:
    """The only address in a header, in lower case, or empty."""
    try:
        found = [address.addr_spec for address in message[name].addresses]
    except Exception:  # noqa: BLE001 - as above; what it can't read, its older and simpler function may
        found = [parseaddr(first(message, name))[1]]
    if len(found) != 1:
        return ""
    address = clean(found[0]).strip().lower()
    return address if ADDRESS.fullmatch(address) and len(address) <= 254 else ""


def message_ids(message: EmailMessage, name: str) -> list[str]:
    """The Message-IDs in a header, with their brackets."""
    return [found for value in raw(message, name) for found in MESSAGE_ID.findall(value[: LONGEST_READ * 20])]


def content_type_parameter(part: EmailMessage, name: str) -> str:
    """A parameter of Content-Type, in lower case; empty when it is missing or can't be read."""
    try:
        value = part.get_param(name)
    except (MessageError, ValueError, TypeError, AttributeError, IndexError, LookupError):
        return ""
    if isinstance(value, tuple):
        value = value[2]
    return clean(str(value)).strip().lower() if value else ""

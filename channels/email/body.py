"""What an e-mail says and what it brings along, in whatever charset and structure it came."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from inscriptis import get_annotated_text  # type: ignore[import-untyped]
from inscriptis.model.config import ParserConfig  # type: ignore[import-untyped]

from channels.email.headers import clean, content_type_parameter

MOST_PARTS = 200
LONGEST_PART = 300_000
LONGEST_TEXT = 50_000
# Decoding these is slow, or they are no charsets at all.
NO_CHARSETS = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
HTML = ParserConfig(annotation_rules={"blockquote": ["quote"]})
QUOTED = "> [quoted]"
FLOWED = re.compile(r"(?<=[^\n ])(?<!\n--) \n(?!>|-- ?\n)")
INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\u200e\u200f]")


@dataclass(frozen=True)
class Attachment:
    """A file that came along; its content is not kept. `size` in bytes as it travelled."""

    name: str
    type: str
    size: int

    def as_body(self) -> dict[str, Any]:
        return {"name": self.name, "type": self.type, "size": self.size}


@dataclass(frozen=True)
class Content:
    """The text with its quotes, and the files."""

    text: str
    attachments: tuple[Attachment, ...]


def content_of(message: EmailMessage) -> Content:
    """Prefers the plain text, and takes HTML when there is none or it is blank."""
    plain: list[str] = []
    html: list[str] = []
    files: list[Attachment] = []
    for part in leaves(message):
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html") and not _is_file(part):
            text = INVISIBLE.sub("", decode(part))
            (html if kind == "text/html" else plain).append(text)
        elif not (kind.startswith("multipart/") or _is_embedded(part)):
            files.append(_attachment(part))
    written = "\n".join(text for text in plain if text.strip())
    if not written.strip():
        written = "\n".join(from_html(text) for text in html)
    return Content(written[:LONGEST_TEXT], tuple(files))


def leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    """The parts in their order, at most a few hundred; an e-mail that is attached counts as one part."""
    waiting: list[EmailMessage] = [message]
    seen = 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop()
        seen += 1
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting.extend(found for found in reversed(inner) if isinstance(found, EmailMessage))
        else:
            yield part


def decode(part: EmailMessage) -> str:
    """The text of a part. A charset that lies, or that nobody knows, costs some letters, not the message."""
    payload = part.get_payload(decode=True)
    data = payload[:LONGEST_PART] if isinstance(payload, bytes) else b""
    text = clean(_in_charset(data, content_type_parameter(part, "charset")))
    if content_type_parameter(part, "format") == "flowed":
        text = FLOWED.sub("" if content_type_parameter(part, "delsp") == "yes" else " ", text)
    return text


def from_html(html: str) -> str:
    """HTML as text; what it quotes becomes a line that begins with ``>``."""
    try:
        found = get_annotated_text(html, HTML)
    except Exception:  # noqa: BLE001 - markup of strangers; the text is kept without its tags
        return re.sub(r"<[^<>]{0,1000}>", " ", html)
    text = str(found.get("text", ""))
    for start, end in reversed(_outermost(found.get("label", []))):
        text = f"{text[:start]}\n{QUOTED}\n{text[end:]}"
    return "\n".join(line.strip() for line in text.split("\n"))


def _outermost(labels: list[Any]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for start, end, _ in sorted(labels, key=lambda label: (label[0], -label[1])):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return spans


def _in_charset(data: bytes, charset: str) -> str:
    for name in (charset, "utf-8"):
        if not name or not _is_charset(name):
            continue
        try:
            return data.decode(name)
        except (UnicodeError, LookupError, ValueError):
            continue
    if charset and charset not in ("utf-8", "utf8", "us-ascii", "ascii") and _is_charset(charset):
        return data.decode(charset, "replace")
    return data.decode("windows-1252", "replace")


def _is_charset(name: str) -> bool:
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return False
    return found.name not in NO_CHARSETS and getattr(found, "_is_text_encoding", True)


def _is_file(part: EmailMessage) -> bool:
    return part.get_content_disposition() == "attachment" or bool(file_name(part))


def _is_embedded(part: EmailMessage) -> bool:
    """A picture of the signature or of the layout, not something that the member sends."""
    return part.get_content_maintype() == "image" and "Content-ID" in part and not _says_attachment(part)


def _says_attachment(part: EmailMessage) -> bool:
    return part.get_content_disposition() == "attachment"


def file_name(part: EmailMessage) -> str:
    try:
        return clean(part.get_filename() or "")[:200]
    except Exception:  # noqa: BLE001 - a parameter that the library can't read
        return ""


def _attachment(part: EmailMessage) -> Attachment:
    payload = part.get_payload()
    size = len(payload) if isinstance(payload, str) else 0
    return Attachment(file_name(part), clean(part.get_content_type())[:100], size)

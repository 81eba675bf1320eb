"""Slack's notation of text, taken apart. Pure: text becomes paragraphs of runs, which are only ever shown as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

EMOJI = {
    "+1": "👍", "bell": "🔔", "bust_in_silhouette": "👤", "calendar": "📆", "clock3": "🕒", "email": "📧", "eyes": "👀",
    "hourglass": "⏳", "lock": "🔒", "memo": "📝", "phone": "📞", "pray": "🙏", "raised_hand": "✋",
    "red_circle": "🔴", "slightly_smiling_face": "🙂", "smile": "😄", "speech_balloon": "💬", "tada": "🎉",
    "telephone_receiver": "📞", "thumbsup": "👍", "warning": "⚠️", "wave": "👋", "white_check_mark": "✅", "x": "❌",
    "zzz": "💤",
}  # fmt: skip
NAMED = re.compile(r":([a-z0-9_+-]+):")
SAFE = re.compile(r"(?:https?://|mailto:|tel:)\S+", re.IGNORECASE)
TOKEN = re.compile(
    r"<(?P<target>[^<>|\n]+)(?:\|(?P<label>[^<>\n]*))?>"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?<![\w*])\*(?P<bold>(?=\S)[^*\n]*[^*\s])\*(?![\w*])"
    r"|(?<!\w)_(?P<italic>(?=\S)[^_\n]*[^_\s])_(?!\w)"
    r"|(?<![\w~])~(?P<struck>(?=\S)[^~\n]*[^~\s])~(?![\w~])"
    r"|:(?P<emoji>[a-z0-9_+-]+):"
    r"|(?P<bare>https?://[^\s<>|]*[^\s<>|.,;:!?)\"'\u201d])"
)
QUOTED = re.compile(r"(?:&gt;|>) ?")
REST_QUOTED = re.compile(r"(?:&gt;|>){3}\s?")
FENCE = "```"
DATE = re.compile(r"!date\^(\d+)\^([^^|]+)(?:\^(.+))?")
Names = Mapping[str, str]
"""The names of people and channels by their Slack ids."""


@dataclass(frozen=True)
class Run:
    """Text that looks the same throughout; `href` is an address that is safe to follow."""

    text: str
    bold: bool = False
    italic: bool = False
    struck: bool = False
    code: bool = False
    mention: bool = False
    href: str | None = None

    @property
    def is_plain(self) -> bool:
        return self == Run(self.text)


@dataclass(frozen=True)
class Paragraph:
    """Lines that stand together; line ends are within the runs."""

    kind: Literal["text", "quote", "code"]
    runs: tuple[Run, ...]


def emojis(text: str) -> str:
    """With ``:wave:`` as its character; names that we don't know stay."""
    return NAMED.sub(lambda found: EMOJI.get(found[1], found[0]), text)


def paragraphs(text: str, names: Names, *, verbatim: bool = False) -> list[Paragraph]:
    """The paragraphs of mrkdwn; unless it is `verbatim`, bare addresses become links too."""
    made: list[Paragraph] = []
    for number, part in enumerate(text.split(FENCE)):
        if number % 2:
            made.append(Paragraph("code", (Run(_plain(part.strip("\n"))),)))
            continue
        part = part.strip("\n") if FENCE in text else part
        made += _lines(part, names, verbatim=verbatim) if part or FENCE not in text else []
    return made


def from_markdown(text: str) -> str:
    """Mrkdwn for what Markdown says with other signs: bold, links, and headings, which become bold."""
    text = re.sub(r"(?m)^#{1,6} +(.+)$", r"*\1*", text)
    text = re.sub(r"\*\*(.+?)\*\*", r"*\1*", text)
    text = re.sub(r"(?m)^(\s*)[-*] +", "\\1\u2022 ", text)
    return re.sub(r"\[([^\]\n]+)\]\((\S+?)\)", r"<\2|\1>", text)


def safe_address(address: str) -> str | None:
    """The address if a browser may follow it: no scripts, no data."""
    return address if SAFE.fullmatch(address) else None


def join(runs: list[Run]) -> tuple[Run, ...]:
    """Neighbours that look the same as one."""
    joined: list[Run] = []
    for run in runs:
        if joined and run.href is None and not run.mention and replace(joined[-1], text=run.text) == run:
            joined[-1] = replace(run, text=joined[-1].text + run.text)
        elif run.text:
            joined.append(run)
    return tuple(joined)


def _lines(text: str, names: Names, *, verbatim: bool) -> list[Paragraph]:
    made: list[Paragraph] = []
    for kind, lines in _grouped(text):
        runs = list(_runs("\n".join(lines), names, verbatim=verbatim))
        made.append(Paragraph(kind, join(runs)))
    return made


def _grouped(text: str) -> Iterator[tuple[Literal["text", "quote"], list[str]]]:
    """Neighbouring lines that are quoted, or are not; after ``>>>`` all are."""
    kind: Literal["text", "quote"] = "text"
    lines: list[str] = []
    all_quoted = False
    for line in text.split("\n"):
        all_quoted = all_quoted or bool(REST_QUOTED.match(line))
        mark = REST_QUOTED.match(line) or QUOTED.match(line)
        now: Literal["text", "quote"] = "quote" if mark or all_quoted else "text"
        if now != kind and lines:
            yield kind, lines
            lines = []
        kind = now
        lines.append(line[mark.end() :] if mark else line)
    yield kind, lines


def _runs(text: str, names: Names, like: Run = Run(""), *, verbatim: bool) -> Iterator[Run]:
    end = 0
    for found in TOKEN.finditer(text):
        yield replace(like, text=_plain(text[end : found.start()]))
        end = found.end()
        yield from _token(found, names, like, verbatim=verbatim)
    yield replace(like, text=_plain(text[end:]))


def _token(found: re.Match[str], names: Names, like: Run, *, verbatim: bool) -> Iterator[Run]:
    said = found[found.lastgroup or 0]
    match found.lastgroup:
        case "target" | "label":
            yield _pointed(found["target"], found["label"], names, like)
        case "code":
            yield replace(like, text=_plain(said), code=True)
        case "bold":
            yield from _runs(said, names, replace(like, bold=True), verbatim=verbatim)
        case "italic":
            yield from _runs(said, names, replace(like, italic=True), verbatim=verbatim)
        case "struck":
            yield from _runs(said, names, replace(like, struck=True), verbatim=verbatim)
        case "bare" if not verbatim:
            address = _plain(said)
            yield replace(like, text=address, href=safe_address(address))
        case "emoji":
            yield replace(like, text=EMOJI.get(said, found[0]))
        case _:
            yield replace(like, text=_plain(found[0]))


def _pointed(target: str, label: str | None, names: Names, like: Run) -> Run:
    """What stands in angle brackets: a person, a channel, a moment, everybody, or an address."""
    if target.startswith("@"):
        return replace(like, text=f"@{label or names.get(target[1:], target[1:])}", mention=True)
    if target.startswith("#"):
        return replace(like, text=f"#{label or names.get(target[1:], target[1:])}", mention=True)
    if moment := DATE.fullmatch(target):
        return replace(like, text=_plain(label) if label else date(int(moment[1]), moment[2]))
    if target.startswith("!"):
        return replace(like, text=label or f"@{target[1:].partition('^')[0]}", mention=True)
    address = _plain(target)
    href = safe_address(address)
    shown = _plain(label) if label else re.sub(r"^(mailto|tel):", "", address)
    return replace(like, text=shown, href=href)


def date(timestamp: int, form: str) -> str:
    """A moment that comes without words for it, in UTC: a page can't know whose clock it would be.

    Where there are words, they are shown: they name their zone, and the sandbox's today isn't the browser's.
    """
    at = datetime.fromtimestamp(timestamp, UTC)
    day, time = f"{at:%a} {at.day} {at:%b %Y}", f"{at:%H:%M} UTC"
    shown = re.sub(r"\{date[a-z_]*\}", day, form)
    return re.sub(r"\{time[a-z_]*\}", time, shown)


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

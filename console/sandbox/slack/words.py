"""Draws text objects: paragraphs of runs, links, mentions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from nicegui import ui

from console.sandbox.slack.desk import Desk
from console.sandbox.slack.mrkdwn import Paragraph, Run, emojis, paragraphs
from console.sandbox.slack.tags import tag, text

MANY = re.compile(r"```|(?:^|\n)(?:&gt;|>)")
"""What may make several paragraphs of a text."""
BOXES = {"text": "div", "quote": "blockquote", "code": "pre"}


def text_object(found: dict[str, Any], desk: Desk) -> None:
    """A ``mrkdwn`` or ``plain_text`` object, as as many elements as it has paragraphs."""
    if found.get("type") == "mrkdwn":
        told(paragraphs(str(found["text"]), desk.names, verbatim=bool(found.get("verbatim"))), desk)
    else:
        text(plain(found), "sk-text")


def cell(found: dict[str, Any], desk: Desk) -> None:
    """The same as exactly one element, for grids and rows."""
    if found.get("type") == "mrkdwn" and MANY.search(str(found["text"])):
        with tag("div"):
            text_object(found, desk)
    else:
        text_object(found, desk)


def plain(found: dict[str, Any] | None, otherwise: str = "") -> str:
    """The words of a ``plain_text`` object."""
    if not found:
        return otherwise
    return str(found["text"]) if found.get("emoji") is False else emojis(str(found["text"]))


def told(parts: Sequence[Paragraph], desk: Desk) -> None:
    """Draws paragraphs with as few elements as can be: a channel full of cards has thousands."""
    for part in parts:
        look = f"sk-text sk-{part.kind}"
        first = part.runs[0].text if part.runs and part.runs[0].is_plain else ""
        with text(first, look, BOXES[part.kind]):
            for run in part.runs[1 if first else 0 :]:
                _run(run, desk)


def _run(run: Run, desk: Desk) -> None:
    looks = {"sk-b": run.bold, "sk-i": run.italic, "sk-s": run.struck, "sk-mention": run.mention}
    classes = " ".join(name for name, is_on in looks.items() if is_on)
    if run.href is not None:
        _link(run.text, run.href, classes, desk)
    elif run.code:
        text(run.text, f"{classes} sk-inline-code", "code")
    else:
        text(run.text, classes, "strong" if run.bold else "em" if run.italic else "span")


def _link(said: str, address: str, classes: str, desk: Desk) -> None:
    """An address in this Slack leads to its thread, any other one out of the page."""
    if go := desk.follow(address):
        text(said, f"{classes} sk-link", "button", type="button").on("click", go)
        return
    ui.link(said, address, new_tab=True).classes(f"{classes} sk-link").props('rel="noopener noreferrer"')

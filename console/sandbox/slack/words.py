"""Draws text objects: paragraphs of runs, links, mentions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nicegui import ui

from console.sandbox.slack.desk import Desk
from console.sandbox.slack.mrkdwn import Paragraph, Run, emojis, paragraphs
from console.sandbox.slack.tags import tag, text

BOXES = {"text": "div", "quote": "blockquote", "code": "pre"}


def text_object(found: dict[str, Any], desk: Desk) -> None:
    """A ``mrkdwn`` or ``plain_text`` object."""
    if found.get("type") == "mrkdwn":
        told(paragraphs(str(found["text"]), desk.names, verbatim=bool(found.get("verbatim"))), desk)
    else:
        text(plain(found), "sk-text")


def plain(found: dict[str, Any] | None, otherwise: str = "") -> str:
    """The words of a ``plain_text`` object."""
    if not found:
        return otherwise
    return str(found["text"]) if found.get("emoji") is False else emojis(str(found["text"]))


def told(parts: Sequence[Paragraph], desk: Desk) -> None:
    for part in parts:
        look = f"sk-text sk-{part.kind}"
        if not part.runs or all(run.is_plain for run in part.runs):
            text("".join(run.text for run in part.runs), look, BOXES[part.kind])
            continue
        with tag(BOXES[part.kind], look):
            for run in part.runs:
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

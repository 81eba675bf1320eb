"""What the auditor found, as a message in the staff channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inbox.cards import Block
from slackkit.text import clip, formatted, mark, plain

SHOWN = 10
COUNTS = 24
SUMMARY = 300
TITLE = 100
REMEDY = 250


def post(body: Mapping[str, Any]) -> tuple[str, list[Block]]:
    """One line for notifications, and the blocks: how many of which kind, the first ten, and what to do."""
    total = int(body.get("total") or 0)
    said = "The auditor found something wrong" if total == 1 else f"The auditor found {total} things wrong"
    found = [_finding(one) for one in body.get("findings") or ()][:SHOWN]
    blocks: list[Block] = [{"type": "header", "text": plain(said, 150)}, _section(_counts(body))]
    blocks += [_section(text) for text in found]
    more = total - len(found)
    if more > 0:
        blocks.append(_aside(f"{more} more: `msb audit` lists them."))
    remedies = [f"\u2022 {mark(clip(str(remedy), REMEDY))}" for remedy in body.get("remedies") or ()][:SHOWN]
    if remedies:
        blocks.append(_section("\n".join(["*What to do*", *remedies])))
    return mark(said), [*blocks, _aside("What each of them means is in docs/auditor.md.")]


def _counts(body: Mapping[str, Any]) -> str:
    lines = [f"{mark(clip(str(title), TITLE))}: *{int(count)}*" for title, count in body.get("counts") or ()]
    return "\n".join(lines[:COUNTS])


def _finding(one: Mapping[str, Any]) -> str:
    who = f" \u00b7 {mark(clip(str(one['who']), TITLE))}" if one.get("who") else ""
    summary = mark(clip(str(one.get("summary") or ""), SUMMARY))
    return f"*{mark(clip(str(one.get('title') or ''), TITLE))}*{who}\n{summary}"


def _section(text: str) -> Block:
    return {"type": "section", "text": formatted(text, 2900)}


def _aside(text: str) -> Block:
    return {"type": "context", "elements": [formatted(text, 1000)]}

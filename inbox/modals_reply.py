"""The dialog for a reply to a member. Pure.

Its field for the words is named after the canned reply that filled it: Slack keeps what stands in a field that has kept
its name, whatever is put into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.handoff.canned import Canned
from bot.handoff.replies import Way
from bot.handoff.words import channel, sentence
from inbox.modals import Block, Origin, View, ask, menu, option, remark, view
from slackkit.text import clip

REPLY = "reply"
CANNED, WAY = "canned", "way"
REPLY_LIMIT = 3000
OPTIONS = 100


@dataclass(frozen=True)
class Draft:
    """What the dialog starts with: `text` came from the canned reply `canned`, or from a message in the thread."""

    text: str = ""
    canned: str | None = None
    way: str | None = None


def reply(
    origin: Origin, who: str, ways: Sequence[Way], canned: Sequence[Canned] = (), draft: Draft | None = None
) -> View:
    """Asks for the words to the member, and on which of the open ways they go."""
    draft = draft or Draft()
    blocks: list[Block] = []
    if canned:
        options = [option(one.title, one.key) for one in canned[:OPTIONS]]
        chosen = ask(CANNED, "Start from", menu(CANNED, options, draft.canned), optional=True)
        blocks.append({**chosen, "dispatch_action": True})
    blocks.append(_words(who, draft))
    open_ways = [way for way in ways if way.hindrance is None]
    if open_ways:
        options = [option(_way(way), way.key) for way in open_ways[:OPTIONS]]
        first = draft.way if any(way.key == draft.way for way in open_ways) else open_ways[0].key
        blocks.append(ask(WAY, "Send it by", menu(WAY, options, first)))
    closed = [f"{_name(way)} ({way.why_not})" for way in ways if way.hindrance is not None]
    if closed:
        blocks.append(remark(f"Not possible now: {'; '.join(closed)}"))
    return view(REPLY, "Reply", "Send", origin, blocks)


def _words(who: str, draft: Draft) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": "text",
        "multiline": True,
        "max_length": REPLY_LIMIT,
    }
    if draft.text.strip():
        element["initial_value"] = draft.text.strip()[:REPLY_LIMIT]
    return ask(f"text:{draft.canned}" if draft.canned else "text", f"To {who}", element)


def _way(way: Way) -> str:
    last = ", where they were last" if way.is_last else ""
    return f"{clip(_name(way), 75 - len(last))}{last}"


def _name(way: Way) -> str:
    return f"{sentence(channel(way.channel))}: {way.address}"

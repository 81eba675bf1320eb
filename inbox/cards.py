"""A case as a card in Block Kit. Pure: the same view gives the same card.

Limits of Slack, held for any input: 50 blocks, header 150, section 3000, 10 fields of 2000, 12 000 characters in all.
What members wrote is plain text; names within formatted text can't format.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any

from bot.handoff.view import CaseView, Person, Position, TouchLine
from inbox.text import moment
from inbox.words import CALLS, TOUCHES, channel, reason, sentence, words
from slackkit.text import clip, formatted, mark, plain

Block = dict[str, Any]

HEADER = 150
SUMMARY = 800
NAME = 100
TOUCHES_SHOWN = 8
MESSAGE = 500
OUTCOME = 1000
BAR = 20

CLAIM, REPLY, RESOLVE, MATCH, UNMATCH = "claim", "reply", "resolve", "match", "unmatch"


def card(view: CaseView) -> list[Block]:
    """The blocks of the card."""
    blocks = [_header(view), *_why(view)]
    if view.person is not None:
        blocks.append({"type": "section", "fields": _fields(view.person)})
    if view.position is not None:
        blocks.append(_section(_journey(view.position)))
    if view.touches:
        blocks.append(_section(_touches(view.touches, _zone(view))))
    if view.last_messages:
        blocks += _last_messages(view)
    if view.outcome:
        blocks.append({"type": "section", "text": plain(f"Outcome: {view.outcome}", OUTCOME)})
    blocks.append(_context(view))
    return blocks + _actions(view)


def headline(view: CaseView) -> str:
    """The card in one line, for notifications: plain words, escaped."""
    return mark(clip(f"{_who(view)}: {reason(view.reason)} ({_state(view)})", HEADER))


def bar(done: int, total: int) -> str:
    """Like ``■■□□□``, at most 20 long, never full before the end and never empty after the start."""
    if total <= 0:
        return ""
    length = min(total, BAR)
    filled = round(length * min(max(done, 0), total) / total)
    if 0 < done < total:
        filled = min(max(filled, 1), length - 1)
    return "\u25a0" * filled + "\u25a1" * (length - filled)


def _who(view: CaseView) -> str:
    return clip(view.person.name if view.person else view.address, NAME)


def _state(view: CaseView) -> str:
    by = f" by {clip(view.assignee, NAME)}" if view.assignee else ""
    return f"{words(view.state)}{by}" if view.state != "open" else "open"


def _zone(view: CaseView) -> tzinfo:
    return view.person.local_time.tzinfo or UTC if view.person else UTC


def _header(view: CaseView) -> Block:
    state = _state(view)
    return {"type": "header", "text": plain(f"{clip(_who(view), HEADER - 40)} \u00b7 {state}", HEADER)}


def _why(view: CaseView) -> list[Block]:
    blocks = [_section(f"*Why now:* {mark(reason(view.reason))}")]
    if view.summary.strip():
        blocks.append({"type": "section", "text": plain(view.summary, SUMMARY)})
    return blocks


def _fields(person: Person) -> list[dict[str, object]]:
    joined = f"{person.joined_on.day} {person.joined_on:%b %Y}"
    local = f"{moment(person.local_time)} ({person.local_time:%Z})"
    facts = [
        ("Segment", sentence(person.segment)),
        ("Account", person.account),
        ("Joined", joined),
        ("Member Success Manager", person.msm),
        ("Their local time", local),
        ("Away", f"until {person.away_until.day} {person.away_until:%b %Y}" if person.away_until else None),
    ]
    return [formatted(f"*{name}*\n{mark(clip(value, NAME))}", 2000) for name, value in facts if value]


def _journey(position: Position) -> str:
    ahead = f" \u2013 next: {mark(clip(position.open_step, NAME))}" if position.open_step else " \u2013 complete"
    progress = f"{bar(position.done, position.total)}  {position.done} of {position.total}{ahead}"
    reached = ", ".join(clip(name, 60) for name in position.milestones[-3:])
    return f"*Journey:* {mark(clip(position.journey, NAME))}\n{progress}" + (
        f"\nReached: {mark(clip(reached, 250))}" if reached else ""
    )


def _touches(touches: tuple[TouchLine, ...], zone: tzinfo) -> str:
    lines = [_touch(touch, zone) for touch in touches[-TOUCHES_SHOWN:]]
    more = len(touches) - len(lines)
    return "\n".join(["*Tried so far*", *([f"({more} earlier)"] if more else []), *lines])


def _touch(touch: TouchLine, zone: tzinfo) -> str:
    became = CALLS.get(touch.reason or "", TOUCHES.get(touch.state, words(touch.state)))
    told = touch.reason is None or touch.reason in CALLS
    why = "" if told else f" ({mark(clip(words(touch.reason or ''), 80))})"
    sender = mark(clip(words(touch.sender), 60))
    return f"\u2022 {moment(touch.at.astimezone(zone))}: {mark(channel(touch.channel))} from {sender} {became}{why}"


def _last_messages(view: CaseView) -> list[Block]:
    zone = _zone(view)
    quotes = [_quote(at, text, zone) for at, text in view.last_messages[-3:]]
    return [_section("*Last messages*"), {"type": "section", "text": plain("\n".join(quotes), 1700)}]


def _quote(at: datetime, text: str, zone: tzinfo) -> str:
    return f"{moment(at.astimezone(zone))}  \u201c{clip(' '.join(text.split()), MESSAGE)}\u201d"


def _context(view: CaseView) -> Block:
    facts = [
        f"Case {view.case_id}",
        f"{words(view.priority)} priority",
        _state(view),
        words(view.team),
        f"opened {moment(view.opened_at.astimezone(_zone(view)))}",
        f"by {channel(view.channel)}",
    ]
    if view.notes:
        facts.append(f"{view.notes} private note" + ("s" if view.notes > 1 else ""))
    return {"type": "context", "elements": [formatted(mark(" \u00b7 ".join(facts)), 1000)]}


def _actions(view: CaseView) -> list[Block]:
    offered = {
        "open": [(CLAIM, "Claim", True), (REPLY, "Reply", False), (RESOLVE, "Resolve", False)],
        "claimed": [(REPLY, "Reply", True), (RESOLVE, "Resolve", False)],
    }.get(view.state, [])
    if offered and view.person is None:
        offered.append((MATCH, "Match to member", False))
    if view.is_matched:
        offered.append((UNMATCH, "Undo match", False))
    buttons = [_button(view.case_id, action, label, primary=primary) for action, label, primary in offered]
    return [{"type": "actions", "block_id": "case", "elements": buttons}] if buttons else []


def _button(case_id: int, action: str, label: str, *, primary: bool) -> Block:
    button: Block = {
        "type": "button",
        "action_id": action,
        "text": {"type": "plain_text", "text": label},
        "value": str(case_id),
    }
    return {**button, "style": "primary"} if primary else button


def _section(text: str) -> Block:
    return {"type": "section", "text": formatted(text, 2000)}

"""A case as a card in Block Kit. Pure: the same view gives the same card.

Limits of Slack, held for any input: 50 blocks, header 150, section 3000, 10 fields of 2000, 12 000 characters in all.
What members wrote is plain text; names within formatted text can't format.
"""

from __future__ import annotations

from bot.handoff.view import CaseView
from bot.handoff.words import channel, reason, sentence
from bot.handoff.words import words as without_underscores
from inbox import cards_member, cards_story
from inbox.blocks import Block, button, context, header, safe, section, when, words
from inbox.cards_member import bar
from inbox.text import day
from slackkit.text import clip, mark

__all__ = ["Block", "bar", "card", "headline"]

HEADER = 150
NAME = 100
OUTCOME = 1000

CLAIM, REPLY, CALL, SNOOZE, UNSNOOZE, ASSIGN = "claim", "reply", "call", "snooze", "unsnooze", "assign"
RESOLVE, REOPEN, MATCH, UNMATCH = "resolve", "reopen", "match", "unmatch"


def card(view: CaseView) -> list[Block]:
    """The blocks of the card; of a case that is over only what came of it."""
    blocks = [header(f"{clip(who(view), HEADER - 60)} \u00b7 {state(view)}")]
    if view.state == "resolved":
        blocks += [section(f"*Why:* {safe(reason(view.reason), NAME)}"), *_outcome(view)]
    else:
        blocks.append(section(_clock(view)))
        blocks += cards_story.why(view)
        blocks += cards_member.about(view.member) if view.member is not None else []
        blocks += cards_story.last_messages(view)
    return [*blocks, _context(view), *_actions(view)]


def headline(view: CaseView) -> str:
    """The card in one line, for notifications: plain words, escaped."""
    return mark(clip(f"{who(view)}: {reason(view.reason)} ({state(view)})", HEADER))


def who(view: CaseView) -> str:
    """The member's name, or the address of somebody we don't know."""
    return clip(view.person.name if view.person else view.address, NAME)


def state(view: CaseView) -> str:
    """Like ``claimed by Dana Reyes, overdue``; plain words."""
    by = "for" if view.state == "open" else "by"
    said = without_underscores(view.state) + (f" {by} {clip(view.assignee, 60)}" if view.assignee else "")
    if view.clock.snoozed_until is not None:
        return f"{said}, snoozed"
    return f"{said}, overdue" if is_overdue(view) else said


def is_overdue(view: CaseView) -> bool:
    """Whether somebody should have answered, or ended the case, by now."""
    clock = view.clock
    past = (due is not None and due <= view.at for due in (clock.reply_due, clock.resolve_due))
    return view.state != "resolved" and clock.snoozed_until is None and any(past)


def _clock(view: CaseView) -> str:
    """How urgent it is, whose it is, and by when what has to happen."""
    clock, zone = view.clock, view.zone
    urgency = safe(sentence(without_underscores(view.priority)), 20)
    facts = [f"*{urgency}*" if view.priority == "urgent" else f"*{urgency} priority*", safe(view.team, 60)]
    if clock.snoozed_until is not None:
        return " \u00b7 ".join([f"\U0001f4a4 *Snoozed until* {when(clock.snoozed_until, zone)}", *facts])
    if clock.reply_due is not None:
        sign = "\U0001f534 *A reply was due*" if clock.reply_due <= view.at else "\u23f3 *Reply due*"
        facts.insert(0, f"{sign} {when(clock.reply_due, zone)}")
    elif clock.resolve_due is not None:
        facts.insert(0, "\u2705 Nobody waits for a reply")
    if clock.resolve_due is not None:
        late = clock.resolve_due <= view.at
        facts.append(f"{chr(0x1F534)} was to be done by" if late else "to be done by")
        facts[-1] += f" {when(clock.resolve_due, zone)}"
    return " \u00b7 ".join(facts)


def _outcome(view: CaseView) -> list[Block]:
    said = [f"Outcome: {view.outcome}"] if view.outcome else []
    if view.follow_up_on is not None:
        said.append(f"Next date: {day(view.follow_up_on)}")
    return [words("\n".join(said), OUTCOME)] if said else []


def _context(view: CaseView) -> Block:
    facts = [
        f"Case {view.case_id}",
        f"opened {when(view.opened_at, view.zone)}",
        f"by {safe(channel(view.channel), 40)}",
    ]
    if view.resolved_at is not None:
        facts.append(f"resolved {when(view.resolved_at, view.zone)}")
    for count, thing in ((view.notes, "private note"), (view.clock.reminders, "reminder")):
        if count:
            facts.append(f"{count} {thing}" + ("s" if count > 1 else ""))
    if view.reopened:
        facts.append("opened again" if view.reopened == 1 else f"opened again {view.reopened} times")
    number = view.person.number if view.person else None
    facts += [f"member number {safe(number, 40)}"] if number else []
    return context(" \u00b7 ".join(facts))


def _actions(view: CaseView) -> list[Block]:
    rest = [(UNSNOOZE, "Wake up", False)] if view.clock.snoozed_until is not None else [(SNOOZE, "Snooze", False)]
    more = [*([(CALL, "Call", False)] if view.can_call else []), *rest, (ASSIGN, "Assign", False)]
    offered = {
        "open": [(CLAIM, "Claim", True), (REPLY, "Reply", False), *more, (RESOLVE, "Resolve", False)],
        "claimed": [(REPLY, "Reply", True), *more, (RESOLVE, "Resolve", False)],
        "resolved": [(REOPEN, "Open again", False)] if view.assignee and not view.is_matched else [],
    }.get(view.state, [])
    if view.person is None and view.state != "resolved":
        offered.append((MATCH, "Match to member", False))
    if view.is_matched:
        offered.append((UNMATCH, "Undo match", False))
    value = str(view.case_id)
    buttons = [button(action, label, value, primary=primary) for action, label, primary in offered]
    return [{"type": "actions", "block_id": "case", "elements": buttons}] if buttons else []

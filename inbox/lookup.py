"""What a colleague is shown who asks for a member: a card with what comes next, or a list to choose from. Pure.

A message takes 50 blocks; there are fewer for any member. Words of members are plain text.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from bot.handoff.lookup import Found
from bot.handoff.words import channel, reason, sentence
from bot.handoff.words import words as without_underscores
from bot.model import Member, MemberStatus
from bot.plan.model import Coming, Happened, Kind, Plan
from inbox import cards_member
from inbox.blocks import Block, button, context, header, safe, section, words
from inbox.cards_member import quote
from inbox.text import day, moment
from slackkit.text import clip, mark

SHOW = "member_show"
CHOSEN = 10
TEXT = 250


def card(found: Found, link: str | None = None) -> list[Block]:
    """Who it is, where they stand, what will happen and what happened; `link` leads to the card of their case."""
    zone = ZoneInfo(found.plan.time_zone)
    number = found.view.person.number
    blocks = [header(clip(found.view.person.name, 140)), *cards_member.about(found.view)]
    blocks += _case(found, link)
    blocks += _plan(found.plan, zone)
    blocks += _history(found.plan.history, zone)
    told = [f"Member number {number}" if number else None, "Only you can see this."]
    return [*blocks, context(mark(" \u00b7 ".join(part for part in told if part)))]


def dialog(found: Found, link: str | None = None) -> dict[str, Any]:
    """The card as a dialog, for where there is no conversation to answer in."""
    title, close = {"type": "plain_text", "text": "Member"}, {"type": "plain_text", "text": "Close"}
    return {"type": "modal", "title": title, "close": close, "blocks": card(found, link)}


def choice(said: str, members: Iterable[Member], action: str, values: Iterable[str], label: str) -> list[Block]:
    """A list of members, each with a button that carries its value."""
    blocks = [section(f"Several members may be meant by \u201c{safe(said, 100)}\u201d:")]
    for member, value in list(zip(members, values, strict=True))[:CHOSEN]:
        blocks.append({**section(_line(member), 500), "accessory": button(action, label, value)})
    return [*blocks, context("Is nobody of them meant? Type more of the name, the number or an address.")]


def headline(found: Found) -> str:
    """The card in one line, for notifications."""
    return mark(clip(f"{found.view.person.name}: {_where(found)}", 150))


def _where(found: Found) -> str:
    position = found.view.position
    return f"{position.done} of {position.total} steps" if position is not None else "no journey"


def _line(member: Member) -> str:
    facts = [member.segment.replace("_", " "), f"joined {day(member.joined_on)}"]
    facts += [f"number {member.number}"] if member.number else []
    facts += [member.account.name] if member.account is not None else []
    facts += [without_underscores(member.status)] if member.status is not MemberStatus.ACTIVE else []
    return f"*{safe(member.name, 100)}*\n" + safe(" \u00b7 ".join(clip(fact, 80) for fact in facts), 350)


def _case(found: Found, link: str | None) -> list[Block]:
    if found.case is None:
        return []
    one = found.case
    whose = f" by {safe(one.assignee, 60)}" if one.assignee and one.state == "claimed" else ""
    told = f"*Case {one.case_id}:* {safe(reason(one.reason), 60)} \u00b7 {safe(one.state, 20)}{whose}"
    block = section(told, 500)
    if link:
        block["accessory"] = {**button("member_case", "Open", str(one.case_id)), "url": link}
    return [block]


def _plan(plan: Plan, zone: tzinfo) -> list[Block]:
    """What comes if the member stays silent, in plain text: names in it are anybody's."""
    lines = [line for one in plan.coming for line in _coming(one, zone)]
    lines += [f"{_at(one.at, zone)}  {clip(one.journey, 80)} begins" for one in plan.entries[:2]]
    lines += [f"{_at(one.at, zone)}  Survey: {clip(one.survey, 80)}" for one in plan.surveys[:2] if one.is_asked]
    if plan.is_cut:
        lines.append("\u2026 and more")
    nothing = f"Nothing until {_at(plan.until, zone)}."
    title = section(f"*If {safe(plan.member, 100)} stays silent*")
    return [title, words("\n".join(lines) or nothing, 2500)]


def _coming(one: Coming, zone: tzinfo) -> list[str]:
    when = _at(one.at, zone) if one.at is not None else "When a colleague is done"
    lines = [f"{when}  {_what(one)}: {clip(one.step, 80)}"]
    if one.text is not None:
        lines.append(f"    {clip(quote(one.text), TEXT)}")
    lines += [f"    Held: {clip(held.words, 150)}" for held in one.holds[:1]]
    return lines


def _what(one: Coming) -> str:
    match one.kind:
        case Kind.MESSAGE:
            way = sentence(channel(one.channel)) if one.channel else "No way to reach them"
            return f"{way} from {clip(one.sender or 'the programme', 60)}"
        case Kind.CASE:
            return f"A case for {without_underscores(one.team or 'staff')}"
        case Kind.END:
            return "The question ends"


def _history(history: Iterable[Happened], zone: tzinfo) -> list[Block]:
    """What was sent isn't quoted here: some of it is for the member alone."""
    lines = [_happened(one, zone) for one in history]
    return [section("*What happened last*"), words("\n".join(lines), 1200)] if lines else []


def _happened(one: Happened, zone: tzinfo) -> str:
    by = f" by {channel(one.channel)}" if one.channel else ""
    why = f": {clip(one.why, 100).rstrip('.')}" if one.why else ""
    return f"{_at(one.at, zone)}  {clip(sentence(one.what), 100)}{by}{why}"


def _at(at: datetime, zone: tzinfo) -> str:
    return moment(at.astimezone(zone))

"""The home tab of the app: what a colleague has to do now. Pure: the same overview gives the same view.

Slack takes 100 blocks in a view; the lists of the overview are short enough for any content.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from bot.handoff.at_risk import AtRisk, RiskLine
from bot.handoff.figures import Figures
from bot.handoff.overview import Overview
from bot.handoff.queues import CaseLine, Queue
from bot.handoff.words import reason, sentence
from bot.handoff.words import words as without_underscores
from inbox.blocks import Block, button, context, header, safe, section, when
from inbox.text import day, within
from slackkit.text import clip, formatted

View = dict[str, Any]
Links = Mapping[int, str]
"""Where the card of a case is, by its number."""

CLAIM, REFRESH, MEMBER = "home_claim", "home_refresh", "home_member"
OPEN = "home_open"
LINK = 3000
SHOWN_REASONS = 3


def home(seen: Overview, links: Links, notice: str | None = None) -> View:
    """The view for ``views.publish``; `notice` says what became of what they pressed here."""
    blocks = [section(f"\u26a0 {safe(notice, 500)}")] if notice else []
    blocks += _today(seen)
    blocks += _queue("My cases", seen.mine, seen.zone, links, "Nothing is waiting for you.", is_mine=True)
    blocks += _queue(_queue_title(seen), seen.queue, seen.zone, links, "Nobody is waiting.")
    blocks += _members(seen.members)
    hint = "`/member name` shows somebody, `/handoff name: reason` opens a case, `/away until Friday` gives yours away."
    return {"type": "home", "blocks": [*blocks, context(hint)]}


def closed(notice: str) -> View:
    """The home of somebody who may not see members."""
    return {"type": "home", "blocks": [section(safe(notice, 500))]}


def _today(seen: Overview) -> list[Block]:
    local = seen.at.astimezone(seen.zone)
    blocks = [header(f"Today, {local:%A} {day(local.date())}"), {"type": "section", "fields": _figures(seen.today)}]
    if seen.away_until is not None:
        blocks.append(context(f"You are away until {when(seen.away_until, seen.zone)}. `/away back` ends it."))
    refresh = button(REFRESH, "Refresh", "home")
    return [*blocks, context(f"As of {when(seen.at, seen.zone)}"), {"type": "actions", "elements": [refresh]}]


def _figures(today: Figures) -> list[Block]:
    late = "\U0001f534 " if today.overdue else ""
    facts = [
        ("Opened today", str(today.opened)),
        ("Answered today", str(today.answered)),
        ("Resolved today", str(today.resolved)),
        ("Median first reply", within(today.first_reply)),
        ("Not resolved", f"{today.unresolved}, {today.unclaimed} of them unclaimed" if today.unresolved else "0"),
        ("Overdue", f"{late}{today.overdue}"),
    ]
    return [formatted(f"*{name}*\n{value}", 2000) for name, value in facts]


def _queue_title(seen: Overview) -> str:
    return f"Queue of {clip(', '.join(seen.teams), 100)}" if seen.teams else "Queue"


def _queue(title: str, queue: Queue, zone: tzinfo, links: Links, nothing: str, *, is_mine: bool = False) -> list[Block]:
    blocks = [{"type": "divider"}, header(f"{title} ({queue.total})" if queue.total else title)]
    if not queue.lines:
        return [*blocks, context(nothing)]
    for line in queue.lines:
        blocks.append(section(_case(line, zone, _whose(line, is_mine)), 900))
        if buttons := _case_buttons(line, links):
            blocks.append({"type": "actions", "elements": buttons})
    if queue.more:
        blocks.append(context(f"\u2026 and {queue.more} more"))
    return blocks


def _whose(line: CaseLine, is_mine: bool) -> str:
    if line.assignee is None:
        return "nobody's yet"
    if is_mine:
        return "claimed by you" if line.state == "claimed" else "given to you"
    return f"{'claimed by' if line.state == 'claimed' else 'for'} {safe(line.assignee, 60)}"


def _case(line: CaseLine, zone: tzinfo, whose: str) -> str:
    """Who and why, then how urgent it is and whose."""
    facts = [_clock(line, zone), f"{safe(without_underscores(line.priority), 20)} priority"]
    facts += [safe(without_underscores(line.team), 40), whose]
    why = f"*{safe(line.who, 100)}* \u00b7 {safe(reason(line.reason), 60)} \u00b7 case {line.case_id}"
    summary = " ".join(line.summary.split())
    return "\n".join([why, *([f"_{safe(summary, 200)}_"] if summary else []), " \u00b7 ".join(facts)])


def _clock(line: CaseLine, zone: tzinfo) -> str:
    if line.snoozed_until is not None:
        return f"\U0001f4a4 snoozed until {when(line.snoozed_until, zone)}"
    if line.due is None:
        return "no target"
    if line.is_overdue:
        what = "A reply was due" if line.is_waiting else "It was to be done by"
        return f"\U0001f534 *{what}* {when(line.due, zone)}"
    return f"\u23f3 {'reply due' if line.is_waiting else 'to be done by'} {when(line.due, zone)}"


def _case_buttons(line: CaseLine, links: Links) -> list[Block]:
    value = str(line.case_id)
    found = [button(CLAIM, "Claim", value, primary=True)] if line.state == "open" else []
    link = links.get(line.case_id)
    if link and len(link) <= LINK:
        found.append({**button(OPEN, "Open", value), "url": link})
    return found


def _members(members: AtRisk) -> list[Block]:
    title = "My members at risk" if members.is_own else "Members at risk"
    blocks = [{"type": "divider"}, header(title)]
    if not members.lines:
        return [*blocks, context("Nobody shows signs of leaving.")]
    for line in members.lines:
        show = button(MEMBER, "Show", str(line.member_id))
        blocks.append({**section(_member(line, is_own=members.is_own), 900), "accessory": show})
    at_least = "" if members.is_all else "at least "
    told = f"{at_least}{members.high} at high risk, {members.medium} at medium risk"
    return [*blocks, context(sentence(told))]


def _member(line: RiskLine, *, is_own: bool) -> str:
    reasons = line.risk.reasons
    signs = [f"\u2022 {safe(one.words, 120)}" for one in reasons[:SHOWN_REASONS]]
    if len(reasons) > SHOWN_REASONS:
        signs.append(f"\u2026 and {len(reasons) - SHOWN_REASONS} more")
    facts = [f"*{safe(line.name, 100)}*", f"{line.risk.level} risk"]
    facts += [f"renewal {day(line.renews_on)}"] if line.renews_on else []
    facts += [safe(line.msm, 60)] if line.msm and not is_own else []
    return "\n".join([" \u00b7 ".join(facts), *signs])
